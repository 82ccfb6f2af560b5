// SPDX-License-Identifier: BSL-1.0
// Nodes on loopback in one loop, and a stranger who speaks in bytes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synod/adapters/asio/asio_transport.hpp"

namespace peers {

/// What these nodes say to each other.
struct note {
  std::uint64_t number = 0;
  std::uint32_t kind = 0;

  friend bool operator==(note const&, note const&) = default;
};

}  // namespace peers

// Described before the transport asks for it.
BOOST_HANA_ADAPT_STRUCT(peers::note, number, kind);

namespace peers {

using namespace synod;
using namespace synod::adapters;
using tcp = boost::asio::ip::tcp;

inline std::vector<std::byte> bytes_of(std::string_view text) {
  auto const raw = std::as_bytes(std::span(text));
  return {raw.begin(), raw.end()};
}
inline std::string text_of(std::span<std::byte const> bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

/// So many framed entries of so many bytes.
inline std::vector<std::byte> entries_of(std::uint32_t count, std::size_t size) {
  std::vector<std::byte> content(size, std::byte{7});
  std::vector<std::byte> framed(count * framed_bytes(size));
  for (std::uint32_t i = 0; i < count; ++i) {
    frame_entry(content, framed.data() + i * framed_bytes(size));
  }
  return framed;
}

/// Writes down all it is told.
struct ear {
  struct heard {
    node_id from;
    note message;
    std::vector<std::byte> bytes;
    std::uint32_t entries = 0;
  };
  std::vector<heard> messages;
  std::vector<std::pair<errand, std::string>> errands;
  std::vector<std::string> told;  ///< connections and refusals, in order
  std::map<std::uint64_t, std::uint64_t> incarnations;
  bool can_record = true;

  void on_message(node_id from, note const& m, payload p) noexcept {
    messages.push_back({from, m, {p.bytes.begin(), p.bytes.end()}, p.entries});
  }
  void on_errand(node_id, errand const& what, std::span<std::byte const> bytes) noexcept {
    errands.emplace_back(what, text_of(bytes));
  }
  void on_connected(node_id n, life in) noexcept {
    told.push_back("+" + std::to_string(n.value) + " life " + std::to_string(in.value));
  }
  void on_disconnected(node_id n, parting how, std::string_view why) noexcept {
    told.push_back((how == parting::goodbye ? "~" : "-") + std::to_string(n.value) + " " +
                   std::string(why));
  }
  void on_unreachable(node_id n, std::string_view why) noexcept {
    told.push_back("?" + std::to_string(n.value) + " " + std::string(why));
  }
  void on_unmet(std::span<node_id const> nodes) noexcept {
    std::string which = "unmet:";
    for (node_id const n : nodes) which += " " + std::to_string(n.value);
    told.push_back(which);
  }
  void on_refused(std::string_view, std::string_view why) noexcept {
    told.push_back("!" + std::string(why));
  }
  std::optional<std::uint64_t> incarnation_of(node_id n) noexcept {
    auto const known = incarnations.find(n.value);
    return known == incarnations.end() ? std::nullopt : std::optional(known->second);
  }
  bool record_incarnation(node_id n, std::uint64_t which) noexcept {
    if (can_record) incarnations[n.value] = which;
    return can_record;
  }

  std::size_t count(std::string_view part) const {
    std::size_t n = 0;
    for (auto const& each : told) n += each.find(part) != std::string::npos;
    return n;
  }
};

inline peer_options quick() {
  peer_options o;
  o.hello_timeout = milliseconds(500);
  o.keep_alive = milliseconds(50);
  o.silence = milliseconds(1000);
  o.least_pause = milliseconds(5);
  o.longest_pause = milliseconds(40);
  return o;
}

inline peer_identity identity(std::uint64_t node) {
  return {"blue", {node}, {1}, 1000 + node, 2000 + node, "node " + std::to_string(node)};
}

/// A port that was free a moment ago.
inline std::uint16_t free_port() {
  boost::asio::io_context io;
  tcp::acceptor probe(io, {boost::asio::ip::address_v4::loopback(), 0});
  return probe.local_endpoint().port();
}

/// Ports of nodes 1, 2, ... on loopback, known before any of them runs.
inline std::vector<peer_location> locations(std::uint64_t count) {
  std::vector<peer_location> all;
  for (std::uint64_t n = 1; n <= count; ++n) all.push_back({{n}, {"127.0.0.1", free_port()}});
  return all;
}

struct node {
  node(boost::asio::io_context& io, peer_identity const& who,
       std::vector<peer_location> const& where, ear& to, peer_options const& o = quick())
      : net(io, who, where, to, o), out(net.sender()) {
    for (auto const& each : where) {
      if (each.node == who.node) wrong = net.listen(each.at);
    }
    net.start();
  }
  asio_transport<note, ear> net;
  asio_transport<note, ear>::endpoint out;
  std::optional<std::string> wrong;
};

/// Runs the loop until it is so; false after ten seconds.
template <class F>
bool until(boost::asio::io_context& io, F done) {
  auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    io.restart();
    io.run_for(std::chrono::milliseconds(2));
  }
  return true;
}
inline void pass(boost::asio::io_context& io, int ms) {
  auto const end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  until(io, [&] { return std::chrono::steady_clock::now() > end; });
}

/// A connection in the hands of the test.
class stranger {
 public:
  stranger(boost::asio::io_context& io, std::uint16_t port) : socket_(io) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    socket_.non_blocking(true);
  }
  explicit stranger(tcp::socket socket) : socket_(std::move(socket)) { socket_.non_blocking(true); }

  void say(std::span<std::byte const> bytes) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), ignored);
  }
  template <class... Values>
  void say(frame_kind kind, Values const&... values) {
    byte_buffer out;
    append_frame(out, kind, {}, values...);
    say(out.bytes());
  }
  /// Reads what is there; whether the other side has closed.
  bool is_closed() {
    std::byte some[4096];
    boost::system::error_code failed;
    while (!failed) {
      std::size_t const n = socket_.read_some(boost::asio::buffer(some), failed);
      heard.insert(heard.end(), some, some + n);
    }
    return failed != boost::asio::error::would_block;
  }
  std::optional<frame_kind> first_kind() {
    is_closed();
    auto const found = scan_frame(heard, max_hello_bytes);
    return found && found->size != 0 ? std::optional(found->kind) : std::nullopt;
  }
  std::vector<std::byte> heard;

 private:
  tcp::socket socket_;
};

}  // namespace peers
