// SPDX-License-Identifier: BSL-1.0
// What a replica sends with.
#pragma once

#include <concepts>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/payload.hpp"

namespace synod::inline SYNOD_ABI {

/// `send(to, message, payload)` takes both over before it returns. It may lose, delay, reorder and
/// duplicate them; it never alters them (frames have checksums) and never blocks.
template <class T, class Message>
concept transport = requires(T& net, node_id to, Message const& message, payload entries) {
  { net.send(to, message, entries) } noexcept;
};

}  // namespace synod::inline SYNOD_ABI
