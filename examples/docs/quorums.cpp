// The snippets of docs/quorums.md.
#include <array>
#include <iostream>

#include "synod/quorum.hpp"

// begin system
// The chair must agree, and one of the two others.
struct chair_and_one {
  constexpr std::size_t size() const noexcept { return 3; }
  constexpr bool is_quorum(synod::voter_set who) const noexcept {
    return who.contains(0) && (who.contains(1) || who.contains(2));
  }
  constexpr bool operator==(chair_and_one const&) const = default;
};
static_assert(synod::quorum_system<chair_and_one>);
// end system

int main() {
  // begin tally
  synod::tally votes{synod::majority{5}};
  votes.vote(0, true);
  votes.vote(0, true);   // again: changes nothing
  votes.vote(0, false);  // a change of mind: neither
  votes.vote(7, true);   // a stranger: nor that
  votes.vote(3, true);
  if (votes.now() != synod::verdict::pending) return 1;
  if (votes.vote(4, true) != synod::verdict::won) return 1;
  // end tally

  // begin named
  std::array const members{synod::node_id{17}, synod::node_id{4}, synod::node_id{99}};
  auto named = synod::named_tally<synod::majority>::make(synod::majority{3}, members);
  if (!named) return 1;  // a name twice, or another number of them
  named->vote({99}, false);
  if (named->vote({4}, false) != synod::verdict::lost) return 1;
  // end named

  // begin commit
  std::array<synod::log_index, 3> const held{{{7}, {9}, {4}}};  // what each of three nodes has
  std::cout << synod::commit_index(synod::majority{3}, held).value << '\n';  // 7
  std::cout << synod::commit_index(chair_and_one{}, held).value << '\n';     // 7: chair 7, one 9
  // end commit
}
