// SPDX-License-Identifier: BSL-1.0
// synod-quorum: what a quorum system tolerates and costs, before anybody depends on it.
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "examples/synod-quorum/commands.hpp"
#include "examples/synod-quorum/conditions.hpp"
#include "examples/synod-quorum/systems.hpp"
#include "examples/tool/command_line.hpp"

namespace {

using namespace synod_quorum;

constexpr char about[] =
    "Says what quorum systems tolerate and cost.\n"
    "A SYSTEM is '[NAME =] QUORUMS' or '[NAME =] READS ; WRITES', as in\n"
    "  'zones = 2 of (majority(a, b, c), majority(d, e, f), majority(g, h, i))'\n"
    "  'rows = a and b or c and d ; dual'\n"
    "with 'and' (&, *), 'or' (|, +), 'K of (...)', 'majority(...)' and weights 'a:3'; the word\n"
    "dual stands for the most that meets all reads.";

struct wishes {
  std::vector<std::string> systems;
  std::string file;
  condition_texts conditions;
  table::format how = table::format::text;

  compare_pictures pictures;

  strategy_wishes strategy;
  std::string load_limit;
  std::string network_limit;
  std::string latency_limit;
};

std::vector<named_system> systems_of(wishes const& wanted) {
  std::vector<named_system> systems;
  for (std::size_t i = 0; i < wanted.systems.size(); ++i) {
    systems.push_back(parse_system(wanted.systems[i], "system " + std::to_string(i + 1)));
  }
  if (!wanted.file.empty()) {
    auto const name = wanted.file == "-" ? "standard input" : wanted.file;
    for (auto& system : parse_systems(read_file(wanted.file), name)) {
      systems.push_back(std::move(system));
    }
  }
  if (systems.empty()) throw bad_input{"there is no system"};
  return systems;
}

void answer(CLI::App const& command_line, wishes wanted) {
  auto const systems = systems_of(wanted);
  auto const under = parse_conditions(wanted.conditions);
  check_names(under, systems);
  if (command_line.got_subcommand("show")) return show(systems, under, wanted.how, std::cout);
  if (command_line.got_subcommand("compare")) {
    return compare(systems, under, wanted.pictures, wanted.how, std::cout);
  }
  if (systems.size() != 1) throw bad_input{"strategy: one system, please"};
  auto& limits = wanted.strategy.limits;
  for (auto const& [text, limit, option] :
       {std::tuple{&wanted.load_limit, &limits.load, "--max-load"},
        std::tuple{&wanted.network_limit, &limits.network, "--max-network"},
        std::tuple{&wanted.latency_limit, &limits.latency, "--max-latency"}}) {
    if (!text->empty()) *limit = parse_number(*text, *text, 0, option);
  }
  show_strategy(systems[0], under, wanted.strategy, wanted.how, std::cout);
}

// Every value stands after an option of its own, so that systems may follow.
void add_each(CLI::App& command, std::string const& name, std::vector<std::string>& values,
              std::string const& help) {
  command.add_option(name, values, help)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void describe_common(CLI::App& command, wishes& wanted) {
  command.add_option("SYSTEM", wanted.systems, "quorum systems");
  command.add_option("--file", wanted.file, "further ones, a line each ('-': the standard input)");
  add_each(command, "--reads", wanted.conditions.reads,
           "the fraction of operations that read, FRACTION[:WEIGHT]; several make a mixture");
  add_each(command, "--node", wanted.conditions.nodes,
           "what a node can do: NAME=READS[,WRITES[,LATENCY]]; else 1 of each");
  command.add_option("--survive", wanted.conditions.failures,
                     "ask so many nodes more that so many may fail");
  tool::add_format(command, wanted.how);
}

void add_failing(CLI::App& command, wishes& wanted) {
  add_each(command, "--failing", wanted.conditions.failing,
           "the probability that a node is down, P or NAME=P");
}

void describe(CLI::App& all, wishes& wanted) {
  all.require_subcommand(1);

  auto& show = *all.add_subcommand("show", "everything about each system");
  describe_common(show, wanted);
  add_failing(show, wanted);

  auto& compare = *all.add_subcommand("compare", "systems beside each other");
  describe_common(compare, wanted);
  add_failing(compare, wanted);
  compare.add_option("--load-svg", wanted.pictures.load, "a chart of load by fraction of reads");
  compare.add_option("--availability-svg", wanted.pictures.availability,
                     "a chart of how likely no quorum is up");

  auto& strategy = *all.add_subcommand("strategy", "whom to ask, how often, for the least load");
  describe_common(strategy, wanted);
  using synod::strategy_goal;
  tool::add_choice(strategy, "--least", wanted.strategy.goal, "for the least of what",
                   {{"load", strategy_goal::load},
                    {"network", strategy_goal::network},
                    {"latency", strategy_goal::latency}});
  strategy.add_option("--max-load", wanted.load_limit, "within this load");
  strategy.add_option("--max-network", wanted.network_limit, "asking so many nodes on average");
  strategy.add_option("--max-latency", wanted.latency_limit, "waiting so long on average");
}

}  // namespace

int main(int count, char** words) {
  wishes wanted;
  CLI::App command_line{about, "synod-quorum"};
  describe(command_line, wanted);
  return tool::run(command_line, count, words, [&] { answer(command_line, wanted); });
}
