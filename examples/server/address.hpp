// SPDX-License-Identifier: BSL-1.0
// HOST:PORT, and the list of a cluster's nodes.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace synod_server {

/// Where a socket listens or connects to. The host is a name or a number; an IPv6 number is
/// written in brackets.
struct address {
  std::string host;
  std::uint16_t port = 0;

  std::string text() const;
  friend bool operator==(address const&, address const&) = default;
};

struct peer_address {
  std::uint64_t id = 0;
  address where;

  friend bool operator==(peer_address const&, peer_address const&) = default;
};

/// What is wrong with a text, for the user.
struct bad_address : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws bad_address.
address parse_address(std::string_view text);
/// `1=HOST:PORT,2=HOST:PORT,…` in the order of the ids: each id from 1 on and once, each address
/// once. Throws bad_address.
std::vector<peer_address> parse_peers(std::string_view text);

}  // namespace synod_server
