// SPDX-License-Identifier: BSL-1.0
// Payload bytes from outside: whatever is taken for a payload is walked to its last byte.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "synod/consensus/payload.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const bytes = std::as_bytes(std::span(data, size));
  if (auto const parsed = synod::parse_payload(bytes)) {
    std::size_t walked = 0;
    for (synod::payload_reader entries(*parsed); !entries.done();) {
      walked += synod::framed_bytes(entries.next().size());
    }
    if (walked != size) std::abort();
  }
  return 0;
}
