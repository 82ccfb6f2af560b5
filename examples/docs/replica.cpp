// The snippets of docs/replica.md: three replicas in one process; clients at a follower.
#include <array>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synod/raft.hpp"
#include "synod/replica.hpp"

using namespace synod;

// begin machine
// Keeps what it was told last; answers a question with it.
class board {
 public:
  std::size_t apply(log_index, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    text_.assign(command.begin(), command.end());
    return query({}, out);
  }
  std::size_t query(std::span<std::byte const>, std::span<std::byte> out) const noexcept {
    if (text_.size() <= out.size()) std::copy(text_.begin(), text_.end(), out.begin());
    return text_.size();
  }
  void save(std::vector<std::byte>& out) const {
    out.insert(out.end(), text_.begin(), text_.end());
  }
  result<board> restored(std::span<std::byte const> bytes) const {
    board made;
    made.text_.assign(bytes.begin(), bytes.end());
    return made;
  }
  std::uint64_t fingerprint() const noexcept { return text_.size(); }
  bool operator==(board const&) const = default;

 private:
  std::vector<std::byte> text_;
};
static_assert(queryable<board> && saveable<board>);
// end machine

struct my_raft : raft::with<option::storage<memory_log>> {};
using core = raft::core<my_raft>;
using network = loopback<core::message, true>;

// begin answers
struct clients {
  std::map<std::uint64_t, std::string> heard;

  void on_answer(ticket as, answer const& what) noexcept {
    switch (what.what) {
      case outcome::response: {
        auto const* const text = reinterpret_cast<char const*>(what.response.data());
        heard[as.value] = std::string(text, what.response.size());
        break;
      }
      case outcome::refused: heard[as.value] = "in no log: ask again"; break;
      case outcome::lost: heard[as.value] = "not applied: ask again"; break;
      case outcome::unknown: heard[as.value] = "applied or not"; break;
      case outcome::too_large: heard[as.value] = "applied; too long an answer"; break;
    }
  }
};
// end answers

using node = replica<core, network::endpoint, board, clients>;

int main() {
  std::array<node_id, 3> const names{{{1}, {2}, {3}}};
  network net{names};
  clients hears;
  std::array<memory_log, 3> logs;
  std::vector<node> nodes;
  instant now;
  members who;
  for (node_id const n : names) who.voters.push_back(n);

  // begin start
  replica_options options;
  options.batch_delay = microseconds(200);
  options.snapshot_entries = 1'000;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!logs[i].bootstrap(who)) return 1;
    auto started = node::start({.self = names[i], .seed = i}, logs[i], net.endpoint_of(names[i]),
                               board{}, hears, now, options);
    if (!started) {
      std::cerr << started.error().what << '\n';
      return 1;
    }
    nodes.push_back(std::move(started).value());
  }
  // end start

  // begin drive
  auto const turn = [&] {
    now = now + milliseconds(1);
    for (std::size_t i = 0; i < 3; ++i) {
      nodes[i].poll(now);
      while (auto const got = net.take(names[i])) {
        nodes[i].receive(got->from, got->message, got->payload, now);
      }
      while (auto const got = net.take_errand(names[i])) {
        nodes[i].receive(got->from, got->what, got->bytes, now);
      }
    }
  };
  // end drive
  auto const leader = [&]() -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < 3; ++i) {
      if (nodes[i].core().leads()) return i;
    }
    return std::nullopt;
  };
  for (int i = 0; i < 20'000 && !leader(); ++i) turn();
  for (int i = 0; i < 500; ++i) turn();
  if (!leader()) return 2;
  node& follower = nodes[(*leader() + 1) % 3];

  // begin ask
  std::string_view const text = "hello";
  std::array<std::byte, framed_bytes(5)> entry;
  frame_entry(std::as_bytes(std::span{text}), entry.data());
  follower.propose({1}, {entry, 1}, now);  // the follower hands it on
  while (!hears.heard.contains(1)) turn();
  follower.query({2}, {}, now);  // shows everything that was answered before
  while (!hears.heard.contains(2)) turn();
  std::cout << hears.heard[2] << '\n';  // hello
  // end ask
  if (hears.heard[1] != "hello" || hears.heard[2] != "hello") return 3;

  for (int i = 0; i < 500; ++i) turn();  // the followers hear of it
  // begin snapshot
  node& first = nodes[0];
  if (!first.take_snapshot(now)) return 4;  // nothing to take, or one is on its way
  replica_counters const c = first.counters();
  std::cout << c.snapshots_taken << " snapshot, " << c.applied << " applied\n";
  // end snapshot
  return c.snapshots_taken == 1 && c.applied == 1 ? 0 : 5;
}
