// SPDX-License-Identifier: BSL-1.0
// The machine of a replica: it applies what is decided, answers who waits for it, and is made of
// snapshots.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/result.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/replica/answer.hpp"
#include "synod/replica/asker.hpp"
#include "synod/replica/options.hpp"
#include "synod/replica/parts.hpp"
#include "synod/replica/snapshots.hpp"
#include "synod/replica/waiting_list.hpp"
#include "synod/store/log_store.hpp"

namespace synod::inline SYNOD_ABI {

/// Applies each entry once and in order. Whoever waits is told by `tell(who, answer)`.
template <log_store Store, state_machine Machine>
class executor {
 public:
  /// Where store and machine allow it.
  static constexpr bool takes_snapshots = snapshot_store<Store> && saveable<Machine>;

  executor(Machine initial, replica_options const& o)
      : machine_(std::move(initial)),
        response_(o.max_response_bytes),
        snapshots_(detail::make_part<decltype(snapshots_)>(o)) {}

  Machine const& machine() const noexcept { return machine_; }
  log_index applied() const noexcept { return applied_; }
  /// Entries that the machine has applied itself, one by one.
  std::uint64_t commands() const noexcept { return commands_; }
  waiting_list<asker>& waiting() noexcept { return waiting_; }

  /// Applies what the store holds up to `upto`. An error: the machine could not be made of the
  /// snapshot that the store has in place of what is missing.
  template <class Tell>
  error apply(log_index upto, Store const& store, Tell&& tell) noexcept {
    while (applied_ < upto) {
      log_index const first = next(applied_);
      std::optional<run> const held = store.run_at(first);
      if constexpr (takes_snapshots) {
        if (!held) {
          if (error const bad = install(store, tell); bad.code != errc::ok) return bad;
          ++installed_;
          continue;
        }
      }
      SYNOD_EXPECTS(held.has_value(), "replica: a decided entry is not in the store");
      run const part =
          one_piece(store, {{first, held->first.in}, std::min(held->last, upto), held->kind});
      if (part.kind == kind::payload) {
        apply_payload(part, store, tell);
      } else {
        for (log_index i = first; i <= part.last; i = next(i)) {
          finished({i, part.first.in}, 0, tell);
        }
      }
      applied_ = part.last;
    }
    return {};
  }

  /// What the machine answers to a question; lives until it is asked again.
  answer ask(std::span<std::byte const> question) noexcept
    requires queryable<Machine>
  {
    return response(0, machine_.query(question, response_));
  }

  // --- snapshots ---

  /// At start: the machine is made of the snapshot that the store has, if it has one.
  error restore(Store const& store)
    requires takes_snapshots
  {
    return store.snapshot() ? install(store, [](asker const&, answer const&) {}) : error{};
  }
  bool snapshot_is_due(bool sending) const noexcept
    requires takes_snapshots
  {
    return snapshots_.due(applied_, sending);
  }
  /// False: nothing was applied since the last one, or one is on its way to disk.
  bool take_snapshot(Store& store) noexcept
    requires takes_snapshots
  {
    compact(store);
    if (snapshots_.pending() || applied_ == snapshots_.at()) return false;
    std::optional<run> const held = store.run_at(applied_);
    snapshot_info info;
    info.at = {applied_, held ? held->first.in : store.base().in};
    info.who = store.configuration_before(next(applied_))->who;
    std::vector<std::byte> const bytes = snapshot_of(machine_);
    info.bytes = bytes.size();
    store.keep_snapshot(info, bytes);
    snapshots_.took(applied_, info.bytes);
    compact(store);
    return true;
  }
  /// Once a snapshot is on disk, the log forgets what it covers, but for what slow followers may
  /// still want.
  void compact(Store& store) noexcept
    requires takes_snapshots
  {
    if (!snapshots_.pending()) return;
    std::optional<snapshot_info> const newest = store.snapshot();
    if (!newest || newest->at.index < snapshots_.at()) return;
    snapshots_.durable();
    if (log_index const upto = snapshots_.forget_up_to(store); upto > store.base().index) {
      store.compact(upto);
    }
  }
  std::uint64_t snapshots_installed() const noexcept { return installed_; }

 private:
  template <class Tell>
  void apply_payload(run const& part, Store const& store, Tell&& tell) noexcept {
    std::optional<payload> const entries = store.read(part);
    SYNOD_EXPECTS(entries.has_value(), "replica: a decided payload is not in the store");
    payload_reader reader(*entries);
    for (log_index i = part.first.index; !reader.done(); i = next(i)) {
      std::size_t const size = machine_.apply(i, reader.next(), response_);
      finished({i, part.first.in}, size, tell);
    }
    commands_ += part.length();
    if constexpr (takes_snapshots) snapshots_.applied(entries->bytes.size());
  }

  template <class Tell>
  void finished(position at, std::size_t response_bytes, Tell&& tell) noexcept {
    waiting_.applied(at, [&](asker const& who, std::uint32_t offset, bool is_it) {
      answer what = response(offset, response_bytes);
      if (!is_it) what = {outcome::lost, offset, {}, why::stopped, {}};
      tell(who, what);
    });
  }
  /// The machine has written its response, if there was room.
  answer response(std::uint32_t offset, std::size_t bytes) const noexcept {
    answer what;
    what.what = bytes <= response_.size() ? outcome::response : outcome::too_large;
    what.offset = offset;
    if (bytes <= response_.size()) what.response = {response_.data(), bytes};
    return what;
  }

  /// The store has a snapshot of what this machine has not applied. Who waited for what it covers
  /// will not hear of it here.
  template <class Tell>
  error install(Store const& store, Tell&& tell) noexcept
    requires takes_snapshots
  {
    std::optional<snapshot_info> const info = store.snapshot();
    SYNOD_EXPECTS(info && info->at.index > applied_,
                  "replica: a decided entry is not in the store");
    result<Machine> saved = machine_in(store, *info, machine_);
    if (!saved) return saved.error();
    machine_ = std::move(saved).value();
    applied_ = info->at.index;
    snapshots_.restored(applied_, info->bytes);
    waiting_.skipped(applied_, [&](asker const& who) { tell(who, answer{}); });
    return {};
  }

  Machine machine_;
  log_index applied_;
  waiting_list<asker> waiting_;
  std::vector<std::byte> response_;
  std::uint64_t commands_ = 0;
  std::uint64_t installed_ = 0;
  [[no_unique_address]] detail::part_if<takes_snapshots, snapshot_watch> snapshots_;
};

}  // namespace synod::inline SYNOD_ABI
