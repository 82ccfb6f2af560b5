// SPDX-License-Identifier: BSL-1.0
// Lines of a ring: where 16 bits tell who owns a hash, where they do not, and where a line is full.
#include "synod/ring/detail/line.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/ring.hpp"
#include "synod/ring/detail/line_batch.hpp"
#include "tests/ring/models.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using namespace synod::detail;

namespace {

constexpr std::uint64_t max = ~std::uint64_t{0};

// One bucket (the second of two, its hashes begin with a one) with points at 2, 5 and 5 after that.
constexpr std::array<std::uint64_t, 3> three{
    std::uint64_t{0x8002} << 48, std::uint64_t{0x8005} << 48, (std::uint64_t{0x8005} << 48) + 1};
constexpr std::array<std::uint32_t, 3> owners_of_three{7, 8, 9};
template <class Line>
constexpr Line line_of_three = [] {
  Line line;
  fill_line(line, three.data(), owners_of_three.data(), three.size(), 1, 4);
  return line;
}();
template <class Line>
constexpr std::uint32_t owner_by(std::uint64_t hash) {
  return owner_in(line_of_three<Line>, place_of(hash, 1).suffix);
}

template <class Line>
constexpr bool answers_while_compiling() {
  return owner_by<Line>(std::uint64_t{0x8000} << 48) == 7 &&
         owner_by<Line>(three[0]) == not_in_line &&  // equal in these 16 bits: who knows
         owner_by<Line>(std::uint64_t{0x8003} << 48) == 8 &&
         owner_by<Line>(three[1]) == not_in_line &&
         owner_by<Line>(std::uint64_t{0x8006} << 48) == 4 &&  // beyond: who comes next
         owner_by<Line>(max) == not_in_line;  // an empty place looks like a point at the end
}
static_assert(answers_while_compiling<narrow_line>());
static_assert(answers_while_compiling<wide_line>());

static_assert(place_of(max, 1).bucket == 1 && place_of(max, 1).suffix == greatest_suffix);
static_assert(place_of(0, 48).bucket == 0 &&
              place_of(max, 48).bucket == (std::size_t{1} << 48) - 1);
static_assert(place_of(0, 20).suffix < place_of(std::uint64_t{1} << 28, 20).suffix);

template <class Line>
unsigned counted_by_hand(Line const& line, std::int16_t suffix) {
  unsigned count = 0;
  while (count < Line::room && line.suffixes[count] < suffix) ++count;
  return count;
}

template <class Line>
std::size_t miscounted() {
  synod::splitmix64 random{3};
  std::size_t wrong = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::uint64_t> points(random.below(20));
    for (auto& point : points) point = random() >> random.below(3) | std::uint64_t{1} << 63;
    std::sort(points.begin(), points.end());
    std::vector<std::uint32_t> const nodes(points.size(), 5);
    Line line;
    fill_line(line, points.data(), nodes.data(), points.size(), 1, 6);
    for (int suffix = -0x8000; suffix <= 0x7fff; suffix += 97) {
      auto const asked = static_cast<std::int16_t>(suffix);
      wrong += count_below(line, asked) != counted_by_hand(line, asked);
    }
    for (auto const asked : line.suffixes) {
      wrong += count_below(line, asked) != counted_by_hand(line, asked);
    }
  }
  return wrong;
}

// Points in half of all buckets only, so that lines there are full; 100 of them in the very last.
struct lumpy {
  static std::uint64_t hash(std::string_view text, std::uint64_t seed) noexcept {
    auto const even = synod::xxh3::hash(text, seed) | std::uint64_t{1} << 57;
    return even % 20 == 0 ? max - (even & 0xffff) : even;
  }
};
// 256 buckets' worth of different hashes, which differ in their last bits alone.
struct tied {
  static std::uint64_t hash(std::string_view text, std::uint64_t seed) noexcept {
    return synod::xxh3::hash(text, seed) & 0xff00'0000'0000'00ff;
  }
};

std::vector<owned_node> many(int count, int points) {
  std::vector<owned_node> nodes;
  for (int i = 0; i < count; ++i) nodes.push_back({"n" + std::to_string(i), weight_of(points)});
  return nodes;
}

/// Owners by bisection, for rings too large for the model.
template <class Ring>
struct bisection {
  std::vector<synod::ring_point> points;

