// SPDX-License-Identifier: BSL-1.0
// Envoy's ring hash balancer: the rings of its own tests, point for point.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "synod/ring.hpp"
#include "synod/ring/envoy_ring.hpp"
#include "tests/ring/vector_rows.hpp"
#include "tests/support/catch.hpp"

using synod::envoy_ring;
using synod::envoy_ring_options;
using synod::errc;

namespace {

static_assert(synod::weighted_placement<envoy_ring>);
static_assert(synod::interval_placement<envoy_ring>);

struct envoy_case {
  envoy_ring_options options;
  std::vector<std::string> names;
  std::vector<double> weights;
  std::vector<std::uint32_t> points;

  envoy_ring ring() const {
    std::vector<synod::ring_node> nodes;
    for (std::size_t i = 0; i < names.size(); ++i) nodes.push_back({names[i], weights[i]});
    return envoy_ring::make(nodes, options).value();
  }
};

std::map<std::string, envoy_case> cases(std::vector<synod::test::row> const& rows) {
  std::map<std::string, envoy_case> all;
  for (auto const& row : rows) {
    envoy_case& here = all[row[0]];
    here.options = {std::stoull(row[1]), std::stoull(row[2])};
    here.names.push_back(row[3]);
    here.weights.push_back(std::stod(row[4]));
    here.points.push_back(static_cast<std::uint32_t>(std::stoul(row[5])));
  }
  return all;
}

// What part of all hashes changes its owner, and what part goes from one old host to another.
struct moved {
  double all = 0;
  double between_old = 0;
};
moved one_more(std::size_t hosts, std::uint64_t network) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= hosts; ++i) {
    names.push_back("10." + std::to_string(network) + ".0." + std::to_string(i) + ":8080");
  }
  std::vector<synod::ring_node> nodes;
  for (auto const& name : names) nodes.push_back({name});
  auto const before = envoy_ring::make({nodes.data(), hosts}).value();
  auto const after = before.with(nodes.back()).value();
  moved sum;
  for (auto const move : plan(before, after)) {
    sum.all += move.share().fraction();
    if (move.to != nodes.back().name) sum.between_old += move.share().fraction();
  }
  return sum;
}

}  // namespace

TEST_CASE("Envoy's rings, point for point", "[ring][envoy][vectors]") {
  auto const hosts = synod::test::vector_rows("ring_hosts.tsv");
  auto const points = synod::test::vector_rows("ring_points.tsv");
  if (!hosts || !points) return;
  std::map<std::string, std::vector<synod::test::row>> expected;
  for (auto const& row : *points) expected[row[0]].push_back(row);
  auto const all = cases(*hosts);
  CHECK(all.size() == 10);
  for (auto const& [name, given] : all) {
    CAPTURE(name);
    auto const ring = given.ring();
    for (std::size_t i = 0; i < given.names.size(); ++i) {
      CHECK(ring.nodes()[i].name == given.names[i]);
      CHECK(ring.balance()[i].points == given.points[i]);
    }
    std::size_t found = 0;
    for (auto const& row : expected[name]) {
      std::uint64_t const point = std::stoull(row[1]);
      for (std::size_t i = 0; i < ring.point_count(); ++i) {
        auto const at = ring.point(i);
        if (at.point == point && ring.nodes()[at.node].name == row[2]) ++found;
      }
    }
    CHECK(found == expected[name].size());
  }
}

TEST_CASE("Envoy's look-ups", "[ring][envoy][vectors]") {
  auto const hosts = synod::test::vector_rows("ring_hosts.tsv");
  auto const lookups = synod::test::vector_rows("ring_lookups.tsv");
  auto const retries = synod::test::vector_rows("retry_lookups.tsv");
  if (!hosts || !lookups || !retries) return;
  std::map<std::string, envoy_ring> rings;
  for (auto const& [name, given] : cases(*hosts)) rings[name] = given.ring();
  for (auto const& row : *lookups) {
    CAPTURE(row);
    CHECK(rings.at(row[0]).owner_of(std::stoull(row[1])) == row[2]);
  }
  std::size_t tried = 0;
  for (auto const& row : *retries) {
    if (row[0] != "ring") continue;
    CAPTURE(row);
    auto const attempt = static_cast<std::uint32_t>(std::stoul(row[3]));
    CHECK(envoy_retry_owner(rings.at(row[1]), std::stoull(row[2]), attempt) == row[4]);
    ++tried;
  }
  CHECK(tried == 4);
}

