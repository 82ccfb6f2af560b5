// SPDX-License-Identifier: BSL-1.0
// The network of a simulated cluster: it carries bytes, loses, delays, repeats and reorders them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/sim/faults.hpp"
#include "synod/sim/links.hpp"
#include "synod/sim/mailbag.hpp"

namespace synod::inline SYNOD_ABI {

/// `Trim` keeps the first entries of a message: `entries_in(message)`, `trim(message&, count)`; a
/// type without them does not.
template <class Message, class Trim>
class sim_network {
 public:
  static constexpr bool trims = requires(Message& m) { Trim::trim(m, std::uint32_t{1}); };

  links cut;   ///< by partitions
  links trap;  ///< by ambushes

  void begin(std::uint64_t seed, fault_mix const& mix, fault_counts& struck) {
    random_ = splitmix64{seed};
    mix_ = &mix;
    struck_ = &struck;
    mail_.clear();
    cut.mend();
    trap.mend();
    sent_.fill(0);
    arrived_.fill(0);
  }

  letter<Message> const& operator[](std::uint32_t at) const noexcept { return mail_[at]; }
  void drop(std::uint32_t at) { mail_.drop(at); }
  bool open(std::size_t from, std::size_t to) const noexcept {
    return cut.open(from, to) && trap.open(from, to);
  }

  /// Takes a message over, with a copy of its payload. `deliver(at, span)` is called for every copy
  /// that will arrive, so much later. `born`: the life of its receiver.
  template <class Deliver>
  void send(std::size_t from, std::size_t to, std::uint32_t born, Message const& m, payload content,
            Deliver&& deliver) {
    std::uint64_t const fate = random_();
    auto const drawn = [fate](int part) {
      return static_cast<std::uint32_t>(fate >> (20 * part)) & (fault_mix::certain - 1);
    };
    if (!open(from, to)) return;
    if (drawn(0) < mix_->lost) return count(fault::loss);
    bool const late = drawn(1) < mix_->delayed;
    std::uint32_t at = post(from, to, born, m, content);
    deliver(at, transit(late));
    if (drawn(2) >= mix_->duplicated) return;
    count(fault::duplication);
    at = post(from, to, born, m, content);
    deliver(at, transit((fate >> 60 & 3) == 0 && mix_->delayed != 0));
  }

  /// One arrives; false where the link is cut by now. `born`: the life of its receiver.
  bool arrives(std::uint32_t at, std::uint32_t born) noexcept {
    letter<Message> const& l = mail_[at];
    if (!open(l.from, l.to)) return false;
    std::uint64_t& newest = arrived_[l.from * max_voters + l.to];
    if (l.number < newest) count(fault::reorder);
    newest = std::max(newest, l.number);
    if (l.life != born) count(fault::old_copy);
    return true;
  }

 private:
  std::uint32_t post(std::size_t from, std::size_t to, std::uint32_t born, Message const& m,
                     payload content) {
    std::uint32_t const at = mail_.add();
    letter<Message>& l = mail_[at];
    l.message = m;
    l.bytes.assign(content.bytes.begin(), content.bytes.end());
    l.entries = content.entries;
    l.from = static_cast<std::uint8_t>(from);
    l.to = static_cast<std::uint8_t>(to);
    l.life = born;
    l.number = ++sent_[from * max_voters + to];
    if constexpr (trims) {
      if (mix_->trimmed != 0 && random_.below(fault_mix::certain) < mix_->trimmed) trim(l);
    }
    return at;
  }

  duration transit(bool late) noexcept {
    std::uint64_t span = mix_->transit_least.ns + random_.below(mix_->transit_spread.ns + 1);
    if (late) {
      count(fault::late);
      span += random_.below(mix_->late_most.ns);
    }
    return {span};
  }

  // Keeps some of the entries, or none: a message that its sender might have sent just as well.
  void trim(letter<Message>& l) {
    std::uint32_t const all = Trim::entries_in(l.message);
    if (all == 0) return;
    count(fault::trimmed);
    auto const kept = static_cast<std::uint32_t>(random_.below(all));
    Trim::trim(l.message, kept);
    l.entries = std::min(l.entries, kept);
    std::size_t end = 0;
    for (std::uint32_t i = 0; i < l.entries; ++i) {
      end += framed_bytes(framed_length(l.bytes.data() + end));
    }
    l.bytes.resize(end);
  }

  void count(fault f) noexcept { ++(*struck_)[static_cast<std::size_t>(f)]; }

  splitmix64 random_;
  fault_mix const* mix_ = nullptr;
  fault_counts* struck_ = nullptr;
  mailbag<Message> mail_;
  std::array<std::uint64_t, max_voters * max_voters> sent_{};     // by link
  std::array<std::uint64_t, max_voters * max_voters> arrived_{};  // the newest, by link
};

}  // namespace synod::inline SYNOD_ABI
