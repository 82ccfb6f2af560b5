// SPDX-License-Identifier: BSL-1.0
// Where a node listens: HOST:PORT.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"

namespace synod::inline SYNOD_ABI::adapters {

/// A host name or a numeric address (IPv6 without brackets), and a port.
struct peer_address {
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(peer_address const&, peer_address const&) = default;
};

/// A node and where it is dialled.
struct peer_location {
  node_id node;
  peer_address at;
};

/// "HOST:PORT", with brackets around an IPv6 address.
inline std::string to_text(peer_address const& a) {
  bool const brackets = a.host.find(':') != std::string::npos;
  return (brackets ? "[" + a.host + "]" : a.host) + ":" + std::to_string(a.port);
}

/// Reads "name:7001", "10.0.0.1:7001" or "[::1]:7001". Port 0 is allowed: the system chooses.
/// Errors (`bad_input`, the place an offset): no host, no port, a port beyond 65535, an IPv6
/// address without brackets.
inline result<peer_address> parse_peer_address(std::string_view text) {
  auto const bad = [](char const* what, std::size_t at) {
    return synod::error{errc::bad_input, what, at};
  };
  std::size_t const colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad("address: no ':PORT'", text.size());
  std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return bad("address: an IPv6 address needs brackets, as in [::1]:7001", 0);
  }
  if (host.empty()) return bad("address: no host", 0);

  std::string_view const digits = text.substr(colon + 1);
  if (digits.empty()) return bad("address: no port", text.size());
  std::uint32_t port = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] < '0' || digits[i] > '9') {
      return bad("address: a port that is no number", colon + 1 + i);
    }
    port = port * 10 + static_cast<std::uint32_t>(digits[i] - '0');
    if (port > 65535) return bad("address: a port beyond 65535", colon + 1);
  }
  return peer_address{std::string(host), static_cast<std::uint16_t>(port)};
}

}  // namespace synod::inline SYNOD_ABI::adapters
