// SPDX-License-Identifier: BSL-1.0
// Clients that ask, wait for the answer, think and ask again, of replicas with slow disks, in
// virtual time.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/raft.hpp"
#include "synod/replica.hpp"
#include "tests/replica/diary.hpp"
#include "tests/support/catch.hpp"

namespace synod::test {

/// Answers nothing, and remembers nothing but how much.
struct tally_machine {
  std::uint64_t applied = 0;
  std::size_t apply(log_index, std::span<std::byte const>, std::span<std::byte>) noexcept {
    ++applied;
    return 0;
  }
  std::uint64_t fingerprint() const noexcept { return applied; }
  friend bool operator==(tally_machine const&, tally_machine const&) = default;
};

struct load_setup {
  std::size_t nodes = 1;
  std::size_t clients = 1;
  duration think;              ///< drawn from [0, this)
  bool at_a_follower = false;  ///< else all clients are at the leader
  duration sync = milliseconds(5);
  duration span = seconds(2);
  replica_options options;
};

struct load_figures {
  double commands_per_sync = 0;
  double commands_per_second = 0;
  double mean_latency = 0;  ///< in syncs
  double worst_latency = 0;
  std::uint64_t answers = 0;
  std::uint64_t others = 0;  ///< that were no response
};

class load {
  struct waits {
    std::vector<std::uint64_t> answered;
    std::uint64_t others = 0;
    void on_answer(ticket as, answer const& a) noexcept {
      answered.push_back(as.value);
      others += a.what == outcome::response ? 0 : 1;
    }
  };
  struct load_raft : raft::with<option::storage<memory_log>> {};
  using core = raft::core<load_raft>;
  using network = loopback<core::message, true>;
  using node = replica<core, network::endpoint, tally_machine, waits>;
  struct caller {
    std::optional<instant> asks_at;  // empty: it waits
    instant asked;
  };

 public:
  explicit load(load_setup const& how)
      : how_(how), names_(named(how.nodes)), net_(names_), draw_(how.clients) {
    members who;
    for (node_id const n : names_) who.voters.push_back(n);
    for (std::size_t i = 0; i < how.nodes; ++i) {
      logs_.emplace_back(how.sync);
      REQUIRE(logs_[i].bootstrap(who));
      auto started = node::start({.self = names_[i], .seed = i}, logs_[i],
                                 net_.endpoint_of(names_[i]), {}, hears_, now_, how.options);
      REQUIRE(started);
      nodes_.push_back(std::move(started).value());
    }
    while (!leader()) advance();
    for (instant const until = now_ + seconds(1); now_ < until;) advance();
  }

  load_figures run() {
    std::size_t const at = how_.at_a_follower ? (*leader() + 1) % how_.nodes : *leader();
    callers_.resize(how_.clients);
    for (caller& c : callers_) c.asks_at = now_ + think();
    drive(at, milliseconds(200));
    latencies_.clear();
    std::uint64_t const syncs = counters().syncs;
    std::uint64_t const commands = counters().commands;
    drive(at, how_.span);

    load_figures f;
    f.answers = latencies_.size();
    f.others = hears_.others;
    double const done = static_cast<double>(counters().commands - commands);
    f.commands_per_sync = done / static_cast<double>(counters().syncs - syncs);
    f.commands_per_second = done / (static_cast<double>(how_.span.ns) / 1e9);
    for (std::uint64_t const ns : latencies_) {
      double const in_syncs = static_cast<double>(ns) / static_cast<double>(how_.sync.ns);
      f.mean_latency += in_syncs / static_cast<double>(latencies_.size());
      f.worst_latency = std::max(f.worst_latency, in_syncs);
    }
    return f;
  }

 private:
  static std::vector<node_id> named(std::size_t n) {
    std::vector<node_id> all;
    for (std::uint64_t i = 1; i <= n; ++i) all.push_back({i});
    return all;
  }
  duration think() { return {how_.think.ns == 0 ? 0 : draw_.below(how_.think.ns)}; }
  std::optional<std::size_t> leader() const {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].core().leads()) return i;
    }
    return std::nullopt;
  }
  replica_counters counters() const { return nodes_[*leader()].counters(); }

  void drive(std::size_t at, duration span) {
    std::array<std::byte, 64> entry{};
    frame_entry(std::array<std::byte, 60>{}, entry.data());
    for (instant const until = now_ + span; now_ < until;) {
      for (std::size_t i = 0; i < callers_.size(); ++i) {
        caller& c = callers_[i];
        if (!c.asks_at || *c.asks_at > now_) continue;
        c.asks_at.reset();
        c.asked = now_;
        nodes_[at].propose({i}, {entry, 1}, now_);
      }
      advance();
      for (std::uint64_t const as : hears_.answered) {
        caller& c = callers_[as];
        latencies_.push_back((now_ - c.asked).ns);
        c.asks_at = now_ + think();
      }
      bool const came = !hears_.answered.empty();
      hears_.answered.clear();
      if (!came) step_time();
    }
  }

  /// Everything that happens without time going on.
  void advance() {
    bool moved = true;
    while (moved) {
      moved = false;
      for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (auto const due = nodes_[i].next_deadline(); due && *due <= now_) {
          nodes_[i].poll(now_);
          moved = true;
        }
        while (auto const got = net_.take(names_[i])) {
          nodes_[i].receive(got->from, got->message, got->payload, now_);
          moved = true;
        }
        while (auto const got = net_.take_errand(names_[i])) {
          nodes_[i].receive(got->from, got->what, got->bytes, now_);
          moved = true;
        }
      }
    }
    if (callers_.empty()) step_time();
  }
  void step_time() {
    instant next = now_ + seconds(1);
    for (node const& n : nodes_) {
      if (auto const due = n.next_deadline()) next = std::min(next, *due);
    }
    for (caller const& c : callers_) {
      if (c.asks_at) next = std::min(next, *c.asks_at);
    }
    now_ = std::max(now_, next);
  }

  load_setup how_;
  std::vector<node_id> names_;
  network net_;
  splitmix64 draw_;
  std::deque<memory_log> logs_;
  waits hears_;
  std::vector<node> nodes_;
  instant now_;
  std::vector<caller> callers_;
  std::vector<std::uint64_t> latencies_;
};

}  // namespace synod::test
