// SPDX-License-Identifier: BSL-1.0
#include "examples/server/own_commands.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

#include "examples/server/clients.hpp"
#include "synod/version.hpp"

namespace synod_server {

namespace {

using word_list = std::vector<std::string_view>;

void add_line(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(":").append(value).append("\r\n");
}
void add_line(std::string& text, std::string_view name, std::uint64_t value) {
  add_line(text, name, std::to_string(value));
}

// Bytes of memory that the process holds.
std::uint64_t resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  unsigned long long total = 0;
  unsigned long long resident = 0;
  int const read = std::fscanf(file, "%llu %llu", &total, &resident);
  std::fclose(file);
  return read == 2 ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

constexpr std::string_view version{synod::version_string};

std::uint64_t seconds_since(clock::time_point start) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(clock::now() - start).count());
}

void add_peers(std::string& text, node_status const& now) {
  for (auto const& peer : now.peers) {
    add_line(text, "peer" + std::to_string(peer.id),
             peer.where + (peer.connected ? ",connected" : ",not connected"));
  }
}

// --- INFO ---

void info_server(std::string& text, node_status const& now, clients const& all) {
  add_line(text, "synod_version", version);
  add_line(text, "redis_version", "7.0.0");  // what clients may take its replies for
  add_line(text, "redis_mode", "standalone");
  add_line(text, "process_id", static_cast<std::uint64_t>(getpid()));
  add_line(text, "cluster", now.cluster);
  add_line(text, "uptime_in_seconds", seconds_since(all.started()));
}
void info_clients(std::string& text, clients& all) {
  add_line(text, "connected_clients", all.connected());
  add_line(text, "maxclients", all.limits().max_clients);
  add_line(text, "client_memory", all.memory());
  add_line(text, "client_memory_limit", all.limits().max_memory_bytes);
}
void info_memory(std::string& text, node_status const& now, clients const& all) {
  add_line(text, "used_memory_rss", resident_bytes());
  add_line(text, "rocksdb_memory", now.rocksdb_memory);
  add_line(text, "keys_memory", now.key_bytes);
  add_line(text, "client_memory", all.memory());
}
void info_stats(std::string& text, clients& all) {
  client_counts const& counts = all.counts();
  add_line(text, "total_connections_received", counts.accepted);
  add_line(text, "rejected_connections", counts.rejected);
  add_line(text, "total_commands_processed", counts.commands);
  add_line(text, "protocol_errors", counts.protocol_errors);
  add_line(text, "evicted_clients", counts.evicted);
  add_line(text, "retried", counts.tried_again);
  add_line(text, "unknown_outcomes", counts.unanswered);
}
void info_keyspace(std::string& text, node_status const& now) {
  if (now.keys != 0) add_line(text, "db0", "keys=" + std::to_string(now.keys));
}

void info(clients& all, connection& from, word_list const& words) {
  node_status const now = all.behind().status();
  auto const wanted = [&](std::string_view section) {
    if (words.size() == 1) return true;
    return std::any_of(words.begin() + 1, words.end(), [&](std::string_view word) {
      return same_word(word, section) || same_word(word, "all") || same_word(word, "default") ||
             same_word(word, "everything");
    });
  };
  std::string text;
  auto const section = [&](std::string_view name, auto&& add) {
    std::string lower{name};
    lower[0] = static_cast<char>(lower[0] - 'A' + 'a');
    if (!wanted(lower)) return;
    if (!text.empty()) text += "\r\n";
    text.append("# ").append(name).append("\r\n");
    add();
  };
  section("Server", [&] { info_server(text, now, all); });
  section("Clients", [&] { info_clients(text, all); });
  section("Memory", [&] { info_memory(text, now, all); });
  section("Stats", [&] { info_stats(text, all); });
  section("Raft", [&] { text += status_text(now, all); });
  section("Keyspace", [&] { info_keyspace(text, now); });
  from.reply([&](reply_writer& r) { r.verbatim(text); });
}

// --- HELLO ---

