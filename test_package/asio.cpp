// SPDX-License-Identifier: BSL-1.0
// A consumer of the component `asio`: two nodes in one loop, one message.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string_view>

#include "synod/adapters/asio/asio_transport.hpp"
#include "synod/raft/description.hpp"
#include "synod/raft/message.hpp"

namespace {

struct host {
  void on_message(synod::node_id, synod::raft::fields const&, synod::payload) noexcept { ++heard; }
  void on_errand(synod::node_id, synod::errand const&, std::span<std::byte const>) noexcept {}
  void on_connected(synod::node_id, synod::life) noexcept {}
  void on_disconnected(synod::node_id, synod::adapters::parting, std::string_view) noexcept {}
  void on_unreachable(synod::node_id, std::string_view) noexcept {}
  void on_unmet(std::span<synod::node_id const>) noexcept {}
  void on_refused(std::string_view, std::string_view) noexcept {}
  std::optional<std::uint64_t> incarnation_of(synod::node_id) noexcept { return std::nullopt; }
  bool record_incarnation(synod::node_id, std::uint64_t) noexcept { return true; }

  int heard = 0;
};

using network = synod::adapters::asio_transport<synod::raft::fields, host>;

synod::adapters::peer_identity who(std::uint64_t node) {
  return {"consumer", {node}, {1}, node, node, ""};
}

}  // namespace

int main() {
  boost::asio::io_context loop;
  host first;
  host second;
  network two(loop, who(2), {{{1}, {"127.0.0.1", 0}}}, second);
  if (auto const wrong = two.listen({"127.0.0.1", 0})) {
    std::puts(wrong->c_str());
    return 1;
  }
  two.start();
  network one(loop, who(1), {{{2}, {"127.0.0.1", two.port()}}}, first);
  one.start();
  for (int i = 0; i < 1000 && second.heard == 0; ++i) {
    loop.run_for(std::chrono::milliseconds(10));
    one.sender().send({2}, synod::raft::fields(), {});
  }
  return second.heard != 0 ? 0 : 1;
}
