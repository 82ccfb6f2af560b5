// SPDX-License-Identifier: BSL-1.0
// What two nodes say before anything else, and why one of them may not go on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/reflect/members.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// The version of what is inside the frames between nodes. It rises with every change of a message.
inline constexpr std::uint32_t peer_protocol = 1;

/// The longest text in a hello.
inline constexpr std::size_t max_peer_text = 64;

/// Who a node is, as it says itself.
struct peer_identity {
  std::string cluster;  ///< the same on all nodes of one cluster; at most 64 characters
  node_id node;
  synod::life life;
  /// Of the disk: drawn when it was founded, and kept on it.
  std::uint64_t incarnation = 0;
  /// Drawn anew by every process: two that run from copies of one disk tell themselves apart.
  std::uint64_t process = 0;
  std::string about;  ///< anything the host wants the others to know; at most 64 characters

  friend bool operator==(peer_identity const&, peer_identity const&) = default;
};

/// The first frame of either side.
struct peer_hello {
  std::uint32_t protocol = peer_protocol;
  peer_identity from;
  node_id to;

  friend bool operator==(peer_hello const&, peer_hello const&) = default;
};

/// Why a hello is refused.
enum class refusal : std::uint8_t {
  another_protocol,
  another_cluster,
  own_id,               ///< it claims the id of the node it speaks to
  not_addressed,        ///< meant for another node
  unknown_node,         ///< not among the peers
  wrong_direction,      ///< of two nodes, the one with the lower id dials
  another_incarnation,  ///< another disk than the one known for that node, or a stolen id
  older_life,           ///< a later life of that node was met before
  second_process,       ///< the same life, in another process: a copied disk
  not_recorded,         ///< the incarnation could not be stored
  no_hello,             ///< it said nothing in time
  stops,                ///< of a peer that was let in: this node stops
};
constexpr refusal last_value(refusal) { return refusal::stops; }

/// A refusal as it travels. `found` is what the hello said, `expected` what it had to say; of what,
/// depends on `why`.
struct peer_refusal {
  refusal why = refusal::no_hello;
  std::string found;
  std::string expected;

  friend bool operator==(peer_refusal const&, peer_refusal const&) = default;
};

inline peer_refusal refused_for(refusal why, std::uint64_t found, std::uint64_t expected) {
  return {why, std::to_string(found), std::to_string(expected)};
}

/// Text from the network as it may stand in a log: at most 64 characters, and nothing but
/// printable ASCII.
inline std::string printable(std::string_view text) {
  std::string shown(text.substr(0, max_peer_text));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return shown;
}

/// A refusal in words, the same on both sides.
inline std::string to_text(peer_refusal const& r) {
  std::string const found = printable(r.found);
  std::string const expected = printable(r.expected);
  std::string const instead = " (" + found + " instead of " + expected + ")";
  switch (r.why) {
    case refusal::another_protocol: return "another protocol version" + instead;
    case refusal::another_cluster: return "another cluster" + instead;
    case refusal::own_id: return "node " + found + " was met by a node of the same id";
    case refusal::not_addressed: return "meant for node " + found + ", met node " + expected;
    case refusal::unknown_node: return "node " + found + " is not among the peers";
    case refusal::wrong_direction:
      return "node " + found + " dialled node " + expected + ", which has the lower id and dials";
    case refusal::another_incarnation:
      return "another disk than the one known for this node" + instead +
             ": a wiped disk is a new node and needs a new id";
    case refusal::older_life:
      return "life " + found + " of a node whose life " + expected + " was met before";
    case refusal::second_process:
      return "a second process of the same node in life " + found + ": is its disk a copy?";
    case refusal::not_recorded: return "incarnation " + found + " could not be recorded";
    case refusal::no_hello: return "no hello within " + expected + " ms";
    case refusal::stops: return "it stops";
  }
  return "a reason unknown here";
}

/// What a node knows of the one that says hello; empty: nothing yet.
struct known_peer {
  std::optional<std::uint64_t> incarnation;
  std::optional<synod::life> life;
  std::uint64_t process = 0;  ///< of that life
};

/// Judges a hello: empty, or why it is refused. `dialled`: the node that was dialled; empty where
/// the other side dialled. `known`: empty for a node that is not among the peers.
inline std::optional<peer_refusal> judge(peer_hello const& hello, peer_identity const& self,
                                         std::optional<node_id> dialled,
                                         std::optional<known_peer> const& known) {
  peer_identity const& from = hello.from;
  auto const refused = [](refusal why, std::uint64_t found, std::uint64_t expected) {
    return std::optional(refused_for(why, found, expected));
  };
  if (hello.protocol != peer_protocol) {
    return refused(refusal::another_protocol, hello.protocol, peer_protocol);
  }
  if (from.cluster != self.cluster) {
    return peer_refusal{refusal::another_cluster, printable(from.cluster), printable(self.cluster)};
  }
  if (from.node == self.node) return refused(refusal::own_id, from.node.value, self.node.value);
  if (hello.to != self.node) {
    return refused(refusal::not_addressed, hello.to.value, self.node.value);
  }
  if (dialled && *dialled != from.node) {
    return refused(refusal::not_addressed, dialled->value, from.node.value);
  }
  if (!known) return refused(refusal::unknown_node, from.node.value, 0);
  if (!dialled && self.node < from.node) {
    return refused(refusal::wrong_direction, from.node.value, self.node.value);
  }
  if (known->incarnation && *known->incarnation != from.incarnation) {
    return refused(refusal::another_incarnation, from.incarnation, *known->incarnation);
  }
  if (known->life && from.life < *known->life) {
    return refused(refusal::older_life, from.life.value, known->life->value);
  }
  if (known->life == from.life && known->process != from.process) {
    return refused(refusal::second_process, from.life.value, known->life->value);
  }
  return std::nullopt;
}

}  // namespace synod::inline SYNOD_ABI::adapters

BOOST_HANA_ADAPT_STRUCT(synod::adapters::peer_identity, cluster, node, life, incarnation, process,
                        about);
BOOST_HANA_ADAPT_STRUCT(synod::adapters::peer_hello, protocol, from, to);
BOOST_HANA_ADAPT_STRUCT(synod::adapters::peer_refusal, why, found, expected);