  explicit bisection(Ring const& ring) {
    for (auto at = ring.points(); !at.done(); at.advance()) points.push_back(*at);
  }
  std::uint32_t owner(std::uint64_t hash) const {
    auto const at = std::lower_bound(points.begin(), points.end(), hash,
                                     [](auto const& p, std::uint64_t h) { return p.point < h; });
    return (at == points.end() ? points.front() : *at).node;
  }
};

template <class Ring>
std::size_t wrong_owners(Ring const& ring) {
  bisection<Ring> const expected{ring};
  std::size_t wrong = !std::is_sorted(expected.points.begin(), expected.points.end());
  wrong += expected.points.size() != ring.point_count();
  auto hashes = telling_hashes(ring);
  synod::splitmix64 random{9};
  for (int i = 0; i < 10'000; ++i) hashes.push_back(random());
  std::vector<std::uint32_t> owners(hashes.size(), 77);
  ring.owners_of(hashes, owners);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    auto const owner = expected.owner(hashes[i]);
    wrong += owner != ring.owner_index_of(hashes[i]);
    wrong += owner != owners[i];
    wrong += owner != ring.candidates_of(hashes[i]).node();
  }
  return wrong;
}

// The nodes that own from a hash on, by definition, against the cursor.
template <class Ring>
std::size_t wrong_candidates(Ring const& ring) {
  bisection<Ring> const expected{ring};
  std::size_t wrong = 0;
  for (std::uint64_t const hash : telling_hashes(ring)) {
    auto at = std::lower_bound(expected.points.begin(), expected.points.end(), hash,
                               [](auto const& p, std::uint64_t h) { return p.point < h; });
    auto cursor = ring.candidates_of(hash);
    for (std::size_t i = 0; i < 60; ++i, ++at) {
      if (at == expected.points.end()) at = expected.points.begin();
      // A point may show again where a line ends.
      while (!cursor.done() && cursor.node() != at->node) {
        bool const again =
            i > 0 &&
            cursor.node() ==
                std::prev(at == expected.points.begin() ? expected.points.end() : at)->node;
        if (!again) return wrong + 1;
        cursor.advance();
      }
      wrong += cursor.done() && i < expected.points.size();
      if (cursor.done()) break;
      cursor.advance();
    }
    std::set<std::uint32_t> met;
    for (cursor = ring.candidates_of(hash); !cursor.done(); cursor.advance()) {
      met.insert(cursor.node());
    }
    wrong += met.size() != ring.size();
    if (ring.point_count() > 5000) break;  // once round is long
  }
  return wrong;
}

}  // namespace

TEST_CASE("a line counts the smaller suffixes", "[ring][line]") {
  CHECK(miscounted<narrow_line>() == 0);
  CHECK(miscounted<wide_line>() == 0);
}

