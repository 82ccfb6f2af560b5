// SPDX-License-Identifier: BSL-1.0
// Which record ends first: a binary heap that knows where each record stands in it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "synod/base/mutant.hpp"
#include "synod/base/time.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

/// Deadlines of records that are known by a number or a pointer, 16 bytes each. The records' owner
/// has two functions: `place(r)`, a reference to where record r stands, which the heap keeps right,
/// and `before(a, b)`, the order of two records whose deadlines are equal. Every change is
/// logarithmic.
template <class Record>
class deadline_heap {
 public:
  struct entry {
    instant at;
    Record record{};
  };

  bool empty() const noexcept { return entries_.empty(); }
  entry const& front() const noexcept { return entries_.front(); }
  instant deadline(std::uint32_t place) const noexcept { return entries_[place].at; }

  template <class Owner>
  void add(entry next, Owner& owner) {
    entries_.push_back(next);
    rise(entries_.size() - 1, owner);
  }
  template <class Owner>
  void move_to(std::uint32_t place, instant at, Owner& owner) noexcept {
    entries_[place].at = at;
    settle(place, owner);
  }
  template <class Owner>
  void remove(std::uint32_t place, Owner& owner) noexcept {
    entry const last = entries_.back();
    entries_.pop_back();
    if (place == entries_.size()) return;
    entries_[place] = last;
    settle(place, owner);
  }
  /// The record that stands at `place` is known by another number or pointer.
  void rename(std::uint32_t place, Record to) noexcept { entries_[place].record = to; }

 private:
  template <class Owner>
  static bool before(entry const& a, entry const& b, Owner& owner) noexcept {
    return a.at < b.at || (a.at == b.at &&
                           SYNOD_MUTANT(kv_ties_by_place, owner.before(a.record, b.record), false));
  }
  template <class Owner>
  void put(std::size_t place, entry const& what, Owner& owner) noexcept {
    entries_[place] = what;
    owner.place(what.record) = static_cast<std::uint32_t>(place);
  }

  template <class Owner>
  void settle(std::size_t place, Owner& owner) noexcept {
    if (place > 0 && before(entries_[place], entries_[(place - 1) / 2], owner)) {
      rise(place, owner);
    } else {
      sink(place, owner);
    }
  }
  template <class Owner>
  void rise(std::size_t place, Owner& owner) noexcept {
    entry const rising = entries_[place];
    while (place > 0 && before(rising, entries_[(place - 1) / 2], owner)) {
      put(place, entries_[(place - 1) / 2], owner);
      place = (place - 1) / 2;
    }
    put(place, rising, owner);
  }
  template <class Owner>
  void sink(std::size_t place, Owner& owner) noexcept {
    entry const sinking = entries_[place];
    for (std::size_t child = 2 * place + 1; child < entries_.size(); child = 2 * place + 1) {
      if (child + 1 < entries_.size() && before(entries_[child + 1], entries_[child], owner)) {
        ++child;
      }
      if (!before(entries_[child], sinking, owner)) break;
      put(place, entries_[child], owner);
      place = child;
    }
    put(place, sinking, owner);
  }

  std::vector<entry> entries_;
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