TEST_CASE("Envoy's histograms", "[ring][envoy][vectors]") {
  auto const hosts = synod::test::vector_rows("ring_hosts.tsv");
  auto const histograms = synod::test::vector_rows("ring_histograms.tsv");
  if (!hosts || !histograms) return;
  auto const all = cases(*hosts);
  for (auto const& row : *histograms) {
    CAPTURE(row);
    auto const ring = all.at(row[0]).ring();
    std::uint64_t const probes = std::stoull(row[1]);
    std::uint64_t hits = 0;
    for (std::uint64_t i = 0; i < probes; ++i) {
      hits += ring.owner_of(i * (~std::uint64_t{0} / probes)) == row[2] ? 1u : 0u;
    }
    CHECK(std::to_string(hits) == row[3]);
  }
}

TEST_CASE("a host is hashed as its name, a bar and a number", "[ring][envoy][golden]") {
  auto const ring = envoy_ring::make({{"10.0.0.1:80"}, {"b"}}, {24, 24}).value();
  std::vector<std::uint64_t> points;
  for (std::size_t i = 0; i < ring.point_count(); ++i) points.push_back(ring.point(i).point);
  CHECK(points.size() == 24);
  CHECK(std::is_sorted(points.begin(), points.end()));
  for (std::string_view text : {"10.0.0.1:80_0", "10.0.0.1:80_9", "10.0.0.1:80_11", "b_11"}) {
    CAPTURE(text);
    CHECK(std::count(points.begin(), points.end(), synod::xxh64::hash(text, 0)) == 1);
  }
  CHECK(ring.owner(std::string_view{"b_11"}) == "b");  // a key at a point belongs to it
}

TEST_CASE("the order of hosts says who gets the odd point", "[ring][envoy]") {
  auto const one = envoy_ring::make({{"a"}, {"b"}}, {1023, 1023}).value();
  auto const other = envoy_ring::make({{"b"}, {"a"}}, {1023, 1023}).value();
  CHECK(one.balance()[0].points == 512);
  CHECK(other.balance()[0].points == 512);
  CHECK(one.balance()[0].name == "a");
  CHECK(plan(one, other).share().hashes > 0);
}

TEST_CASE("more hosts than points leave hosts without one", "[ring][envoy]") {
  auto const ring = envoy_ring::make({{"a"}, {"b"}, {"c"}, {"d"}}, {2, 2}).value();
  CHECK(ring.point_count() == 2);
  CHECK(ring.balance()[1].points == 0);  // a and c: the sums 0.5, 1, 1.5, 2
  CHECK(ring.balance()[2].points == 1);
  std::array<std::string_view, 4> names;
  CHECK(ring.replicas("x", names).found == 4);
  std::sort(names.begin(), names.end());
  CHECK(names == std::array<std::string_view, 4>{"a", "b", "c", "d"});
}

// XXH64 of all texts to one of four numbers.
TEST_CASE("of points that fall together, that of the first host owns", "[ring][envoy]") {
  using ring = synod::basic_envoy_ring<synod::colliding<2, synod::xxh64>>;
  auto const ab = ring::make({{"a"}, {"b"}}, {64, 64}).value();
  auto const ba = ring::make({{"b"}, {"a"}}, {64, 64}).value();
  CHECK(ab.point_count() == 64);
  for (std::uint64_t hash = 0; hash < 4; ++hash) {
    CHECK(ab.owner_of(hash) == "a");
    CHECK(ba.owner_of(hash) == "b");
  }
  CHECK(ab.with({"c"}).value().without("c").value() == ab);
}

