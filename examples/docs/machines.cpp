// The snippets of docs/machines.md.
#include <array>
#include <iostream>
#include <string_view>
#include <vector>

#include "synod/kv.hpp"
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

  counter_command const add_five{counter_verb::add, 5};
  auto const request = client.request(add_five, command).value();

  decide(machine, request.size);                        // the answer is lost …
  auto const response = decide(machine, request.size);  // … so the same bytes are sent again
  client.on_response(response);                         // from now on the machine may forget it

  auto const counted = synod::decode<counter_response>(response.response).value();
  std::cout << counted.before << " -> " << counted.after << '\n';  // 0 -> 5
  if (machine.inner().value() != 5) return 1;                      // once
  // end sessions

  // begin direct
  size = encode_direct(counter_command{counter_verb::read}, command).value();
  auto const direct = decide(machine, size);
  auto const now = synod::decode<counter_response>(direct.response).value().after;
  if (now != 5) return 1;
  // end direct

  // begin snapshot
  std::vector<std::byte> snapshot;
  machine.save(snapshot);
  auto const restored = sessions<counter>{}.restored(snapshot).value();
  if (!(restored == machine)) return 1;  // sessions, their responses and what is inside
  // end snapshot

  // begin time
  size = encode_command(session_advance{synod::instant{} + synod::seconds(60)}, command).value();
  decide(machine, size);
  auto const next = client.request(add_five, command).value();
  auto const late = decide(machine, next.size);
  if (late.status != session_status::no_session) return 1;  // not executed, not recreated
  // end time

  // begin kv
  kv store;
  auto const text = [](std::string_view of) { return std::as_bytes(std::span{of}); };
  auto const tell = [&](auto const& what) {
    auto const bytes = std::span{command}.first(encode_command(what, command).value());
    return synod::decode<kv_response>(std::span{out}.first(store.apply({++index}, bytes, out)))
        .value();
  };

  kv_set lock{.key = text("lock"), .value = text("token of A")};
  lock.condition = kv_condition::if_absent;
  lock.lifetime = kv_lifetime::limited;
  lock.limit = synod::seconds(10);
  if (tell(lock).status != kv_status::ok) return 1;
  if (tell(lock).status != kv_status::unmet) return 1;  // somebody has it

  tell(kv_advance{synod::instant{} + synod::seconds(10)});  // proposed by the leader
  if (tell(lock).status != kv_status::ok) return 1;         // it has ended, and is free again

  kv_get const question{text("lock")};
  auto const asked = std::span{command}.first(encode_command(question, command).value());
  auto const answered = store.query(asked, out);  // beside the log; changes nothing
  auto const answer = synod::decode<kv_response>(std::span{out}.first(answered)).value();
  if (!answer.value || answer.value->size() != 10) return 1;
  // end kv
}
