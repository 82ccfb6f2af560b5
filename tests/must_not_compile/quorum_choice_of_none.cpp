// expect: choose: a choice of 0 is always won
// at most: 15 lines
// SPDX-License-Identifier: BSL-1.0
#include "synod/quorum/expression.hpp"

namespace nodes {
constexpr auto a = synod::quorum_node<"a">;
constexpr auto b = synod::quorum_node<"b">;
constexpr auto c = synod::quorum_node<"c">;
constexpr auto d = synod::quorum_node<"d">;
}  // namespace nodes

#ifdef SYNOD_VALID
constexpr auto system = synod::choose<1>(nodes::a, nodes::b);
#else
constexpr auto system = synod::choose<0>(nodes::a, nodes::b);
#endif
