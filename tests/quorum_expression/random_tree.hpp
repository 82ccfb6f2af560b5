// SPDX-License-Identifier: BSL-1.0
// Random expressions beside what they mean, put down without any of the library's code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "synod/base/random.hpp"

namespace naive {

/// A tree as somebody might write it: nothing is flattened, nothing brought into a normal form.
struct tree {
  enum kind { member, all, any, choice };
  kind is = member;
  std::size_t name = 0;  // of a member: node-<name>
  std::uint64_t threshold = 0;
  std::vector<tree> operands;
  std::vector<std::uint64_t> weights;

  bool wins(std::uint64_t names) const {
    if (is == member) return (names >> name & 1) != 0;
    std::uint64_t won = 0;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      total += weights[i];
      if (operands[i].wins(names)) won += weights[i];
    }
    return is == all ? won == total : is == any ? won != 0 : won >= threshold;
  }

  /// The names in it, as a mask.
  std::uint64_t names() const {
    if (is == member) return std::uint64_t{1} << name;
    std::uint64_t all_of_them = 0;
    for (tree const& operand : operands) all_of_them |= operand.names();
    return all_of_them;
  }

  /// Fully in parentheses.
  std::string text() const {
    if (is == member) return "node-" + std::to_string(name);
    std::string printed = is == choice ? std::to_string(threshold) + " of (" : "(";
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (i != 0) printed += is == all ? " and " : is == any ? " | " : ", ";
      printed += operands[i].text();
      if (is == choice && weights[i] != 1) {
        // A weight belongs to one operand: "2 of (...)" is one as it stands.
        printed += ':' + std::to_string(weights[i]);
      }
    }
    return printed + ')';
  }
};

inline tree random_tree(synod::splitmix64& random, std::size_t members, std::size_t levels) {
  tree made;
  if (levels == 0 || random.below(4) == 0) {
    made.name = random.below(members);
    return made;
  }
  made.is = static_cast<tree::kind>(1 + random.below(3));
  std::size_t const operands = 1 + random.below(4);
  std::uint64_t total = 0;
  std::uint64_t named = 0;
  for (std::size_t i = 0; i < operands; ++i) {
    tree operand = random_tree(random, members, levels - 1);
    std::uint64_t const names_in_it = operand.names();
    if (made.is == tree::choice && (names_in_it & (names_in_it - 1)) == 0) {
      if ((named & names_in_it) != 0) continue;  // a list names a member once, however it says so
      named |= names_in_it;
    }
    std::uint64_t const weight =
        made.is == tree::choice && random.below(3) == 0 ? 1 + random.below(5) : 1;
    total += weight;
    made.operands.push_back(operand);
    made.weights.push_back(weight);
  }
  made.threshold = 1 + random.below(total);
  return made;
}

}  // namespace naive
