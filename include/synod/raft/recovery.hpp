// SPDX-License-Identifier: BSL-1.0
// From what storage holds to the state of a follower.
#pragma once

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/base/random.hpp"
#include "synod/base/result.hpp"
#include "synod/consensus/log.hpp"
#include "synod/raft/options.hpp"
#include "synod/raft/state.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// `errc::ok`, or what no core can have left in a storage, and where.
constexpr error check(recovered_log const& held) noexcept {
  auto const bad = [](char const* what, log_index at) {
    return error{errc::bad_recovered, what, at.value};
  };
  if (held.life == life{}) return bad("raft: recovered: no life (recover() raises it)", {});
  if (held.in.value > max_ballot) return bad("raft: recovered: the term is beyond its limit", {});
  if (held.configurations.empty()) {
    return bad("raft: recovered: no configuration; bootstrap the storage first", {});
  }
  for (configuration const& c : held.configurations) {
    if (!c.who.is_valid()) {
      return bad("raft: recovered: a configuration without voters, or with one twice (its index)",
                 c.at.index);
    }
  }
  position last = held.base;
  bool first = true;
  for (run const& r : held.runs) {
    if (first ? r.first.index <= last.index : r.first.index != next(last.index)) {
      return bad("raft: recovered: a run does not follow the one before (its index)",
                 r.first.index);
    }
    if (r.last < r.first.index) {
      return bad("raft: recovered: an empty run (its index)", r.first.index);
    }
    if (r.last.value > max_index) return bad("raft: recovered: too long a log", r.last);
    if (r.kind > kind::configuration) {
      return bad("raft: recovered: a run of no known kind (its index)", r.first.index);
    }
    if (r.first.in < last.in) {
      return bad("raft: recovered: a ballot falls (its index)", r.first.index);
    }
    last = {r.last, r.first.in};
    first = false;
  }
  if (last.index.value > max_index) return bad("raft: recovered: too long a log", last.index);
  if (last.in > held.in) return bad("raft: recovered: an entry is of a later term", last.index);
  if (held.commit > last.index || held.commit < held.base.index) {
    return bad("raft: recovered: commit is outside of the log", held.commit);
  }
  if (held.configurations.back().at.index > last.index) {
    return bad("raft: recovered: the configuration is beyond the log", last.index);
  }
  return {};
}

/// A follower that remembers what it said. `held` has passed its check. Where older runs were left
/// out, the oldest one given only tells where the known ones begin.
template <class System>
state<System> restore(options const& chosen, recovered_log const& held) noexcept {
  state<System> s;
  s.options = chosen;
  s.random = splitmix64{mix(chosen.seed) ^ held.life.value};
  s.writes = write_ledger{held.life};
  s.term = held.in;
  s.vote = held.vote;
  s.log = run_list<16>{held.base};
  for (run const& r : held.runs) {
    if (r.first.index == next(s.log.last_index())) {
      s.log.append(r);
    } else {
      s.log = run_list<16>{position{r.last, r.first.in}};
    }
  }
  s.on_disk = durable_log<4>{s.log.last_index()};
  s.in_force = held.configurations.back();
  s.commit = held.commit;
  return s;
}

}  // namespace synod::inline SYNOD_ABI::raft
