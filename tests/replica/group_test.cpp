// SPDX-License-Identifier: BSL-1.0
// Three replicas over a loopback network, their disks slow, their leaders lost.
#include <array>
#include <deque>
#include <map>

#include "synod/base/random.hpp"
#include "synod/raft.hpp"
#include "synod/replica.hpp"
#include "tests/replica/diary.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

namespace {

struct my_raft : raft::with<option::storage<memory_log>> {};
using core = raft::core<my_raft>;
using network = loopback<core::message>;
using node = replica<core, network::endpoint, diary, client>;

constexpr std::array<node_id, 3> names{{{1}, {2}, {3}}};

struct trio {
  network net{names};
  std::deque<memory_log> logs;
  std::array<client, 3> hears;
  std::deque<node> nodes;
  instant now;
  std::uint64_t tickets = 0;
  static constexpr std::size_t nobody = 3;
  std::size_t away = nobody;  ///< neither heard nor driven

  explicit trio(duration sync_delay, std::size_t chunk_bytes = entry_table::usual_chunk_bytes) {
    members who;
    for (node_id const n : names) who.voters.push_back(n);
    for (std::size_t i = 0; i < 3; ++i) {
      logs.emplace_back(sync_delay, chunk_bytes);
      REQUIRE(logs[i].bootstrap(who));
      auto started = node::start({.self = names[i], .seed = i}, logs[i], net.endpoint_of(names[i]),
                                 diary{}, hears[i], now);
      REQUIRE(started);
      nodes.push_back(std::move(started).value());
    }
  }
  void run(duration span) {
    instant const until = now + span;
    while (now < until) {
      now = now + milliseconds(1);
      for (int rounds = 0; rounds < 4; ++rounds) {
        for (std::size_t i = 0; i < 3; ++i) {
          if (i == away) continue;
          nodes[i].poll(now);
          while (auto const got = net.take(names[i])) {
            nodes[i].receive(got->from, got->message, got->payload, now);
          }
          REQUIRE(nodes[i].core().broken_invariant() == nullptr);
        }
      }
    }
  }
  std::optional<std::size_t> leader() const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < 3; ++i) {
      auto const& s = nodes[i].core().observe();
      if (i == away) continue;
      if (s.role == raft::role::leader && (!best || s.term > nodes[*best].core().observe().term)) {
        best = i;
      }
    }
    return best;
  }
  std::uint64_t propose(std::size_t at, std::uint32_t count) {
    ++tickets;
    std::vector<std::string> contents;
    for (std::uint32_t i = 0; i < count; ++i) {
      contents.push_back(std::to_string(tickets) + '.' + std::to_string(i));
    }
    auto const bytes = framed(contents);
    nodes[at].propose({tickets}, {bytes, count}, now);
    return tickets;
  }
};

}  // namespace

TEST_CASE("every proposal ends, every entry is applied everywhere, once and in order") {
  using setup = std::pair<std::uint64_t, std::size_t>;
  for (auto const& [delay, chunk] :
       {setup{0, entry_table::usual_chunk_bytes}, setup{3, entry_table::usual_chunk_bytes},
        setup{0, 32}, setup{3, 32}}) {  // a chunk of 32 bytes takes two entries at most
    CAPTURE(delay, chunk);
    trio t{milliseconds(delay), chunk};
    splitmix64 draw(delay);
    std::map<std::uint64_t, std::uint32_t> counts;
    for (int round = 0; round < 90; ++round) {
      t.run(milliseconds(400 + draw.below(1'200)));
      for (int i = 0; i < 5; ++i) {
        std::size_t const at = draw.below(3);
        auto const count = static_cast<std::uint32_t>(1 + draw.below(3));
        counts[t.propose(at, count)] = count;
        if (auto const leader = t.leader()) {
          counts[t.propose(*leader, count)] = count;
        }
      }
      auto const leader = t.leader();
      if (round % 6 == 2 && leader) {  // the leader goes, with what only it has
        for (node_id const n : names) t.net.set_connected(n, false);
        for (int i = 0; i < 3; ++i) counts[t.propose(*leader, 2)] = 2;
        for (node_id const n : names) t.net.set_connected(n, n != names[*leader]);
        t.away = *leader;
      }
      if (round % 6 == 5 && t.away != trio::nobody) {  // and comes back none the wiser
        t.net.set_connected(names[t.away], true);
        t.away = trio::nobody;
      }
    }
    t.run(seconds(20));

    REQUIRE(t.leader());
    CHECK(t.nodes[0].core().observe().term.value >= 6);  // leaders were lost
    CHECK(t.nodes[0].machine() == t.nodes[1].machine());
    CHECK(t.nodes[0].machine() == t.nodes[2].machine());
    std::map<std::string, std::uint64_t> applied;
    std::uint64_t before = 0;
    for (auto const& [index, text] : t.nodes[0].machine().entries) {
      CHECK(index > before);
      before = index;
      CHECK(applied.emplace(text, index).second);
    }
    std::map<std::pair<std::uint64_t, std::uint32_t>, outcome> answered;
    for (client const& c : t.hears) {
      for (heard const& h : c.answers) {
        CHECK(answered.emplace(std::pair{h.as, h.offset}, h.what).second);  // once
        std::string const text = std::to_string(h.as) + '.' + std::to_string(h.offset);
        if (h.what == outcome::response) {
          CHECK(h.response == std::to_string(applied.at(text)) + ':' + text);
        } else {
          CHECK_FALSE(applied.contains(text));
        }
      }
    }
    std::size_t responses = 0;
    std::size_t lost = 0;
    for (auto const& [as, count] : counts) {
      bool const refused = answered.contains({as, 0}) && answered[{as, 0}] == outcome::refused;
      for (std::uint32_t i = 0; i < (refused ? 1 : count); ++i) {
        CAPTURE(as, i);
        CHECK(answered.contains({as, i}));
        responses += answered[{as, i}] == outcome::response ? 1 : 0;
        lost += answered[{as, i}] == outcome::lost ? 1 : 0;
      }
    }
    CHECK(responses == applied.size());
    CHECK(responses > 300);
    CHECK(lost > 10);
  }
}
