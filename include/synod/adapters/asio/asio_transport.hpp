// SPDX-License-Identifier: BSL-1.0
// The transport between nodes, on TCP by Boost.Asio: one connection a pair of nodes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synod/adapters/asio/detail/peer_hub.hpp"
#include "synod/adapters/asio/peer_address.hpp"
#include "synod/adapters/asio/peer_handler.hpp"
#include "synod/adapters/asio/peer_hello.hpp"
#include "synod/adapters/asio/peer_options.hpp"
#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/net/transport.hpp"
#include "synod/replica/errand.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// Listens for the nodes with lower ids, dials those with higher ones, and tells the handler what
/// comes. Everything happens on the thread that runs the loop, which, as the handler, outlives the
/// transport. Destroying it closes all connections without another call to the handler.
template <reflected Message, peer_handler<Message> Handler>
class asio_transport {
  using hub = detail::peer_hub<Message, Handler>;

 public:
  /// `nodes` are all nodes of the cluster with their addresses; the entry of this node itself is
  /// passed over. The options must be in their ranges (`check`).
  asio_transport(boost::asio::io_context& loop, peer_identity const& self,
                 std::vector<peer_location> const& nodes, Handler& handler,
                 peer_options const& chosen = {}) {
    SYNOD_EXPECTS(check(chosen).code == errc::ok, "asio_transport: an option out of its range");
    SYNOD_EXPECTS(self.cluster.size() <= max_peer_text && self.about.size() <= max_peer_text,
                  "asio_transport: a text of more than 64 characters");
    hub_ = std::make_shared<hub>(loop, self, chosen, nodes, handler);
  }
  asio_transport(asio_transport&&) noexcept = default;
  asio_transport& operator=(asio_transport&&) = delete;
  ~asio_transport() {
    if (hub_) hub_->stop();
  }

  /// Binds the address and listens; port 0: one of the system's choice. Resolves a host name while
  /// the caller waits. Gives what is wrong, in words, and otherwise nothing.
  [[nodiscard]] std::optional<std::string> listen(peer_address const& at) {
    return hub_->listen(at);
  }
  /// The port that is listened on.
  std::uint16_t port() const { return hub_->port(); }

  /// Accepts and dials from now on. Once, after `listen`.
  void start() { hub_->begin(); }

  bool is_connected(node_id node) const noexcept { return hub_->is_connected(node); }
  /// What a connected node says about itself (`peer_identity::about`), printable; else empty.
  std::string about(node_id node) const { return hub_->about(node); }

  /// What a replica sends with: a reference to the transport. Neither call blocks; both copy what
  /// they are given, once.
  class endpoint {
   public:
    /// False: lost, because there is no connection, or no room in its queue. What was queued before
    /// stays: of a run of appends the earlier ones are of use without the later ones, not the
    /// other way round.
    bool send(node_id to, Message const& message, payload entries) noexcept {
      return hub_->send(to, message, entries);
    }
    /// False: certainly not sent.
    bool send(node_id to, errand const& what, std::span<std::byte const> bytes) noexcept {
      return hub_->send(to, what, bytes);
    }

   private:
    friend class asio_transport;
    explicit endpoint(hub& to) noexcept : hub_(&to) {}

    hub* hub_;
  };
  endpoint sender() noexcept { return endpoint(*hub_); }

  static_assert(transport<endpoint, Message> && carries_errands<endpoint>);

 private:
  std::shared_ptr<hub> hub_;
};

}  // namespace synod::inline SYNOD_ABI::adapters
