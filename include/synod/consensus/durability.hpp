// SPDX-License-Identifier: BSL-1.0
// Unsaid until durable, as types.
//
// A node must remember what it said. So a promise travels sealed (consensus/sealed.hpp) and opens
// only against `durable`, the watermark below which every write of this life is on disk. Nobody
// can make one up: a storage confirms single writes with `completion`s, and the core's
// `write_ledger` turns completions in any order into the one contiguous watermark.
#pragma once

#include <bit>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"

namespace synod::inline SYNOD_ABI {

/// "This one write is on disk." A default-constructed one confirms nothing.
class completion {
 public:
  completion() = default;
  constexpr io_id id() const noexcept { return id_; }

 private:
  friend class completes_writes;
  constexpr explicit completion(io_id id) noexcept : id_(id) {}

  io_id id_;
};

/// What a storage derives from: nobody else can confirm a write.
class completes_writes {
 protected:
  static constexpr completion complete(io_id id) noexcept { return completion{id}; }
};

/// "This write and every earlier one of this life are on disk." Names no node: never hand one
/// node's to another.
class durable {
 public:
  constexpr bool covers(io_id id) const noexcept {
    return id.life == upto_.life && id.sequence <= upto_.sequence;
  }

  friend constexpr bool operator==(durable const&, durable const&) = default;

 private:
  friend class write_ledger;
  durable() = default;

  io_id upto_;
};

/// Numbers the writes of one life and follows their completions.
/// Invariant: upto.sequence <= issued <= upto.sequence + 64.
class write_ledger {
 public:
  static constexpr std::uint64_t max_outstanding = 64;

  write_ledger() = default;
  /// Starts at {life, 0}: covered, and nothing issued.
  constexpr explicit write_ledger(life of) noexcept { upto_.upto_.life = of; }

  /// Whether 64 writes wait: then nothing new may be written.
  constexpr bool full() const noexcept { return outstanding() >= max_outstanding; }
  constexpr std::uint64_t outstanding() const noexcept { return issued_ - upto_.upto_.sequence; }

  /// The name of the next write; not when full.
  constexpr io_id issue() noexcept { return {upto_.upto_.life, ++issued_}; }
  constexpr io_id latest() const noexcept { return {upto_.upto_.life, issued_}; }
  /// What a message needs that promises nothing: covered from the start.
  constexpr io_id nothing() const noexcept { return {upto_.upto_.life, 0}; }

  /// False, and without effect, for a write of another life or one that is not outstanding.
  constexpr bool persisted(completion const& done) noexcept {
    std::uint64_t const sequence = done.id().sequence;
    if (SYNOD_MUTANT(R30, false, done.id() == io_id{upto_.upto_.life, sequence})) {
      upto_.upto_.sequence = sequence;
      return true;
    }
    if (done.id().life != upto_.upto_.life || sequence <= upto_.upto_.sequence ||
        sequence > issued_) {
      return false;
    }
    std::uint64_t const bit = std::uint64_t{1} << (sequence - upto_.upto_.sequence - 1);
    if ((early_ & bit) != 0) return false;
    early_ |= bit;
    int const contiguous = std::countr_one(early_);
    early_ = contiguous == 64 ? 0 : early_ >> contiguous;
    upto_.upto_.sequence += static_cast<std::uint64_t>(contiguous);
    return true;
  }

  constexpr durable const& upto() const noexcept { return upto_; }

  /// The completions beyond the watermark, relative to it: one bit a write.
  constexpr std::uint64_t early() const noexcept { return early_; }

  friend constexpr bool operator==(write_ledger const&, write_ledger const&) = default;

 private:
  durable upto_;
  std::uint64_t issued_ = 0;
  std::uint64_t early_ = 0;
};

}  // namespace synod::inline SYNOD_ABI
