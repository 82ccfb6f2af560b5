// SPDX-License-Identifier: BSL-1.0
// The best that a pair of quorum systems can do: strategies of least load, least network load or
// least latency, exact, each with its proof.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "synod/quorum/detail/linear_program.hpp"
#include "synod/quorum/workload.hpp"

namespace synod::inline SYNOD_ABI {

/// What a strategy is to have as little as possible of.
enum class strategy_goal : std::uint8_t { load, network, latency };

/// What it may have at most of the other measures.
struct strategy_limits {
  std::optional<rational> load;
  std::optional<rational> network;
  std::optional<rational> latency;
};

/// An optimal strategy.
struct optimum {
  quorum_strategy strategy;
  rational value;  ///< of the goal
  /// With the load as the goal and without limits, why none can do better: a weight for each share
  /// of the workload and each member, by share, then slot; see `proven_load`.
  std::vector<rational> prices;
};

/// How many quorums, reads and writes together, a strategy is looked for among.
inline constexpr std::size_t strategy_limit = std::size_t{1} << 16;
/// How many members, in all shares of a workload together, may be busy.
inline constexpr std::size_t strategy_rows = 512;

namespace detail {

// From fractions to the integers of a linear programme.
class strategy_program {
 public:
  strategy_program(read_write_quorums const& quorums, workload const& under, strategy_goal goal,
                   strategy_limits const& limits)
      : quorums_(quorums),
        under_(under),
        parts_(normalized(under.reads)),
        reading_(mean_read_fraction(under)) {
    std::size_t const choices = quorums.reads().size() + quorums.writes().size();
    bool const with_load = goal == strategy_goal::load || limits.load;
    std::size_t const shares = with_load ? parts_.size() : 0;
    columns_.resize(choices + shares);

    add_sum(0, quorums.reads().size());
    add_sum(quorums.reads().size(), choices);
    for (std::size_t share = 0; share < shares; ++share) add_loads(share, choices + share);
    if (limits.load) add_limit(measure_of(strategy_goal::load), *limits.load);
    if (limits.network) add_limit(measure_of(strategy_goal::network), *limits.network);
    if (limits.latency) add_limit(measure_of(strategy_goal::latency), *limits.latency);

    auto costs = measure_of(goal);
    cost_scale_ = common_denominator(costs);
    for (auto const& [column, cost] : costs) columns_[column].cost = integral(cost, cost_scale_);
  }

  result<optimum> solve() const {
    auto const solved = exact_simplex(rows_, columns_).solve();
    if (!solved && solved.error().code == errc::unknown) {
      return error{errc::unknown, "strategy: none is within the limits", 0};
    }
    if (!solved) return solved.error();
    optimum best;
    best.value = solved->cost / cost_scale_;
    pick(best.strategy.reads, quorums_.reads(), solved->values, 0);
    pick(best.strategy.writes, quorums_.writes(), solved->values, quorums_.reads().size());
    for (std::size_t row = 2; row < 2 + load_scales_.size(); ++row) {
      best.prices.push_back(solved->prices[row] * load_scales_[row - 2] / cost_scale_);
    }
    return best;
  }

 private:
  // A sum over columns: which, and how much of each.
  using weighted_columns = std::vector<std::pair<std::size_t, rational>>;

  static integer common_denominator(weighted_columns const& sum) {
    integer common = 1;
    for (auto const& [column, value] : sum) {
      integer const below = denominator(value);
      common = boost::multiprecision::lcm(common, below);
    }
    return common;
  }
  static integer integral(rational const& value, integer const& scale) {
    return numerator(value) * (scale / denominator(value));
  }

  // The probabilities of reads, or of writes, add up to 1.
  void add_sum(std::size_t begin, std::size_t end) {
    for (std::size_t column = begin; column < end; ++column) {
      columns_[column].entries.push_back({rows_.size(), 1});
    }
    rows_.push_back({1, true});
  }

  // In this share of the workload no member is busier than the value of `busiest`.
  void add_loads(std::size_t share, std::size_t busiest) {
    rational const& fraction = under_.reads[share].fraction;
    for (std::size_t slot = 0; slot < quorums_.size(); ++slot) {
      weighted_columns sum{{busiest, -1}};
      rational const read = fraction * time_of_read(under_, slot);
      rational const write = (1 - fraction) * time_of_write(under_, slot);
      for_each_choice([&](std::size_t column, voter_set members, bool reads) {
        rational const& time = reads ? read : write;
        if (members.contains(slot) && time != 0) sum.push_back({column, time});
      });
      load_scales_.push_back(add_row(sum, 0));
    }
  }

  void add_limit(weighted_columns const& sum, rational const& limit) { add_row(sum, limit); }

  // Returns what the row was multiplied with to make it integral.
  integer add_row(weighted_columns const& sum, rational const& bound) {
    integer scale = boost::multiprecision::lcm(common_denominator(sum), denominator(bound));
    for (auto const& [column, value] : sum) {
      columns_[column].entries.push_back({rows_.size(), integral(value, scale)});
    }
    rows_.push_back({integral(bound, scale)});
    return scale;
  }

  weighted_columns measure_of(strategy_goal goal) const {
    weighted_columns sum;
    std::size_t const choices = quorums_.reads().size() + quorums_.writes().size();
    if (goal == strategy_goal::load) {
      for (std::size_t i = 0; i < parts_.size(); ++i) sum.push_back({choices + i, parts_[i]});
      return sum;
    }
    for_each_choice([&](std::size_t column, voter_set members, bool reads) {
      rational amount = members.size();
      if (goal == strategy_goal::latency) {
        amount = reads ? quorums_.read_latency(members, under_)
                       : quorums_.write_latency(members, under_);
      }
      sum.push_back({column, amount * (reads ? reading_ : 1 - reading_)});
    });
    return sum;
  }

