// SPDX-License-Identifier: BSL-1.0
#include "examples/server/log.hpp"

#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

namespace synod_server {

namespace {

constexpr std::size_t longest_line = 4000;  // what a pipe that is ready takes whole

bool put(std::string const& line) {
  pollfd ready{STDERR_FILENO, POLLOUT, 0};
  if (poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return false;
  return write(STDERR_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace

std::string log_line(std::chrono::system_clock::time_point at, log_level level, std::uint64_t node,
                     std::string_view text) {
  constexpr char const* names[] = {"debug", "info ", "warn ", "error"};
  auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch());
  std::time_t const seconds = ms.count() / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char head[64];
  std::size_t const length = std::strftime(head, sizeof head, "%Y-%m-%dT%H:%M:%S", &utc);
  std::string line(head, length);
  std::snprintf(head, sizeof head, ".%03dZ ", static_cast<int>(ms.count() % 1000));
  line += head;
  line += names[static_cast<std::size_t>(level)];
  line += " node " + std::to_string(node) + ": ";
  for (char const c : text.substr(0, longest_line - line.size())) {
    auto const byte = static_cast<unsigned char>(c);
    line += byte < ' ' || byte == 0x7f ? '?' : c;
  }
  line += '\n';
  return line;
}

void event_log::write(log_level level, std::string_view text) {
  if (!speaks(level)) return;
  auto const at = std::chrono::system_clock::now();
  if (dropped_ != 0 &&
      put(log_line(at, log_level::warn, node_, text_of(dropped_, " lines of the log are lost")))) {
    dropped_ = 0;
  }
  if (!put(log_line(at, level, node_, text))) ++dropped_;
}

void event_log::write(log_level level, repeated_event& place, std::string_view text) {
  if (!speaks(level)) return;
  auto const now = std::chrono::steady_clock::now();
  if (now < place.quiet_until) {
    ++place.unsaid;
    return;
  }
  place.quiet_until = now + std::chrono::seconds{10};
  if (place.unsaid == 0) {
    write(level, text);
  } else {
    write(level, text_of(text, " (and ", place.unsaid, " times more since it was last said)"));
  }
  place.unsaid = 0;
}

}  // namespace synod_server
