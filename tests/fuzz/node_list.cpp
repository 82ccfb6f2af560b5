// SPDX-License-Identifier: BSL-1.0
// Node lists from outside: whatever is taken for one makes a ring, or is refused with a place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "examples/synod-ring/nodes.hpp"
#include "synod/ring.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string const content(reinterpret_cast<char const*>(data), size);
  try {
    auto const nodes = synod_ring::parse_nodes(content, "list");
    double points = 0;
    for (auto const& node : nodes) points += 160 * node.weight;
    if (points > 100'000) return 0;  // right, and slow
    auto const made = synod::hash_ring::make(synod_ring::views(nodes));
    if (!made || made.value().size() != nodes.size()) std::abort();
    if (made.value().owner("key").empty()) std::abort();
  } catch (synod_ring::bad_input const& wrong) {
    if (wrong.what.find("list") == std::string::npos) std::abort();
  }
  return 0;
}
