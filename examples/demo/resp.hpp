// SPDX-License-Identifier: BSL-1.0
// A connection to a server that speaks RESP 2, without waiting for anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// One reply: a text (of a simple string, a bulk string or a number) or an error. A null is an
/// empty text.
struct reply {
  bool is_error = false;
  bool is_number = false;
  std::string text;

  bool begins(std::string_view with) const { return text.starts_with(with); }
};

class connection {
 public:
  connection() = default;
  connection(connection&& other) noexcept;
  connection& operator=(connection&& other) noexcept;
  ~connection() { close(); }

  /// Begins to connect to a port on loopback.
  void dial(std::uint16_t port);
  void close();
  bool is_open() const noexcept { return socket_ >= 0; }

  void send(std::vector<std::string_view> const& words);
  /// Writes and reads what can be without waiting; closes where the other side has.
  void turn();
  /// The oldest reply that is there.
  std::optional<reply> take();

  /// For poll(): the descriptor, and whether there is something to write.
  int descriptor() const noexcept { return socket_; }
  bool has_output() const noexcept { return !out_.empty(); }

 private:
  int socket_ = -1;
  std::string out_;
  std::string in_;
};

/// Asks one question and waits for the answer, for so many milliseconds at most.
std::optional<reply> ask(std::uint16_t port, std::vector<std::string_view> const& words,
                         int patience_ms);

/// Ports on loopback that were free a moment ago.
std::vector<std::uint16_t> free_ports(std::size_t count);

}  // namespace demo
