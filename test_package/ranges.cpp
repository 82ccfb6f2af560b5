// SPDX-License-Identifier: BSL-1.0
// A consumer of the component `ranges`: a replica walk through a pipeline.
#include <range/v3/algorithm/count_if.hpp>
#include <range/v3/view/filter.hpp>
#include <string_view>

#include "synod/ring.hpp"
#include "synod/ring/view.hpp"

int main() {
  auto const ring = synod::hash_ring::make({{"a"}, {"b"}, {"c"}});
  if (!ring) return 1;
  auto const up = [](std::string_view node) { return node != "b"; };
  auto const replicas = synod::as_view(ring->replicas("user:42", 3));
  return ranges::count_if(replicas | ranges::views::filter(up), up) == 2 ? 0 : 1;
}
