// SPDX-License-Identifier: BSL-1.0
// Messages that wait for what they promise to be on disk.
#pragma once

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/window.hpp"
#include "synod/consensus/durability.hpp"
#include "synod/consensus/sealed.hpp"

namespace synod::inline SYNOD_ABI {

/// They leave in the order in which they came, each by `transmit(to, message)`.
template <class Message>
class outbox {
 public:
  void hold(node_id to, sealed<Message> const& what) {
    held& added = held_.extend();
    added.to = to;
    added.what = what;
  }
  template <class Transmit>
  void release(durable const& upto, Transmit&& transmit) {
    while (!held_.empty()) {
      Message const* const open = held_.front().what.open(upto);
      if (open == nullptr) return;
      transmit(held_.front().to, *open);
      held_.drop_front(1);
    }
  }
  void clear() noexcept { held_.clear(); }

 private:
  struct held {
    node_id to;
    sealed<Message> what;
  };

  window<held> held_;
};

}  // namespace synod::inline SYNOD_ABI
