// The snippets of docs/ring-layouts.md.
#include <array>
#include <cstdint>
#include <iostream>
#include <string_view>

#include "synod/ring/envoy_ring.hpp"
#include "synod/ring/ketama.hpp"
#include "synod/ring/maglev.hpp"
#include "synod/ring/plan.hpp"
#include "synod/ring/static_ring.hpp"

// begin static
// In read-only data; what is wrong with the nodes does not compile.
constexpr auto shards = synod::static_ring<16>::make({{"shard-01"},
                                                      {"shard-02"},
                                                      {"shard-03"},
                                                      {"shard-04"},
                                                      {"shard-05"},
                                                      {"shard-06"},
                                                      {"shard-07"},
                                                      {"shard-08"},
                                                      {"shard-09"},
                                                      {"shard-10"},
                                                      {"shard-11"},
                                                      {"shard-12"},
                                                      {"shard-13"},
                                                      {"shard-14"},
                                                      {"shard-15"},
                                                      {"shard-16"}})
                            .value();
static_assert(shards.point_count() == 16 * 160);
static_assert(shards.owner("user:42") == shards.owner_of(shards.hash_of("user:42")));
// end static

int main() {
  // begin libmemcached
  using synod::ketama;
  using ring = synod::ketama_ring<ketama::libmemcached>;
  auto const servers = ring::make({{"10.0.1.1:11211", 600}, {"10.0.1.2:11211", 300}}).value();
  std::cout << servers.owner("SVa_]_V41)") << '\n';  // the server that libmemcached asks
  // end libmemcached

  // begin spymemcached
  using java_ring = synod::ketama_ring<ketama::spymemcached>;
  auto const java = java_ring::make({{"cache-1/10.0.1.1:11211"}, {"/10.0.1.2:11211"}}).value();
  if (java.point_count() != 320) return 1;
  // end spymemcached

  // begin change
  auto const more = servers.with({"10.0.1.3:11211", 300}).value();
  synod::ring_share between_old;
  for (auto const [interval, from, to] : plan(servers, more)) {
    if (to != "10.0.1.3:11211") between_old += interval.share();
  }
  std::cout << 100 * between_old.fraction() << " % of all keys move though they need not\n";
  // end change

  // begin envoy
  auto const hosts =
      synod::envoy_ring::make({{"10.0.0.1:80"}, {"10.0.0.2:80", 2}}, {.min_ring_size = 4096})
          .value();
  std::uint64_t const hash = hosts.hash_of("session-7");  // XXH64, as Envoy hashes a header
  std::cout << hosts.owner_of(hash) << ", then " << envoy_retry_owner(hosts, hash, 1) << '\n';
  // end envoy

  // begin localities
  // Two hosts in a locality of weight 1, one in a locality of weight 3.
  auto const weight = synod::envoy_locality_weight;
  auto const zoned = synod::envoy_ring::make({{"10.0.0.1:80", weight(1, 2, 1, 4)},
                                              {"10.0.0.2:80", weight(1, 2, 1, 4)},
                                              {"10.0.9.1:80", weight(1, 1, 3, 4)}},
                                             {.normalised = true})
                         .value();
  // end localities
  if (zoned.size() != 3) return 1;

  // begin maglev
  auto const table =
      synod::envoy_maglev::make({{"10.0.0.1:80"}, {"10.0.0.2:80", 2}}, {.slots = 65537}).value();
  std::cout << table.owner_of(hash) << " owns slot " << hash % table.slot_count() << '\n';
  // end maglev
}