TEST_CASE("localities weigh as Envoy weighs them", "[ring][envoy]") {
  CHECK(synod::envoy_locality_weight(1, 3, 1, 4) == 1 * (1.0 / 4) / 3);
  // Hosts 1 and 2 in a locality of 1, hosts 1 and 2 in one of 2: 1, 2, 2, 4 of 9 points.
  auto const weight = synod::envoy_locality_weight;
  auto const ring = envoy_ring::make({{"a", weight(1, 3, 1, 3)},
                                      {"b", weight(2, 3, 1, 3)},
                                      {"c", weight(1, 3, 2, 3)},
                                      {"d", weight(2, 3, 2, 3)}},
                                     {9, 9, true})
                        .value();
  CHECK(ring.point_count() == 9);
  CHECK(ring.balance()[0].points == 1);
  CHECK(ring.balance()[3].points == 4);
}

// Catalogued: 8 to 9 hosts 18.9 % (7.8 % between old hosts), 10 to 11 15.3 % (6.7 %), 15 to 16
// 11.9 % (6.0 %), as means over random addresses. These are means over sixteen networks.
TEST_CASE("a host more moves keys between hosts that stay", "[ring][envoy]") {
  struct figure {
    std::size_t hosts;
    double all;
    double between_old;
  };
  for (auto const& [hosts, all, between_old] :
       {figure{8, 0.189, 0.078}, figure{10, 0.153, 0.067}, figure{15, 0.119, 0.060}}) {
    moved sum;
    for (std::uint64_t network = 0; network < 16; ++network) {
      auto const once = one_more(hosts, network);
      sum.all += once.all / 16;
      sum.between_old += once.between_old / 16;
    }
    CAPTURE(hosts, sum.all, sum.between_old);
    CHECK(sum.all == Catch::Approx(all).margin(0.015));
    CHECK(sum.between_old == Catch::Approx(between_old).margin(0.01));
  }
}

TEST_CASE("sizes and weights out of range are refused", "[ring][envoy][errors]") {
  using synod::error;
  auto const refused = [](envoy_ring_options options) {
    return envoy_ring::make({{"a"}, {"b"}}, options).error().code;
  };
  CHECK(refused({0, 10}) == errc::bad_option);
  CHECK(refused({10, 9}) == errc::bad_option);
  CHECK(refused({10, envoy_ring_options::max_size + 1}) == errc::bad_option);
  CHECK(refused({10, ~std::uint64_t{0}}) == errc::bad_option);
  CHECK(envoy_ring::make({}).error().code == errc::empty);
  CHECK(envoy_ring::make({{"a"}, {"a"}}).error() == error{errc::duplicate, "", 1});
  CHECK(envoy_ring::make({{"a"}, {"b", 0.0}}).error() == error{errc::bad_input, "", 1});
  CHECK(envoy_ring::make({{"a", 1e308}, {"b", 1e308}}).error() == error{errc::too_large, "", 1});
  CHECK(envoy_ring::make({{"a", 1e300}, {"b", 1e-300}}).error() == error{errc::bad_input, "", 1});
  CHECK(envoy_ring::make({{"a", 1e300}, {"b", 1}}).value().point_count() == 8388608);
  CHECK(envoy_ring::make({{"a", 1}, {"b", 1e9}}, {8, 8, true}).error().code == errc::bad_input);
  auto const ring = envoy_ring::make({{"a"}, {"b"}}, {16, 16}).value();
  CHECK(ring.with({"c"}).value().point_count() == 16);  // the options go on
  CHECK(ring.with({"b"}).error() == error{errc::duplicate, "", 0});
  CHECK(ring.reweighted("b", 3).value().balance()[1].points == 12);
  CHECK(ring.without("c").error().code == errc::unknown);
}

TEST_CASE("an Envoy ring without hosts answers", "[ring][envoy]") {
  envoy_ring const none;
  CHECK(none.owner("x").empty());
  CHECK(envoy_retry_owner(none, 7, 2).empty());
}
