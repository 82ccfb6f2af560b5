// SPDX-License-Identifier: BSL-1.0
// What a replicated state machine is.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"

namespace synod::inline SYNOD_ABI {

/// A regular value that changes by commands only (Schneider, "Implementing Fault-Tolerant Services
/// Using the State Machine Approach", 1990).
///
/// `apply(index, command, out)` applies the command that the log decided at `index`, writes the
/// response to the front of `out` and returns its size. A response larger than `out` is not
/// written; its size is returned all the same. `fingerprint()`: equal states give equal ones.
///
/// What a concept cannot check:
/// - response and state depend on the state before, the index and the bytes of the command alone:
///   no clock, no draw, no address, no order of an unordered container, not the size of `out`;
/// - every sequence of bytes is answered, the same way everywhere: an invalid command changes
///   nothing, says so in its response and counts as applied;
/// - the caller applies each index once, in ascending order.
template <class M>
concept state_machine =
    std::regular<M> && requires(M machine, M const same, log_index index,
                                std::span<std::byte const> command, std::span<std::byte> out) {
      { machine.apply(index, command, out) } noexcept -> std::same_as<std::size_t>;
      { same.fingerprint() } noexcept -> std::same_as<std::uint64_t>;
    };

}  // namespace synod::inline SYNOD_ABI