void hello(connection& from, word_list const& words) {
  int version_asked = from.protocol();
  std::string name = from.name;
  if (words.size() > 1) {
    auto const [end, wrong] =
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), version_asked);
    if (wrong != std::errc{} || end != words[1].data() + words[1].size()) {
      return from.reply([](reply_writer& r) {
        r.error("ERR Protocol version is not an integer or out of range");
      });
    }
    if (version_asked != 2 && version_asked != 3) {
      return from.reply([](reply_writer& r) { r.error("NOPROTO unsupported protocol version"); });
    }
  }
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (same_word(words[i], "auth") && i + 2 < words.size()) {
      return from.reply(
          [](reply_writer& r) { r.error("ERR AUTH: this server has no users and no passwords"); });
    }
    if (same_word(words[i], "setname") && i + 1 < words.size()) {
      name = words[++i];
      continue;
    }
    return from.reply([&](reply_writer& r) {
      r.error(text_of("ERR Syntax error in HELLO option '", words[i], "'"));
    });
  }
  from.name = name;
  from.set_protocol(version_asked);
  from.reply([&](reply_writer& r) {
    r.map(7);
    r.bulk("server");
    r.bulk("synod");
    r.bulk("version");
    r.bulk(version);
    r.bulk("proto");
    r.integer(version_asked);
    r.bulk("id");
    r.integer(static_cast<std::int64_t>(from.id()));
    r.bulk("mode");
    r.bulk("standalone");
    r.bulk("role");
    r.bulk("master");
    r.bulk("modules");
    r.array(0);
  });
}

// --- CLIENT ---

std::string describe(connection const& who) {
  return text_of("id=", who.id(), " addr=", who.from(), " name=", who.name,
                 " age=", seconds_since(who.since()), " db=0 tot-mem=", who.memory(),
                 " cmd=", who.last_command.empty() ? std::string_view{"NULL"} : who.last_command,
                 " resp=", who.protocol(), " lib-name=", who.library,
                 " lib-ver=", who.library_version);
}

