// SPDX-License-Identifier: BSL-1.0
// What a simulated core sees of the world.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/consensus/sealed.hpp"

namespace synod::inline SYNOD_ABI {

/// The host of one step of the core at `slot`. It hands the effects on, and checks the order of
/// them that the contract promises: at most one write, then answers, messages, decisions.
template <class Sim>
class sim_host {
  using core = typename Sim::core;

 public:
  sim_host(Sim& sim, std::size_t slot, payload content) noexcept
      : sim_(sim), slot_(slot), content_(content) {}

  void write(typename core::batch const& batch, io_id id) noexcept {
    in_order(1, false);
    sim_.write(slot_, batch, content_, id);
  }
  void accepted(ticket t, position p) noexcept
    requires Sim::on_log
  {
    answers("accepts");
    sim_.model_.accepted(slot_, t, p);
  }
  void refused(ticket t, why reason, std::optional<node_id> leader) noexcept
    requires Sim::on_log
  {
    answers("refuses");
    sim_.model_.refused(slot_, t, reason, leader);
  }
  void read_ready(ticket t, log_index from) noexcept
    requires Sim::on_log
  {
    answers("answers a read");
    sim_.model_.read_ready(slot_, t, from);
  }
  void read_failed(ticket t, why reason, std::optional<node_id> leader) noexcept
    requires Sim::on_log
  {
    answers("fails a read");
    sim_.model_.read_failed(slot_, t, reason, leader);
  }
  void send(node_id to, sealed<typename core::message> const& content_of) noexcept {
    in_order(3, true);
    if (to.value - 1 < sim_.nodes_.size()) {
      sim_.outbox_.push_back({static_cast<std::uint8_t>(to.value - 1), content_of});
    }
  }
  void decided(typename core::decision const& decision) noexcept {
    in_order(4, true);
    sim_.decided(slot_, decision);
  }
  void stopped(error why) noexcept { sim_.stopped(slot_, why); }
  auto const& storage() noexcept
    requires Sim::on_log
  {
    if constexpr (std::is_same_v<typename core::storage, typename Sim::store>) {
      return sim_.nodes_[slot_].store;
    } else {
      return sim_.nodes_[slot_].store.live();
    }
  }

 private:
  void answers(char const* how) {
    in_order(2, true);
    if (sim_.setup_.trace) sim_.say("      " + Sim::name(slot_) + " " + how);
  }
  void in_order(int at, bool repeatable) {
    if (stage_ > at || (stage_ == at && !repeatable)) {
      sim_.verdict().report("contract",
                            "effects out of order: a step emits at most one write, "
                            "then answers, messages, decisions");
    }
    stage_ = at;
  }

  Sim& sim_;
  std::size_t slot_;
  payload content_;
  int stage_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
