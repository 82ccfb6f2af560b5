// SPDX-License-Identifier: BSL-1.0
// Quorum systems as the command line and files give them.
#pragma once

#include <string>
#include <vector>

#include "examples/tool/files.hpp"
#include "synod/quorum/quorum_expression.hpp"
#include "synod/quorum/rational.hpp"

namespace synod_quorum {

using tool::bad_input;
using tool::read_file;
using tool::write_file;

/// A pair of systems, of which every read quorum meets every write quorum.
struct named_system {
  std::string name;
  synod::quorum_expression reads;
  synod::quorum_expression writes;
  bool is_pair = false;            ///< reads and writes were told apart
  std::vector<std::string> names;  ///< of the members of both, by common slot
};

/// From `[NAME =] QUORUMS`, or `[NAME =] READS ; WRITES`, where WRITES may be the word `dual`: the
/// most that meets all READS. `place` says where the text stands. Throws `bad_input`: not an
/// expression, with the column; two quorums that miss each other, by their members.
named_system parse_system(std::string const& text, std::string const& place);

/// A system a line; empty lines and those that begin with '#' are skipped. Throws `bad_input`.
std::vector<named_system> parse_systems(std::string const& content, std::string const& file);

/// A number as people write it, see `synod::parse_rational`. `text` stands at `offset` in `whole`,
/// which is shown when it is none. Throws `bad_input`.
synod::rational parse_number(std::string const& text, std::string const& whole, std::size_t offset,
                             std::string const& place);

/// The members of a set, `{a, b}`.
std::string members_of(synod::voter_set set, std::vector<std::string> const& names);

}  // namespace synod_quorum
