// SPDX-License-Identifier: BSL-1.0
// What an oracle found.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// The first violation of a run: which oracle, and what it saw, in words.
class sim_verdict {
 public:
  bool broken() const noexcept { return oracle_ != nullptr; }
  /// Null while nothing is broken.
  char const* oracle() const noexcept { return oracle_; }
  std::string const& what() const noexcept { return what_; }

  /// The first one counts: what follows is its consequence.
  [[gnu::noinline]] void report(char const* oracle, std::string what) {
    if (broken() || (only_ != nullptr && std::string_view(only_) != oracle)) return;
    oracle_ = oracle;
    what_ = std::move(what);
  }

  /// From now on it is deaf to all others; null: to none.
  void listen_to(char const* oracle) noexcept { only_ = oracle; }

 private:
  char const* only_ = nullptr;
  char const* oracle_ = nullptr;
  std::string what_;
};

}  // namespace synod::inline SYNOD_ABI
