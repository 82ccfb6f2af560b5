// SPDX-License-Identifier: BSL-1.0
// A consumer of synod: places a key, counts votes, and lets a Raft node of one voter commit an
// entry.
#include <array>
#include <cstddef>
#include <cstdio>
#include <optional>

#include "synod/quorum.hpp"
#include "synod/raft.hpp"
#include "synod/store/memory_log.hpp"
#include "synod/version.hpp"

bool places_keys();  // other.cpp

namespace {

bool counts_votes() {
  synod::tally votes{synod::majority(3)};
  return votes.vote(0, true) == synod::verdict::pending &&
         votes.vote(1, true) == synod::verdict::won;
}

struct my_raft : synod::raft::with<synod::option::storage<synod::memory_log>> {};
using node = synod::raft::core<my_raft>;

// The least host: it keeps the log, has nobody to speak to, and remembers what was decided.
struct host {
  synod::memory_log log;
  synod::payload at_hand;
  synod::log_index committed;

  void write(synod::log_batch const& b, synod::io_id id) noexcept { log.write(b, at_hand, id); }
  void send(synod::node_id, synod::sealed<node::message> const&) noexcept {}
  void decided(synod::log_index upto) noexcept { committed = upto; }
  void stopped(synod::error) noexcept {}
  synod::memory_log const& storage() noexcept { return log; }
  void accepted(synod::ticket, synod::position) noexcept {}
  void refused(synod::ticket, synod::why, std::optional<synod::node_id>) noexcept {}
};

bool commits_an_entry() {
  host host;
  synod::members who;
  who.voters.push_back({1});
  if (!host.log.bootstrap(who)) return false;
  auto const recovered = host.log.recover();
  auto core = node::start({.self = {1}}, recovered.value(), synod::instant{});
  if (!core) return false;

  synod::instant const now = *core->next_deadline();
  auto const sync = [&] {
    while (auto const done = host.log.poll(now)) core->step(synod::persisted{*done}, now, host);
  };
  core->step(synod::tick{}, now, host);
  sync();
  synod::log_index const before = host.committed;

  std::byte const content{42};
  std::array<std::byte, synod::framed_bytes(1)> entry{};
  synod::frame_entry({&content, 1}, entry.data());
  host.at_hand = {entry, 1};
  core->step(synod::propose{{1}, 1, entry.size()}, now, host);
  sync();
  return host.committed == synod::next(before);
}

}  // namespace

int main() {
  std::printf("synod %s: quorum %d, raft %d, ring %d\n", synod::version_string, counts_votes(),
              commits_an_entry(), places_keys());
  return counts_votes() && commits_an_entry() && places_keys() ? 0 : 1;
}
