// SPDX-License-Identifier: BSL-1.0
// Clients that count: each has one request out, and repeats it until it is answered.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "examples/demo/ledger.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/machine.hpp"
#include "synod/replica/answer.hpp"

namespace demo {

/// All clients of the demo. A replica tells them its answers; `ask` is called once a turn.
///
/// A request is built once. Where its fate is unknown (the node died, the time is up, another
/// entry took its place) the same bytes, and so the same (session, sequence), go to whoever leads.
/// Nobody tells the machine the time (`session_advance`), so that no session expires.
class clients {
 public:
  clients(std::uint32_t count, std::span<synod::node_id const> nodes)
      : nodes_(nodes.begin(), nodes.end()), all_(count) {
    for (client& c : all_) {
      c.ask = nodes_.front();
      open_session(c);
    }
  }

  /// Sends what is due: `propose(node, ticket, payload)` gives false where the node is not there.
  template <class Propose>
  void ask(synod::instant now, Propose&& propose) {
    now_ = now;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      client& c = all_[i];
      if (c.waits && now >= c.give_up) retry(c);
      if (c.waits || c.idle || now < c.not_before) continue;
      c.out = {++tickets_ << 16 | i};
      c.waits = true;
      c.give_up = now + patience;
      bool const there = propose(c.ask, c.out, synod::payload{{c.request.data(), c.size}, 1});
      if (!there) try_next(c);
    }
  }

  void on_answer(synod::ticket as, synod::answer const& what) noexcept {
    client& c = all_[as.value & 0xffff];
    if (!c.waits || as != c.out) return;  // of an attempt that was given up
    switch (what.what) {
      case synod::outcome::response: return hear(c, what.response);
      case synod::outcome::refused: return refused(c, what);
      case synod::outcome::lost:
      case synod::outcome::unknown: return retry(c);
      case synod::outcome::too_large: ++bad_answers_; return retry(c);
    }
  }

  /// The connection to a node broke: gives how many requests it has left unanswered.
  std::size_t lost_connection(synod::node_id node) noexcept {
    std::size_t in_flight = 0;
    for (client& c : all_) {
      if (!c.waits || c.ask != node) continue;
      ++in_flight;
      ++retries_;
      try_next(c);
    }
    return in_flight;
  }

  /// Nothing new is asked; what is out is still repeated until it is answered.
  void finish() noexcept { finishing_ = true; }
  bool finished() const noexcept {
    return std::all_of(all_.begin(), all_.end(), [](client const& c) { return c.idle; });
  }

  std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(all_.size()); }
  /// The requests of a client that the cluster has acknowledged: 1 to this.
  std::uint64_t acknowledged(std::uint32_t which) const noexcept { return all_[which].counted; }
  std::uint64_t acknowledged() const noexcept { return acknowledged_; }
  /// Answers that no client can accept: a session that is gone, a malformed response.
  std::uint64_t bad_answers() const noexcept { return bad_answers_; }
  std::uint64_t retries() const noexcept { return retries_; }
  synod::instant last_answer() const noexcept { return last_answer_; }

 private:
  static constexpr synod::duration patience = synod::seconds(1);
  static constexpr synod::duration pause = synod::milliseconds(5);

  struct client {
    synod::machine::session_client session;
    std::array<std::byte, 64> request{};  // framed
    std::size_t size = 0;
    std::uint64_t counted = 0;
    synod::node_id ask;
    synod::ticket out;
    synod::instant give_up;
    synod::instant not_before;
    bool waits = false;
    bool idle = false;
  };

  std::uint32_t number_of(client const& c) const noexcept {
    return static_cast<std::uint32_t>(&c - all_.data());
  }

  static void frame(client& c, std::span<std::byte const> command) noexcept {
    c.size = synod::frame_entry(command, c.request.data());
  }
  void open_session(client& c) noexcept {
    std::array<std::byte, 32> out;
    auto const size =
        synod::machine::encode_command(synod::machine::session_open{synod::seconds(60)}, out);
    frame(c, {out.data(), size.value()});
  }
  void next_request(client& c) noexcept {
    std::array<std::byte, 12> command;
    (void)synod::encode(count_command{number_of(c), c.counted + 1}, command).value();
    std::array<std::byte, 60> out;
    auto const built = c.session.request(command, out);
    frame(c, {out.data(), built.value().size});
  }

  void hear(client& c, std::span<std::byte const> bytes) noexcept {
    auto const said = synod::machine::read_response(bytes);
    if (!said || said->status != synod::machine::session_status::ok) {
      ++bad_answers_;
      return retry(c);
    }
    c.waits = false;
    last_answer_ = now_;
    if (c.session.session() == synod::log_index{}) {
      c.session = synod::machine::session_client{said->session, 1};
    } else if (c.session.on_response(*said)) {
      ++c.counted;
      ++acknowledged_;
    }
    c.idle = finishing_;
    if (!c.idle) next_request(c);
  }

  void refused(client& c, synod::answer const& what) noexcept {
    c.waits = false;
    if (what.reason == synod::why::full) {
      c.not_before = now_ + pause;
    } else if (what.leader) {
      c.ask = *what.leader;
    } else {
      try_next(c);
    }
  }
  void retry(client& c) noexcept {
    ++retries_;
    try_next(c);
  }
  void try_next(client& c) noexcept {
    auto const at = std::find(nodes_.begin(), nodes_.end(), c.ask);
    c.ask = at == nodes_.end() || at + 1 == nodes_.end() ? nodes_.front() : *(at + 1);
    c.waits = false;
    c.not_before = now_ + pause;
  }

  std::vector<synod::node_id> nodes_;
  std::vector<client> all_;
  synod::instant now_;
  synod::instant last_answer_;
  std::uint64_t tickets_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t bad_answers_ = 0;
  std::uint64_t retries_ = 0;
  bool finishing_ = false;
};

}  // namespace demo
