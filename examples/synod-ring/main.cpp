// SPDX-License-Identifier: BSL-1.0
// synod-ring: who owns what, and what a change of the nodes would move, before anybody makes it.
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "examples/synod-ring/commands.hpp"
#include "examples/synod-ring/keys.hpp"
#include "examples/synod-ring/nodes.hpp"
#include "examples/synod-ring/placements.hpp"
#include "examples/tool/command_line.hpp"

namespace {

using namespace synod_ring;

constexpr char about[] =
    "Places keys on nodes and says what a change of the nodes would move.\n"
    "NODES is a CSV file of name, weight and zone ('-': the standard input), with or without a\n"
    "head; weight and zone may be missing.";

struct wishes {
  std::string nodes;
  std::string keys;
  answer_form form;

  shares_pictures shares;

  std::size_t replicas = 1;
  synod::spread how = synod::spread::nodes;

  std::string after;
  list_changes changes;
  plan_wishes plan;
};

std::vector<listed_node> nodes_in(std::string const& file) {
  return parse_nodes(read_file(file), file == "-" ? "standard input" : file);
}

void answer(CLI::App const& command_line, wishes const& wanted) {
  if (wanted.nodes == "-" && wanted.keys == "-") {
    throw bad_input{"nodes and keys cannot both be the standard input"};
  }
  auto const nodes = nodes_in(wanted.nodes);
  if (command_line.got_subcommand("shares")) {
    show_shares(nodes, wanted.shares, wanted.form, std::cout);
  } else if (command_line.got_subcommand("owners")) {
    key_list const keys{read_file(wanted.keys)};
    show_owners(nodes, keys.keys(), wanted.replicas, wanted.how, wanted.form, std::cout);
  } else {
    auto const base = wanted.after.empty() ? nodes : nodes_in(wanted.after);
    auto const after = changed(base, wanted.changes);
    key_list const keys{wanted.plan.keys ? read_file(wanted.keys) : std::string{}};
    if (wanted.plan.keys && keys.keys().empty()) throw bad_input{wanted.keys + ": no keys"};
    show_plan(nodes, after, keys.keys(), wanted.plan, wanted.form, std::cout);
  }
}

void describe_common(CLI::App& command, wishes& wanted) {
  command.add_option("NODES", wanted.nodes, "the nodes, CSV")->required();
  command.add_option("--algorithm", wanted.form.algorithm, "how keys are placed")
      ->check(CLI::IsMember(algorithm_names()))
      ->capture_default_str();
  tool::add_format(command, wanted.form.how);
}

void describe(CLI::App& all, wishes& wanted) {
  all.require_subcommand(1);

  auto& shares = *all.add_subcommand("shares", "what each node owns");
  describe_common(shares, wanted);
  shares.add_option("--balance-svg", wanted.shares.balance, "a bar chart of the shares");
  shares.add_option("--ring-svg", wanted.shares.ring, "the ring itself");

  auto& owners = *all.add_subcommand("owners", "the replica set of each key");
  describe_common(owners, wanted);
  owners.add_option("KEYS", wanted.keys, "keys, one a line")->required();
  owners.add_option("--replicas", wanted.replicas, "nodes for each key")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  tool::add_choice(owners, "--spread", wanted.how, "how far apart",
                   {{"nodes", synod::spread::nodes},
                    {"zones", synod::spread::zones},
                    {"zones_first", synod::spread::zones_first}});

  auto& plan = *all.add_subcommand("plan", "what a change would move");
  describe_common(plan, wanted);
  plan.add_option("--after", wanted.after, "the nodes after the change, CSV (default: NODES)");
  plan.add_option("--add", wanted.changes.added, "a further node: name[,weight[,zone]]");
  plan.add_option("--remove", wanted.changes.removed, "a node that goes: name");
  plan.add_option("--reweight", wanted.changes.reweighted, "another weight: name,weight");
  plan.add_flag("--intervals", wanted.plan.intervals, "every interval, instead of sums");
  plan.add_option("--keys", wanted.keys, "count these keys, one a line, instead of hashes");
  plan.add_option("--svg", wanted.plan.picture, "a bar chart of what moves");
  plan.final_callback([&wanted] { wanted.plan.keys = !wanted.keys.empty(); });
}

}  // namespace

int main(int count, char** words) {
  wishes wanted;
  CLI::App command_line{about, "synod-ring"};
  describe(command_line, wanted);
  return tool::run(command_line, count, words, [&] { answer(command_line, wanted); });
}
