// SPDX-License-Identifier: BSL-1.0
// Random commands for a `kv`: few keys, so that they meet, values on both sides of every rule.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "tests/machine/kv_script.hpp"

namespace synod::test {

class kv_draw {
 public:
  explicit kv_draw(std::uint64_t seed) : random_(seed) {}

  static constexpr std::array<std::string_view, 7> all_keys{"",  "a",  "b",       "ab",
                                                            "n", "nn", "too long"};
  /// Limits that these commands reach.
  static machine::kv_limits limits() {
    machine::kv_limits limits;
    limits.max_keys = 5;
    limits.max_key_bytes = 4;
    limits.max_value_bytes = 20;
    limits.max_bytes = 60;
    return limits;
  }

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string_view key() { return all_keys[below(all_keys.size())]; }
  std::string_view value() {
    static constexpr std::array<std::string_view, 9> values{"",
                                                            "0",
                                                            "7",
                                                            "-12",
                                                            "9223372036854775807",
                                                            "-9223372036854775808",
                                                            "01",
                                                            "text",
                                                            "longer than 20 bytes, by far"};
    return values[below(values.size())];
  }

  /// f(command), which refers to what is gone afterwards.
  template <class F>
  void next(F&& f) {
    using namespace machine;
    switch (below(16)) {
      case 0: return f(kv_advance{time()});
      case 1: return f(kv_remove{some_keys()});
      case 2: return f(kv_remove_if{view(key()), view(value())});
      case 3: return f(kv_expire{view(key()), lifetime()});
      case 4: return f(kv_expire_if{view(key()), view(value()), lifetime()});
      case 5: return f(kv_persist{view(key())});
      case 6: return f(kv_get{view(key())});
      case 7: return f(kv_exists{some_keys()});
      case 8: return f(kv_remaining{view(key())});
      case 9: return f(kv_count{});
      case 10:
      case 11:
      case 12: return f(kv_add{view(key()), amount()});
      default:
        return f(kv_set{view(key()), view(value()), static_cast<kv_condition>(below(3)),
                        static_cast<kv_lifetime>(below(3)), duration{below(12)}, below(2) == 0});
    }
  }

 private:
  instant time() {
    now_.ns += below(4);
    return below(6) == 0 ? instant{below(now_.ns + 1)} : now_;
  }
  std::int64_t lifetime() { return static_cast<std::int64_t>(below(12)) - 2; }
  std::int64_t amount() {
    static constexpr std::array<std::int64_t, 6> amounts{1,
                                                         -1,
                                                         0,
                                                         500,
                                                         std::numeric_limits<std::int64_t>::max(),
                                                         std::numeric_limits<std::int64_t>::min()};
    return amounts[below(amounts.size())];
  }
  std::span<std::byte const> some_keys() {
    list_.clear();
    for (std::uint64_t left = below(4); left > 0; --left) machine::append_key(list_, view(key()));
    if (below(8) == 0 && !list_.empty()) list_.pop_back();
    return list_;
  }

  std::mt19937_64 random_;
  instant now_;
  bytes list_;
};

/// The same as bytes, with some that are no command.
inline std::vector<bytes> kv_log(std::uint64_t seed, std::size_t length) {
  kv_draw draw{seed};
  std::vector<bytes> log;
  while (log.size() < length) {
    draw.next([&](auto const& command) { log.push_back(encoded(command)); });
    bytes& entry = log.back();
    if (draw.below(12) == 0) entry[draw.below(entry.size())] ^= std::byte{0x41};
    if (draw.below(20) == 0) entry.resize(draw.below(entry.size() + 3));
  }
  return log;
}

}  // namespace synod::test
