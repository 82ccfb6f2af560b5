// SPDX-License-Identifier: BSL-1.0
// A network inside one process and thread: messages are really passed, by value, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/net/byte_queue.hpp"
#include "synod/replica/errand.hpp"

namespace synod::inline SYNOD_ABI {

/// What arrived. It lives until the next message is taken by, or sent to, this node.
template <class Message>
struct arrival {
  node_id from;
  Message const& message;
  synod::payload payload;
};

/// What one replica asks of another. It lives until the next errand is taken by, or sent to, this
/// node.
struct errand_arrival {
  node_id from;
  errand const& what;
  std::span<std::byte const> bytes;
};

/// A queue a node, and one for errands, where the network carries them. Nodes are named by the list
/// it is made with; what goes to anybody else, or to a node that is cut off, is lost.
template <class Message, bool Errands = false>
class loopback {
 public:
  explicit loopback(std::span<node_id const> nodes) {
    inboxes_.reserve(nodes.size());
    for (node_id const n : nodes) inboxes_.emplace_back().node = n;
  }

  /// The transport of one node: what its replica sends with. Refers to the network.
  class endpoint {
   public:
    void send(node_id to, Message const& message, payload entries) noexcept {
      net_->send(self_, to, message, entries);
    }
    void send(node_id to, errand const& what, std::span<std::byte const> bytes) noexcept
      requires Errands
    {
      net_->send(self_, to, what, bytes);
    }

   private:
    friend class loopback;
    endpoint(loopback& net, node_id self) noexcept : net_(&net), self_(self) {}

    loopback* net_;
    node_id self_;
  };
  endpoint endpoint_of(node_id node) noexcept { return {*this, node}; }

  /// Takes the oldest message for a node: it goes with the next call of `take`.
  std::optional<arrival<Message>> take(node_id node) noexcept {
    inbox* const box = find(node);
    if (box == nullptr) return std::nullopt;
    if (box->taken) {
      box->messages.pop();
      box->taken = false;
    }
    if (box->messages.empty()) return std::nullopt;
    box->taken = true;
    envelope const& head = box->messages.front();
    return arrival<Message>{head.from, head.message, {box->messages.front_bytes(), head.entries}};
  }

  /// Takes the oldest errand for a node: it goes with the next call of `take_errand`.
  std::optional<errand_arrival> take_errand(node_id node) noexcept
    requires Errands
  {
    inbox* const box = find(node);
    if (box == nullptr) return std::nullopt;
    if (box->errand_taken) {
      box->errands.pop();
      box->errand_taken = false;
    }
    if (box->errands.empty()) return std::nullopt;
    box->errand_taken = true;
    addressed_errand const& head = box->errands.front();
    return errand_arrival{head.from, head.what, box->errands.front_bytes()};
  }

  /// Cuts a node off, and loses what waits for it; or connects it again. Who hands on errands is to
  /// be told (`replica::disconnected`).
  void set_connected(node_id node, bool connected) noexcept {
    if (inbox* const box = find(node)) {
      box->cut = !connected;
      if (box->cut) {
        box->messages.clear();
        box->errands.clear();
        box->taken = box->errand_taken = false;
      }
    }
  }

 private:
  struct envelope {
    node_id from;
    Message message;
    std::uint32_t entries;
  };
  struct addressed_errand {
    node_id from;
    errand what;
  };
  struct inbox {
    node_id node;
    byte_queue<envelope> messages;
    byte_queue<addressed_errand> errands;
    bool taken = false;
    bool errand_taken = false;
    bool cut = false;
  };

  void send(node_id from, node_id to, Message const& message, payload entries) noexcept {
    inbox* const box = find(to);
    if (box == nullptr || box->cut) return;
    box->messages.push(entries.bytes, from, message, entries.entries);
  }
  void send(node_id from, node_id to, errand const& what,
            std::span<std::byte const> bytes) noexcept {
    inbox* const box = find(to);
    if (box == nullptr || box->cut) return;
    box->errands.push(bytes, from, what);
  }
  inbox* find(node_id node) noexcept {
    for (inbox& box : inboxes_) {
      if (box.node == node) return &box;
    }
    return nullptr;
  }

  std::vector<inbox> inboxes_;
};

}  // namespace synod::inline SYNOD_ABI
