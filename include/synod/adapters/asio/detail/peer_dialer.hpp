// SPDX-License-Identifier: BSL-1.0
// Dials one node, again and again with pauses in between, until it is told to stop.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "synod/adapters/asio/peer_address.hpp"
#include "synod/adapters/asio/peer_options.hpp"
#include "synod/adapters/asio/redial_pause.hpp"
#include "synod/base/chrono.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// The owner, a shared one, hears on_dialled(node, socket) and on_dial_failed(node, reason); after
/// either, nothing happens until `dial` or `dial_later`.
template <class Owner>
class peer_dialer {
 public:
  using tcp = boost::asio::ip::tcp;
  using error_code = boost::system::error_code;

  peer_dialer(boost::asio::io_context& loop, peer_location to, peer_options const& chosen)
      : to_(std::move(to)),
        longest_dial_(chosen.hello_timeout),
        pause_(chosen.least_pause, chosen.longest_pause, mix(chosen.seed + to_.node.value)),
        resolver_(loop),
        socket_(loop),
        timer_(loop) {}

  redial_pause& pause() noexcept { return pause_; }

  void dial_later(std::shared_ptr<Owner> const& owner) {
    wait(pause_.next(), [this, owner] { dial(owner); });
  }

  void dial(std::shared_ptr<Owner> const& owner) {
    is_late_ = false;
    wait(longest_dial_, [this, owner] {
      is_late_ = true;
      give_up();
    });
    // A numeric address needs no thread of the resolver.
    error_code no_number;
    auto const address = boost::asio::ip::make_address(to_.at.host, no_number);
    if (!no_number) {
      socket_.async_connect({address, to_.at.port},
                            [this, owner](error_code failed) { dialled(owner, failed); });
      return;
    }
    resolver_.async_resolve(
        to_.at.host, std::to_string(to_.at.port), tcp::resolver::numeric_service,
        [this, owner](error_code failed, tcp::resolver::results_type const& found) {
          if (is_stopped_) return;
          if (failed || is_late_) {
            return end(owner, "the host '" + to_.at.host + "' cannot be resolved: " +
                                  (is_late_ ? std::string("timed out") : failed.message()));
          }
          boost::asio::async_connect(
              socket_, found,
              [this, owner](error_code refused, tcp::endpoint const&) { dialled(owner, refused); });
        });
  }

  void stop() {
    is_stopped_ = true;
    stop_waiting();
    give_up();
  }

 private:
  // One wait at a time: a new one, or the end of it, makes the handler of the old one void, even
  // where that is about to run.
  template <class F>
  void wait(duration span, F then) {
    timer_.expires_after(to_chrono(span));
    timer_.async_wait([this, then = std::move(then), mine = ++waits_](error_code stopped) {
      if (!stopped && mine == waits_) then();
    });
  }
  void stop_waiting() {
    ++waits_;
    error_code ignored;
    timer_.cancel(ignored);
  }

  void give_up() {
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);
  }

  void dialled(std::shared_ptr<Owner> const& owner, error_code failed) {
    if (is_stopped_) return;
    if (failed || is_late_) return end(owner, is_late_ ? "timed out" : failed.message());
    // A port nobody listens on may be the one the system has just given to this very socket.
    error_code ignored;
    if (socket_.local_endpoint(ignored) == socket_.remote_endpoint(ignored)) {
      return end(owner, "Connection refused");
    }
    stop_waiting();
    tcp::socket reached(std::move(socket_));
    owner->on_dialled(to_.node, std::move(reached));
  }

  void end(std::shared_ptr<Owner> const& owner, std::string const& reason) {
    stop_waiting();
    error_code ignored;
    socket_.close(ignored);
    owner->on_dial_failed(to_.node, reason);
  }

  peer_location to_;
  duration longest_dial_;
  redial_pause pause_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::uint64_t waits_ = 0;
  bool is_stopped_ = false;
  bool is_late_ = false;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
