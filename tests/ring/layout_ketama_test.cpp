// SPDX-License-Identifier: BSL-1.0
// Ketama as its clients lay it out: published vectors, and what each client does differently.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "synod/ring.hpp"
#include "synod/ring/ketama.hpp"
#include "tests/ring/vector_rows.hpp"
#include "tests/support/catch.hpp"

using synod::errc;
using synod::ketama;
using synod::ketama_ring;

namespace {

using libmemcached = ketama_ring<ketama::libmemcached>;
using unweighted = ketama_ring<ketama::libmemcached_unweighted>;
using spymemcached = ketama_ring<ketama::spymemcached>;
using spymemcached_weighted = ketama_ring<ketama::spymemcached_weighted>;
using libketama = ketama_ring<ketama::libketama>;
using libketama_in_double = ketama_ring<ketama::libketama_in_double>;

static_assert(synod::weighted_placement<libmemcached>);
static_assert(synod::weighted_placement<spymemcached>);
static_assert(synod::interval_placement<libketama>);

// Servers of one weight, named "prefix0", "prefix1" ...
struct servers {
  std::vector<std::string> names;
  std::vector<synod::ring_node> nodes;

  servers(std::size_t count, std::string const& prefix, std::string const& suffix = "") {
    for (std::size_t i = 0; i < count; ++i) names.push_back(prefix + std::to_string(i) + suffix);
    for (auto const& name : names) nodes.push_back({name});
  }
};

// Numbers of equal servers up to 64 that do not get 160 points each.
template <class Ring>
std::map<std::size_t, std::uint32_t> short_counts() {
  std::map<std::size_t, std::uint32_t> all;
  for (std::size_t n = 1; n <= 64; ++n) {
    auto const ring = Ring::make(servers{n, "10.0.0."}.nodes).value();
    for (auto const& node : ring.balance()) {
      CHECK(node.points == ring.balance()[0].points);
    }
    if (ring.balance()[0].points != 160) all[n] = ring.balance()[0].points;
  }
  return all;
}

std::uint32_t point32(auto const& ring, std::size_t i) {
  return static_cast<std::uint32_t>(ring.point(i).point >> 32);
}

}  // namespace

TEST_CASE("libmemcached's continuum, point for point", "[ring][ketama][vectors]") {
  auto const servers = synod::test::vector_rows("ketama_weighted_servers.tsv");
  auto const points = synod::test::vector_rows("ketama_weighted_points.tsv");
  auto const keys = synod::test::vector_rows("ketama_weighted.tsv");
  if (!servers || !points || !keys) return;
  for (bool const with_port : {false, true}) {
    std::vector<std::string> names;
    for (auto const& row : *servers) names.push_back(row[0] + (with_port ? ":" + row[1] : ""));
    std::vector<synod::ring_node> nodes;
    for (std::size_t i = 0; i < names.size(); ++i) {
      nodes.push_back({names[i], std::stod((*servers)[i][2])});
    }
    auto const host = [](std::string_view name) {
      return std::string{name.substr(0, name.find(':'))};
    };
    auto const ring = libmemcached::make(nodes).value();
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      CHECK(std::to_string(ring.balance()[i].points) == (*servers)[i][3]);
    }
    REQUIRE(ring.point_count() == points->size());
    for (std::size_t i = 0; i < ring.point_count(); ++i) {
      auto const& row = (*points)[i];
      CAPTURE(i);
      CHECK(std::to_string(point32(ring, i)) == row[0]);
      CHECK(host(ring.nodes()[ring.point(i).node].name) == row[1]);
    }
    CHECK(keys->size() == 99);
    for (auto const& row : *keys) {
      CAPTURE(row[0]);
      CHECK(std::to_string(ring.hash_of(row[0]) >> 32) == row[1]);
      CHECK(host(ring.owner(row[0])) == row[3]);
    }
    CHECK(host(ring.owner("VDEAAAAA")) == "10.0.1.3");  // beyond the last point
  }
}

// The facts of RFC 1321 and of the original: four little-endian words a digest.
TEST_CASE("a digest of ketama is four points", "[ring][ketama][golden]") {
  auto const ring = libketama::make({{"10.0.1.1:11211"}}).value();
  REQUIRE(ring.point_count() == 160);
  std::vector<std::uint32_t> points;
  for (std::size_t i = 0; i < 160; ++i) points.push_back(point32(ring, i));
  for (std::uint32_t const expected : {2431485715u, 4123933443u, 100894374u, 2720740989u}) {
    CHECK(std::find(points.begin(), points.end(), expected) != points.end());
  }
  CHECK(ring.hash_of("foo") == std::uint64_t{3675831724} << 32);
}

