// expect: systems that must intersect do not
// shows: {"0"}, [^<>]*<2>{"1"}, [^<>]*<2>{"2"}>.*{"0"}, [^<>]*<2>{"3"}, [^<>]*<2>{"4"}
// at most: 15 lines
// SPDX-License-Identifier: BSL-1.0
// Majorities of five share one member, who may lie: where there are no names, slots are shown.
#include "synod/quorum/majority.hpp"
#include "synod/quorum/must_intersect.hpp"

#ifdef SYNOD_VALID
constexpr std::size_t shared = 1;
#else
constexpr std::size_t shared = 2;
#endif
constexpr auto five = [] { return synod::majority{5}; };
static_assert(synod::must_intersect<shared, five, five>);