// What CLIENT LIST can print on a line of its own.
bool is_name(std::string_view text) {
  return text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

void client(clients& all, connection& from, word_list const& words) {
  std::string_view const sub = words[1];
  auto const is = [&](std::string_view name, std::size_t count) {
    return same_word(sub, name) && words.size() == count;
  };
  auto const ok = [&] { from.reply([](reply_writer& r) { r.simple("OK"); }); };
  auto const wrong = [&](std::string_view text) {
    from.reply([&](reply_writer& r) { r.error(text); });
  };
  if (is("id", 2)) {
    return from.reply([&](reply_writer& r) { r.integer(static_cast<std::int64_t>(from.id())); });
  }
  if (is("getname", 2)) {
    return from.reply([&](reply_writer& r) { from.name.empty() ? r.null() : r.bulk(from.name); });
  }
  if (is("setname", 3)) {
    if (!is_name(words[2])) {
      return wrong("ERR Client names cannot contain spaces, newlines or special characters.");
    }
    from.name = words[2];
    return ok();
  }
  if (is("setinfo", 4)) {
    bool const library = same_word(words[2], "lib-name");
    if (!library && !same_word(words[2], "lib-ver")) {
      return wrong("ERR Unrecognized option of CLIENT SETINFO");
    }
    if (!is_name(words[3])) {
      return wrong(
          "ERR lib-name and lib-ver cannot contain spaces, newlines or special characters.");
    }
    (library ? from.library : from.library_version) = words[3];
    return ok();
  }
  if (is("info", 2)) {
    return from.reply([&](reply_writer& r) { r.verbatim(describe(from) + "\n"); });
  }
  if (same_word(sub, "list") && words.size() == 2) {
    std::string text;
    all.for_each([&](connection const& each) { text += describe(each) + "\n"; });
    return from.reply([&](reply_writer& r) { r.verbatim(text); });
  }
  if (is("reply", 3) && same_word(words[2], "on")) return ok();
  if (is("no-touch", 3)) return ok();
  if (is("no-evict", 3)) {
    if (same_word(words[2], "off")) return ok();
    return wrong(
        "ERR CLIENT NO-EVICT ON is not supported: every client can be ended for its memory");
  }
  wrong(text_of("ERR unknown subcommand or wrong number of arguments for 'client|",
                sub.substr(0, 64), "'"));
}

// --- COMMAND ---

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    auto const end = std::min(text.find(' '), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

void command_entry(reply_writer& r, command_info const& info) {
  r.array(10);
  r.bulk(info.name);
  r.integer(info.arity);
  auto const flags = split(info.flags);
  r.set(flags.size());
  for (std::string_view const flag : flags) r.simple(flag);
  r.integer(info.first_key);
  r.integer(info.last_key);
  r.integer(info.key_step);
  r.set(0);    // categories of access
  r.array(0);  // hints
  r.array(0);  // keys, in detail
  r.array(0);  // subcommands
}

void command_docs(reply_writer& r, std::vector<command_info const*> const& which) {
  r.map(which.size());
  for (command_info const* const info : which) {
    r.bulk(info->name);
    r.map(3);
    r.bulk("summary");
    r.bulk(info->summary);
    r.bulk("since");
    r.bulk("1.0.0");
    r.bulk("group");
    r.bulk(info->group);
  }
}

void command(connection& from, word_list const& words) {
  auto const all = all_commands();
  if (words.size() == 1 || (same_word(words[1], "info") && words.size() == 2)) {
    return from.reply([&](reply_writer& r) {
      r.array(all.size());
      for (command_info const& each : all) command_entry(r, each);
    });
  }
  if (same_word(words[1], "count")) {
    return from.reply([&](reply_writer& r) { r.integer(static_cast<std::int64_t>(all.size())); });
  }
  if (same_word(words[1], "list") && words.size() == 2) {
    return from.reply([&](reply_writer& r) {
      r.array(all.size());
      for (command_info const& each : all) r.bulk(each.name);
    });
  }
  if (same_word(words[1], "info")) {
    return from.reply([&](reply_writer& r) {
      r.array(words.size() - 2);
      for (std::size_t i = 2; i < words.size(); ++i) {
        command_info const* const info = find_command(words[i]);
        info != nullptr ? command_entry(r, *info) : r.null_array();
      }
    });
  }
  if (same_word(words[1], "docs")) {
    std::vector<command_info const*> which;
    for (std::size_t i = 2; i < words.size(); ++i) {
      if (command_info const* const info = find_command(words[i])) which.push_back(info);
    }
    if (words.size() == 2) {
      for (command_info const& each : all) which.push_back(&each);
    }
    return from.reply([&](reply_writer& r) { command_docs(r, which); });
  }
  from.reply([&](reply_writer& r) {
    r.error(text_of("ERR unknown subcommand '", words[1].substr(0, 64),
                    "'. COMMAND knows COUNT, DOCS, INFO and LIST."));
  });
}

// --- CONFIG ---

void config(clients& all, connection& from, word_list const& words) {
  if (!same_word(words[1], "get") || words.size() < 3) {
    return from.reply([](reply_writer& r) {
      r.error("ERR CONFIG knows GET alone: the options of the command line are the configuration");
    });
  }
  client_limits const& limits = all.limits();
  std::array<std::pair<std::string_view, std::string>, 8> const settings{{
      {"appendfsync", "always"},
      {"appendonly", "yes"},
      {"databases", "1"},
      {"maxclients", std::to_string(limits.max_clients)},
      {"maxmemory-clients", std::to_string(limits.max_memory_bytes)},
      {"proto-max-bulk-len", std::to_string(limits.resp.max_bulk_bytes)},
      {"save", ""},
      {"timeout", "0"},
  }};
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (std::any_of(words.begin() + 2, words.end(), [&](std::string_view pattern) {
          return matches_pattern(pattern, settings[i].first);
        })) {
      found.push_back(i);
    }
  }
  from.reply([&](reply_writer& r) {
    r.map(found.size());
    for (std::size_t const i : found) {
      r.bulk(settings[i].first);
      r.bulk(settings[i].second);
    }
  });
}

// --- SYNOD ---

void synod_command(clients& all, connection& from, word_list const& words) {
  if (same_word(words[1], "status")) {
    return from.reply(
        [&](reply_writer& r) { r.verbatim(status_text(all.behind().status(), all)); });
  }
  if (all.behind().take_snapshot()) {
    return from.reply([](reply_writer& r) { r.simple("Snapshot begun"); });
  }
  from.reply([](reply_writer& r) {
    r.error("ERR no snapshot: nothing was applied since the last one, or one is being written");
  });
}

void select(connection& from, std::string_view which) {
  int number = 0;
  auto const [end, wrong] = std::from_chars(which.data(), which.data() + which.size(), number);
  bool const is_number = wrong == std::errc{} && end == which.data() + which.size();
  from.reply([&](reply_writer& r) {
    if (!is_number) return r.error("ERR value is not an integer or out of range");
    number == 0 ? r.simple("OK") : r.error("ERR DB index is out of range: 0 is the only one");
  });
}

void reset(connection& from) {
  from.set_protocol(2);
  from.name.clear();
  from.reply([](reply_writer& r) { r.simple("RESET"); });
}

}  // namespace