  template <class Use>
  void for_each_choice(Use use) const {
    std::size_t column = 0;
    for (voter_set const members : quorums_.reads()) use(column++, members, true);
    for (voter_set const members : quorums_.writes()) use(column++, members, false);
  }

  static void pick(std::vector<quorum_choice>& choices, std::span<voter_set const> sets,
                   std::vector<rational> const& values, std::size_t first) {
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (values[first + i] != 0) choices.push_back({sets[i], values[first + i]});
    }
  }

  read_write_quorums const& quorums_;
  workload const& under_;
  std::vector<rational> parts_;
  rational reading_;
  std::vector<program_row> rows_;
  std::vector<program_column> columns_;
  std::vector<integer> load_scales_;
  integer cost_scale_ = 1;
};

}  // namespace detail

/// The strategy with the least of one measure, within limits of the others (Whittaker et al. 2021),
/// by a linear programme over the choices of `quorums` that is solved exactly. Where several are
/// optimal, always the same one. Sets that survive failures are considered only if minimal, which
/// never costs load or network load, but may cost latency.
///
/// Errors: those of `read_write_quorums::check`; `bad_option`, a negative limit, or one of the goal
/// itself; `unknown`, no strategy is within the limits; `too_large`, more than `strategy_limit`
/// choices or `strategy_rows` members in all shares together (place: how many), or too much work.
inline result<optimum> optimal_strategy(read_write_quorums const& quorums, workload const& under,
                                        strategy_goal goal = strategy_goal::load,
                                        strategy_limits const& limits = {}) {
  if (auto const wrong = quorums.check(under); wrong.code != errc::ok) return wrong;
  auto const& of_goal = goal == strategy_goal::load      ? limits.load
                        : goal == strategy_goal::network ? limits.network
                                                         : limits.latency;
  if (of_goal) return error{errc::bad_option, "strategy: a limit of the goal itself", 0};
  for (auto const* limit : {&limits.load, &limits.network, &limits.latency}) {
    if (*limit && **limit < 0) return error{errc::bad_option, "strategy: a negative limit", 0};
  }
  std::size_t const choices = quorums.reads().size() + quorums.writes().size();
  if (choices > strategy_limit) {
    return error{errc::too_large, "strategy: too many minimal quorums", choices};
  }
  std::size_t const rows = under.reads.size() * quorums.size();
  if (rows > strategy_rows) {
    return error{errc::too_large, "strategy: too many shares of too many members", rows};
  }
  bool const with_latency = goal == strategy_goal::latency || limits.latency;
  if (with_latency && quorums.latency_cost() > search_limit(0)) {
    return error{errc::too_large, "strategy: too many sets to know their latency", choices};
  }
  auto best = detail::strategy_program(quorums, under, goal, limits).solve();
  if (best && (goal != strategy_goal::load || limits.network || limits.latency)) {
    best->prices.clear();
  }
  return best;
}

/// A load below which no strategy can get, by these prices: where a member's time costs so much in
/// a share of the workload, an operation costs at least what its cheapest quorum does. The prices
/// of one share must not add up to more than its part of the time; 0 where they do, or one is
/// negative. With the prices of an optimum it is the optimal load itself: a proof of it that takes
/// no linear programme to check.
inline rational proven_load(read_write_quorums const& quorums, workload const& under,
                            std::span<rational const> prices) {
  std::size_t const n = quorums.size();
  auto const parts = detail::normalized(under.reads);
  if (prices.size() != parts.size() * n) return 0;
  std::vector<rational> read_price(n);
  std::vector<rational> write_price(n);
  for (std::size_t share = 0; share < parts.size(); ++share) {
    rational sum = 0;
    for (std::size_t slot = 0; slot < n; ++slot) {
      rational const& price = prices[share * n + slot];
      if (price < 0) return 0;
      sum += price;
      rational const& fraction = under.reads[share].fraction;
      read_price[slot] += price * fraction * detail::time_of_read(under, slot);
      write_price[slot] += price * (1 - fraction) * detail::time_of_write(under, slot);
    }
    if (sum > parts[share]) return 0;
  }
  auto const cheapest = [n](std::span<voter_set const> sets, std::vector<rational> const& price) {
    rational least = -1;
    for (voter_set const set : sets) {
      rational sum = 0;
      for (std::size_t slot = 0; slot < n; ++slot) {
        if (set.contains(slot)) sum += price[slot];
      }
      if (least < 0 || sum < least) least = sum;
    }
    return least;
  };
  return cheapest(quorums.reads(), read_price) + cheapest(quorums.writes(), write_price);
}

/// The optimal load of a pair of systems where this fraction of the operations reads; its capacity
/// is 1 / load. Errors: those of `read_write_quorums::make` and
/// `optimal_strategy`.
template <quorum_system Reads, quorum_system Writes>
result<rational> find_load(Reads const& reads, Writes const& writes,
                           rational const& read_fraction) {
  auto const quorums = read_write_quorums::make(reads, writes);
  if (!quorums) return quorums.error();
  auto const best = optimal_strategy(*quorums, workload(read_fraction));
  if (!best) return best.error();
  return best->value;
}

/// The optimal load of one system that reads and writes alike use, which is the load of Naor and
/// Wool. Errors: as above.
template <quorum_system System>
result<rational> find_load(System const& system) {
  return find_load(system, system, rational(1, 2));
}

}  // namespace synod::inline SYNOD_ABI
