// SPDX-License-Identifier: BSL-1.0
#include "examples/server/commands.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace synod_server;

TEST_CASE("commands: found in letters of any size, and no others", "[server]") {
  REQUIRE(find_command("get") != nullptr);
  CHECK(find_command("get")->what == verb::get);
  CHECK(find_command("GeT") == find_command("get"));
  for (command_info const& each : all_commands()) CHECK(find_command(each.name) == &each);
  CHECK(find_command("") == nullptr);
  CHECK(find_command("ge") == nullptr);
  CHECK(find_command("gett") == nullptr);
  CHECK(find_command(std::string(1000, 'g')) == nullptr);
}

TEST_CASE("commands: arity counts the name; a negative one is the least", "[server]") {
  CHECK(find_command("get")->takes(2));
  CHECK_FALSE(find_command("get")->takes(1));
  CHECK_FALSE(find_command("get")->takes(3));
  CHECK(find_command("del")->takes(2));
  CHECK(find_command("del")->takes(9));
  CHECK_FALSE(find_command("del")->takes(1));
}

TEST_CASE("commands: patterns", "[server]") {
  CHECK(matches_pattern("save", "save"));
  CHECK(matches_pattern("SAVE", "save"));
  CHECK_FALSE(matches_pattern("save", "saved"));
  CHECK(matches_pattern("*", ""));
  CHECK(matches_pattern("*", "anything"));
  CHECK(matches_pattern("max*", "maxclients"));
  CHECK(matches_pattern("*on*", "appendonly"));
  CHECK(matches_pattern("a*b*c", "aXbYbZc"));
  CHECK_FALSE(matches_pattern("a*b*c", "aXbYbZ"));
  CHECK(matches_pattern("s?ve", "save"));
  CHECK_FALSE(matches_pattern("s?ve", "sve"));
  CHECK(matches_pattern("s[a-c]ve", "save"));
  CHECK_FALSE(matches_pattern("s[^a]ve", "save"));
  CHECK(matches_pattern("\\*", "*"));
  CHECK_FALSE(matches_pattern("\\*", "x"));
  CHECK_FALSE(matches_pattern("", "x"));
  CHECK_FALSE(matches_pattern("[", "x"));
  // Many stars take no more than a product of the lengths.
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "*a";
  CHECK_FALSE(matches_pattern(stars + "b", std::string(5000, 'a')));
}
