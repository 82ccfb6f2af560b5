// SPDX-License-Identifier: BSL-1.0
// How an answer finds who asked: a client of this node, or another node.
#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/replica/answer.hpp"
#include "synod/replica/asker.hpp"
#include "synod/replica/errand.hpp"

namespace synod::inline SYNOD_ABI {

/// The transport, and the handler of the own clients.
template <class Transport, answer_handler Handler>
class responder {
 public:
  responder(Transport net, Handler& handler) : net_(std::move(net)), handler_(&handler) {}

  Transport& net() noexcept { return net_; }

  void tell(asker const& who, answer const& what) noexcept {
    if constexpr (carries_errands<Transport>) {
      if (who.is == asker::kind::nobody) return;
      if (who.is == asker::kind::node) return tell_node(who, what);
    }
    handler_->on_answer({who.number}, what);
  }
  void refuse(asker const& who, why reason, std::optional<node_id> leader = {}) noexcept {
    answer what;
    what.what = outcome::refused;
    what.reason = reason;
    what.leader = leader;
    tell(who, what);
  }

  /// False: certainly not sent.
  bool send(node_id to, errand const& what, std::span<std::byte const> bytes) noexcept {
    if constexpr (std::same_as<decltype(net_.send(to, what, bytes)), bool>) {
      return net_.send(to, what, bytes);
    } else {
      net_.send(to, what, bytes);
      return true;
    }
  }

 private:
  void tell_node(asker const& who, answer const& what) noexcept {
    errand back;
    back.what = errand::verb::answer;
    back.number = who.number;
    back.offset = what.offset;
    back.outcome = what.what;
    back.reason = what.reason;
    back.leader = what.leader;
    (void)send(who.from, back, what.response);
  }

  Transport net_;
  Handler* handler_;
};

}  // namespace synod::inline SYNOD_ABI
