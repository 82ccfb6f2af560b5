// expect: ring: hash policy lacks: static std::uint64_t hash
// SPDX-License-Identifier: BSL-1.0
// A hash policy that may throw is no hash policy; the first line of the answer says what is
// missing.
#include <cstdint>
#include <string_view>

#include "synod/ring.hpp"

struct policy {
#ifdef SYNOD_VALID
  static std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
#else
  static std::uint64_t hash(std::string_view bytes, std::uint64_t seed) {
#endif
      return bytes.size() + seed;
}
}
;

int main() {
  return synod::basic_hash_ring<policy>::make({{"a"}}).value().owner("k") == "a" ? 0 : 1;
}
