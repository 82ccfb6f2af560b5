// SPDX-License-Identifier: BSL-1.0
// A log of any bytes, each entry behind a byte that is its length: two replicas whose hash tables
// differ answer alike and stay equal, and their snapshots are read back.
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace synod::machine;
  kv_limits limits;
  limits.max_keys = 8;
  limits.max_key_bytes = 4;
  limits.max_value_bytes = 16;
  limits.max_bytes = 64;
  session_limits few;
  few.max_sessions = 3;
  few.max_reply_bytes = 24;
  auto one = sessions<kv>::make(few, kv::make(limits, 1).value()).value();
  auto other = sessions<kv>::make(few, kv::make(limits, 2).value()).value();
  std::vector<std::byte> answer(one.max_response_bytes());
  std::vector<std::byte> other_answer(answer.size());

  auto log = std::as_bytes(std::span{data, size});
  for (std::uint64_t index = 1; !log.empty(); ++index) {
    auto const length = std::min(std::to_integer<std::size_t>(log.front()), log.size() - 1);
    auto const entry = log.subspan(1, length);
    log = log.subspan(1 + length);
    std::size_t const said = one.apply({index}, entry, answer);
    check(said <= answer.size());
    check(other.apply({index}, entry, other_answer) == said);
    check(std::equal(answer.data(), answer.data() + said, other_answer.data()));
    check(one.inner().size() <= limits.max_keys && one.inner().bytes() <= limits.max_bytes);
  }
  check(one == other && one.fingerprint() == other.fingerprint());
  check(one.next_deadline() == other.next_deadline());
  std::vector<std::byte> saved;
  one.save(saved);
  check(other.restored(saved).value() == one);
  return 0;
}
