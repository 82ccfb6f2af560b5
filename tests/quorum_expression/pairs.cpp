// SPDX-License-Identifier: BSL-1.0
// Whether two systems always intersect, for every pair of the 7579 quorum systems of five members:
// 29 million questions, against the definition. Some ten seconds.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "synod/quorum/analysis.hpp"
#include "tests/quorum_expression/monotone.hpp"

namespace {

// No set wins in the one while all others win in the other.
bool meet(naive::system const& a, std::uint32_t b_of_the_others) {
  return (a.answers & b_of_the_others) == 0;
}

std::uint32_t answers_of_the_others(naive::system const& system) {
  std::uint32_t answers = 0;
  for (std::uint32_t set = 0; set < 32; ++set) {
    if (system.wins(31 - set)) answers |= std::uint32_t{1} << set;
  }
  return answers;
}

}  // namespace

int main() {
  auto const systems = naive::all_quorum_systems(5);
  std::vector<std::uint32_t> of_the_others;
  for (auto const& system : systems) of_the_others.push_back(answers_of_the_others(system));

  std::size_t pairs = 0;
  std::size_t meeting = 0;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < systems.size(); ++i) {
    for (std::size_t j = i; j < systems.size(); ++j, ++pairs) {
      bool const expected = meet(systems[i], of_the_others[j]);
      meeting += expected ? 1 : 0;
      wrong += synod::intersects(systems[i], systems[j]) != expected ? 1 : 0;
    }
  }
  std::printf("%zu pairs, %zu always meet, %zu answered wrongly\n", pairs, meeting, wrong);
  return wrong == 0 && meeting > 0 && meeting < pairs ? 0 : 1;
}
