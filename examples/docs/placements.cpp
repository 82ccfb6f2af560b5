// The snippets of docs/placements.md.
#include <array>
#include <cstdint>
#include <iostream>
#include <span>
#include <string_view>

#include "synod/ring/anchor.hpp"
#include "synod/ring/jump.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/rendezvous.hpp"

// begin generic
// Any of them will do.
template <synod::placement Placement>
std::string_view second_choice(Placement const& nodes, std::string_view key) {
  std::array<std::string_view, 2> both;
  auto const count = nodes.replicas(key, std::span<std::string_view>{both});
  return count.found == 2 ? both[1] : both[0];
}
// end generic

int main() {
  // begin buckets
  std::uint64_t const hash = synod::xxh3::hash("user:42", 0);
  std::uint32_t const shard = synod::jump_back_bucket(hash, 1000);  // 0 to 999
  std::uint32_t const other = synod::jump_bucket(hash, 1000);       // as Lamping and Veach's
  // end buckets
  if (shard >= 1000 || other >= 1000) return 1;

  // begin jump_back
  auto const shards = synod::jump_back::make({{"shard-0"}, {"shard-1"}, {"shard-2"}}).value();
  auto const more = shards.with({"shard-3"}).value();  // behind the others
  auto const fewer = more.without("shard-3").value();  // only the last may go
  if (auto const refused = more.without("shard-1"); !refused) {
    std::cout << refused.error().what << '\n';
  }
  // end jump_back
  if (fewer != shards) return 1;

  // begin rendezvous
  auto const caches = synod::rendezvous::make({{"a"}, {"b", 2.0}, {"c", 0.5}}).value();
  std::string_view const owner = caches.owner("user:42");
  auto const lighter = caches.reweighted("b", 1.0).value();  // "b" only loses keys
  // end rendezvous
  if (owner.empty() || lighter == caches) return 1;

  // begin anchor
  auto const servers = synod::anchor::make({{"s0"}, {"s1"}, {"s2"}, {"s3"}}).value();
  auto const after = servers.without("s1").value().without("s3").value();
  auto const healed = after.with({"s4"}).value();  // has what "s3" had, which went last
  auto const whole = healed.with({"s5"}).value();  // has what "s1" had
  // end anchor
  if (servers.owner("k") == "s3" && healed.owner("k") != "s4") return 1;
  if (whole.size() != servers.size()) return 1;

  // begin capacity
  auto const fixed = synod::anchor::make({{"s0"}, {"s1"}, {"s2"}}, 4).value();
  auto const full = fixed.with({"s3"}).value();
  if (auto const refused = full.with({"s4"}); !refused) std::cout << refused.error().what << '\n';
  // end capacity

  std::cout << second_choice(caches, "user:42") << ' ' << second_choice(whole, "user:42") << '\n';
}
