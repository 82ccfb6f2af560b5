// SPDX-License-Identifier: BSL-1.0
// Which parts a replica has: what its core, its store, its machine and its transport allow.
#pragma once

#include <concepts>
#include <type_traits>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"

namespace synod::inline SYNOD_ABI {

/// A core that tells whether its node leads. Only with such a core does a replica collect commands
/// into batches: it must know when those that wait have to go elsewhere.
template <class Core>
concept tells_office = requires(Core const& core) {
  { core.leads() } noexcept -> std::same_as<bool>;
};

namespace detail {

template <class Part>
struct absent {};

/// A part, or nothing in its place.
template <bool Is, class Part>
using part_if = std::conditional_t<Is, Part, absent<Part>>;

/// The part, of what it is made of; or nothing.
template <class Part, class... Given>
Part make_part(Given const&... given) {
  if constexpr (std::is_constructible_v<Part, Given const&...>) {
    return Part(given...);
  } else {
    return {};
  }
}

/// One call from outside, which no other may interrupt.
class turn {
 public:
  explicit turn(bool& busy) noexcept : busy_(busy) {
    SYNOD_EXPECTS(!busy, "replica: called from its own handler, machine or transport");
    busy_ = true;
  }
  ~turn() { busy_ = false; }
  turn(turn const&) = delete;
  turn& operator=(turn const&) = delete;

 private:
  bool& busy_;
};

}  // namespace detail

}  // namespace synod::inline SYNOD_ABI
