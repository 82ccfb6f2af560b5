// SPDX-License-Identifier: BSL-1.0
// Three replicas that hand on, answer questions, take snapshots and keep time, while leaders are
// cut off, connections break and nodes start again from their disks.
#include <array>
#include <deque>
#include <map>
#include <set>

#include "synod/base/random.hpp"
#include "synod/raft.hpp"
#include "synod/replica.hpp"
#include "tests/replica/notebook.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

namespace {

struct my_raft : raft::with<option::storage<memory_log>> {};
using core = raft::core<my_raft>;
using network = loopback<core::message, true>;
using node = replica<core, network::endpoint, notebook, client>;

constexpr std::array<node_id, 3> names{{{1}, {2}, {3}}};

struct trio {
  static constexpr std::size_t nobody = 3;

  network net{names};
  std::deque<memory_log> logs;
  std::array<client, 3> hears;
  std::array<std::optional<node>, 3> nodes;
  instant now;
  std::uint64_t tickets = 0;
  std::size_t away = nobody;

  std::map<std::uint64_t, std::size_t> asked;      // commands, and at which node
  std::map<std::uint64_t, std::string> questions;  // and of a text that had been answered
  std::set<std::uint64_t> forgotten;               // asked of a node that was killed
  std::map<std::uint64_t, heard> ended;
  std::vector<std::uint64_t> done;  // commands that were applied

  explicit trio(duration sync_delay) {
    members who;
    for (node_id const n : names) who.voters.push_back(n);
    for (std::size_t i = 0; i < 3; ++i) {
      logs.emplace_back(sync_delay);
      REQUIRE(logs[i].bootstrap(who));
      start(i);
    }
  }
  void start(std::size_t i) {
    replica_options o;
    o.snapshot_entries = 40;
    o.keep_entries = 10;
    auto started = node::start({.self = names[i], .seed = i + now.ns}, logs[i],
                               net.endpoint_of(names[i]), {}, hears[i], now, o);
    REQUIRE(started);
    nodes[i].emplace(std::move(started).value());
  }
  void run(duration span) {
    for (instant const until = now + span; now < until; now = now + milliseconds(1)) {
      for (int rounds = 0; rounds < 4; ++rounds) {
        for (std::size_t i = 0; i < 3; ++i) {
          node& n = *nodes[i];
          n.poll(now);
          while (auto const got = net.take(names[i])) {
            n.receive(got->from, got->message, got->payload, now);
          }
          while (auto const got = net.take_errand(names[i])) {
            n.receive(got->from, got->what, got->bytes, now);
          }
          REQUIRE(n.core().broken_invariant() == nullptr);
          REQUIRE(n.stopped().code == errc::ok);
        }
      }
      listen();
    }
  }
  void listen() {
    for (client& c : hears) {
      for (heard const& h : c.answers) {
        CAPTURE(h.as);
        CHECK(ended.emplace(h.as, h).second);  // once
        if (h.what != outcome::response) continue;
        if (questions.contains(h.as)) {
          CHECK(h.response == "yes");  // O-READ
        } else {
          done.push_back(h.as);
        }
      }
      c.answers.clear();
    }
  }
  void propose(std::size_t at) {
    asked[++tickets] = at;
    auto const bytes = framed({'t' + std::to_string(tickets)});
    nodes[at]->propose({tickets}, {bytes, 1}, now);
    listen();
  }
  void query(std::size_t at, splitmix64& draw) {
    if (done.empty()) return;
    questions[++tickets] = 't' + std::to_string(done[draw.below(done.size())]);
    asked[tickets] = at;
    nodes[at]->query({tickets}, bytes_of(questions[tickets]), now);
    listen();
  }
  void cut(std::size_t i) {
    away = i;
    net.set_connected(names[i], false);
    for (std::size_t k = 0; k < 3; ++k) {
      if (k == i) continue;
      nodes[k]->disconnected(names[i], now);
      nodes[i]->disconnected(names[k], now);
    }
    listen();
  }
  void heal() {
    if (away == nobody) return;
    net.set_connected(names[away], true);
    away = nobody;
  }
  void kill(std::size_t i) {
    for (auto const& [as, at] : asked) {
      if (at == i && !ended.contains(as)) forgotten.insert(as);
    }
    for (std::size_t k = 0; k < 3; ++k) {
      if (k != i) nodes[k]->disconnected(names[i], now);
    }
    net.set_connected(names[i], false);
    net.set_connected(names[i], i != away);
    start(i);
  }
  std::optional<std::size_t> leader() const {
    for (std::size_t i = 0; i < 3; ++i) {
      if (i != away && nodes[i]->core().leads()) return i;
    }
    return std::nullopt;
  }
};

}  // namespace

TEST_CASE("whatever fails, each command ends once and truly, and no answer is stale",
          "[O-READ][O-SMS]") {
  std::size_t answers = 0;
  std::map<outcome, std::size_t> ends;
  std::uint64_t installed = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    trio t{milliseconds(seed % 3)};
    splitmix64 draw(seed);
    t.run(seconds(4));
    for (int round = 0; round < 60; ++round) {
      t.run(milliseconds(20 + draw.below(400)));
      for (int i = 0; i < 8; ++i) {
        t.propose(draw.below(3));
        t.query(draw.below(3), draw);
      }
      if (draw.below(6) == 0) t.run(milliseconds(2'500));
      auto const leader = t.leader();
      if (t.away == trio::nobody && leader && draw.below(5) == 0) {
        t.cut(draw.below(2) == 0 ? *leader : draw.below(3));
      } else if (t.away != trio::nobody && draw.below(4) == 0) {
        t.heal();
      }
      if (draw.below(12) == 0) t.kill(draw.below(3));
    }
    t.heal();
    t.run(seconds(15));

    REQUIRE(t.leader());
    for (std::size_t i = 1; i < 3; ++i) {
      CHECK(t.nodes[i]->machine().texts() == t.nodes[0]->machine().texts());
    }
    auto const& texts = t.nodes[0]->machine().texts();
    std::set<std::string> const applied(texts.begin(), texts.end());
    CHECK(applied.size() == texts.size());  // nothing twice
    for (auto const& [as, at] : t.asked) {
      CAPTURE(as, at);
      bool const is_question = t.questions.contains(as);
      auto const end = t.ended.find(as);
      if (end == t.ended.end()) {
        CHECK(t.forgotten.contains(as));
        continue;
      }
      outcome const what = end->second.what;
      if (is_question) {
        CHECK((what == outcome::response || what == outcome::refused));
        answers += what == outcome::response ? 1 : 0;
        continue;
      }
      ++ends[what];
      std::string const text = 't' + std::to_string(as);
      if (what == outcome::response) CHECK(applied.contains(text));
      if (what == outcome::refused || what == outcome::lost) CHECK_FALSE(applied.contains(text));
    }
    for (auto const& n : t.nodes) installed += n->counters().snapshots_installed;
  }
  CAPTURE(answers, installed, ends[outcome::lost]);
  CHECK(ends[outcome::response] > 1'000);
  CHECK(answers > 500);
  CHECK(ends[outcome::refused] > 50);
  CHECK(ends[outcome::unknown] > 10);
  CHECK(installed > 0);
}
