// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/resp.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <utility>

namespace demo {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

int new_socket() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

bool would_wait() {
  return errno == EAGAIN || errno == EINPROGRESS || errno == ENOTCONN || errno == EINTR;
}

}  // namespace

connection::connection(connection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      out_(std::move(other.out_)),
      in_(std::move(other.in_)) {}

connection& connection::operator=(connection&& other) noexcept {
  std::swap(socket_, other.socket_);
  out_.swap(other.out_);
  in_.swap(other.in_);
  return *this;
}

void connection::dial(std::uint16_t port) {
  close();
  socket_ = new_socket();
  if (socket_ < 0) return;
  int const yes = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  fcntl(socket_, F_SETFL, O_NONBLOCK);
  sockaddr_in const at = loopback(port);
  if (connect(socket_, reinterpret_cast<sockaddr const*>(&at), sizeof at) != 0 && !would_wait()) {
    close();
  }
}

void connection::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  out_.clear();
  in_.clear();
}

void connection::send(std::vector<std::string_view> const& words) {
  out_ += "*" + std::to_string(words.size()) + "\r\n";
  for (std::string_view const each : words) {
    out_ += "$" + std::to_string(each.size()) + "\r\n";
    out_ += each;
    out_ += "\r\n";
  }
}

void connection::turn() {
  while (socket_ >= 0 && !out_.empty()) {
    ssize_t const sent = ::send(socket_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0 && would_wait()) break;
    if (sent < 0) return close();
    out_.erase(0, static_cast<std::size_t>(sent));
  }
  while (socket_ >= 0) {
    char some[4096];
    ssize_t const got = recv(socket_, some, sizeof some, 0);
    if (got < 0 && would_wait()) break;
    if (got <= 0) return close();
    in_.append(some, static_cast<std::size_t>(got));
  }
}

std::optional<reply> connection::take() {
  std::size_t const end = in_.find("\r\n");
  if (end == std::string::npos || end == 0) return std::nullopt;
  reply found;
  char const kind = in_[0];
  found.is_error = kind == '-';
  found.is_number = kind == ':';
  std::size_t taken = end + 2;
  if (kind == '$') {
    long length = -1;
    std::from_chars(in_.data() + 1, in_.data() + end, length);
    if (length >= 0) {
      auto const size = static_cast<std::size_t>(length);
      if (in_.size() < taken + size + 2) return std::nullopt;
      found.text = in_.substr(taken, size);
      taken += size + 2;
    }
  } else {
    found.text = in_.substr(1, end - 1);
  }
  in_.erase(0, taken);
  return found;
}

std::optional<reply> ask(std::uint16_t port, std::vector<std::string_view> const& words,
                         int patience_ms) {
  using clock = std::chrono::steady_clock;
  auto const end = clock::now() + std::chrono::milliseconds(patience_ms);
  connection to;
  to.dial(port);
  to.send(words);
  while (to.is_open() && clock::now() < end) {
    pollfd waits{to.descriptor(), static_cast<short>(to.has_output() ? POLLIN | POLLOUT : POLLIN),
                 0};
    poll(&waits, 1, 10);
    to.turn();
    if (auto const said = to.take()) return said;
  }
  return std::nullopt;
}

std::vector<std::uint16_t> free_ports(std::size_t count) {
  std::vector<std::uint16_t> ports;
  std::vector<int> held;  // all at once, so that no two are the same
  while (held.size() < count) {
    held.push_back(new_socket());
    sockaddr_in at = loopback(0);
    socklen_t length = sizeof at;
    if (bind(held.back(), reinterpret_cast<sockaddr const*>(&at), length) == 0 &&
        getsockname(held.back(), reinterpret_cast<sockaddr*>(&at), &length) == 0) {
      ports.push_back(ntohs(at.sin_port));
    }
  }
  for (int const each : held) ::close(each);
  return ports;
}

}  // namespace demo
