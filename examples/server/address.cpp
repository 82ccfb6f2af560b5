// SPDX-License-Identifier: BSL-1.0
#include "examples/server/address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace synod_server {

namespace {

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value = 0;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw bad_address{"'" + std::string{text} + "': " + std::string{why}};
}

}  // namespace

std::string address::text() const {
  bool const brackets = host.find(':') != host.npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

address parse_address(std::string_view text) {
  auto const colon = text.rfind(':');
  if (colon == text.npos) refuse(text, "not HOST:PORT");
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    refuse(text, "an IPv6 address stands in brackets: [::1]:6379");
  }
  if (host.empty()) refuse(text, "no host (0.0.0.0 stands for every address of this machine)");
  auto const port = number_in<std::uint16_t>(text.substr(colon + 1));
  if (!port) refuse(text, "the port is no number from 0 to 65535");
  return {std::string{host}, *port};
}

std::vector<peer_address> parse_peers(std::string_view text) {
  std::vector<peer_address> peers;
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t const comma = std::min(text.find(',', at), text.size());
    std::string_view const item = text.substr(at, comma - at);
    at = comma + 1;
    auto const equals = item.find('=');
    if (equals == item.npos) refuse(item, "not ID=HOST:PORT");
    auto const id = number_in<std::uint64_t>(item.substr(0, equals));
    if (!id || *id == 0 || *id > 65535) refuse(item, "the id is no number from 1 to 65535");
    peer_address next{*id, parse_address(item.substr(equals + 1))};
    if (next.where.port == 0) refuse(item, "port 0: the other nodes must know the port");
    for (peer_address const& other : peers) {
      if (other.id == next.id) refuse(item, "the id is named twice");
      if (other.where == next.where) refuse(item, "the address is named twice");
    }
    peers.push_back(std::move(next));
  }
  std::sort(peers.begin(), peers.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
  return peers;
}

}  // namespace synod_server
