// A counter on three nodes in one process: one loop, no threads, no files.
#include <iostream>
#include <utility>
#include <vector>

#include "synod/machine.hpp"
#include "synod/raft.hpp"
#include "synod/replica.hpp"
using namespace synod;

struct in_memory : raft::with<option::storage<memory_log>> {};
using core = raft::core<in_memory>;
using network = loopback<core::message>;

struct client {  // one request at a time, sent again until it is answered: it counts once
  enum { idle, waits, answered } state = idle;
  machine::session_client session;  // the first answer opens it
  node_id leader{1};                // a guess, until a node knows better
  void on_answer(ticket, answer const& a) noexcept {
    state = a.what == outcome::response ? answered : idle;
    if (a.what == outcome::refused) leader = a.leader.value_or(node_id{leader.value % 3 + 1});
    if (state != answered) return;
    auto const said = machine::read_response(a.response).value();
    if (!session.on_response(said)) session = machine::session_client{said.session};
  }
};
using node = replica<core, network::endpoint, machine::sessions<machine::counter>, client>;

int main() {
  members who;
  for (std::uint64_t id = 1; id <= 3; ++id) who.voters.push_back({id});
  network net{who.voters};
  std::array<memory_log, 3> logs;
  std::vector<node> nodes;
  client me;
  instant now;  // moved on by the loop; a program takes its clock's
  for (std::size_t i = 0; i < 3; ++i) {
    (void)logs[i].bootstrap(who).value();
    raft::options const chosen{.self = {i + 1}, .seed = i};
    nodes.push_back(node::start(chosen, logs[i], net.endpoint_of({i + 1}), {}, me, now).value());
  }
  auto const turn = [&] {
    for (std::size_t i = 0; i < 3; nodes[i++].poll(now)) {
      while (auto m = net.take({i + 1})) nodes[i].receive(m->from, m->message, m->payload, now);
    }
    now = now + milliseconds(1);
  };
  std::array<std::byte, 64> one, out, framed;
  auto const ask = [&](std::size_t length) {  // what stands at the front of `out`
    payload const request{{framed.data(), frame_entry({out.data(), length}, framed.data())}, 1};
    for (me.state = client::idle; me.state != client::answered; turn())
      if (std::exchange(me.state, client::waits) == client::idle)
        nodes[me.leader.value - 1].propose({1}, request, now);
  };
  auto const size = encode(machine::counter_command{machine::counter_verb::add, 1}, one).value();
  ask(machine::encode_command(machine::session_open{seconds(60)}, out).value());
  for (int i = 0; i < 5; ++i) ask(me.session.request({one.data(), size}, out).value().size);
  for (int i = 0; i < 200; ++i) turn();  // a heartbeat tells the others
  for (node const& n : nodes) std::cout << "a node holds " << n.machine().inner().value() << '\n';
}
