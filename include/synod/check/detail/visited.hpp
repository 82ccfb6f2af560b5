// SPDX-License-Identifier: BSL-1.0
// Which states there have been, and in which configurations.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "synod/check/history.hpp"
#include "synod/hash/xxh3.hpp"

namespace synod::inline SYNOD_ABI::detail {

/// Numbers for things that are kept elsewhere: finds the one that is equal. Linear probing.
class number_table {
 public:
  static constexpr std::uint32_t none = ~std::uint32_t{0};

  /// The number of the equal thing, or `fresh` and it is now in the table. `equals` is asked of the
  /// numbers with this hash.
  template <class Equals>
  std::uint32_t find_or_insert(std::uint64_t full_hash, std::uint32_t fresh, Equals equals) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    auto const hash = static_cast<std::uint32_t>(full_hash);
    std::size_t at = hash & (slots_.size() - 1);
    for (; slots_[at].number != none; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].hash == hash && equals(slots_[at].number)) return slots_[at].number;
    }
    slots_[at] = {hash, fresh};
    ++count_;
    return fresh;
  }

  std::size_t bytes() const noexcept { return slots_.size() * sizeof(slot); }

 private:
  struct slot {
    std::uint32_t hash = 0;
    std::uint32_t number = none;
  };

  void grow() {
    std::vector<slot> const old =
        std::exchange(slots_, std::vector<slot>(std::max<std::size_t>(64, 4 * slots_.size())));
    for (slot const& each : old) {
      if (each.number == none) continue;
      std::size_t at = each.hash & (slots_.size() - 1);
      while (slots_[at].number != none) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = each;
    }
  }

  std::vector<slot> slots_;
  std::size_t count_ = 0;
};

/// Every different state once.
template <sequential_model Model>
class state_table {
 public:
  std::uint32_t number_of(Model const& state) {
    auto const fresh = static_cast<std::uint32_t>(states_.size());
    std::uint32_t const number = table_.find_or_insert(
        hash(state), fresh, [&](std::uint32_t other) { return states_[other] == state; });
    if (number == fresh) {
      states_.push_back(state);
      if constexpr (requires { state.bytes(); }) outside_ += state.bytes();
    }
    return number;
  }

  Model const& operator[](std::uint32_t number) const { return states_[number]; }

  std::size_t bytes() const noexcept {
    return states_.capacity() * sizeof(Model) + outside_ + table_.bytes();
  }

 private:
  static std::uint64_t hash(Model const& state) {
    if constexpr (requires { state.fingerprint(); }) {
      return state.fingerprint();
    } else {
      return fingerprint(state);
    }
  }

  std::vector<Model> states_;
  number_table table_;
  std::size_t outside_ = 0;
};

/// Every different configuration once: a list of words.
class configuration_set {
 public:
  /// False where it was there before.
  bool insert(std::span<std::uint32_t const> words) {
    std::uint64_t const hash = hash_key<xxh3>(std::as_bytes(words));
    auto const fresh = static_cast<std::uint32_t>(ends_.size());
    std::uint32_t const number = table_.find_or_insert(hash, fresh, [&](std::uint32_t other) {
      std::span<std::uint32_t const> const there = configuration(other);
      return std::equal(there.begin(), there.end(), words.begin(), words.end());
    });
    if (number != fresh) return false;
    words_.insert(words_.end(), words.begin(), words.end());
    ends_.push_back(words_.size());
    return true;
  }

  std::size_t size() const noexcept { return ends_.size(); }
  std::size_t bytes() const noexcept {
    return words_.capacity() * sizeof(std::uint32_t) + ends_.capacity() * sizeof(std::size_t) +
           table_.bytes();
  }

 private:
  std::span<std::uint32_t const> configuration(std::uint32_t number) const {
    std::size_t const begin = number == 0 ? 0 : ends_[number - 1];
    return std::span(words_).subspan(begin, ends_[number] - begin);
  }

  std::vector<std::uint32_t> words_;
  std::vector<std::size_t> ends_;
  number_table table_;
};

}  // namespace synod::inline SYNOD_ABI::detail
