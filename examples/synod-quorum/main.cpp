// SPDX-License-Identifier: BSL-1.0
// synod-quorum: what a quorum system tolerates and costs, before anybody depends on it.
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "examples/synod-quorum/commands.hpp"
#include "examples/synod-quorum/conditions.hpp"
#include "examples/synod-quorum/systems.hpp"

namespace {

using namespace synod_quorum;

constexpr char about[] =
    "Says what quorum systems tolerate and cost.\n"
    "A SYSTEM is '[NAME =] QUORUMS' or '[NAME =] READS ; WRITES', as in\n"
    "  'zones = 2 of (majority(a, b, c), majority(d, e, f), majority(g, h, i))'\n"
    "  'rows = a and b or c and d ; dual'\n"
    "with 'and' (&, *), 'or' (|, +), 'K of (...)', 'majority(...)' and weights 'a:3'; the word\n"
    "dual stands for the most that meets all reads.";
constexpr char after_help[] = "Exit: 0 done, 1 the input is wrong, 2 the command line is.";

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

void answer(CLI::App const& tool, wishes wanted) {
  auto const systems = systems_of(wanted);
  auto const under = parse_conditions(wanted.conditions);
  check_names(under, systems);
  if (tool.got_subcommand("show")) return show(systems, under, wanted.how, std::cout);
  if (tool.got_subcommand("compare")) {
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

// An option that takes one of a few words; the first is what it is without.
template <class Value>
void add_choice(CLI::App& command, std::string const& name, Value& value, std::string const& help,
                std::vector<std::pair<std::string, Value>> const& choices) {
  std::vector<std::string> words;
  for (auto const& choice : choices) words.push_back(choice.first);
  auto const choose = [&value, choices](std::string const& word) {
    for (auto const& [name_of, value_of] : choices) {
      if (name_of == word) value = value_of;
    }
  };
  command.add_option_function<std::string>(name, choose, help)
      ->check(CLI::IsMember(words))
      ->default_str(words[0]);
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
  add_choice(
      command, "--format", wanted.how, "how the answer is written",
      {{"table", table::format::text}, {"csv", table::format::csv}, {"json", table::format::json}});
}

void add_failing(CLI::App& command, wishes& wanted) {
  add_each(command, "--failing", wanted.conditions.failing,
           "the probability that a node is down, P or NAME=P");
}

void describe(CLI::App& tool, wishes& wanted) {
  tool.require_subcommand(1);

  auto& show = *tool.add_subcommand("show", "everything about each system");
  describe_common(show, wanted);
  add_failing(show, wanted);

  auto& compare = *tool.add_subcommand("compare", "systems beside each other");
  describe_common(compare, wanted);
  add_failing(compare, wanted);
  compare.add_option("--load-svg", wanted.pictures.load, "a chart of load by fraction of reads");
  compare.add_option("--availability-svg", wanted.pictures.availability,
                     "a chart of how likely no quorum is up");

  auto& strategy = *tool.add_subcommand("strategy", "whom to ask, how often, for the least load");
  describe_common(strategy, wanted);
  using synod::strategy_goal;
  add_choice(strategy, "--least", wanted.strategy.goal, "for the least of what",
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
  CLI::App tool{about, "synod-quorum"};
  tool.footer(after_help);
  describe(tool, wanted);
  try {
    tool.parse(count, words);
  } catch (CLI::ParseError const& wrong) {
    return tool.exit(wrong) == 0 ? 0 : 2;
  }
  try {
    answer(tool, wanted);
    std::cout.flush();
    if (!std::cout) throw bad_input{"the standard output cannot be written"};
  } catch (bad_input const& wrong) {
    std::cerr << "synod-quorum: " << wrong.what << '\n';
    return 1;
  }
}
