// SPDX-License-Identifier: BSL-1.0
// What the server writes for people: one line an event, to the standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace synod_server {

enum class log_level : std::uint8_t { debug, info, warn, error };

/// A place that may speak often: it speaks at most once in ten seconds, and says how often it did
/// not.
struct repeated_event {
  std::chrono::steady_clock::time_point quiet_until{};
  std::uint64_t unsaid = 0;
};

/// `2026-01-31T12:00:00.000Z info  node 1: text`. A line that the reader of the standard error
/// does not take at once is dropped and counted: a full pipe never stops the server.
class event_log {
 public:
  event_log(log_level least, std::uint64_t node) : least_(least), node_(node) {}

  bool speaks(log_level level) const noexcept { return level >= least_; }
  void write(log_level level, std::string_view text);
  void debug(std::string_view text) { write(log_level::debug, text); }
  void info(std::string_view text) { write(log_level::info, text); }
  void warn(std::string_view text) { write(log_level::warn, text); }
  void error(std::string_view text) { write(log_level::error, text); }

  /// At most once in ten seconds.
  void write(log_level level, repeated_event& place, std::string_view text);

 private:
  log_level least_;
  std::uint64_t node_;
  std::uint64_t dropped_ = 0;
};

/// The line, with its end, as `log` writes it; control characters of the text become `?`.
std::string log_line(std::chrono::system_clock::time_point at, log_level level, std::uint64_t node,
                     std::string_view text);

/// Joins numbers and texts.
template <class... Parts>
std::string text_of(Parts const&... parts) {
  std::string out;
  auto const add = [&](auto const& part) {
    if constexpr (requires { std::string_view{part}; }) {
      out += std::string_view{part};
    } else {
      out += std::to_string(part);
    }
  };
  (add(parts), ...);
  return out;
}

}  // namespace synod_server
