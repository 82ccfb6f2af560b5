// SPDX-License-Identifier: BSL-1.0
// Any text is a quorum expression or refused with a place in it. An expression prints and parses
// back to itself, its dual's dual is itself, it is monotone, and analysis agrees with it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "synod/base/random.hpp"
#include "synod/quorum/analysis.hpp"
#include "synod/quorum/quorum_expression.hpp"

namespace {

void check(bool condition) {
  if (!condition) std::abort();
}

void is_sound(synod::quorum_expression const& system, synod::splitmix64 random) {
  using synod::voter_set;
  auto const again = synod::quorum_expression::parse(system.text());
  check(again && *again == system);
  auto const dual = system.dual();
  check(dual.dual() == system);
  auto const dual_again = synod::quorum_expression::parse(dual.text());
  check(dual_again && *dual_again == dual);

  std::size_t const n = system.size();
  check(n > 0 && n <= voter_set::max_slots);
  check(system.is_quorum(voter_set::first(n)) && !system.is_quorum({}));
  for (int round = 0; round < 16; ++round) {
    voter_set const few = voter_set::of_mask(random() & random());
    voter_set const more = few | voter_set::of_mask(random());
    check(!system.is_quorum(few) || system.is_quorum(more));
    check(system.is_quorum(few & voter_set::first(n)) == system.is_quorum(few));
    check(dual.is_quorum(few) == !system.is_quorum(few.complement(n)));
  }
  if (n <= synod::truth_table::max_members) {
    check(synod::intersects(system, dual));
    auto const apart = synod::disjoint_quorums(system, system);
    if (apart) check(system.is_quorum(apart->first) && system.is_quorum(apart->second));
    synod::detail::common_slots const slots(system, system);
    if (synod::detail::meet_by_shape(system, system, slots)) check(!apart);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const system = synod::quorum_expression::parse(text);
  if (!system) {
    check(system.error().place <= size);
    return 0;
  }
  is_sound(*system, synod::splitmix64(size));
  return 0;
}
