// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <cstdio>
#include <map>
#include <utility>

#include "examples/synod-ring/commands.hpp"
#include "examples/synod-ring/pictures.hpp"
#include "examples/synod-ring/placements.hpp"
#include "examples/synod-ring/shares.hpp"
#include "synod/ring/movement.hpp"
#include "synod/ring/plan.hpp"

namespace synod_ring {
namespace {

std::string hexadecimal(std::uint64_t hash) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

// What moves, summed by pair of nodes, as parts of what was looked at.
class sums {
 public:
  void add(std::string_view from, std::string_view to, double part) {
    by_pair_[{std::string{from}, std::string{to}}] += part;
    moved_ += part;
  }

  double moved() const { return moved_; }
  auto const& by_pair() const { return by_pair_; }

 private:
  std::map<std::pair<std::string, std::string>, double> by_pair_;
  double moved_ = 0;
};

template <synod::placement P>
sums summed(P const& before, P const& after, std::vector<std::string_view> const& keys,
            bool by_keys) {
  sums made;
  auto const count = [&made](double one) {
    return [&made, one](auto const&, auto from, auto to) { made.add(from, to, one); };
  };
  if (by_keys) {
    movement_of_keys(before, after, keys, count(1 / static_cast<double>(keys.size())));
  } else if constexpr (synod::interval_placement<P>) {
    for (auto const& [interval, from, to] : plan(before, after)) {
      made.add(from, to, interval.share().fraction());
    }
  } else {
    auto const hashes = sampled_hashes();
    movement(before, after, hashes, count(1 / static_cast<double>(hashes.size())));
  }
  return made;
}

template <synod::placement P>
void show_intervals(P const& before, P const& after, table::format how, std::ostream& out) {
  if constexpr (synod::interval_placement<P>) {
    table::writer rows{out, how, {{"first"}, {"last"}, {"share", 9}, {"from"}, {"to"}}};
    for (auto const& [interval, from, to] : plan(before, after)) {
      rows.row({hexadecimal(interval.first), hexadecimal(interval.last),
                interval.share().fraction(), std::string{from}, std::string{to}});
    }
    rows.end();
  } else {
    throw bad_input{"--intervals: this algorithm owns no intervals; leave it out for sums"};
  }
}

template <synod::placement P>
std::vector<drawn_change> changes_of(P const& before, sums const& moves) {
  std::map<std::string, drawn_change> by_name;
  auto const shares = shares_of(before);
  for (std::size_t i = 0; i < before.size(); ++i) {
    std::string const name{before.nodes()[i].name};
    by_name[name] = {name, shares[i], 0, 0};
  }
  for (auto const& [pair, part] : moves.by_pair()) {
    by_name[pair.first].lost += part;
    by_name[pair.first].kept -= part;
    by_name[pair.second].name = pair.second;
    by_name[pair.second].gained += part;
  }
  std::vector<drawn_change> made;
  for (auto& [name, change] : by_name) made.push_back(std::move(change));
  return made;
}

template <synod::placement P>
void show(P const& before, P const& after, std::vector<std::string_view> const& keys,
          plan_wishes const& wishes, table::format how, std::ostream& out) {
  if (wishes.intervals) {
    show_intervals(before, after, how, out);
    if (wishes.picture.empty()) return;
  }
  auto const moves = summed(before, after, keys, wishes.keys);
  if (!wishes.intervals) {
    table::writer rows{out, how, {{"from"}, {"to"}, {"share", 5}}};
    for (auto const& [pair, part] : moves.by_pair()) rows.row({pair.first, pair.second, part});
    if (how == table::format::text) {
      rows.row({std::string{"all that moves"}, std::string{}, moves.moved()});
    }
    rows.end();
  }
  if (!wishes.picture.empty()) {
    write_file(wishes.picture, movement_picture(changes_of(before, moves)));
  }
}

}  // namespace

void show_plan(std::vector<listed_node> const& before, std::vector<listed_node> const& after,
               std::vector<std::string_view> const& keys, plan_wishes const& wishes,
               answer_form form, std::ostream& out) {
  with_algorithm(form.algorithm, [&]<class P>(algorithm<P>) {
    auto const now = placed<P>(before);
    show(now, followed(now, after), keys, wishes, form.how, out);
  });
}

}  // namespace synod_ring
