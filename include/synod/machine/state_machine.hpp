// SPDX-License-Identifier: BSL-1.0
// What a replicated state machine is.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"

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

/// A machine that answers questions beside the log. `query(question, out)` writes the answer to the
/// front of `out` and returns its size, as `apply` does; it depends on state and question alone and
/// changes nothing.
template <class M>
concept queryable = state_machine<M> && requires(M const same, std::span<std::byte const> question,
                                                 std::span<std::byte> out) {
  { same.query(question, out) } noexcept -> std::same_as<std::size_t>;
};

/// A machine whose state fits into bytes. `save(out)` appends them; `restored(bytes)` gives the
/// machine that was saved, with the limits of the one that is asked, or says where the bytes are
/// wrong. Equal states save equal bytes.
template <class M>
concept saveable = state_machine<M> && requires(M const same, std::vector<std::byte>& out,
                                                std::span<std::byte const> bytes) {
  { same.save(out) };
  { same.restored(bytes) } -> std::same_as<result<M>>;
};

/// A machine with a time of its own, which only commands move on. `now()` is the last time it was
/// told; `next_deadline()` the earliest at which it would do something; `advance(to, out)` writes
/// the command that moves it on and returns its size.
template <class M>
concept keeps_time =
    state_machine<M> && requires(M const same, instant to, std::span<std::byte> out) {
      { same.now() } noexcept -> std::same_as<instant>;
      { same.next_deadline() } noexcept -> std::same_as<std::optional<instant>>;
      { M::advance(to, out) } noexcept -> std::same_as<std::size_t>;
    };

}  // namespace synod::inline SYNOD_ABI
