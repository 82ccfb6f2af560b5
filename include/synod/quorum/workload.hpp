// SPDX-License-Identifier: BSL-1.0
// What a pair of quorum systems has to bear, what a strategy makes of it, and what both are
// measured by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "synod/quorum/bounded_search.hpp"
#include "synod/quorum/rational.hpp"

namespace synod::inline SYNOD_ABI {

/// What one member can do: how many reads, or else writes, in a unit of time, and how long it
/// takes to answer.
struct node_profile {
  rational reads{1};
  rational writes{1};
  rational latency{0};
};

/// For a part of the time (`weight`, relative to the others) this fraction of operations reads.
struct read_share {
  rational fraction;
  rational weight{1};
};

/// The nodes and what is asked of them. Fractions and weights are within 0 and 1, and positive,
/// respectively; rates are positive.
struct workload {
  std::vector<read_share> reads;    ///< at least one
  std::vector<node_profile> nodes;  ///< by slot; empty: all alike, one operation a unit of time

  workload() = default;
  workload(rational read_fraction, std::vector<node_profile> profiles = {})
      : reads{{std::move(read_fraction)}}, nodes(std::move(profiles)) {}
  workload(std::vector<read_share> shares, std::vector<node_profile> profiles = {})
      : reads(std::move(shares)), nodes(std::move(profiles)) {}
};

namespace detail {

constexpr bool by_mask(voter_set a, voter_set b) noexcept { return a.mask() < b.mask(); }

}  // namespace detail

/// A set of members to ask, and how often.
struct quorum_choice {
  voter_set members;
  rational probability;
};

/// How reads and writes choose whom to ask: probabilities that add up to 1 on each side.
struct quorum_strategy {
  std::vector<quorum_choice> reads;
  std::vector<quorum_choice> writes;
};

/// Two quorum systems over the same members, any read quorum meeting any write quorum, as lists of
/// what strategies choose from.
class read_write_quorums {
 public:
  /// `failures`: only sets are chosen that are quorums still when any so many of their members
  /// fail. Slots are those of the systems; of named members, of `common_names(reads, writes)`.
  ///
  /// Errors: `bad_input`, another number of members (place: of the writes), or a read quorum that
  /// misses a write quorum (`find_disjoint` names both); `empty`, there are no such sets to choose
  /// from; `too_large`.
  template <quorum_system Reads, quorum_system Writes>
  static result<read_write_quorums> make(Reads const& reads, Writes const& writes,
                                         std::size_t failures = 0) {
    auto const disjoint = find_disjoint(reads, writes);
    if (!disjoint) return disjoint.error();
    if (*disjoint) {
      return error{errc::bad_input, "quorum: a read quorum and a write quorum are disjoint", 0};
    }
    return detail::over_common_slots(reads, writes,
                                     [failures](auto const& reading, auto const& writing) {
                                       return list(reading, writing, failures);
                                     });
  }

  std::size_t size() const noexcept { return size_; }
  /// What a strategy chooses from: the minimal quorums, or with `failures` the minimal sets that
  /// survive them. Ordered by their masks.
  std::span<voter_set const> reads() const noexcept { return reads_.choices; }
  std::span<voter_set const> writes() const noexcept { return writes_.choices; }
  /// How many sets have to be looked at to know the latencies of all choices.
  std::size_t latency_cost() const noexcept {
    return reads_.latency_cost() + writes_.latency_cost();
  }

  /// How long until answers from a read (write) quorum have come, when these members are asked.
  /// Linear in the minimal quorums where it is none of them.
  rational read_latency(voter_set asked, workload const& under) const {
    return reads_.latency(asked, under);
  }
  rational write_latency(voter_set asked, workload const& under) const {
    return writes_.latency(asked, under);
  }

