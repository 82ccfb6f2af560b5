// expect: systems that must intersect do not
// shows: quorum_of<[^<>]*<2>{"a"}, [^<>]*<2>{"b"}>, [^<>]*quorum_of<[^<>]*<2>{"c"}, [^<>]*<2>{"d"}>
// at most: 15 lines
// SPDX-License-Identifier: BSL-1.0
// A protocol that takes two systems names two quorums that miss each other.
#include "synod/quorum/expression.hpp"
#include "synod/quorum/must_intersect.hpp"

namespace nodes {
constexpr auto a = synod::quorum_node<"a">;
constexpr auto b = synod::quorum_node<"b">;
constexpr auto c = synod::quorum_node<"c">;
constexpr auto d = synod::quorum_node<"d">;
}  // namespace nodes

template <auto Reads, auto Writes>
struct replicated_register {
  static_assert(synod::must_intersect<1, Reads, Writes>);
};

#ifdef SYNOD_VALID
constexpr auto writes = synod::choose<3>(nodes::a, nodes::b, nodes::c, nodes::d);
#else
constexpr auto writes = synod::choose<2>(nodes::a, nodes::b, nodes::c, nodes::d);
#endif
replicated_register<synod::choose<2>(nodes::a, nodes::b, nodes::c, nodes::d), writes> store;
