// SPDX-License-Identifier: BSL-1.0
// What the outside knows of one node's log: what it believes, and what is on its disk.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/payload.hpp"

namespace synod::inline SYNOD_ABI {

/// A 64-bit hash of bytes, the same on every platform.
inline std::uint64_t ghost_hash(std::span<std::byte const> bytes) noexcept {
  std::uint64_t h = mix(bytes.size() + 1);
  std::size_t at = 0;
  auto const load = [&](std::size_t n) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < n; ++i) {
      word |= std::to_integer<std::uint64_t>(bytes[at + i]) << (8 * i);
    }
    return word;
  };
  for (; at + 8 <= bytes.size(); at += 8) h = mix(h ^ load(8)) + 0x9e3779b97f4a7c15;
  return mix(h ^ load(bytes.size() - at));
}

/// One entry: whose it is, what it says, and everything before it. Two entries of one index with
/// equal chains stand at the end of equal logs.
struct ghost_entry {
  ballot in;
  std::uint64_t content = 0;
  std::uint64_t chain = 0;

  friend bool operator==(ghost_entry const&, ghost_entry const&) = default;
};

constexpr ghost_entry ghost_after(std::uint64_t chain, ballot in, std::uint64_t content) noexcept {
  return {in, content, mix(chain + mix(in.value ^ content << 1))};
}

/// What an entry without payload says: its kind, and a configuration's members.
inline std::uint64_t ghost_content(kind k, std::optional<members> const& who) noexcept {
  std::uint64_t h = mix(static_cast<std::uint64_t>(k) + 77);
  if (who) {
    for (node_id const voter : who->voters) h = mix(h + voter.value);
  }
  return h;
}

/// A node's persistent state: term, vote and log.
struct ghost_state {
  ballot in;
  std::optional<node_id> vote;
  std::vector<ghost_entry> entries;  ///< entry i is at i - 1

  log_index last() const noexcept { return {entries.size()}; }
  ghost_entry const& at(log_index i) const noexcept {
    return entries[static_cast<std::size_t>(i.value - 1)];
  }
  /// 0 for the beginning, and for what it does not hold.
  std::uint64_t chain_at(log_index i) const noexcept {
    return i == log_index{} || i > last() ? 0 : at(i).chain;
  }
  bool holds(log_index i, std::uint64_t chain) const noexcept {
    return i <= last() && chain_at(i) == chain;
  }
};

/// One node's log as its writes tell it: `live` with every write issued, `disk` with those that
/// are durable, in order.
class ghost_log {
 public:
  ghost_state const& live() const noexcept { return live_; }
  ghost_state const& disk() const noexcept { return disk_; }

  /// An empty log. Keeps its memory.
  void clear() noexcept {
    forget(live_);
    forget(disk_);
    issued_.clear();
    pool_.clear();
  }

  /// What an empty store was founded with: on disk at once.
  void found(members const& who) {
    live_.entries.push_back(ghost_after(0, {}, ghost_content(kind::configuration, who)));
    disk_ = live_;
  }

  /// A write was issued; `visit(index, entry)` sees every entry it brings.
  template <class Visit>
  void wrote(log_batch const& batch, payload content, io_id id, Visit&& visit) {
    std::size_t kept = live_.entries.size();
    if (batch.truncate_from) {
      kept = std::min(kept, static_cast<std::size_t>(batch.truncate_from->value) - 1);
    }
    live_.in = batch.in;
    live_.vote = batch.vote;
    live_.entries.resize(kept);
    if (batch.entries) append(batch, content, visit);
    issue(id, kept);
  }

  /// A write was issued that installs a snapshot. What it stands for is in the log from then on,
  /// `committed(index)`; what is behind it stays if the log held its last entry.
  template <class Committed>
  void installed(log_batch const& batch, io_id id, Committed&& committed) {
    position const at = batch.chunk->at;
    live_.in = batch.in;
    live_.vote = batch.vote;
    std::size_t kept = live_.entries.size();
    if (at.index > live_.last() || live_.at(at.index).in != at.in) {
      kept = std::min(kept, static_cast<std::size_t>(at.index.value));
      while (kept != 0 && live_.entries[kept - 1] != committed(log_index{kept})) --kept;
      live_.entries.resize(kept);
      while (live_.last() < at.index) live_.entries.push_back(committed(next(live_.last())));
    }
    issue(id, kept);
  }

  /// This write and all before it are on disk.
  void settle_through(io_id id) {
    for (std::size_t n = 0; n < issued_.size(); ++n) {
      if (issued_[n].id == id) return settle(n + 1);
    }
  }
  /// Of the issued writes the oldest `kept` are on disk, the others never will be.
  void crash(std::size_t kept) {
    settle(kept);
    issued_.clear();
    pool_.clear();
    live_ = disk_;
  }

 private:
  struct issued {
    io_id id;
    ballot in;
    std::optional<node_id> vote;
    std::size_t kept = 0;   // entries before it
    std::size_t added = 0;  // entries it brings, in the pool
  };

  static void forget(ghost_state& s) noexcept {
    s.in = {};
    s.vote.reset();
    s.entries.clear();
  }

  // All behind the first `kept` entries is new.
  void issue(io_id id, std::size_t kept) {
    std::size_t const added = live_.entries.size() - kept;
    issued_.push_back({id, live_.in, live_.vote, kept, added});
    pool_.insert(pool_.end(), live_.entries.end() - static_cast<std::ptrdiff_t>(added),
                 live_.entries.end());
  }

  template <class Visit>
  void append(log_batch const& batch, payload content, Visit&& visit) {
    payload_reader reader{content};
    bool const carries = batch.entries->kind == kind::payload;
    if (carries) {
      for (std::uint32_t i = 0; i < batch.skip; ++i) reader.next();
    }
    for (log_index i = batch.entries->first.index; i <= batch.entries->last; i = next(i)) {
      std::uint64_t const says =
          carries ? ghost_hash(reader.next()) : ghost_content(batch.entries->kind, batch.who);
      live_.entries.push_back(
          ghost_after(live_.chain_at(live_.last()), batch.entries->first.in, says));
      visit(i, live_.entries.back());
    }
  }

  void settle(std::size_t n) {
    std::size_t used = 0;
    for (std::size_t w = 0; w < n; ++w) {
      issued const& oldest = issued_[w];
      disk_.in = oldest.in;
      disk_.vote = oldest.vote;
      disk_.entries.resize(oldest.kept);
      auto const from = pool_.begin() + static_cast<std::ptrdiff_t>(used);
      disk_.entries.insert(disk_.entries.end(), from,
                           from + static_cast<std::ptrdiff_t>(oldest.added));
      used += oldest.added;
    }
    issued_.erase(issued_.begin(), issued_.begin() + static_cast<std::ptrdiff_t>(n));
    pool_.erase(pool_.begin(), pool_.begin() + static_cast<std::ptrdiff_t>(used));
  }

  ghost_state live_;
  ghost_state disk_;
  std::vector<issued> issued_;     // and not yet on disk, oldest first
  std::vector<ghost_entry> pool_;  // the entries they bring, one after another
};

}  // namespace synod::inline SYNOD_ABI
