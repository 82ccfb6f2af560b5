// SPDX-License-Identifier: BSL-1.0
// Entries that move the time of the machines on, proposed by the leader.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/replica/clock.hpp"

namespace synod::inline SYNOD_ABI {

/// One stamp at a time is being proposed: `make` it, then say whether it was `accepted`.
class stamps {
 public:
  /// The replicated time, as the leader estimates it.
  replicated_clock clock;

  /// A stamp of now; gives its size, framed.
  template <keeps_time Machine>
  std::size_t make(instant now) {
    to_ = clock.estimate(now);
    std::array<std::byte, 64> command;
    std::size_t const size = Machine::advance(to_, command);
    SYNOD_EXPECTS(size <= command.size(), "replica: an advance command of more than 64 bytes");
    framed_ = framed_bytes(size);
    if (bytes_.size() < framed_) bytes_.resize(framed_);
    frame_entry({command.data(), size}, bytes_.data());
    return framed_;
  }
  payload alone() const noexcept { return {{bytes_.data(), framed_}, 1}; }
  /// It, and what follows it.
  payload before(payload entries) {
    std::size_t const size = framed_ + entries.bytes.size();
    if (bytes_.size() < size) bytes_.resize(size);
    std::memcpy(bytes_.data() + framed_, entries.bytes.data(), entries.bytes.size());
    return {{bytes_.data(), size}, entries.entries + 1};
  }
  void accepted() noexcept { clock.stamped(to_); }

 private:
  instant to_;
  std::size_t framed_ = 0;
  std::vector<std::byte> bytes_;  // the stamp, and what follows it
};

}  // namespace synod::inline SYNOD_ABI
