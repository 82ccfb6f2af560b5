// SPDX-License-Identifier: BSL-1.0
// Three Raft replicas over the transport, in one loop.
#include <array>
#include <functional>
#include <memory>

#include "synod/machine/counter.hpp"
#include "synod/raft.hpp"
#include "synod/raft/description.hpp"
#include "synod/replica.hpp"
#include "tests/adapters_asio/peers.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace peers;

struct in_memory : raft::with<option::storage<memory_log>> {};
using core = raft::core<in_memory>;

// What comes from the other nodes; it goes to the replica, which is there only later.
struct mailbox {
  std::function<void(node_id, core::message const&, payload)> message;
  std::function<void(node_id, errand const&, std::span<std::byte const>)> errand_for;
  std::function<void(node_id)> gone;

  void on_message(node_id from, core::message const& m, payload p) noexcept { message(from, m, p); }
  void on_errand(node_id from, errand const& what, std::span<std::byte const> bytes) noexcept {
    errand_for(from, what, bytes);
  }
  void on_connected(node_id, life) noexcept {}
  void on_disconnected(node_id node, parting, std::string_view) noexcept { gone(node); }
  void on_unreachable(node_id, std::string_view) noexcept {}
  void on_unmet(std::span<node_id const>) noexcept {}
  void on_refused(std::string_view, std::string_view) noexcept {}
  std::optional<std::uint64_t> incarnation_of(node_id n) noexcept { return 1000 + n.value; }
  bool record_incarnation(node_id, std::uint64_t) noexcept { return true; }
};
using network = asio_transport<core::message, mailbox>;

struct tally_of_answers {
  std::size_t responses = 0;
  std::size_t others = 0;

  void on_answer(ticket, answer const& a) noexcept {
    ++(a.what == outcome::response ? responses : others);
  }
};

class member {
 public:
  using node = replica<core, network::endpoint, machine::counter, tally_of_answers>;

  member(boost::asio::io_context& io, std::uint64_t id, std::vector<peer_location> const& where)
      : net_(io, peers::identity(id), where, box_, quick()) {
    members who;
    for (auto const& each : where) who.voters.push_back(each.node);
    (void)log_.bootstrap(who).value();
    raft::options chosen;
    chosen.self = {id};
    chosen.seed = id;
    chosen.election_timeout = milliseconds(200);
    chosen.heartbeat = milliseconds(20);
    running_.emplace(node::start(chosen, log_, net_.sender(), {}, answers, now()).value());
    box_.message = [this](node_id from, core::message const& m, payload p) {
      running_->receive(from, m, p, now());
    };
    box_.errand_for = [this](node_id from, errand const& what, std::span<std::byte const> bytes) {
      running_->receive(from, what, bytes, now());
    };
    box_.gone = [this](node_id who_went) { running_->disconnected(who_went, now()); };
    wrong = net_.listen(where[id - 1].at);
    net_.start();
  }

  void turn() { running_->poll(now()); }
  void count() {
    std::array<std::byte, 64> one;
    std::array<std::byte, 64> framed;
    auto const size = encode(machine::counter_command{machine::counter_verb::add, 1}, one).value();
    running_->propose({++asked_},
                      {{framed.data(), frame_entry({one.data(), size}, framed.data())}, 1}, now());
  }
  bool leads() const { return running_->core().leads(); }
  std::int64_t value() const { return running_->machine().value(); }
  std::size_t waiting() const { return asked_ - answers.responses - answers.others; }

  std::optional<std::string> wrong;
  tally_of_answers answers;

 private:
  static instant now() { return from_chrono(std::chrono::steady_clock::now()); }

  memory_log log_;
  mailbox box_;
  network net_;
  std::optional<node> running_;
  std::size_t asked_ = 0;
};

}  // namespace

TEST_CASE("A group elects a leader over TCP, commits what any node is asked, and fails over") {
  boost::asio::io_context io;
  auto const where = locations(3);
  std::array<std::unique_ptr<member>, 3> group;
  for (std::uint64_t id = 1; id <= 3; ++id) {
    group[id - 1] = std::make_unique<member>(io, id, where);
    REQUIRE(!group[id - 1]->wrong);
  }
  auto const turn_until = [&](auto done) {
    return until(io, [&] {
      for (auto const& m : group) {
        if (m) m->turn();
      }
      return done();
    });
  };
  auto const leader = [&]() -> member* {
    for (auto const& m : group) {
      if (m && m->leads()) return m.get();
    }
    return nullptr;
  };
  // What ended as unknown may be counted too: on a busy machine there may be some.
  auto const all_hold = [&](std::size_t least) {
    std::optional<std::int64_t> first;
    for (auto const& m : group) {
      if (!m) continue;
      if (!first) first = m->value();
      if (m->value() != *first) return false;
    }
    return *first >= static_cast<std::int64_t>(least);
  };
  REQUIRE(turn_until([&] { return leader() != nullptr; }));

  std::size_t counted = 0;
  for (auto const& m : group) {  // followers hand on
    REQUIRE(turn_until([&] {
      if (m->waiting() == 0) m->count();
      return m->answers.responses == 20;
    }));
    REQUIRE(turn_until([&] { return m->waiting() == 0; }));
    counted += m->answers.responses;
  }
  REQUIRE(turn_until([&] { return all_hold(counted); }));

  for (auto& m : group) {
    if (m->leads()) {
      m.reset();
      break;
    }
  }
  REQUIRE(turn_until([&] { return leader() != nullptr; }));
  member* const next = leader();
  std::size_t const before = next->answers.responses;
  REQUIRE(turn_until([&] {
    if (next->waiting() == 0) next->count();
    return next->answers.responses > before;
  }));
  REQUIRE(turn_until([&] { return next->waiting() == 0; }));
  CHECK(turn_until([&] { return all_hold(counted + next->answers.responses - before); }));
}
