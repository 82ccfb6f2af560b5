// expect: more than 12 members, and neither counts nor shapes prove that they meet
// at most: 15 lines
// SPDX-License-Identifier: BSL-1.0
#include "synod/quorum/must_intersect.hpp"
#include "synod/quorum/quorum_text.hpp"

constexpr auto writes = synod::quorum_text<"6 of (a, b, c, d, e, f, g, h, i, j, k, l, m)">;
#ifdef SYNOD_VALID
constexpr auto reads = synod::quorum_text<"8 of (a, b, c, d, e, f, g, h, i, j, k, l, m)">;
#else
constexpr auto reads = synod::quorum_text<"7 of (a, b, c, d, e, f, g, h, i, j, k, l, m)">;
#endif
static_assert(synod::must_intersect<1, reads, writes>);