bool is_own_command(command_info const& info, std::vector<std::string_view> const& words) noexcept {
  if (info.what == verb::synod)
    return same_word(words[1], "status") || same_word(words[1], "snapshot");
  return info.group == "connection" || (info.group == "server" && info.what != verb::dbsize);
}

void run_own_command(clients& all, connection& from, command_info const& info_of,
                     std::vector<std::string_view> const& words) {
  switch (info_of.what) {
    case verb::ping:
      if (words.size() > 2) {
        return from.reply(
            [](reply_writer& r) { r.error("ERR wrong number of arguments for 'ping' command"); });
      }
      return from.reply(
          [&](reply_writer& r) { words.size() == 1 ? r.simple("PONG") : r.bulk(words[1]); });
    case verb::echo: return from.reply([&](reply_writer& r) { r.bulk(words[1]); });
    case verb::info: return info(all, from, words);
    case verb::hello: return hello(from, words);
    case verb::auth:
      return from.reply(
          [](reply_writer& r) { r.error("ERR AUTH: this server has no users and no passwords"); });
    case verb::client: return client(all, from, words);
    case verb::command: return command(from, words);
    case verb::config: return config(all, from, words);
    case verb::select: return select(from, words[1]);
    case verb::reset: return reset(from);
    case verb::quit:
      from.reply([](reply_writer& r) { r.simple("OK"); });
      return from.close_when_answered();
    case verb::synod: return synod_command(all, from, words);
    default: return;
  }
}

std::string unknown_command(std::vector<std::string_view> const& words) {
  std::string text =
      text_of("ERR unknown command '", words[0].substr(0, 128), "', with args beginning with: ");
  for (std::size_t i = 1; i < words.size() && text.size() < 256; ++i) {
    text += text_of("'", words[i].substr(0, 128), "' ");
  }
  return text;
}

std::string status_text(node_status const& now, clients const& all) {
  std::string text;
  add_line(text, "id", now.id);
  add_line(text, "role", now.role);
  add_line(text, "leader", now.leader);
  add_line(text, "leader_clients", now.leader_clients);
  add_line(text, "term", now.term);
  add_line(text, "commit", now.commit);
  add_line(text, "applied", now.applied);
  add_line(text, "last_index", now.last_index);
  add_line(text, "snapshot_index", now.snapshot_index);
  add_line(text, "snapshot_bytes", now.snapshot_bytes);
  add_line(text, "snapshots_taken", now.snapshots_taken);
  add_line(text, "log_entries", now.log_entries);
  add_line(text, "commands_applied", now.commands_applied);
  add_line(text, "batches", now.batches);
  add_line(text, "syncs", now.syncs);
  add_line(text, "rocksdb_memory", now.rocksdb_memory);
  add_line(text, "keys", now.keys);
  add_line(text, "sessions", now.sessions);
  add_line(text, "replicated_ms", now.replicated_ms);
  add_line(text, "connections", all.connected());
  add_peers(text, now);
  return text;
}

}  // namespace synod_server
