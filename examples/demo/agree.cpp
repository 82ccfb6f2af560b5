// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/agree.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <thread>

#include "examples/demo/clients.hpp"
#include "examples/demo/cluster.hpp"
#include "examples/demo/screen.hpp"
#include "synod/base/chrono.hpp"

namespace demo {
namespace {

constexpr std::uint32_t sessions = 60;  // each with one write out; a node may have 64 on the way
constexpr synod::duration sync_delay = synod::milliseconds(2);
constexpr synod::duration bucket = synod::milliseconds(100);
constexpr synod::instant kill_times[] = {{2'000'000'000}, {4'500'000'000}};
constexpr synod::duration down_time = synod::seconds(1);
constexpr synod::instant asking_ends{7'000'000'000};
constexpr synod::instant all_ends{20'000'000'000};

double in_seconds(synod::instant at) { return static_cast<double>(at.ns) / 1e9; }
double in_milliseconds(synod::duration span) { return static_cast<double>(span.ns) / 1e6; }

class run {
 public:
  agree_result go() {
    said_.event("agree: 3 nodes, " + std::to_string(sessions) +
                " sessions that count, one request out each; a sync takes " +
                fixed(in_milliseconds(sync_delay), 0) + " ms");
    while (now() < all_ends && !is_over()) {
      kill_or_restart();
      turn();
      observe();
      if (!moved_) sleep();
    }
    return audit();
  }

 private:
  synod::instant now() const {
    return synod::instant{} + synod::from_chrono(std::chrono::steady_clock::now() - began_);
  }

  void turn() {
    synod::instant const at = now();
    if (at >= asking_ends && kills_.size() == std::size(kill_times) &&
        clients_.acknowledged() >= fewest_acknowledged) {
      clients_.finish();
    }
    std::uint64_t const before = clients_.acknowledged();
    clients_.ask(at, [&](synod::node_id to, synod::ticket as, synod::payload entries) {
      return cluster_.propose(to, as, entries, at);
    });
    moved_ = cluster_.turn(at);
    count(at, clients_.acknowledged() - before);
  }

  void count(synod::instant at, std::uint64_t answered) {
    if (answered == 0) return;
    std::size_t const i = at.ns / bucket.ns;
    if (answers_.size() <= i) answers_.resize(i + 1);
    answers_[i] += answered;
    if (!kills_.empty() && kills_.back().first_answer_after == synod::instant{}) {
      kills_.back().first_answer_after = at;
      said_.event(fixed(in_seconds(at), 2) + " s  first answer of a new leader, after " +
                  fixed(in_milliseconds(kills_.back().without_leader()), 0) + " ms without one");
    }
    moved_ = true;
  }

  void kill_or_restart() {
    synod::instant const at = now();
    if (down_) {
      if (at >= kills_.back().at + down_time) restart(at);
    } else if (kills_.size() < std::size(kill_times) && at >= kill_times[kills_.size()]) {
      if (auto const leads = cluster_.leader(); leads && under_load(*leads)) kill(*leads, at);
    }
  }

  /// Whether the power would take something with it: requests that were written and not synced.
  bool under_load(std::size_t node) const { return cluster_.disk_of(node).outstanding() != 0; }

  void kill(std::size_t node, synod::instant at) {
    leader_kill k;
    k.node = node + 1;
    k.at = at;
    k.last_answer_before = clients_.last_answer();
    k.unsynced_writes = cluster_.kill(node);
    k.in_flight = clients_.lost_connection(cluster::nodes[node]);
    said_.event(fixed(in_seconds(at), 2) + " s  killed node " + std::to_string(k.node) +
                ", which leads: " + std::to_string(k.in_flight) + " requests in flight, " +
                std::to_string(k.unsynced_writes) + " writes not on its disk");
    kills_.push_back(k);
    down_ = node;
  }

  void restart(synod::instant at) {
    cluster_.start(*down_, at);
    kills_.back().restarted = at;
    said_.event(fixed(in_seconds(at), 2) + " s  node " + std::to_string(*down_ + 1) +
                " starts again, from its disk");
    down_.reset();
  }

  bool is_over() const {
    if (down_ || !clients_.finished()) return false;
    auto const leads = cluster_.leader();
    if (!leads) return false;
    synod::log_index const all = cluster_[*leads].core().commit();
    for (std::size_t i = 0; i < cluster::size; ++i) {
      if (cluster_[i].applied() != all) return false;
    }
    return true;
  }

  void observe() {
    synod::instant const at = now();
    if (at < next_status_) return;
    next_status_ = at + synod::milliseconds(100);
    std::string line = fixed(in_seconds(at), 1) + " s  ";
    auto const leads = cluster_.leader();
    for (std::size_t i = 0; i < cluster::size; ++i) {
      bool const is_leader = leads && *leads == i;
      line += "[" + std::to_string(i + 1);
      line += !cluster_.is_up(i) ? " down" : is_leader ? " LEAD" : "  up ";
      line += "] ";
    }
    if (leads) line += " term " + std::to_string(cluster_.term_of(*leads).value);
    line += "  acknowledged " + grouped(clients_.acknowledged());
    said_.status(at, line);
  }

  /// Nothing happens before the next deadline of a node, or before a client's pause is over.
  void sleep() const {
    synod::instant const at = now();
    synod::instant const due = std::min(cluster_.next_deadline(), at + synod::milliseconds(1));
    if (due > at) std::this_thread::sleep_for(synod::to_chrono(due - at));
  }

  agree_result audit() {
    agree_result r;
    r.acknowledged = clients_.acknowledged();
    r.bad_answers = clients_.bad_answers();
    r.retries = clients_.retries();
    r.sessions = sessions;
    r.sync_delay = sync_delay;
    r.took = now() - synod::instant{};
    r.kills = kills_;
    r.bucket = bucket;
    r.answers = answers_;
    r.nodes_agree = is_over();
    r.found = ~std::uint64_t{0};
    for (std::size_t i = 0; i < cluster::size; ++i) audit(i, r);
    std::uint64_t const in_log = requests_in_log();
    r.repeated = in_log > r.found ? in_log - r.found : 0;
    return r;
  }

  /// The requests that the first node's log holds, with all repetitions.
  std::uint64_t requests_in_log() const {
    std::uint64_t requests = 0;
    synod::log_index at{1};
    auto const& log = cluster_.disk_of(0);
    while (auto held = log.run_at(at)) {
      held->first.index = at;
      synod::run const piece = synod::one_piece(log, *held);
      at = synod::next(piece.last);
      if (piece.kind != synod::kind::payload) continue;
      for (synod::payload_reader entries{*log.read(piece)}; !entries.done();) {
        auto const verb = static_cast<synod::machine::session_verb>(entries.next().front());
        if (verb == synod::machine::session_verb::request) ++requests;
      }
    }
    return requests;
  }

  void audit(std::size_t node, agree_result& r) const {
    if (!cluster_.is_up(node)) {
      r.found = 0;
      r.lost = r.acknowledged;
      return;
    }
    ledger const& held = cluster_[node].machine().inner();
    std::uint64_t lost = 0;
    std::uint64_t duplicated = 0;
    for (std::uint32_t c = 0; c < clients_.count(); ++c) {
      std::uint64_t const last = std::max(clients_.acknowledged(c), held.highest(c));
      for (std::uint64_t n = 1; n <= last; ++n) {
        unsigned const times = held.times(c, n);
        if (times == 0 && n <= clients_.acknowledged(c)) ++lost;
        if (times > 1) duplicated += times - 1;
      }
    }
    r.found = std::min(r.found, static_cast<std::uint64_t>(held.value()));
    r.lost = std::max(r.lost, lost);
    r.duplicated = std::max(r.duplicated, duplicated);
    if (!cluster_.is_up(0) || !(cluster_[node].machine() == cluster_[0].machine())) {
      r.nodes_agree = false;
    }
  }

  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  clients clients_{sessions, cluster::nodes};
  cluster cluster_{sync_delay, clients_, now()};
  screen said_;
  std::vector<std::uint64_t> answers_;
  std::vector<leader_kill> kills_;
  std::optional<std::size_t> down_;
  synod::instant next_status_;
  bool moved_ = false;
};

}  // namespace

bool agree_result::passed() const {
  bool const under_load = std::all_of(kills.begin(), kills.end(), [](auto const& k) {
    return k.in_flight != 0 && k.first_answer_after > k.at;
  });
  return acknowledged >= fewest_acknowledged && found == acknowledged && lost == 0 &&
         duplicated == 0 && nodes_agree && bad_answers == 0 && kills.size() == 2 && under_load;
}

agree_result agree() { return run{}.go(); }

}  // namespace demo