TEST_CASE("a line keeps owners of its width", "[ring][line]") {
  narrow_line narrow;
  wide_line wide;
  for (unsigned i = 0; i < narrow_line::room; ++i) narrow.put_owner(i, 0xffff - i);
  for (unsigned i = 0; i < wide_line::room; ++i) wide.put_owner(i, 0xff'ffff - 1000 * i);
  for (unsigned i = 0; i < narrow_line::room; ++i) CHECK(narrow.owner(i) == 0xffff - i);
  for (unsigned i = 0; i < wide_line::room; ++i) CHECK(wide.owner(i) == 0xff'ffff - 1000 * i);
}

TEST_CASE("full lines, empty ones and ties are answered by the whole points",
          "[ring][line][ring_ignores_ties]") {
  for (int const nodes : {3, 40, 300}) {
    CAPTURE(nodes);
    CHECK(wrong_owners(synod::basic_hash_ring<lumpy>::make(views(many(nodes, 20))).value()) == 0);
    CHECK(wrong_owners(synod::basic_hash_ring<tied>::make(views(many(nodes, 20))).value()) == 0);
    CHECK(wrong_owners(synod::hash_ring::make(views(many(nodes, 20))).value()) == 0);
  }
}

TEST_CASE("candidates are the owners from a hash on", "[ring][line]") {
  CHECK(wrong_candidates(synod::basic_hash_ring<lumpy>::make(views(many(30, 20))).value()) == 0);
  CHECK(wrong_candidates(synod::basic_hash_ring<tied>::make(views(many(30, 20))).value()) == 0);
  CHECK(wrong_candidates(synod::hash_ring::make(views(many(30, 20))).value()) == 0);
  CHECK(wrong_candidates(synod::hash_ring::make(views(many(1, 1))).value()) == 0);
}

TEST_CASE("more nodes than 16 bits name", "[ring][line]") {
  auto nodes = many(65'536, 2);
  auto const narrow = synod::hash_ring::make(views(nodes)).value();
  CHECK(wrong_owners(narrow) == 0);
  nodes.push_back({"one more", weight_of(2)});
  auto const wide = synod::hash_ring::make(views(nodes)).value();
  CHECK(wrong_owners(wide) == 0);
  CHECK(wrong_candidates(wide) == 0);
  CHECK(narrow.with({"one more", weight_of(2)}).value() == wide);
  CHECK(wrong_owners(narrow.with({"one more", weight_of(2)}).value()) == 0);
  CHECK(wrong_owners(wide.without("n5").value()) == 0);

  auto grown = wide;
  for (int i = 0; i < 20; ++i) {
    nodes.push_back({"later" + std::to_string(i), weight_of(100)});
    grown = std::move(grown).with({nodes.back().name, nodes.back().weight}).value();
  }
  auto const anew = synod::hash_ring::make(views(nodes)).value();
  CHECK(grown == anew);
  CHECK(std::equal(grown.balance().begin(), grown.balance().end(), anew.balance().begin()));
  CHECK(wrong_owners(grown) == 0);
}

TEST_CASE("batches of every size, of hashes and of keys", "[ring][line]") {
  auto const ring = synod::hash_ring::make(views(many(50, 160))).value();
  synod::splitmix64 random{12};
  for (std::size_t const size :
       {0u, 1u, 7u, 23u, 24u, 25u, 63u, 64u, 65u, 255u, 256u, 257u, 1000u}) {
    CAPTURE(size);
    std::vector<std::uint64_t> hashes(size);
    for (auto& hash : hashes) hash = random();
    std::vector<std::string> keys(size);
    for (auto& key : keys) key = std::to_string(random());
    std::vector<std::uint32_t> out(size + 1, 4711);
    ring.owners_of(hashes, out);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < size; ++i) wrong += out[i] != ring.owner_index_of(hashes[i]);
    ring.owners(std::span<std::string const>{keys}, out);
    for (std::size_t i = 0; i < size; ++i) wrong += out[i] != ring.owner_index(keys[i]);
    CHECK(wrong == 0);
    CHECK(out[size] == 4711);
  }
  synod::hash_ring const nobody;
  std::array<std::uint64_t, 3> const hashes{0, 1, max};
  std::array<int, 3> const keys{1, 2, 3};
  std::array<std::uint32_t, 3> out{};
  nobody.owners_of(hashes, out);
  CHECK(out == std::array<std::uint32_t, 3>{synod::no_node, synod::no_node, synod::no_node});
  out = {};
  nobody.owners(std::span<int const>{keys}, out);
  CHECK(out == std::array<std::uint32_t, 3>{synod::no_node, synod::no_node, synod::no_node});
}

#if defined(SYNOD_RING_LINE_BATCH_AVX2)
TEST_CASE("the batch under its own name answers as the unit's", "[ring][line]") {
  if (!has_avx2()) {
    WARN("SKIPPED: this machine has no AVX2");
    return;
  }
  synod::splitmix64 random{21};
  constexpr unsigned bits = 6;
  std::vector<narrow_line> lines(1u << bits);
  for (std::size_t b = 0; b < lines.size(); ++b) {
    std::vector<std::uint64_t> points(random.below(20));
    for (auto& point : points) point = random() >> bits | b << (64 - bits);
    std::sort(points.begin(), points.end());
    std::vector<std::uint32_t> nodes(points.size());
    for (auto& node : nodes) node = static_cast<std::uint32_t>(random.below(0x10000));
    fill_line(lines[b], points.data(), nodes.data(), points.size(), bits, 3);
  }
  std::vector<std::uint64_t> hashes(100'000);
  for (auto& hash : hashes) hash = random() & ~std::uint64_t{0xf000'0000'0000};
  std::vector<std::uint32_t> plain(hashes.size());
  std::vector<std::uint32_t> avx2(hashes.size());
  bool const all = owners_in(lines.data(), bits, hashes.data(), hashes.size(), 0, plain.data());
  CHECK_FALSE(all);
  CHECK(owners_in_avx2(lines.data(), bits, hashes.data(), hashes.size(), 0, avx2.data()) == all);
  CHECK(plain == avx2);
}
#endif
