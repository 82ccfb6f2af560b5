// SPDX-License-Identifier: BSL-1.0
// How evenly each placement spreads keys, and what a change of nodes moves, as CSV on stdout:
//
//   synod-placement-quality [KEYS]        (default 2000000; the integers from 0 on are the keys)
//
// max_over_average and deviation (relative, standard) are of the nodes' shares of the keys; chance
// alone gives a deviation of sqrt(nodes / keys), which stands beside. joined and left are shares of
// the keys that another node owns after one node more or less; at best 1 / (nodes + 1) and
// 1 / nodes. among_others is what of that moved between nodes that were there before and after.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "synod/ring/anchor.hpp"
#include "synod/ring/hash_ring.hpp"
#include "synod/ring/jump.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/maglev.hpp"
#include "synod/ring/rendezvous.hpp"

namespace {

struct node_names {
  explicit node_names(std::size_t count) {
    for (std::size_t i = 0; i <= count; ++i) names.push_back("node-" + std::to_string(i));
    for (std::size_t i = 0; i < count; ++i) list.push_back({names[i]});
  }
  std::vector<std::string> names;
  std::vector<synod::ring_node> list;
};

struct shift {
  double all = 0;
  double among_others = 0;
};

class quality {
 public:
  explicit quality(std::uint64_t keys) : keys_(keys) {
    std::puts(
        "algorithm,nodes,max_over_average,deviation,deviation_by_chance,joined,joined_at_best,"
        "joined_among_others,left,left_at_best,left_among_others");
  }

  // `leaves` names the node that is removed.
  template <class Placement>
  void print(char const* name, Placement const& now, std::string_view joins,
             std::string_view leaves) const {
    auto const count = static_cast<double>(now.size());
    std::vector<double> found(now.size());
    for (std::uint64_t key = 0; key < keys_; ++key) ++found[now.owner_index(key)];
    double const average = static_cast<double>(keys_) / count;
    double squares = 0;
    for (double const one : found) squares += (one / average - 1) * (one / average - 1);
    double const most = *std::max_element(found.begin(), found.end()) / average;

    shift const joined = moved(now, now.with({joins}).value(), joins);
    shift const left = moved(now, now.without(leaves).value(), leaves);
    std::printf("%s,%zu,%.4f,%.4f,%.4f,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f\n", name, now.size(), most,
                std::sqrt(squares / count), std::sqrt(1 / average), joined.all, 1 / (count + 1),
                joined.among_others, left.all, 1 / count, left.among_others);
    std::fflush(stdout);
  }

 private:
  template <class Placement>
  shift moved(Placement const& before, Placement const& after, std::string_view changed) const {
    std::uint64_t all = 0;
    std::uint64_t others = 0;
    for (std::uint64_t key = 0; key < keys_; ++key) {
      auto const hash = Placement::hash_of(key);
      auto const from = before.owner_of(hash);
      auto const to = after.owner_of(hash);
      all += from != to ? 1 : 0;
      others += from != to && from != changed && to != changed ? 1 : 0;
    }
    auto const keys = static_cast<double>(keys_);
    return {static_cast<double>(all) / keys, static_cast<double>(others) / keys};
  }

  std::uint64_t keys_;
};

void print_all(quality const& report, std::size_t count) {
  using namespace synod;
  node_names const nodes{count};
  std::string_view const joins = nodes.names[count];
  std::string_view const middle = nodes.names[count / 2];
  std::string_view const last = nodes.names[count - 1];
  report.print("hash_ring", hash_ring::make(nodes.list).value(), joins, middle);
  report.print("jump", jump::make(nodes.list).value(), joins, last);
  report.print("jump_back", jump_back::make(nodes.list).value(), joins, last);
  report.print("rendezvous", rendezvous::make(nodes.list).value(), joins, middle);
  report.print("maglev", maglev::make(nodes.list).value(), joins, middle);
  report.print("anchor", anchor::make(nodes.list).value(), joins, middle);
  report.print("anchor_capacity_x2", anchor::make(nodes.list, 2 * count).value(), joins, middle);
  auto const half = [&](anchor now) {  // every other node failed
    for (std::size_t i = 0; i < count; i += 2) now = now.without(nodes.names[i]).value();
    return now;
  };
  report.print("anchor_half_failed", half(anchor::make(nodes.list).value()), joins, last);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t const keys = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000;
  if (keys == 0) {
    std::fputs("usage: synod-placement-quality [KEYS]\n", stderr);
    return 2;
  }
  quality const report{keys};
  for (std::size_t const nodes : {10u, 100u, 1000u}) print_all(report, nodes);
}
