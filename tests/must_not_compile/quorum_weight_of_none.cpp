// expect: weigh: a weight of 0
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
constexpr auto system = synod::choose<2>(synod::weigh<2>(nodes::a), nodes::b);
#else
constexpr auto system = synod::choose<1>(synod::weigh<0>(nodes::a), nodes::b);
#endif