// What each client's own arithmetic makes of weight / total x 40 x servers. The lists were made by
// the C and Java expressions of those clients, compiled and run by themselves.
TEST_CASE("equal servers do not always get 160 points", "[ring][ketama]") {
  std::map<std::size_t, std::uint32_t> const in_single{
      {25, 156}, {47, 156}, {50, 156}, {55, 156}, {61, 156}};
  CHECK(short_counts<libmemcached>() == in_single);
  CHECK(short_counts<spymemcached_weighted>() == in_single);
  CHECK(short_counts<libketama>() == std::map<std::size_t, std::uint32_t>{{61, 156}});
  CHECK(short_counts<libketama_in_double>() == std::map<std::size_t, std::uint32_t>{{25, 156},
                                                                                    {29, 156},
                                                                                    {31, 156},
                                                                                    {41, 156},
                                                                                    {43, 156},
                                                                                    {47, 156},
                                                                                    {49, 156},
                                                                                    {50, 156},
                                                                                    {55, 156},
                                                                                    {58, 156},
                                                                                    {61, 156},
                                                                                    {62, 156}});
  CHECK(short_counts<spymemcached>().empty());
}

TEST_CASE("libmemcached names a server by its port, unless that is 11211", "[ring][ketama]") {
  auto const bare = libmemcached::make({{"a"}, {"b"}}).value();
  auto const usual = libmemcached::make({{"a:11211"}, {"b:11211"}}).value();
  auto const other = libmemcached::make({{"a:11212"}, {"b:11211"}}).value();
  CHECK(bare.point(0) == usual.point(0));
  CHECK(plan(usual, other).share().hashes > 0);
  auto const original = libketama::make({{"a:11212"}, {"b"}}).value();
  CHECK(other.point(7) == original.point(7));  // b:11211 is b there, a:11212 itself
  CHECK(libmemcached::make({{":11211"}}).value().point_count() == 160);
}

TEST_CASE("spymemcached drops the slash of an address without a host", "[ring][ketama]") {
  auto const a = spymemcached::make({{"/1.2.3.4:11211"}, {"localhost/127.0.0.1:11211"}}).value();
  auto const b = spymemcached::make({{"1.2.3.4:11211"}, {"localhost/127.0.0.1:11211"}}).value();
  for (std::size_t i = 0; i < 320; ++i) CHECK(a.point(i) == b.point(i));
}

// Two servers whose 160-point sequences meet in one point, found by search over "h0", "h1" ...
// (at "h521-24" and "h543-34").
TEST_CASE("where points fall together, the first server owns, with spymemcached the last",
          "[ring][ketama]") {
  constexpr std::string_view one = "h521";
  constexpr std::string_view two = "h543";
  constexpr std::uint64_t together = std::uint64_t{4139143580} << 32;
  CHECK(libmemcached::make({{one}, {two}}).value().owner_of(together) == one);
  CHECK(libmemcached::make({{two}, {one}}).value().owner_of(together) == two);
  CHECK(libketama::make({{two}, {one}}).value().owner_of(together) == two);
  CHECK(libmemcached::make({{two}, {one}}).value().point_count() == 320);
  CHECK(spymemcached::make({{one}, {two}}).value().owner_of(together) == two);
  CHECK(spymemcached::make({{two}, {one}}).value().owner_of(together) == one);

  auto const ring = spymemcached::make({{one}, {two}, {"other"}}).value();
  CHECK(ring.point_count() == 479);
  CHECK(ring.balance()[0].points == 159);
  CHECK(ring.balance()[1].points == 160);
  // Removal is by identity: what was hidden comes back.
  CHECK(ring.without(two).value() == spymemcached::make({{one}, {"other"}}).value());
  CHECK(ring.without(two).value().owner_of(together) ==
        spymemcached::make({{one}, {"other"}}).value().owner_of(together));
  CHECK(ring.without(two).value().point_count() == 320);
}

