// SPDX-License-Identifier: BSL-1.0
// A 64-bit hash of a core's abstract state.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/consensus/log.hpp"

namespace synod::inline SYNOD_ABI {

/// Folds named values in the order they are visited. Equal states give equal fingerprints on every
/// platform; different ones differ but for about one pair in 2^64. It looks at no name.
class fingerprint_visitor {
 public:
  void operator()(char const*, std::uint64_t value) noexcept { fold(value); }
  template <class Tag>
  void operator()(char const*, strong<Tag> value) noexcept {
    fold(value.value);
  }
  void operator()(char const*, std::optional<node_id> node) noexcept {
    fold(node ? 1 : 0);
    fold(node ? node->value : 0);
  }
  void operator()(char const*, position const& p) noexcept {
    fold(p.index.value);
    fold(p.in.value);
  }
  void operator()(char const*, run const& r) noexcept {
    fold(r.first.index.value);
    fold(r.first.in.value);
    fold(r.last.value);
    fold(static_cast<std::uint64_t>(r.kind));
  }
  void operator()(char const*, members const& who) noexcept {
    fold(who.voters.size());
    for (node_id const voter : who.voters) fold(voter.value);
  }

  std::uint64_t value() const noexcept { return mix(hash_); }

 private:
  void fold(std::uint64_t value) noexcept {
    hash_ = mix(hash_ ^ (value + 0x9e3779b97f4a7c15)) + 0x2545f4914f6cdd1d;
  }

  std::uint64_t hash_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
