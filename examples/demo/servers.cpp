// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/servers.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

namespace demo {
namespace {

constexpr synod::duration between_questions = synod::milliseconds(20);

/// The value of "name:..." among lines.
std::string_view value_of(std::string_view lines, std::string_view name) {
  std::size_t at = 0;
  while (at < lines.size()) {
    std::size_t const end = std::min(lines.find('\n', at), lines.size());
    std::string_view line = lines.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':')) {
      return line.substr(name.size() + 1);
    }
    at = end + 1;
  }
  return {};
}

}  // namespace

servers::servers(std::string program, std::string folder)
    : program_(std::move(program)), folder_(std::move(folder)) {
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  auto const ports = free_ports(2 * size);
  for (std::size_t i = 0; i < size; ++i) {
    nodes_[i].clients = ports[i];
    nodes_[i].peers = ports[size + i];
  }
}

std::string servers::log_of(std::size_t node) const {
  return folder_ + "/node" + std::to_string(node + 1) + ".log";
}

void servers::start(std::size_t which) {
  std::string peers;
  for (std::size_t i = 0; i < size; ++i) {
    peers += (i == 0 ? "" : ",") + std::to_string(i + 1) +
             "=127.0.0.1:" + std::to_string(nodes_[i].peers);
  }
  member& n = nodes_[which];
  std::string const id = std::to_string(which + 1);
  n.program = process({program_, "--id", id, "--listen", "127.0.0.1:" + std::to_string(n.clients),
                       "--peers", peers, "--data", folder_ + "/node" + id, "--cluster", "demo"},
                      log_of(which));
  n.wanted = true;
}

std::optional<std::size_t> servers::died() {
  for (std::size_t i = 0; i < size; ++i) {
    auto const how = nodes_[i].program.ended();
    if (nodes_[i].wanted && how && *how >= 0) return i;
  }
  return std::nullopt;
}

bool servers::stop() {
  for (member& n : nodes_) {
    n.wanted = false;
    n.program.ask_to_stop();
  }
  bool all = true;
  for (member& n : nodes_) {
    bool const in_time = n.program.wait(synod::seconds(10));
    all = all && in_time && n.program.ended() == 0;
    n.program.kill();
  }
  return all;
}

void servers::turn(synod::instant now) {
  bool const is_due = now >= next_;
  if (is_due) next_ = now + between_questions;
  for (std::size_t i = 0; i < size; ++i) {
    member& n = nodes_[i];
    n.asks.turn();
    while (auto const said = n.asks.take()) {
      n.waits = false;
      hear(n, said->text);
    }
    if (!n.asks.is_open()) n.waits = n.leads = false;
    if (!is_due || n.waits || !is_up(i)) continue;
    if (!n.asks.is_open()) n.asks.dial(n.clients);
    n.asks.send({"SYNOD", "STATUS"});
    n.asks.turn();
    n.waits = true;
  }
}

void servers::hear(member& from, std::string const& status) {
  from.leads = value_of(status, "role") == "leader";
  std::string_view const term = value_of(status, "term");
  std::from_chars(term.data(), term.data() + term.size(), from.term);
}

std::optional<std::size_t> servers::leader() {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < size; ++i) {
    if (!nodes_[i].leads || !is_up(i)) continue;
    if (!found || nodes_[i].term > nodes_[*found].term) found = i;
  }
  if (found) term_ = nodes_[*found].term;
  return found;
}

}  // namespace demo
