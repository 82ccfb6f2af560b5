// SPDX-License-Identifier: BSL-1.0
#include "examples/synod-quorum/conditions.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace synod_quorum {
namespace {

// A text in parts, each with its offset.
struct field {
  std::string text;
  std::size_t offset = 0;
};

std::vector<field> split(std::string const& text, std::size_t offset, char by) {
  std::vector<field> fields;
  for (std::size_t begin = offset;;) {
    std::size_t const end = std::min(text.find(by, begin), text.size());
    fields.push_back({text.substr(begin, end - begin), begin});
    if (end == text.size()) return fields;
    begin = end + 1;
  }
}

synod::read_share parse_share(std::string const& text) {
  auto const fields = split(text, 0, ':');
  if (fields.size() > 2) throw bad_input{"--reads " + text + ": FRACTION or FRACTION:WEIGHT"};
  synod::read_share share;
  share.fraction = parse_number(fields[0].text, text, 0, "--reads");
  if (share.fraction < 0 || share.fraction > 1) {
    throw bad_input{"--reads " + text + ": not within 0 and 1"};
  }
  if (fields.size() == 2) {
    share.weight = parse_number(fields[1].text, text, fields[1].offset, "--reads");
    if (share.weight <= 0) throw bad_input{"--reads " + text + ": a weight that is not positive"};
  }
  return share;
}

// NAME=REST, if there is a name.
std::optional<field> name_of(std::string const& text) {
  auto const equals = text.find('=');
  if (equals == text.npos) return std::nullopt;
  return field{text.substr(0, equals), equals + 1};
}

double parse_probability(std::string const& text, std::size_t offset) {
  auto const value = parse_number(text.substr(offset), text, offset, "--failing");
  if (value < 0 || value > 1) throw bad_input{"--failing " + text + ": not within 0 and 1"};
  return value.convert_to<double>();
}

std::pair<std::string, synod::node_profile> parse_node(std::string const& text) {
  auto const name = name_of(text);
  auto const fields = split(text, name ? name->offset : 0, ',');
  if (!name || fields.size() > 3) {
    throw bad_input{"--node " + text +
                    ": NAME=READS or NAME=READS,WRITES or "
                    "NAME=READS,WRITES,LATENCY"};
  }
  std::vector<synod::rational> values;
  for (auto const& [digits, offset] : fields) {
    values.push_back(parse_number(digits, text, offset, "--node"));
  }
  if (values.size() == 1) values.push_back(values[0]);
  if (values.size() == 2) values.push_back(0);
  if (values[0] <= 0 || values[1] <= 0) {
    throw bad_input{"--node " + text + ": a rate that is not positive"};
  }
  if (values[2] < 0) throw bad_input{"--node " + text + ": a negative latency"};
  return {name->text, {values[0], values[1], values[2]}};
}

}  // namespace

conditions parse_conditions(condition_texts const& texts) {
  conditions made;
  made.failures = texts.failures;
  for (std::string const& text : texts.reads) made.reads.push_back(parse_share(text));
  for (std::string const& text : texts.failing) {
    if (auto const name = name_of(text)) {
      if (!made.failing_of.emplace(name->text, parse_probability(text, name->offset)).second) {
        throw bad_input{"--failing " + text + ": a second one for this node"};
      }
    } else {
      made.failing = parse_probability(text, 0);
    }
  }
  for (std::string const& text : texts.nodes) {
    if (!made.profiles.insert(parse_node(text)).second) {
      throw bad_input{"--node " + text + ": a second one for this node"};
    }
  }
  return made;
}

synod::workload workload_of(conditions const& under, named_system const& system) {
  std::vector<synod::node_profile> profiles;
  for (std::string const& name : system.names) {
    auto const found = under.profiles.find(name);
    profiles.push_back(found == under.profiles.end() ? synod::node_profile{} : found->second);
  }
  return {under.reads, profiles};
}

std::vector<double> failing_of(conditions const& under, synod::quorum_expression const& system) {
  std::vector<double> failing;
  for (std::string const& name : system.names()) {
    auto const found = under.failing_of.find(name);
    failing.push_back(found == under.failing_of.end() ? under.failing : found->second);
  }
  return failing;
}

void check_names(conditions const& under, std::vector<named_system> const& systems) {
  auto const check = [&systems](std::string const& name, std::string const& option) {
    for (auto const& system : systems) {
      if (std::find(system.names.begin(), system.names.end(), name) != system.names.end()) return;
    }
    throw bad_input{option + ": no system has a node '" + name + "'"};
  };
  for (auto const& [name, probability] : under.failing_of) check(name, "--failing");
  for (auto const& [name, profile] : under.profiles) check(name, "--node");
}

}  // namespace synod_quorum
