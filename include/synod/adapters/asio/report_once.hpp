// SPDX-License-Identifier: BSL-1.0
// What goes wrong again and again is told once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/time.hpp"
#include "synod/hash/xxh3.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// Remembers the last 64 reports, by who and what: the same one is told again after a minute at the
/// earliest, and at most 64 a minute in all.
class report_once {
 public:
  static constexpr duration quiet = seconds(60);

  bool is_due(std::string_view who, std::string_view what, instant now) noexcept {
    std::uint64_t const key = hash_key<xxh3>(what, hash_key<xxh3>(who));
    report* oldest = nullptr;
    for (report& r : last_) {
      bool const is_quiet = r.told && now - r.at < quiet;
      if (is_quiet && r.key == key) return false;
      if (!is_quiet) oldest = &r;
    }
    if (oldest == nullptr) return false;
    *oldest = {key, now, true};
    return true;
  }

 private:
  struct report {
    std::uint64_t key = 0;
    instant at;
    bool told = false;
  };
  std::array<report, 64> last_;
};

}  // namespace synod::inline SYNOD_ABI::adapters
