// SPDX-License-Identifier: BSL-1.0
// The command line: what is wrong with it is said with the option's name.
#include "examples/server/options.hpp"

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace synod_server;

namespace {

struct answer {
  parsed_options parsed;
  std::string out;
  std::string err;
};

// The options that must be there, and more.
answer parse(std::vector<std::string> more, bool with_usual = true) {
  std::vector<std::string> words{"synod-server"};
  auto const usual = [&](std::string const& name, std::string const& value) {
    for (std::string const& each : more) {
      if (each == name) return;
    }
    words.insert(words.end(), {name, value});
  };
  if (with_usual) {
    usual("--id", "1");
    usual("--listen", "127.0.0.1:0");
    usual("--peers", "1=127.0.0.1:7001,2=127.0.0.1:7002,3=[::1]:7003");
    usual("--data", "somewhere");
  }
  words.insert(words.end(), more.begin(), more.end());
  std::vector<char const*> arguments;
  for (std::string const& each : words) arguments.push_back(each.c_str());

  std::ostringstream out;
  std::ostringstream err;
  auto* const cout_was = std::cout.rdbuf(out.rdbuf());
  auto* const cerr_was = std::cerr.rdbuf(err.rdbuf());
  answer got;
  got.parsed = parse_options(static_cast<int>(arguments.size()), arguments.data());
  std::cout.rdbuf(cout_was);
  std::cerr.rdbuf(cerr_was);
  got.out = out.str();
  got.err = err.str();
  return got;
}

std::string problem_of(std::vector<std::string> more, bool with_usual = true) {
  answer const got = parse(std::move(more), with_usual);
  CHECK_FALSE(got.parsed.options);
  CHECK(got.parsed.code == exit_command_line);
  return got.err;
}

bool names(std::string const& text, std::string const& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("options: what is not given has its default", "[server]") {
  auto const got = parse({});
  REQUIRE(got.parsed.options);
  auto const& o = *got.parsed.options;
  CHECK(o.id == 1);
  CHECK(o.listen == address{"127.0.0.1", 0});
  REQUIRE(o.peers.size() == 3);
  CHECK(o.peers[2].where == address{"::1", 7003});
  CHECK(o.self().where.port == 7001);
  CHECK(o.cluster == "synod");
  CHECK(o.least == log_level::info);
  CHECK(o.election_timeout_ms >= 2 * o.heartbeat_ms);
}

TEST_CASE("options: each error names its option", "[server]") {
  for (char const* const option : {"--id", "--listen", "--peers", "--data"}) {
    std::vector<std::string> words;
    for (char const* const other : {"--id", "--listen", "--peers", "--data"}) {
      if (std::string{other} == option) continue;
      words.push_back(other);
      words.push_back(std::string{other} == "--id"       ? "1"
                      : std::string{other} == "--listen" ? "h:1"
                      : std::string{other} == "--peers"  ? "1=h:2"
                                                         : "d");
    }
    CHECK(names(problem_of(words, false), option));
  }
  CHECK(names(problem_of({"--id", "0"}), "--id"));
  CHECK(names(problem_of({"--id", "x"}), "--id"));
  CHECK(names(problem_of({"--id", "4"}), "--peers: node 4 (--id) is not among them"));
  CHECK(names(problem_of({"--listen", "7000"}), "--listen: '7000': not HOST:PORT"));
  CHECK(names(problem_of({"--listen", "h:65536"}), "--listen: 'h:65536': the port"));
  CHECK(names(problem_of({"--listen", ":1"}), "--listen: ':1': no host"));
  CHECK(names(problem_of({"--listen", "::1:1"}), "--listen: '::1:1': an IPv6 address"));
  CHECK(names(problem_of({"--listen", "127.0.0.1:7001"}), "--listen: 127.0.0.1:7001 is also"));
  CHECK(names(problem_of({"--peers", "h:1"}), "--peers: 'h:1': not ID=HOST:PORT"));
  CHECK(names(problem_of({"--peers", "1=h:0"}), "--peers: '1=h:0': port 0"));
  CHECK(names(problem_of({"--peers", "1=h:1,1=h:2"}), "--peers: '1=h:2': the id is named twice"));
  CHECK(names(problem_of({"--peers", "1=h:1,2=h:1"}), "the address is named twice"));
  CHECK(names(problem_of({"--peers", "1=h:1,"}), "--peers: '': not ID=HOST:PORT"));
  CHECK(names(problem_of({"--peers", "x=h:1"}), "--peers: 'x=h:1': the id"));
  CHECK(names(problem_of({"--peers", "1=h:1,2=h:2,3=h:3,4=h:4,5=h:5,6=h:6,7=h:7,8=h:8"}),
              "--peers: a cluster has at most 7 nodes"));
  CHECK(names(problem_of({"--cluster", ""}), "--cluster"));
  CHECK(names(problem_of({"--cluster", std::string(65, 'x')}), "--cluster"));
  CHECK(names(problem_of({"--cluster", "a b"}), "--cluster"));
  CHECK(names(problem_of({"--log-level", "loud"}), "--log-level"));
  CHECK(names(problem_of({"--election-timeout-ms", "100", "--heartbeat-ms", "60"}),
              "--election-timeout-ms"));
  CHECK(names(problem_of({"--max-value-bytes", "1048577"}), "--max-value-bytes"));
  CHECK(names(problem_of({"--max-clients", "0"}), "--max-clients"));
  CHECK(names(problem_of({"--no-such-option"}), "--no-such-option"));
}

TEST_CASE("options: --help and --version end well", "[server]") {
  auto const help = parse({"--help"});
  CHECK_FALSE(help.parsed.options);
  CHECK(help.parsed.code == exit_clean);
  CHECK(names(help.out, "--election-timeout-ms"));
  CHECK(names(help.out, "Exit: 0"));
  auto const version = parse({"--version"});
  CHECK(version.parsed.code == exit_clean);
  CHECK(names(version.out, "synod-server 0."));
}
