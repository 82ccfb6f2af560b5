// SPDX-License-Identifier: BSL-1.0
// All clients of a server: who may connect, how much memory they may take together, and what they
// ask.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "examples/server/connection.hpp"
#include "examples/server/log.hpp"
#include "examples/server/node.hpp"
#include "synod/replica/answer.hpp"

namespace synod_server {

/// What has happened since the start, for INFO.
struct client_counts {
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;  ///< beyond max_clients
  std::uint64_t commands = 0;
  std::uint64_t protocol_errors = 0;
  std::uint64_t evicted = 0;  ///< to make room for others
  std::uint64_t tried_again = 0;
  std::uint64_t unanswered = 0;  ///< ended as UNKNOWN
};

/// The handler of the replica's answers. Single-threaded: everything happens in the loop.
class clients {
 public:
  clients(boost::asio::io_context& loop, client_limits const& limits, event_log& out);

  /// Begins to take connections, from an acceptor that listens.
  void serve(boost::asio::ip::tcp::acceptor acceptor, node& behind);

  /// As the replica calls it. The reply is written later, by `pump`.
  void on_answer(synod::ticket as, synod::answer const& what) noexcept;
  /// Writes what has become ready; to be called after every call of the replica.
  void pump();
  /// A leader is known (again): what waited for one is tried now.
  void leader_changed() { retry_now_ = true; }

  /// Takes no more connections and requests; `idle` is called when all is answered and written, at
  /// the latest after `longest`.
  void drain(std::chrono::milliseconds longest, std::function<void()> idle);
  /// Answers what is left, as far as that is possible, and ends all connections.
  void close();

  // For the connections.
  client_limits const& limits() const noexcept { return limits_; }
  node& behind() noexcept { return *node_; }
  event_log& out() noexcept { return out_; }
  bool is_draining() const noexcept { return draining_; }
  void execute(connection& from, std::vector<std::string_view> const& words);
  void mark(connection& which);
  void retry_later(connection& which);
  void remember(connection& which);
  /// Whether a connection may take so many bytes more. Where all have too much together, those
  /// that hold most are ended first, this one too.
  bool has_room(connection& asks, std::size_t more);
  void forget(connection& which);
  std::unique_ptr<request> take_request();
  void give_back(std::unique_ptr<request> used);
  synod::ticket ticket_of(connection const& which, std::uint64_t number) const noexcept;
  void count_protocol_error(connection const& which, std::string_view problem);
  client_counts& counts() noexcept { return counts_; }

  template <class Do>
  void for_each(Do&& act) const {
    for (seat const& each : seats_) {
      if (each.who) act(*each.who);
    }
  }
  clock::time_point started() const noexcept { return started_; }
  std::size_t connected() const noexcept { return connected_; }
  std::size_t memory() const noexcept { return memory_; }
  std::vector<std::string_view>& words() noexcept { return words_; }
  byte_list& room_for_wrapping() noexcept { return wrapped_; }

 private:
  void accept();
  void admit(boost::asio::ip::tcp::socket socket);
  void sweep();
  void expire(clock::time_point now);
  void finish_drain();

  struct seat {
    std::shared_ptr<connection> who;
    std::uint64_t next_number = 0;
  };

  client_limits limits_;
  event_log& out_;
  node* node_ = nullptr;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer sweeper_;
  boost::asio::steady_timer acceptor_pause_;
  std::vector<seat> seats_;
  std::vector<std::uint32_t> free_seats_;
  std::vector<std::shared_ptr<connection>> dirty_;
  std::vector<std::shared_ptr<connection>> pumping_;
  std::vector<std::shared_ptr<connection>> retrying_;
  std::vector<std::unique_ptr<request>> spare_;
  std::vector<std::string_view> words_;
  byte_list wrapped_;
  client_counts counts_;
  std::uint64_t next_id_ = 1;
  std::size_t connected_ = 0;
  unsigned sweeps_ = 0;
  std::size_t memory_ = 0;
  clock::time_point started_ = clock::now();
  repeated_event rejected_said_;
  repeated_event protocol_said_;
  repeated_event evicted_said_;
  repeated_event accept_said_;
  bool draining_ = false;
  bool retry_now_ = false;
  bool is_pumping_ = false;
  clock::time_point drain_until_{};
  std::function<void()> drained_;
};

}  // namespace synod_server
