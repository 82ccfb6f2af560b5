// expect: systems that must intersect do not
// shows: quorums_apart<[^<>]*quorum_of<.*quorum_of<.*quorum_of<
// at most: 15 lines
// SPDX-License-Identifier: BSL-1.0
// Fast Paxos with majorities for its fast quorums: two of them and a classic one share nobody.
#include "synod/quorum/must_intersect.hpp"
#include "synod/quorum/quorum_text.hpp"

constexpr auto classic = synod::quorum_text<"majority(a, b, c, d, e)">;
#ifdef SYNOD_VALID
constexpr auto fast = synod::quorum_text<"4 of (a, b, c, d, e)">;
#else
constexpr auto fast = synod::quorum_text<"majority(a, b, c, d, e)">;
#endif
static_assert(synod::must_intersect<1, classic, fast, fast>);
