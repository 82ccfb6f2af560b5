// SPDX-License-Identifier: BSL-1.0
// Who waits for an answer.
#pragma once

#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"

namespace synod::inline SYNOD_ABI {

/// A client of this node, by its ticket; or another node on behalf of one of its own, by the number
/// of its errand. Nobody: a node that has gone.
struct asker {
  enum class kind : std::uint8_t { client, node, nobody };

  std::uint64_t number = 0;
  node_id from;  ///< of a node
  kind is = kind::client;

  static constexpr asker client(ticket as) noexcept { return {as.value, {}, kind::client}; }
  static constexpr asker node(node_id from, std::uint64_t number) noexcept {
    return {number, from, kind::node};
  }
  /// Forgets a node that has gone: it is told nothing any more.
  constexpr void forget(node_id gone) noexcept {
    if (is == kind::node && from == gone) is = kind::nobody;
  }
};

/// A proposal whose entries have no place in a log yet.
struct asked_entries {
  asker who;
  std::uint32_t entries = 0;
  std::size_t bytes = 0;  ///< framed
};

}  // namespace synod::inline SYNOD_ABI
