// SPDX-License-Identifier: BSL-1.0
// Rings by their definition, as slowly as it is written, and hashes that put points where a test
// wants them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "synod/ring.hpp"

namespace synod::test {

/// The hash is in the text: of "b:10,20,30" under seed i it is the i-th number (the last one for
/// all further seeds). So "b:10,20,30" is a node at 10, 20 and 30, and "k:15" a key at 15.
struct scripted {
  static std::uint64_t hash(std::string_view text, std::uint64_t seed) noexcept {
    std::uint64_t number = 0;
    bool begun = false;
    for (char const c : text.substr(text.find(':') + 1)) {
      if (c == ',') {
        if (seed-- == 0) return number;
        begun = false;
        continue;
      }
      if (!begun) number = 0;
      begun = true;
      number = 10 * number + static_cast<std::uint64_t>(c - '0');
    }
    return number;
  }
};

/// The weight that gives exactly so many points.
constexpr double weight_of(int points) { return points / 160.0; }

struct owned_node {
  std::string name;
  double weight = 1.0;
};

inline std::vector<ring_node> views(std::vector<owned_node> const& nodes) {
  std::vector<ring_node> all;
  for (auto const& [name, weight] : nodes) all.push_back({name, weight});
  return all;
}

/// The definition: all virtual nodes in order of (point, name, number), searched from the start.
template <class Hash>
struct model {
  std::vector<std::tuple<std::uint64_t, std::string, std::uint64_t>> points;

  explicit model(std::vector<ring_node> const& nodes) {
    for (auto const& [name, weight, zone] : nodes) {
      auto const count = static_cast<std::uint64_t>(160.0 * weight + 0.5);
      for (std::uint64_t i = 0; i < std::max<std::uint64_t>(count, 1); ++i) {
        points.emplace_back(Hash::hash(name, i), name, i);
      }
    }
    std::sort(points.begin(), points.end());
  }

  std::size_t at(std::uint64_t hash) const {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (std::get<0>(points[i]) >= hash) return i;
    }
    return 0;
  }
  std::string owner(std::uint64_t hash) const { return std::get<1>(points[at(hash)]); }

  std::vector<std::string> replicas(std::uint64_t hash, std::size_t count) const {
    std::vector<std::string> found;
    std::size_t const start = at(hash);
    for (std::size_t i = 0; i < points.size() && found.size() < count; ++i) {
      auto const& name = std::get<1>(points[(start + i) % points.size()]);
      if (std::find(found.begin(), found.end(), name) == found.end()) found.push_back(name);
    }
    return found;
  }

  /// The first hash of every stretch that has one owner, from 0 on.
  std::set<std::uint64_t> borders() const {
    std::set<std::uint64_t> all{0};
    for (auto const& point : points) {
      if (std::get<0>(point) != ~std::uint64_t{0}) all.insert(std::get<0>(point) + 1);
    }
    return all;
  }

  std::map<std::string, ring_share> shares() const {
    std::map<std::string, ring_share> all;
    auto const from = borders();
    for (auto at = from.begin(); at != from.end(); ++at) {
      auto const last = std::next(at) == from.end() ? ~std::uint64_t{0} : *std::next(at) - 1;
      all[owner(*at)] += hash_interval{*at, last}.share();
    }
    return all;
  }
};

/// Hashes worth asking for: every point, its neighbours, and both ends.
template <class Ring>
std::vector<std::uint64_t> telling_hashes(Ring const& ring) {
  std::vector<std::uint64_t> all{0, 1, ~std::uint64_t{0} - 1, ~std::uint64_t{0}};
  for (std::size_t i = 0; i < ring.point_count(); ++i) {
    auto const at = ring.point(i).point;
    all.insert(all.end(), {at - 1, at, at + 1});
  }
  return all;
}

}  // namespace synod::test
