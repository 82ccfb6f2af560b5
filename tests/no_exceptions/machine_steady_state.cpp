// SPDX-License-Identifier: BSL-1.0
// Requests of open sessions allocate nothing, once the places of their responses have grown.

#include "synod/machine.hpp"
#include "tests/support/counted_allocations.hpp"

int main() {
  using namespace synod::machine;
  sessions<counter> machine;
  std::byte command[64];
  std::byte response[96];
  std::uint64_t index = 0;
  auto const apply = [&](synod::result<std::size_t> const& size) {
    std::size_t const written = machine.apply({++index}, {command, *size}, response);
    return read_response({response, written}).value();
  };

  session_client clients[3];
  for (auto& client : clients) {
    client =
        session_client{apply(encode_command(session_open{synod::seconds(60)}, command)).session};
  }
  std::size_t before = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (i == 100) before = synod::test::allocations;
    for (auto& client : clients) {
      auto const built = client.request(counter_command{counter_verb::add, 1}, command);
      auto const first = apply(built->size);
      auto const again = apply(built->size);
      if (first.status != session_status::ok || again.status != session_status::ok) return 1;
      if (!client.on_response(again)) return 2;
      apply(encode_command(session_advance{{index}}, command));
    }
  }
  if (machine.inner().value() != 30'000) return 3;
  return synod::test::allocations == before ? 0 : 4;
}
