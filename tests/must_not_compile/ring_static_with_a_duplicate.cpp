// expect: violated|constant expression
// SPDX-License-Identifier: BSL-1.0
// Nodes that the compiler knows, and knows to be wrong.
#include "synod/ring/static_ring.hpp"

#ifdef SYNOD_VALID
constexpr auto ring = synod::static_ring<4>::make({{"a"}, {"b"}, {"c"}}).value();
#else
constexpr auto ring = synod::static_ring<4>::make({{"a"}, {"b"}, {"a"}}).value();
#endif

int main() { return static_cast<int>(ring.owner("x").size()) - 1; }
