// SPDX-License-Identifier: BSL-1.0
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "examples/plot/scale.hpp"
#include "examples/synod-quorum/commands.hpp"
#include "examples/synod-quorum/facts.hpp"
#include "synod/quorum/analysis.hpp"

namespace synod_quorum {
namespace {

std::string listed(std::vector<std::string> const& names) {
  std::string text;
  for (std::string const& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// A fraction as it is and as a decimal, where it is short enough to be read.
std::string exact(synod::rational const& value) {
  std::string const text = value.str();
  return text.size() > 20 ? std::string() : text;
}

// Numbers too small for the digits of a table.
std::string short_of(table::cell const& value) {
  auto const* number = std::get_if<double>(&value);
  return number != nullptr && *number > 0 && *number < 1e-4 ? plot::number(*number) : "";
}

// Rows of one system.
class sheet {
 public:
  sheet(table::writer& rows, named_system const& system) : rows_(rows), system_(system) {}

  void both(std::string const& fact, table::cell const& value, std::string const& remark = {}) {
    rows_.row({system_.name, fact, value, remark});
  }
  // Of reads and of writes; one row where they are the same.
  template <class Of>
  void sides(std::string const& fact, system_facts const& facts, Of of) {
    if (!system_.is_pair) return both(fact, of(facts.reads), short_of(of(facts.reads)));
    both(fact + " of reads", of(facts.reads), short_of(of(facts.reads)));
    both(fact + " of writes", of(facts.writes), short_of(of(facts.writes)));
  }

 private:
  table::writer& rows_;
  named_system const& system_;
};

void show_one(table::writer& rows, named_system const& system, conditions const& under) {
  auto const facts = facts_of(system, under);
  sheet out(rows, system);
  out.both("members", std::uint64_t{system.names.size()}, listed(system.names));
  if (system.is_pair) {
    out.both("reads", "", system.reads.text());
    out.both("writes", "", system.writes.text());
    out.both("the most that writes may be", "", system.reads.dual().text());
  } else {
    out.both("quorums", "", system.reads.text());
    out.both("dual", "", system.reads.dual().text());
  }
  out.sides("minimal quorums", facts, [](side_facts const& of) { return cell_of(of.quorums); });
  out.sides("smallest quorum", facts, [](side_facts const& of) { return cell_of(of.smallest); });
  out.sides("resilience", facts, [](side_facts const& of) { return cell_of(of.resilience); });
  if (system.names.size() <= synod::truth_table::max_members) {
    out.both("shared by any two quorums",
             std::uint64_t{synod::intersection_size(system.reads, system.writes)});
  }
  if (facts.measures) {
    out.both("load", cell_of(facts.measures->load), exact(facts.measures->load));
    out.both("capacity", cell_of(facts.measures->capacity), exact(facts.measures->capacity));
  } else {
    out.both("load", std::string("too large"));
  }
  auto const available = [](double synod::availability<double>::* which) {
    return [which](side_facts const& of) {
      return cell_of(of.available ? std::optional((*of.available).*which) : std::nullopt);
    };
  };
  out.sides("available", facts, available(&synod::availability<double>::up));
  out.sides("unavailable", facts, available(&synod::availability<double>::down));
}

}  // namespace

void show(std::vector<named_system> const& systems, conditions const& under, table::format how,
          std::ostream& out) {
  table::writer rows(out, how, {{"system"}, {"fact"}, {"value", 9}, {"remark"}});
  for (auto const& system : systems) show_one(rows, system, under);
  rows.end();
}

void show_strategy(named_system const& system, conditions const& under,
                   strategy_wishes const& wishes, table::format how, std::ostream& out) {
  auto const best = best_strategy(system, under, wishes.goal, wishes.limits);
  table::writer rows(out, how, {{"for"}, {"ask"}, {"probability", 6}, {"exactly"}});
  auto const list = [&](std::vector<synod::quorum_choice> const& choices, char const* what) {
    for (auto const& [members, probability] : choices) {
      rows.row({what, members_of(members, system.names), cell_of(probability), exact(probability)});
    }
  };
  list(best.strategy.reads, "reads");
  list(best.strategy.writes, "writes");
  rows.end();
}

}  // namespace synod_quorum
