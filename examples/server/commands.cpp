// SPDX-License-Identifier: BSL-1.0
#include "examples/server/commands.hpp"

#include <algorithm>
#include <array>

namespace synod_server {

namespace {

constexpr char small(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr std::string_view reads = "readonly fast";
constexpr std::string_view writes = "write denyoom fast";
constexpr std::string_view about = "loading stale fast";

constexpr std::array commands{
    command_info{"auth", verb::auth, -2, about, 0, 0, 0, "connection",
                 "Refused: this server has no passwords"},
    command_info{"client", verb::client, -2, "loading stale", 0, 0, 0, "connection",
                 "SETNAME, GETNAME, ID, INFO, LIST, SETINFO, NO-EVICT, NO-TOUCH, REPLY ON"},
    command_info{"command", verb::command, -1, "loading stale", 0, 0, 0, "server",
                 "The commands of this server: COUNT, DOCS, INFO, LIST"},
    command_info{"config", verb::config, -2, "admin loading stale", 0, 0, 0, "server",
                 "GET patterns of the settings that benchmarks ask for"},
    command_info{"dbsize", verb::dbsize, 1, reads, 0, 0, 0, "server", "The number of keys"},
    command_info{"decr", verb::decr, 2, writes, 1, 1, 1, "string", "Subtracts one"},
    command_info{"decrby", verb::decrby, 3, writes, 1, 1, 1, "string", "Subtracts a number"},
    command_info{"del", verb::del, -2, "write", 1, -1, 1, "generic", "Removes keys"},
    command_info{"echo", verb::echo, 2, about, 0, 0, 0, "connection", "Says the same"},
    command_info{"exists", verb::exists, -2, reads, 1, -1, 1, "generic",
                 "How many of the keys are there"},
    command_info{"expire", verb::expire, -3, "write fast", 1, 1, 1, "generic",
                 "Gives a key a lifetime in seconds"},
    command_info{"get", verb::get, 2, reads, 1, 1, 1, "string", "The value of a key"},
    command_info{"hello", verb::hello, -1, about, 0, 0, 0, "connection",
                 "Chooses the version of the protocol"},
    command_info{"incr", verb::incr, 2, writes, 1, 1, 1, "string", "Adds one"},
    command_info{"incrby", verb::incrby, 3, writes, 1, 1, 1, "string", "Adds a number"},
    command_info{"info", verb::info, -1, "loading stale", 0, 0, 0, "server",
                 "What the server and its node are doing"},
    command_info{"persist", verb::persist, 2, "write fast", 1, 1, 1, "generic",
                 "Takes the lifetime from a key"},
    command_info{"pexpire", verb::pexpire, -3, "write fast", 1, 1, 1, "generic",
                 "Gives a key a lifetime in milliseconds"},
    command_info{"ping", verb::ping, -1, about, 0, 0, 0, "connection", "Answers PONG"},
    command_info{"pttl", verb::pttl, 2, reads, 1, 1, 1, "generic",
                 "Milliseconds that a key has left"},
    command_info{"quit", verb::quit, -1, about, 0, 0, 0, "connection", "Closes the connection"},
    command_info{"reset", verb::reset, 1, about, 0, 0, 0, "connection",
                 "Sets the connection back: protocol 2, no name"},
    command_info{"select", verb::select, 2, about, 0, 0, 0, "connection",
                 "Database 0 is the only one"},
    command_info{"set", verb::set, -3, "write denyoom", 1, 1, 1, "string", "Sets a key"},
    command_info{"setnx", verb::setnx, 3, writes, 1, 1, 1, "string",
                 "Sets a key that is not there"},
    command_info{"strlen", verb::strlen, 2, reads, 1, 1, 1, "string", "Bytes of a value"},
    command_info{"synod", verb::synod, -2, "write", 0, 0, 0, "synod",
                 "STATUS, SNAPSHOT, SESSION, UNLOCK, RENEW"},
    command_info{"ttl", verb::ttl, 2, reads, 1, 1, 1, "generic", "Seconds that a key has left"},
    command_info{"type", verb::type, 2, reads, 1, 1, 1, "generic", "string, or none"},
};

constexpr bool in_order() {
  for (std::size_t i = 1; i < commands.size(); ++i) {
    if (commands[i - 1].name >= commands[i].name) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::span<command_info const> all_commands() noexcept { return commands; }

command_info const* find_command(std::string_view name) noexcept {
  std::array<char, 16> lower{};
  if (name.size() > lower.size()) return nullptr;
  std::transform(name.begin(), name.end(), lower.begin(), small);
  std::string_view const wanted{lower.data(), name.size()};
  auto const found =
      std::lower_bound(commands.begin(), commands.end(), wanted,
                       [](command_info const& c, std::string_view n) { return c.name < n; });
  return found != commands.end() && found->name == wanted ? &*found : nullptr;
}

bool same_word(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return small(x) == small(y); });
}

namespace {

// Matches one element of the pattern that is no star; `at` moves behind it.
bool matches_one(std::string_view pattern, std::size_t& at, char c) noexcept {
  if (pattern[at] == '?') return ++at, true;
  if (pattern[at] == '[') {
    std::size_t const end = pattern.find(']', at + 1);
    if (end != pattern.npos) {
      bool const inverted = pattern[at + 1] == '^';
      bool in = false;
      for (std::size_t i = at + (inverted ? 2 : 1); i < end; ++i) {
        if (i + 2 < end && pattern[i + 1] == '-') {
          in = in || (small(pattern[i]) <= small(c) && small(c) <= small(pattern[i + 2]));
          i += 2;
        } else {
          in = in || small(pattern[i]) == small(c);
        }
      }
      at = end + 1;
      return in != inverted;
    }
  }
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  return small(pattern[at++]) == small(c);
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) noexcept {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t after_star = pattern.npos;  // where to go on when the last star takes one more
  std::size_t star_took_to = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      star_took_to = t;
      continue;
    }
    if (p < pattern.size() && matches_one(pattern, p, text[t])) {
      ++t;
      continue;
    }
    if (after_star == pattern.npos) return false;
    p = after_star;
    t = ++star_took_to;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace synod_server
