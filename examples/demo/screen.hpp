// SPDX-License-Identifier: BSL-1.0
// What is seen while the demo runs: one line that is rewritten on a terminal, plain lines
// elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "synod/base/time.hpp"

namespace demo {

/// Digits in groups of three: 1234567 gives "1 234 567".
std::string grouped(std::uint64_t number);
/// "1.234": so many decimals.
std::string fixed(double number, int decimals);

class screen {
 public:
  screen();
  ~screen() { clear(); }
  screen(screen const&) = delete;
  screen& operator=(screen const&) = delete;

  /// How things stand: shown often on a terminal, once a second elsewhere.
  void status(synod::instant now, std::string const& line);
  /// What happened: stays.
  void event(std::string const& line);

 private:
  void clear();

  bool terminal_;
  bool shown_ = false;
  synod::instant next_;
};

}  // namespace demo
