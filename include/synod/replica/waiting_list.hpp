// SPDX-License-Identifier: BSL-1.0
// The proposals that a node has accepted and not yet answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/window.hpp"

namespace synod::inline SYNOD_ABI {

/// A proposal is bound to its positions: it has succeeded only where the entry of that index *and
/// ballot* was applied. Proposals wait in the order of their indices; those whose places were
/// taken again in a later leadership of this node wait apart, since their entries may still be
/// applied by way of another node.
template <class Who>
class waiting_list {
 public:
  bool empty() const noexcept { return in_order_.empty() && displaced_.empty(); }

  void add(Who const& who, position first, std::uint32_t count) {
    while (!in_order_.empty() && in_order_.back().last() >= first.index) {
      displaced_.push_back(in_order_.back());
      in_order_.truncate(in_order_.size() - 1);
    }
    proposal& added = in_order_.extend();
    added.who = who;
    added.first = first;
    added.count = count;
  }

  /// Tells `each(who, offset, is_it)` who waited for the index that was applied, and forgets those
  /// that waited for nothing more.
  template <class Each>
  void applied(position at, Each&& each) {
    while (!in_order_.empty() && in_order_.front().first.index <= at.index) {
      proposal const& p = in_order_.front();
      if (p.last() >= at.index) p.tell(at, each);
      if (p.last() > at.index) break;
      in_order_.drop_front(1);
    }
    for (std::size_t i = 0; i < displaced_.size();) {
      proposal const p = displaced_[i];
      if (p.first.index <= at.index && at.index <= p.last()) p.tell(at, each);
      if (p.last() <= at.index) {
        displaced_.erase(displaced_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  /// Ends everything that waited for an index up to `upto`, which nobody will see applied here:
  /// `each(who)`. Linear in what waits.
  template <class Each>
  void skipped(log_index upto, Each&& each) {
    while (!in_order_.empty() && in_order_.front().first.index <= upto) {
      each(in_order_.front().who);
      in_order_.drop_front(1);
    }
    std::erase_if(displaced_, [&](proposal const& p) {
      if (p.first.index > upto) return false;
      each(p.who);
      return true;
    });
  }

  /// Ends everything: `each(who)`.
  template <class Each>
  void abandon(Each&& each) {
    for_each(each);
    in_order_.clear();
    displaced_.clear();
  }

  /// `each(who)`, which may change them.
  template <class Each>
  void for_each(Each&& each) {
    for (std::size_t i = 0; i < in_order_.size(); ++i) each(in_order_[i].who);
    for (proposal& p : displaced_) each(p.who);
  }

 private:
  struct proposal {
    Who who;
    position first;
    std::uint32_t count = 0;

    log_index last() const noexcept { return {first.index.value + count - 1}; }
    template <class Each>
    void tell(position at, Each&& each) const {
      each(who, static_cast<std::uint32_t>(at.index.value - first.index.value), at.in == first.in);
    }
  };

  window<proposal> in_order_;
  std::vector<proposal> displaced_;
};

}  // namespace synod::inline SYNOD_ABI