  /// Whether this can be computed with. Errors, in words: `empty`, no shares; `bad_input`, a
  /// fraction or weight out of range (place: which share), another number of profiles than members,
  /// a rate that is not positive or a latency that is negative (place: which node).
  error check(workload const& under) const {
    if (under.reads.empty()) return {errc::empty, "workload: no read fraction", 0};
    for (std::size_t i = 0; i < under.reads.size(); ++i) {
      if (under.reads[i].fraction < 0 || under.reads[i].fraction > 1) {
        return {errc::bad_input, "workload: a read fraction that is not within 0 and 1", i};
      }
      if (under.reads[i].weight <= 0) {
        return {errc::bad_input, "workload: a weight that is not positive", i};
      }
    }
    if (!under.nodes.empty() && under.nodes.size() != size_) {
      return {errc::bad_input, "workload: one profile a member, please", under.nodes.size()};
    }
    for (std::size_t i = 0; i < under.nodes.size(); ++i) {
      if (under.nodes[i].reads <= 0 || under.nodes[i].writes <= 0) {
        return {errc::bad_input, "workload: a rate that is not positive", i};
      }
      if (under.nodes[i].latency < 0) {
        return {errc::bad_input, "workload: a negative latency", i};
      }
    }
    return {};
  }

 private:
  template <quorum_system Reads, quorum_system Writes>
  static result<read_write_quorums> list(Reads const& reads, Writes const& writes,
                                         std::size_t failures) {
    read_write_quorums made;
    made.size_ = reads.size();
    auto wrong = made.reads_.fill(reads, failures);
    if (wrong.code == errc::ok) wrong = made.writes_.fill(writes, failures);
    if (wrong.code != errc::ok) return wrong;
    return made;
  }

  struct side {
    std::vector<voter_set> minimal;
    std::vector<voter_set> choices;

    template <quorum_system System>
    error fill(System const& system, std::size_t failures) {
      auto listed = list_minimal_quorums(system);
      if (!listed) return listed.error();
      minimal = sorted(std::move(*listed));
      choices = minimal;
      if (failures != 0) {
        auto const resilience = find_resilience(system);
        if (resilience && *resilience < failures) choices.clear();
        if (choices.empty()) return nothing_survives();
        auto surviving_ones = list_minimal_quorums(surviving<System>(system, failures));
        if (!surviving_ones) return surviving_ones.error();
        choices = sorted(std::move(*surviving_ones));
      }
      if (choices.empty()) return nothing_survives();
      return {};
    }
    std::size_t latency_cost() const noexcept {
      return choices.size() * (choices == minimal ? 1 : minimal.size());
    }
    static error nothing_survives() {
      return {errc::empty, "quorum: no quorums that survive as many failures", 0};
    }
    static std::vector<voter_set> sorted(std::vector<voter_set> sets) {
      std::sort(sets.begin(), sets.end(), detail::by_mask);
      return sets;
    }

    rational latency(voter_set asked, workload const& under) const {
      if (std::binary_search(minimal.begin(), minimal.end(), asked, detail::by_mask)) {
        return slowest_of(asked, under);
      }
      rational best = -1;
      for (voter_set const quorum : minimal) {
        if (!asked.includes(quorum)) continue;
        rational const slowest = slowest_of(quorum, under);
        if (best < 0 || slowest < best) best = slowest;
      }
      SYNOD_EXPECTS(best >= 0, "quorum: latency of a set that is no quorum");
      return best;
    }
    static rational slowest_of(voter_set quorum, workload const& under) {
      rational slowest = 0;
      for (std::size_t slot = 0; slot < under.nodes.size(); ++slot) {
        if (quorum.contains(slot)) slowest = std::max(slowest, under.nodes[slot].latency);
      }
      return slowest;
    }
  };

  std::size_t size_ = 0;
  side reads_;
  side writes_;
};

/// What a strategy costs.
struct strategy_measures {
  /// How busy the busiest member is, for each share of the workload: the part of its time that an
  /// operation a unit of time takes.
  std::vector<rational> loads;
  rational load;      ///< their mean, by weight
  rational capacity;  ///< operations in a unit of time: the mean, by weight, of 1 / load
  rational network;   ///< how many members an operation asks, on average
  rational latency;   ///< how long an operation waits, on average
};

namespace detail {

// Fractions of one whole.
inline std::vector<rational> normalized(std::vector<read_share> const& shares) {
  rational whole = 0;
  for (read_share const& share : shares) whole += share.weight;
  std::vector<rational> parts;
  for (read_share const& share : shares) parts.push_back(share.weight / whole);
  return parts;
}

inline rational mean_read_fraction(workload const& under) {
  auto const parts = normalized(under.reads);
  rational mean = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) mean += parts[i] * under.reads[i].fraction;
  return mean;
}

// The part of its time that one read (write) takes a member.
inline rational time_of_read(workload const& under, std::size_t slot) {
  return under.nodes.empty() ? rational(1) : rational(1 / under.nodes[slot].reads);
}
inline rational time_of_write(workload const& under, std::size_t slot) {
  return under.nodes.empty() ? rational(1) : rational(1 / under.nodes[slot].writes);
}

inline bool is_distribution(std::vector<quorum_choice> const& choices) {
  rational sum = 0;
  for (quorum_choice const& choice : choices) {
    if (choice.probability < 0) return false;
    sum += choice.probability;
  }
  return sum == 1;
}

}  // namespace detail

