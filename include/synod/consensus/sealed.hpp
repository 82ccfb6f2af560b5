// SPDX-License-Identifier: BSL-1.0
// A message that cannot be read before what it promises is on disk.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/durability.hpp"

namespace synod::inline SYNOD_ABI {

/// What a core hands to its host to send. The host holds it until `open` answers, oldest first.
template <class Message>
class sealed {
 public:
  sealed() = default;
  constexpr sealed(Message const& message, io_id needs) noexcept
      : message_(message), needs_(needs) {}
  /// Builds the message in its place, without a copy.
  template <std::invocable Build>
    requires std::same_as<std::invoke_result_t<Build>, Message>
  constexpr sealed(Build&& build, io_id needs) noexcept
      : message_(std::forward<Build>(build)()), needs_(needs) {}

  /// The write it waits for: for queues and oracles; shows no content.
  constexpr io_id needs() const noexcept { return needs_; }

  /// The message, or null while its write is not covered.
  constexpr Message const* open(durable const& upto) const noexcept {
    return upto.covers(needs_) ? &message_ : nullptr;
  }

 private:
  Message message_{};
  io_id needs_;
};

}  // namespace synod::inline SYNOD_ABI
