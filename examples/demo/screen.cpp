// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/screen.hpp"

#include <unistd.h>

#include <cstdint>
#include <cstdio>

namespace demo {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ' ');
  return digits;
}

std::string fixed(double number, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, number);
  return text;
}

screen::screen() : terminal_(isatty(STDOUT_FILENO) == 1) {}

void screen::status(synod::instant now, std::string const& line) {
  if (now < next_) return;
  next_ = now + (terminal_ ? synod::milliseconds(100) : synod::seconds(1));
  clear();
  std::printf(terminal_ ? "%s" : "%s\n", line.c_str());
  std::fflush(stdout);
  shown_ = terminal_;
}

void screen::event(std::string const& line) {
  clear();
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

void screen::clear() {
  if (shown_) std::fputs("\r\033[K", stdout);
  shown_ = false;
}

}  // namespace demo
