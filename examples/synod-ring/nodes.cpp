// SPDX-License-Identifier: BSL-1.0
#include "examples/synod-ring/nodes.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "examples/table/csv.hpp"

namespace synod_ring {
namespace {

std::optional<double> weight_of(std::string_view text) {
  double weight = 0;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), weight);
  bool const whole = wrong == std::errc{} && end == text.data() + text.size();
  return whole && synod::is_valid_weight(weight) ? std::optional{weight} : std::nullopt;
}

// Which column is what.
struct columns {
  std::size_t name = 0;
  std::size_t weight = 1;
  std::size_t zone = 2;
  std::size_t count = 3;
};

columns columns_of(table::csv_row const& head, std::string const& place) {
  columns made{head.fields.size(), head.fields.size(), head.fields.size(), head.fields.size()};
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    auto const& title = head.fields[i];
    std::size_t* const column = title == "name"     ? &made.name
                                : title == "weight" ? &made.weight
                                : title == "zone"   ? &made.zone
                                                    : nullptr;
    if (column == nullptr) {
      throw bad_input{place + ": a column '" + title + "'; there are name, weight and zone"};
    }
    if (*column != made.count) throw bad_input{place + ": two columns '" + title + "'"};
    *column = i;
  }
  return made;
}

listed_node node_of(std::vector<std::string> const& fields, columns const& at,
                    std::string const& place) {
  auto const field = [&](std::size_t i) { return i < fields.size() ? fields[i] : std::string{}; };
  if (fields.size() > at.count) {
    throw bad_input{place + ": " + std::to_string(fields.size()) + " fields; there are only " +
                    std::to_string(at.count)};
  }
  listed_node made{field(at.name), 1.0, field(at.zone)};
  if (made.name.empty()) throw bad_input{place + ": a node without a name"};
  if (auto const text = field(at.weight); !text.empty()) {
    auto const weight = weight_of(text);
    if (!weight) {
      throw bad_input{place + ": the weight '" + text + "' is no number above zero"};
    }
    made.weight = *weight;
  }
  return made;
}

table::csv_row row_of(std::string const& argument, std::string const& option) {
  auto parsed = table::parse_csv(argument);
  if (parsed.error.line != 0) {
    throw bad_input{option + " '" + argument + "', column " + std::to_string(parsed.error.column) +
                    ": " + parsed.error.what};
  }
  if (parsed.rows.size() != 1) throw bad_input{option + ": one node a time, please"};
  return parsed.rows[0];
}

auto find(std::vector<listed_node>& nodes, std::string const& name) {
  return std::find_if(nodes.begin(), nodes.end(), [&](auto const& n) { return n.name == name; });
}

auto find_known(std::vector<listed_node>& nodes, std::string const& name,
                std::string const& option) {
  auto const at = find(nodes, name);
  if (at == nodes.end()) throw bad_input{option + ": there is no node '" + name + "'"};
  return at;
}

}  // namespace

std::vector<listed_node> parse_nodes(std::string const& content, std::string const& file) {
  auto const parsed = table::parse_csv(content);
  if (parsed.error.line != 0) {
    throw bad_input{file + ":" + std::to_string(parsed.error.line) + ":" +
                    std::to_string(parsed.error.column) + ": " + parsed.error.what};
  }
  std::vector<listed_node> nodes;
  std::vector<std::size_t> lines;
  columns at;
  for (auto const& row : parsed.rows) {
    std::string const place = file + ":" + std::to_string(row.line);
    bool const head = std::find(row.fields.begin(), row.fields.end(), "name") != row.fields.end();
    if (lines.empty() && head) {
      at = columns_of(row, place);
    } else {
      nodes.push_back(node_of(row.fields, at, place));
      lines.push_back(row.line);
    }
  }
  if (nodes.empty()) throw bad_input{file + ": no nodes"};

  std::vector<std::size_t> order(nodes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return nodes[a].name < nodes[b].name; });
  auto const twice = std::adjacent_find(
      order.begin(), order.end(), [&](auto a, auto b) { return nodes[a].name == nodes[b].name; });
  if (twice != order.end()) {
    throw bad_input{file + ":" + std::to_string(lines[*(twice + 1)]) + ": a second node '" +
                    nodes[*twice].name + "'; the first is in line " +
                    std::to_string(lines[*twice])};
  }
  return nodes;
}

std::vector<listed_node> changed(std::vector<listed_node> nodes, list_changes const& changes) {
  for (auto const& argument : changes.removed) {
    nodes.erase(find_known(nodes, argument, "--remove"));
  }
  for (auto const& argument : changes.reweighted) {
    columns const name_and_weight{0, 1, 2, 2};
    auto const wanted =
        node_of(row_of(argument, "--reweight").fields, name_and_weight, "--reweight");
    find_known(nodes, wanted.name, "--reweight")->weight = wanted.weight;
  }
  for (auto const& argument : changes.added) {
    auto wanted = node_of(row_of(argument, "--add").fields, columns{}, "--add");
    if (find(nodes, wanted.name) != nodes.end()) {
      throw bad_input{"--add: there is a node '" + wanted.name + "' already"};
    }
    nodes.push_back(std::move(wanted));
  }
  if (nodes.empty()) throw bad_input{"--remove: no node would be left"};
  return nodes;
}

std::vector<synod::ring_node> views(std::vector<listed_node> const& nodes) {
  std::vector<synod::ring_node> made;
  for (auto const& node : nodes) made.push_back({node.name, node.weight, node.zone});
  return made;
}

}  // namespace synod_ring