TEST_CASE("a server of too small a weight has no point, and comes last", "[ring][ketama]") {
  auto const ring = libmemcached::make({{"big", 10'000}, {"tiny", 1}, {"small", 100}}).value();
  CHECK(ring.balance()[1].points == 0);
  CHECK(ring.balance()[1].share.hashes == 0);
  for (int key = 0; key < 200; ++key) {
    CHECK(ring.owner(key) != "tiny");
    std::array<std::string_view, 4> names;
    auto const [found, shortfall] = ring.replicas(key, names);
    CHECK(found == 3);
    CHECK(shortfall == 1);
    CHECK(names[2] == "tiny");
  }
}

TEST_CASE("the shares of a ketama ring add up", "[ring][ketama]") {
  auto const ring = libmemcached::make({{"a", 3}, {"b", 1}, {"c", 2}}).value();
  synod::ring_share all;
  for (auto const& node : ring.balance()) {
    all += node.share;
    CHECK(node.share.hashes % (std::uint64_t{1} << 32) == 0);  // of 32-bit hashes
  }
  CHECK(all == synod::ring_share::whole());
}

TEST_CASE("between clients, plan tells what moves", "[ring][ketama]") {
  std::vector<synod::ring_node> const nodes{{"a:1"}, {"b:1"}, {"c:1"}};
  auto const from = libmemcached::make(nodes).value();
  CHECK(plan(from, libketama::make(nodes).value()).share().hashes == 0);
  auto const grown = from.with({"d:1"}).value();
  for (auto const [interval, old_owner, new_owner] : plan(from, grown)) {
    CHECK(new_owner == "d:1");  // 160 points each, before and after
    CHECK(interval.first % (std::uint64_t{1} << 32) == 0);
  }
}

// H11 does not hold for weighted ketama, as in the clients.
TEST_CASE("a server more changes the points of the others", "[ring][ketama]") {
  servers const more{25, "s"};
  auto const before = libmemcached::make({more.nodes.data(), 24}).value();
  auto const after = before.with(more.nodes[24]).value();
  CHECK(before.balance()[0].points == 160);
  CHECK(after.balance()[0].points == 156);
  bool between_old = false;
  for (auto const move : plan(before, after)) between_old |= move.to != "s24";
  CHECK(between_old);
}

TEST_CASE("the unweighted form hashes by one-at-a-time", "[ring][ketama][golden]") {
  static_assert(synod::one_at_a_time("a") == 0xca2e9442);  // Jenkins's published function
  static_assert(synod::one_at_a_time("The quick brown fox jumps over the lazy dog") == 0x519e91f5);
  // Beyond ASCII as libhashkit 1.1.4 has it on x86-64.
  static_assert(synod::one_at_a_time("\xc3\xa9") == 0x019148ae);
  static_assert(synod::one_at_a_time("\xff\x80 key") == 0xc81257b7);
  auto const ring = unweighted::make({{"a:11211"}, {"b:2"}}).value();
  CHECK(ring.point_count() == 200);
  CHECK(ring.hash_of("a") == std::uint64_t{0xca2e9442} << 32);
  std::vector<std::uint64_t> points;
  for (std::size_t i = 0; i < 200; ++i) points.push_back(point32(ring, i));
  for (std::string_view text : {"a-0", "a-99", "b:2-0", "b:2-99"}) {
    CHECK(std::find(points.begin(), points.end(), synod::one_at_a_time(text)) != points.end());
  }
}

TEST_CASE("bad servers are refused, with their place", "[ring][ketama][errors]") {
  using synod::error;
  CHECK(libmemcached::make({}).error().code == errc::empty);
  CHECK(libmemcached::make({{"a"}, {""}}).error() == error{errc::bad_input, "", 1});
  CHECK(libmemcached::make({{"a"}, {"b", 1.5}}).error() == error{errc::bad_input, "", 1});
  CHECK(libmemcached::make({{"a"}, {"b", 0.0}}).error() == error{errc::bad_input, "", 1});
  CHECK(libmemcached::make({{"a", 0x1p32}}).error() == error{errc::bad_input, "", 0});
  CHECK(libmemcached::make({{"a", 0x1p32 - 1}}).value().point_count() == 160);
  CHECK(libmemcached::make({{"a", 1e300}}).error() == error{errc::bad_input, "", 0});
  CHECK(libmemcached::make({{"a"}, {"b"}, {"a"}}).error() == error{errc::duplicate, "", 2});
  CHECK(libmemcached::make({{"a"}, {"b"}, {"a:11211"}}).error() == error{errc::duplicate, "", 2});
  CHECK(libketama::make({{"a"}, {"a:11211"}}));
  CHECK(spymemcached::make({{"a"}, {"/a"}}).error() == error{errc::duplicate, "", 1});
  CHECK(spymemcached::make({{"a"}, {"b", 2}}).error() == error{errc::bad_input, "", 1});
  CHECK(unweighted::make({{"a", 2}}).error() == error{errc::bad_input, "", 0});
  CHECK(spymemcached_weighted::make({{"a", 0x1p31 - 1}, {"b"}}).error() ==
        error{errc::too_large, "", 1});
  auto const ring = libmemcached::make({{"a"}, {"b"}}).value();
  CHECK(ring.with({"b"}).error() == error{errc::duplicate, "", 0});
  CHECK(ring.with({"b:11211"}).error() == error{errc::duplicate, "", 0});
  CHECK(ring.with({"c", 0.5}).error() == error{errc::bad_input, "", 0});
  CHECK(ring.without("c").error().code == errc::unknown);
  CHECK(ring.reweighted("b", 0.5).error() == error{errc::bad_input, "", 0});
  CHECK(ring.without("a").value().without("b").error().code == errc::empty);
}

TEST_CASE("a ketama ring goes on as if made anew", "[ring][ketama]") {
  auto const ring = libmemcached::make({{"a", 3}, {"b", 1}, {"c", 2}}).value();
  CHECK(ring.without("b").value() == libmemcached::make({{"a", 3}, {"c", 2}}).value());
  CHECK(ring.with({"d", 5}).value() ==
        libmemcached::make({{"a", 3}, {"b", 1}, {"c", 2}, {"d", 5}}).value());
  CHECK(ring.reweighted("b", 4).value() ==
        libmemcached::make({{"a", 3}, {"b", 4}, {"c", 2}}).value());
  CHECK(ring.nodes()[2].name == "c");
  CHECK(ring.index_of("b") == 1);
  CHECK(ring != libmemcached::make({{"b", 1}, {"a", 3}, {"c", 2}}).value());
}

TEST_CASE("a ketama ring without servers answers", "[ring][ketama]") {
  libmemcached const none;
  CHECK(none.owner("x").empty());
  CHECK(none.owner_index("x") == synod::no_node);
  CHECK(none.replicas("x", 2).shortfall() == 2);
}
