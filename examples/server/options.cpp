// SPDX-License-Identifier: BSL-1.0
#include "examples/server/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "examples/tool/command_line.hpp"
#include "synod/version.hpp"

namespace synod_server {

namespace {

constexpr char about[] =
    "One node of a replicated key-value store that Redis clients can use.\n"
    "What is acknowledged is on the disks of a majority; what is read is the latest.";

constexpr char exit_codes[] =
    "Exit: 0 a clean stop (SIGTERM, SIGINT), 1 a defect, 2 the command line is wrong, 3 the data\n"
    "directory cannot be used, 4 an address cannot be listened on, 5 the disk failed while "
    "running.";

// The checks that see more than one option.
void check(server_options const& o) {
  auto const refuse = [](std::string const& text) { throw CLI::ValidationError(text); };
  if (o.peers.size() > 7) refuse("--peers: a cluster has at most 7 nodes");
  if (std::none_of(o.peers.begin(), o.peers.end(),
                   [&](peer_address const& p) { return p.id == o.id; })) {
    refuse("--peers: node " + std::to_string(o.id) + " (--id) is not among them");
  }
  if (o.election_timeout_ms < 2 * o.heartbeat_ms) {
    refuse("--election-timeout-ms: less than twice --heartbeat-ms");
  }
  if (o.listen == o.self().where) {
    refuse("--listen: " + o.listen.text() + " is also this node's address in --peers");
  }
}

// Options whose text is read by ours; the error names them.
template <class Read>
void add_text(CLI::App& line, std::string const& name, std::string const& help,
              std::string const& type, bool required, Read read) {
  auto* const option = line.add_option_function<std::string>(
      name,
      [name, read](std::string const& text) {
        try {
          read(text);
        } catch (bad_address const& wrong) {
          throw CLI::ValidationError(name + ": " + wrong.what());
        }
      },
      help);
  option->type_name(type);
  if (required) option->required();
}

void describe(CLI::App& line, server_options& o) {
  line.add_option("--id", o.id, "this node's number in --peers")
      ->required()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{65535}));
  add_text(line, "--listen", "where clients connect; port 0: the system chooses one", "HOST:PORT",
           true, [&o](std::string const& text) { o.listen = parse_address(text); });
  add_text(line, "--peers",
           "all nodes and where they listen for each other, this one too: the same on every node",
           "ID=HOST:PORT,...", true,
           [&o](std::string const& text) { o.peers = parse_peers(text); });
  line.add_option("--data", o.data, "the directory of this node's log; founded where it is empty")
      ->required()
      ->type_name("DIR");
  line.add_option("--cluster", o.cluster, "the cluster's name: nodes of another one are refused")
      ->check([](std::string const& name) {
        bool const fits =
            !name.empty() && name.size() <= 64 &&
            std::all_of(name.begin(), name.end(), [](char c) { return c >= '!' && c <= '~'; });
        return fits ? std::string{} : std::string{"1 to 64 printable characters without blanks"};
      })
      ->type_name("NAME")
      ->capture_default_str();
  tool::add_choice(line, "--log-level", o.least, "the least of what is logged",
                   {{"info", log_level::info},
                    {"debug", log_level::debug},
                    {"warn", log_level::warn},
                    {"error", log_level::error}});
  auto const number = [&](std::string const& name, std::uint32_t& value, std::uint32_t least,
                          std::uint32_t most, std::string const& help) {
    line.add_option(name, value, help)->check(CLI::Range(least, most))->capture_default_str();
  };
  number("--election-timeout-ms", o.election_timeout_ms, 20, 60'000,
         "a follower campaigns when it hears of no leader for this long to twice as long");
  number("--heartbeat-ms", o.heartbeat_ms, 5, 10'000, "a leader speaks at least this often");
  number("--request-timeout-ms", o.request_timeout_ms, 100, 600'000,
         "how long a client waits for a leader or an answer before it gets an error");
  number("--max-clients", o.max_clients, 1, 1'000'000, "connections of clients");
  number("--client-memory-mib", o.client_memory_mib, 8, 65'536,
         "what the buffers of all clients may hold; beyond, the largest is ended");
  number("--max-value-bytes", o.max_value_bytes, 1, 1 << 20, "the longest key or value taken");
  number("--max-arguments", o.max_arguments, 8, 1 << 20, "words of one command");
  number("--snapshot-entries", o.snapshot_entries, 1, 100'000'000,
         "a snapshot is taken every so many entries of the log");
  number("--keep-entries", o.keep_entries, 0, 100'000'000,
         "entries that stay behind a snapshot, for nodes that are a little late");
  number("--sync-delay-ms", o.sync_delay_ms, 0, 10'000,
         "for measuring: every sync of the disk takes so much longer");
  line.set_version_flag("--version", std::string{"synod-server "} + synod::version_string);
  line.footer(exit_codes);
}

}  // namespace

peer_address const& server_options::self() const {
  return *std::find_if(peers.begin(), peers.end(),
                       [this](peer_address const& p) { return p.id == id; });
}

parsed_options parse_options(int count, char const* const* words) {
  parsed_options parsed;
  server_options options;
  CLI::App line{about, "synod-server"};
  describe(line, options);
  try {
    line.parse(count, words);
    check(options);
    parsed.options = std::move(options);
  } catch (CLI::ParseError const& wrong) {
    bool const harmless = wrong.get_exit_code() == 0;
    line.exit(wrong, std::cout, std::cerr);
    parsed.code = harmless ? exit_clean : exit_command_line;
  }
  return parsed;
}

}  // namespace synod_server
