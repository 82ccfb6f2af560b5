// SPDX-License-Identifier: BSL-1.0
// A user's own messages, storage and quorum system.
#include <array>

#include "tests/raft/group.hpp"

using namespace synod;
using namespace synod::test;

namespace {

/// Numbers in an order of the user's own, under a checksum.
struct wire_message {
  std::array<std::uint64_t, 13> numbers{};
  std::uint64_t check = 0;
  std::array<std::uint64_t, max_voters> who{};

  friend bool operator==(wire_message const&, wire_message const&) = default;
};

struct wire {
  using message = wire_message;

  static std::uint64_t sum(message const& m) noexcept {
    std::uint64_t h = 1;
    for (std::uint64_t const n : m.numbers) h = mix(h ^ n);
    for (std::uint64_t const n : m.who) h = mix(h ^ n);
    return h;
  }
  static message make(fields const& f) noexcept {
    message m;
    m.numbers = {f.upto.value,
                 f.of.value,
                 f.at.in.value,
                 f.at.index.value,
                 f.in.value,
                 f.count,
                 std::uint64_t{f.yes},
                 static_cast<std::uint64_t>(f.kind),
                 static_cast<std::uint64_t>(f.what),
                 f.who ? 1u + f.who->voters.size() : 0u,
                 0x5a5a,
                 f.number,
                 f.total};
    if (f.who) {
      for (std::size_t i = 0; i < f.who->voters.size(); ++i) m.who[i] = f.who->voters[i].value;
    }
    m.check = sum(m);
    return m;
  }
  static std::optional<fields> read(message const& m) noexcept {
    auto const& n = m.numbers;
    if (m.check != sum(m) || n[10] != 0x5a5a || n[9] > 1 + max_voters) return std::nullopt;
    fields f;
    f.upto = {n[0]};
    f.of = {n[1]};
    f.at = {{n[3]}, {n[2]}};
    f.in = {n[4]};
    f.count = static_cast<std::uint32_t>(n[5]);
    f.yes = n[6] != 0;
    f.kind = static_cast<kind>(n[7]);
    f.what = static_cast<verb>(n[8]);
    f.number = n[11];
    f.total = n[12];
    if (n[9] != 0) {
      f.who.emplace();
      for (std::size_t i = 0; i + 1 < n[9]; ++i) f.who->voters.push_back({m.who[i]});
    }
    return f;
  }
};

/// All of them.
struct unanimity {
  std::size_t voters = 0;

  std::size_t size() const noexcept { return voters; }
  bool is_quorum(voter_set set) const noexcept {
    return voters != 0 && (set & voter_set::first(voters)).size() == voters;
  }
  friend bool operator==(unanimity, unanimity) = default;
};

/// A storage that counts what it is asked.
struct asked_log : memory_log {
  std::optional<run> run_at(log_index i) const noexcept {
    ++asked;
    return memory_log::run_at(i);
  }
  static inline std::size_t asked = 0;
};

struct own_messages : raft::with<option::storage<memory_log>, option::message<wire>> {};
struct own_quorum : raft::with<option::quorum<unanimity>, option::storage<memory_log>,
                               option::pre_vote<false>, option::check_quorum<false>> {};
struct own_storage : raft::with<option::storage<asked_log>> {};

static_assert(quorum_system<unanimity>);
static_assert(log_protocol<raft::core<own_messages>>);
static_assert(log_protocol<raft::core<own_quorum>>);
static_assert(log_protocol<raft::core<own_storage>>);

/// The life of a group, whatever its policies: two leaders, a crash, entries on all.
template <class Config>
void lives() {
  basic_group<Config> g(3);
  g.elect(1);
  g.propose(1, {"a", "b"});
  g.settle();
  g.crash(1);
  g.restart(1);
  g.elect(2);
  g.propose(2, "c");
  g.settle();
  g.tick(2);
  g.settle();
  for (name const n : {1u, 2u, 3u}) {
    CHECK(g.commit(n) == 6);
    CHECK(g.content(n, 4) == "b");
    CHECK(g.content(n, 6) == "c");
  }
}

}  // namespace

TEST_CASE("messages of a user's own layout") { lives<own_messages>(); }
TEST_CASE("a quorum system of a user's own") { lives<own_quorum>(); }
TEST_CASE("a storage of a user's own") { lives<own_storage>(); }

TEST_CASE("a message that its policy cannot read is dropped", "[O-ROBUST]") {
  basic_group<own_messages> g(3);
  g.elect(1);
  g.propose(1, "x");
  auto spoilt = g.take(1, 2);
  for (std::size_t i = 0; i < spoilt.what.numbers.size(); ++i) {
    auto p = spoilt;
    p.what.numbers[i] ^= 1;
    g.arrive(p);
    CHECK(g.unmoved(2));
  }
  CHECK_FALSE(raft::core<own_messages>::payload_of(wire_message{}));
  g.arrive(spoilt);
  CHECK(g.last(2) == 3);
}

TEST_CASE("a configuration goes through a user's messages whole") {
  basic_group<own_messages> g(3);
  fields f = appends(1, at{1, 0}, 1, 1);
  f.kind = kind::configuration;
  f.who = members_of({3, 1, 4, 1 + 4, 9, 2, 6});
  g.hear(2, 1, f);
  CHECK(g.see(2).in_force.who == *f.who);
  CHECK(wire::read(wire::make(f)) == f);
}

TEST_CASE("unanimity elects and commits with all, and with no fewer") {
  basic_group<own_quorum> g(3);
  g.tick(1);
  g.sync(1);
  g.hear(1, 2, votes(1, true));
  CHECK(g.role(1) == role::candidate);
  g.settle();
  CHECK(g.role(1) == role::leader);
  g.cut(3);
  g.propose(1, "x");
  g.settle();
  CHECK(g.commit(1) == 2);
  g.mend(3);
  g.tick(1);
  g.settle();
  CHECK(g.commit(1) == 3);
}

TEST_CASE("in steady state a core asks its storage for no runs") {
  basic_group<own_storage> g(1);
  g.elect(1);
  asked_log::asked = 0;
  auto core = g[1];
  std::vector<effect<fields>> did;
  asked_log log = g.of(1).live;
  framed const x({"x"});
  recorder<fields, asked_log> host{log, x, did};
  core.step(propose{{1}, 1, x.bytes.size()}, g.now, host);
  core.step(persisted{confirming::confirm(did[0].id)}, g.now, host);
  CHECK(core.commit() == log_index{3});
  CHECK(asked_log::asked == 0);
}
