// SPDX-License-Identifier: BSL-1.0
// The second unit of the consumer: the same headers once more, so that whatever is not inline
// shows.
#include "synod/quorum.hpp"
#include "synod/raft.hpp"
#include "synod/ring.hpp"

bool places_keys();

bool places_keys() {
  auto const before = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}});
  if (!before) return false;
  auto const after = before->with({"d"});
  if (!after) return false;
  auto const owner = before->owner("user:42");
  auto const now = after->owner("user:42");
  return !owner.empty() && (now == owner || now == "d");
}
