// The snippets of docs/machines.md.
#include <array>
#include <iostream>

#include "synod/machine.hpp"
#include "synod/reflect/fingerprint.hpp"

// begin machine
// Remembers the longest command it was ever told, and answers its length.
class longest {
 public:
  std::size_t apply(synod::log_index, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    if (command.size() > length_) length_ = command.size();
    auto const written = synod::encode(length_, out);
    return written ? *written : sizeof length_;
  }
  std::uint64_t fingerprint() const noexcept { return synod::fingerprint(length_); }
  bool operator==(longest const&) const = default;

 private:
  std::uint64_t length_ = 0;
};
static_assert(synod::state_machine<longest>);
// end machine

int main() {
  using namespace synod::machine;
  std::array<std::byte, 64> command;
  std::array<std::byte, 128> out;
  std::uint64_t index = 0;
  // In place of a log: the next index, at once.
  auto const decide = [&](auto& machine, std::size_t size) {
    auto const written = machine.apply({++index}, std::span{command}.first(size), out);
    return read_response(std::span{out}.first(written)).value();
  };

  // begin sessions
  sessions<counter> machine;

  auto size = encode_command(session_open{synod::seconds(60)}, command).value();
  session_client client{decide(machine, size).session};  // the index at which it was opened

  std::array<std::byte, 9> add_five;
  (void)synod::encode(counter_command{counter_verb::add, 5}, add_five).value();
  auto const request = client.request(add_five, command).value();

  decide(machine, request.size);                        // the answer is lost …
  auto const response = decide(machine, request.size);  // … so the same bytes are sent again
  client.on_response(response);                         // from now on the machine may forget it

  auto const counted = synod::decode<counter_response>(response.response).value();
  std::cout << counted.before << " -> " << counted.after << '\n';  // 0 -> 5
  if (machine.inner().value() != 5) return 1;                      // once
  // end sessions

  // begin time
  size = encode_command(session_advance{synod::instant{} + synod::seconds(60)}, command).value();
  decide(machine, size);
  auto const next = client.request(add_five, command).value();
  auto const late = decide(machine, next.size);
  if (late.status != session_status::no_session) return 1;  // not executed, not recreated
  // end time
}
