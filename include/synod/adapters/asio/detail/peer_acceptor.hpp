// SPDX-License-Identifier: BSL-1.0
// Listens, and accepts for as long as its owner lives.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "synod/adapters/asio/peer_address.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// The owner, a shared one, hears on_accepted(socket) and on_accept_failed(reason).
template <class Owner>
class peer_acceptor {
 public:
  using tcp = boost::asio::ip::tcp;
  using error_code = boost::system::error_code;

  explicit peer_acceptor(boost::asio::io_context& loop)
      : loop_(loop), acceptor_(loop), pause_(loop) {}

  /// Binds the first address of the host that this system has. Gives what is wrong, in words.
  std::optional<std::string> listen(peer_address const& at) {
    error_code failed;
    tcp::resolver resolver(loop_);
    auto const found =
        resolver.resolve(at.host, std::to_string(at.port),
                         tcp::resolver::passive | tcp::resolver::numeric_service, failed);
    if (failed) {
      return "cannot listen on " + to_text(at) + ": the host '" + at.host +
             "' cannot be resolved: " + failed.message();
    }
    for (auto const& each : found) {
      failed = bind(each.endpoint());
      if (failed != boost::asio::error::address_family_not_supported &&
          failed != boost::system::errc::address_not_available) {
        break;
      }
    }
    if (failed == boost::asio::error::address_in_use) {
      return "cannot listen on " + to_text(at) + ": another process listens on this port";
    }
    if (failed) return "cannot listen on " + to_text(at) + ": " + failed.message();
    return std::nullopt;
  }

  /// The port that is listened on; 0: none.
  std::uint16_t port() const {
    error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

  void accept(std::shared_ptr<Owner> const& owner) {
    acceptor_.async_accept([this, owner](error_code failed, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!failed) {
        owner->on_accepted(std::move(socket));
        return accept(owner);
      }
      // Most often there is no descriptor left: to try again at once would be a busy loop.
      owner->on_accept_failed(failed.message());
      pause_.expires_after(std::chrono::milliseconds(100));
      pause_.async_wait([this, owner](error_code stopped) {
        if (!stopped && acceptor_.is_open()) accept(owner);
      });
    });
  }

  void stop() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel(ignored);
  }

 private:
  error_code bind(tcp::endpoint const& at) {
    error_code failed;
    acceptor_.close(failed);
    acceptor_.open(at.protocol(), failed);
    if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor_.bind(at, failed);
    if (!failed) acceptor_.listen(boost::asio::socket_base::max_listen_connections, failed);
    if (failed) {
      error_code ignored;
      acceptor_.close(ignored);
    }
    return failed;
  }

  boost::asio::io_context& loop_;
  tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
