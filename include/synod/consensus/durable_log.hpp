// SPDX-License-Identifier: BSL-1.0
// How far a node's own log is on its disk.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/fixed_vector.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/consensus/durability.hpp"

namespace synod::inline SYNOD_ABI {

/// Follows which write made which entries durable: a leader counts itself only up to `last()`.
/// Remembers `Marks` outstanding writes apart; where more are outstanding, the newest ones count
/// together, once the last of them is durable.
template <std::size_t Marks = 8>
class durable_log {
 public:
  constexpr durable_log() = default;
  /// Everything a storage hands out at a start is on its disk.
  constexpr explicit durable_log(log_index recovered) noexcept : last_(recovered) {}

  /// The last entry that is durable together with all before it.
  constexpr log_index last() const noexcept { return last_; }

  /// Once `write` is durable, the log is so up to `upto`.
  constexpr void wrote(io_id write, log_index upto) noexcept {
    if (outstanding_.full()) {
      outstanding_.back() = {write.sequence, upto};
    } else {
      outstanding_.push_back({write.sequence, upto});
    }
  }

  /// The entries above `upto` are gone, also from what earlier writes will make durable.
  constexpr void truncated_after(log_index upto) noexcept {
    if (last_ > upto) last_ = upto;
    for (mark& m : outstanding_) {
      if (m.upto > upto) m.upto = upto;
    }
  }

  /// Takes notice of the watermark; true where `last()` rose.
  constexpr bool reached(durable const& upto, life of) noexcept {
    std::size_t done = 0;
    while (done < outstanding_.size() && upto.covers({of, outstanding_[done].sequence})) ++done;
    if (done == 0) return false;
    bool const rose = outstanding_[done - 1].upto > last_;
    last_ = outstanding_[done - 1].upto;
    outstanding_.drop_front(done);
    return rose;
  }

  /// Visits the outstanding marks, writes counted from `watermark`.
  template <class Visitor>
  constexpr void visit(Visitor& visitor, std::uint64_t watermark) const {
    for (mark const& m : outstanding_) {
      visitor("write after the watermark", m.sequence - watermark);
      visitor("makes durable", m.upto);
    }
  }

  friend constexpr bool operator==(durable_log const&, durable_log const&) = default;

 private:
  struct mark {
    std::uint64_t sequence = 0;
    log_index upto;
    friend constexpr bool operator==(mark const&, mark const&) = default;
  };

  log_index last_;
  fixed_vector<mark, Marks> outstanding_;
};

}  // namespace synod::inline SYNOD_ABI
