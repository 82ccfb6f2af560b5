// SPDX-License-Identifier: BSL-1.0
// The snippets of docs/adapters-asio.md: two nodes on loopback that greet each other.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "synod/adapters/asio/asio_transport.hpp"
#include "synod/raft/description.hpp"
#include "synod/raft/message.hpp"

using namespace synod;
using namespace synod::adapters;

// begin handler
struct host {
  void on_message(node_id from, raft::fields const& message, payload) noexcept {
    std::cout << "node " << from.value << " asks in term " << message.in.value << '\n';
    ++heard;
  }
  void on_errand(node_id, errand const&, std::span<std::byte const>) noexcept {}

  void on_connected(node_id node, life in) noexcept {
    std::cout << "node " << node.value << " is there, in its life " << in.value << '\n';
  }
  void on_disconnected(node_id node, parting how, std::string_view reason) noexcept {
    char const* const what = how == parting::goodbye ? " said goodbye: " : " is lost: ";
    std::cout << "node " << node.value << what << reason << '\n';
  }
  void on_unreachable(node_id node, std::string_view reason) noexcept {
    std::cout << "node " << node.value << " cannot be reached: " << reason << '\n';
  }
  void on_unmet(std::span<node_id const> nodes) noexcept {
    std::cout << nodes.size() << " nodes have not been met yet\n";
  }
  void on_refused(std::string_view who, std::string_view reason) noexcept {
    std::cout << who << ": " << reason << '\n';
  }
  // A server keeps these on its disk.
  std::optional<std::uint64_t> incarnation_of(node_id node) noexcept {
    auto const known = incarnations.find(node.value);
    return known == incarnations.end() ? std::nullopt : std::optional(known->second);
  }
  bool record_incarnation(node_id node, std::uint64_t incarnation) noexcept {
    return incarnations.emplace(node.value, incarnation).second;
  }

  std::map<std::uint64_t, std::uint64_t> incarnations;
  int heard = 0;
};
// end handler

int main() {
  // begin start
  boost::asio::io_context loop;
  host first;
  host second;
  std::random_device draw;
  auto const who = [&](std::uint64_t node) {
    return peer_identity{"example", {node}, life{1}, draw(), draw(), "an example"};
  };

  asio_transport<raft::fields, host> two(loop, who(2), {{{1}, {"localhost", 0}}}, second);
  if (auto const wrong = two.listen(parse_peer_address("localhost:0").value())) {
    std::cerr << *wrong << '\n';
    return 1;
  }
  two.start();
  asio_transport<raft::fields, host> one(loop, who(1), {{{2}, {"localhost", two.port()}}}, first);
  one.start();
  // end start

  // begin send
  raft::fields ask;
  ask.what = raft::verb::vote;
  ask.in = {7};
  auto net = one.sender();
  while (second.heard == 0) {
    loop.run_for(std::chrono::milliseconds(10));
    net.send({2}, ask, {});  // lost, until there is a connection
  }
  // end send
}
