// SPDX-License-Identifier: BSL-1.0
#include "examples/synod-quorum/systems.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "examples/text/utf8.hpp"
#include "synod/quorum/bounded_search.hpp"

namespace synod_quorum {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// What is wrong, the line where it is, and a caret under the very place. Of a long line what is
// around.
bad_input pointing_at(std::string const& text, std::size_t offset, std::string const& place,
                      std::string const& what) {
  constexpr std::size_t around = 60;
  offset = std::min(offset, text.size());
  std::size_t begin = offset > around ? offset - around : 0;
  while (begin < offset && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) ++begin;
  std::string shown = text.substr(begin, offset - begin + around);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  std::string const caret(text::width(std::string_view(shown).substr(0, offset - begin)), ' ');
  return {place + ", column " + std::to_string(text::width(text.substr(0, offset)) + 1) + ": " +
          what + "\n  " + shown + "\n  " + caret + "^"};
}

// A part of the text.
struct part {
  std::string_view text;
  std::size_t offset = 0;
};

synod::quorum_expression parse_part(part const& of, std::string const& whole,
                                    std::string const& place) {
  auto parsed = synod::quorum_expression::parse(of.text);
  if (parsed) return *std::move(parsed);
  throw pointing_at(whole, of.offset + parsed.error().place, place, parsed.error().what);
}

std::vector<std::string> names_of(named_system const& system) {
  auto const common = synod::common_names(system.reads, system.writes);
  return {common.names, common.names + common.count};
}

// Throws unless every read quorum meets every write quorum.
void check_that_they_meet(named_system const& system, std::string const& place) {
  auto const disjoint = synod::find_disjoint(system.reads, system.writes);
  if (!disjoint) throw bad_input{place + ": " + disjoint.error().what};
  if (!*disjoint) return;
  auto const names = names_of(system);
  throw bad_input{place + ": " +
                  (system.is_pair ? "a read quorum and a write quorum" : "two quorums") +
                  " have no member in common: " + members_of((*disjoint)->first, names) + " and " +
                  members_of((*disjoint)->second, names)};
}

}  // namespace

named_system parse_system(std::string const& text, std::string const& place) {
  named_system made;
  part rest{text, 0};
  if (auto const equals = text.find('='); equals != text.npos) {
    made.name = trimmed(rest.text.substr(0, equals));
    if (made.name.empty()) throw pointing_at(text, 0, place, "a name is missing");
    rest = {rest.text.substr(equals + 1), equals + 1};
  }
  auto const semicolon = rest.text.find(';');
  made.is_pair = semicolon != rest.text.npos;
  made.reads = parse_part({rest.text.substr(0, semicolon), rest.offset}, text, place);
  if (!made.is_pair) {
    made.writes = made.reads;
  } else {
    part const writes{rest.text.substr(semicolon + 1), rest.offset + semicolon + 1};
    made.writes =
        trimmed(writes.text) == "dual" ? made.reads.dual() : parse_part(writes, text, place);
  }
  if (made.name.empty()) made.name = trimmed(text);
  check_that_they_meet(made, place);
  made.names = names_of(made);
  return made;
}

std::vector<named_system> parse_systems(std::string const& content, std::string const& file) {
  std::vector<named_system> all;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < content.size();) {
    std::size_t const end = std::min(content.find('\n', begin), content.size());
    std::string const line = content.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    auto const text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    all.push_back(parse_system(line, file + ":" + std::to_string(number)));
  }
  return all;
}

synod::rational parse_number(std::string const& text, std::string const& whole, std::size_t offset,
                             std::string const& place) {
  auto parsed = synod::parse_rational(text);
  if (parsed) return *std::move(parsed);
  throw pointing_at(whole, offset + parsed.error().place, place, parsed.error().what);
}

std::string members_of(synod::voter_set set, std::vector<std::string> const& names) {
  std::string text = "{";
  for (std::size_t slot = 0; slot < names.size(); ++slot) {
    if (!set.contains(slot)) continue;
    if (text.size() > 1) text += ", ";
    text += names[slot];
  }
  return text + "}";
}

}  // namespace synod_quorum
