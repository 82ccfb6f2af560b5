// SPDX-License-Identifier: BSL-1.0
// Bytes that claim to be a snapshot of a kv, or of sessions around one: refused with a place, or
// accepted, and then they are what the machine saves; and it answers commands as any other.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "synod/kv.hpp"
#include "synod/machine.hpp"

namespace {

void check(bool condition) {
  if (!condition) std::abort();
}

template <class M>
void refused_or_as_saved(M const& blank, std::span<std::byte const> bytes) {
  auto const read = blank.restored(bytes);
  if (!read) return check(read.error().place <= bytes.size());
  std::vector<std::byte> again;
  read->save(again);
  check(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
  M one = *read;
  M other = blank.restored(again).value();
  check(one == other && one.fingerprint() == other.fingerprint());

  // The end of the log: everything that has a deadline ends.
  std::vector<std::byte> answer(one.max_response_bytes());
  std::byte command[64];
  auto const last = one.next_deadline().value_or(one.now());
  std::size_t const size = M::advance(last, command);
  one.apply({~std::uint64_t{0}}, std::span{command}.first(size), answer);
  check(!one.next_deadline() || *one.next_deadline() > last);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace synod::machine;
  auto const bytes = std::as_bytes(std::span{data, size});
  kv_limits limits;
  limits.max_keys = 100;
  limits.max_value_bytes = 1000;
  limits.max_bytes = 10'000;
  session_limits few;
  few.max_sessions = 20;
  auto const inner = kv::make(limits, 7).value();
  refused_or_as_saved(inner, bytes);
  refused_or_as_saved(sessions<kv>::make(few, inner).value(), bytes);
  return 0;
}