/// The measures of any strategy of these quorums under this workload (Naor and Wool 1998 for load
/// and capacity; with fractions of reads, rates of nodes, latency and network load as Whittaker et
/// al. 2021 add them). Exact. Errors: those of `check`; `bad_input`, probabilities that are
/// negative or do not add up to 1, a set that is no quorum (place: which choice).
inline result<strategy_measures> measure(read_write_quorums const& quorums, workload const& under,
                                         quorum_strategy const& strategy) {
  if (auto const wrong = quorums.check(under); wrong.code != errc::ok) return wrong;
  if (!detail::is_distribution(strategy.reads) || !detail::is_distribution(strategy.writes)) {
    return error{errc::bad_input, "strategy: probabilities that do not add up to 1", 0};
  }
  auto const one_of = [](std::span<voter_set const> all, voter_set set) {
    return std::binary_search(all.begin(), all.end(), set, detail::by_mask) ||
           std::any_of(all.begin(), all.end(),
                       [set](voter_set quorum) { return set.includes(quorum); });
  };
  strategy_measures found;
  rational const reading = detail::mean_read_fraction(under);
  std::vector<rational> read_part(quorums.size());  // of reads that ask the member
  std::vector<rational> write_part(quorums.size());
  auto const add = [&](std::vector<quorum_choice> const& choices, rational const& how_often,
                       std::span<voter_set const> allowed, std::vector<rational>& part,
                       auto latency) -> error {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      auto const& [members, probability] = choices[i];
      if (!one_of(allowed, members)) {
        return {errc::bad_input, "strategy: a set that is no quorum", i};
      }
      for (std::size_t slot = 0; slot < part.size(); ++slot) {
        if (members.contains(slot)) part[slot] += probability;
      }
      found.network += how_often * probability * members.size();
      found.latency += how_often * probability * latency(members);
    }
    return {};
  };
  auto const wrong_read = add(strategy.reads, reading, quorums.reads(), read_part,
                              [&](voter_set asked) { return quorums.read_latency(asked, under); });
  if (wrong_read.code != errc::ok) return wrong_read;
  auto const wrong_write =
      add(strategy.writes, 1 - reading, quorums.writes(), write_part,
          [&](voter_set asked) { return quorums.write_latency(asked, under); });
  if (wrong_write.code != errc::ok) return wrong_write;

  auto const parts = detail::normalized(under.reads);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    rational const& fraction = under.reads[i].fraction;
    rational busiest = 0;
    for (std::size_t slot = 0; slot < quorums.size(); ++slot) {
      rational const busy = fraction * read_part[slot] * detail::time_of_read(under, slot) +
                            (1 - fraction) * write_part[slot] * detail::time_of_write(under, slot);
      busiest = std::max(busiest, busy);
    }
    found.loads.push_back(busiest);
    found.load += parts[i] * busiest;
    found.capacity += parts[i] / busiest;
  }
  return found;
}

/// Every minimal quorum as often as any other.
inline quorum_strategy uniform_strategy(read_write_quorums const& quorums) {
  auto const evenly = [](std::span<voter_set const> sets) {
    std::vector<quorum_choice> choices;
    for (voter_set const set : sets) choices.push_back({set, rational(1, sets.size())});
    return choices;
  };
  return {evenly(quorums.reads()), evenly(quorums.writes())};
}

}  // namespace synod::inline SYNOD_ABI
