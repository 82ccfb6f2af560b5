// SPDX-License-Identifier: BSL-1.0
// Single-decree Paxos on the contract `protocol`: proposer, acceptor and learner in one core.
//
// It has no log and asks its host for nothing but effects: the proof that the contract is not Raft
// in disguise. After Lamport, "Paxos Made Simple" (2001), section 2; ballots are (round, proposer).
// A core speaks to itself as to everyone else, through `send`: its own vote is on disk before it
// counts.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "synod/base/ids.hpp"
#include "synod/base/mutant.hpp"
#include "synod/base/random.hpp"
#include "synod/base/result.hpp"
#include "synod/base/time.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/protocol.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/tally.hpp"

namespace synod::test::paxos {

/// A ballot: rounds first, proposers break ties. {0, 0} is nobody's and below all.
struct number {
  std::uint64_t round = 0;
  node_id by;

  friend constexpr bool operator==(number, number) = default;
  friend constexpr auto operator<=>(number a, number b) noexcept {
    return a.round != b.round ? a.round <=> b.round : a.by.value <=> b.by.value;
  }
};

template <class V>
concept value = std::is_trivially_copyable_v<V> && std::has_unique_object_representations_v<V> &&
                std::totally_ordered<V> && std::default_initializable<V>;

/// A value and the ballot it was accepted in. One that nobody accepted is {0, 0}, whatever value.
template <value V>
struct vote {
  number in;
  V what{};

  friend constexpr bool operator==(vote const&, vote const&) = default;
};

/// What is on disk, replaced as a whole by every write: what an acceptor said, and the highest
/// round this proposer has used or heard of.
template <value V>
struct record {
  number promised;
  vote<V> accepted;
  std::uint64_t round = 0;

  friend constexpr bool operator==(record const&, record const&) = default;
};

enum class verb : std::uint8_t { prepare, promise, accept, accepted, nack, chosen };

/// `in` is the ballot spoken of. `last`: of a promise, the last vote; of an accept, an accepted and
/// a chosen, the value; of a nack, the ballot promised instead.
template <value V>
struct note {
  verb what = verb::prepare;
  number in;
  vote<V> last;
};

struct settings {
  node_id self;
  members who;
  std::uint64_t seed = 0;
  duration backoff = milliseconds(100);  ///< the first attempt's; doubles up to 32 times that

  friend bool operator==(settings const&, settings const&) = default;
};

template <value V>
class core {
 public:
  using message = note<V>;
  using batch = record<V>;
  using decision = V;
  using options = settings;
  struct request {
    V what{};
  };
  struct recovered {
    synod::life life;
    record<V> disk;
  };

  core() = default;

  static result<core> start(options const& o, recovered const& r, instant) noexcept {
    if (!o.who.contains(o.self)) return error{errc::bad_option, "paxos: self is no voter"};
    if (o.backoff.ns == 0) return error{errc::bad_option, "paxos: no backoff"};
    if (r.disk.accepted.in > r.disk.promised) {
      return error{errc::bad_recovered, "paxos: accepted above what was promised"};
    }
    core made;
    made.options_ = o;
    made.writes_ = write_ledger{r.life};
    made.disk_ = r.disk;
    made.disk_.round = SYNOD_MUTANT(P04, r.disk.round, std::uint64_t{0});
    made.random_ = splitmix64{o.seed};
    made.running_ = true;
    return made;
  }

  /// A client asks that this value be chosen; some value will be.
  template <effect_sink<core> Host>
  void step(request const& asked, instant now, Host& host) noexcept {
    if (!alive() || chosen_) return;
    wanted_ = asked.what;
    if (!deadline_) campaign(now, host);
  }

  template <effect_sink<core> Host>
  void step(tick, instant now, Host& host) noexcept {
    if (alive() && deadline_ && *deadline_ <= now) campaign(now, host);
  }

  template <effect_sink<core> Host>
  void step(received<message> const& arrived, instant, Host& host) noexcept {
    std::size_t const slot = options_.who.slot_of(arrived.from);
    if (!alive() || slot == options_.who.voters.size()) return;
    message const& m = arrived.message;
    switch (m.what) {
      case verb::prepare: return on_prepare(arrived.from, m, host);
      case verb::promise: return on_promise(slot, m, host);
      case verb::accept: return on_accept(arrived.from, m, host);
      case verb::accepted: return on_accepted(slot, m, host);
      case verb::nack: return on_nack(m);
      case verb::chosen: return learn(m.last.what, host);
    }
  }

  template <effect_sink<core> Host>
  void step(persisted const& p, instant, Host&) noexcept {
    if (alive()) writes_.persisted(p.done);
  }

  template <effect_sink<core> Host>
  void step(write_failed const&, instant, Host& host) noexcept {
    if (!alive()) return;
    stopped_ = true;
    deadline_.reset();
    host.stopped({errc::write_failed, "paxos: a write failed"});
  }

  std::optional<instant> next_deadline() const noexcept { return deadline_; }
  durable const& durable_upto() const noexcept { return writes_.upto(); }

  char const* broken_invariant() const noexcept {
    if (disk_.accepted.in > disk_.promised) return "accepted above what was promised";
    if (attempt_.round > disk_.round) return "an attempt above the highest round";
    if (chosen_ && deadline_) return "still trying after the choice";
    return nullptr;
  }

  std::uint64_t fingerprint() const noexcept {
    std::uint64_t h = running_ ? 1 : 0;
    fold(h, disk_.promised.round, disk_.promised.by.value, disk_.round);
    fold(h, disk_.accepted.in.round, disk_.accepted.in.by.value, disk_.accepted.what);
    fold(h, attempt_.round, attempt_.by.value, std::uint64_t{accepting_}, votes_.yes().mask());
    fold(h, best_.in.round, best_.in.by.value, best_.what);
    fold(h, learning_.in.round, learning_.in.by.value, learning_.what, learnt_.yes().mask());
    fold(h, std::uint64_t{wanted_.has_value()}, wanted_.value_or(V{}));
    fold(h, std::uint64_t{chosen_.has_value()}, chosen_.value_or(V{}));
    fold(h, writes_.outstanding(), writes_.early(), std::uint64_t{deadline_.has_value()},
         std::uint64_t{stopped_});
    return h;
  }

  // What oracles look at.
  record<V> const& disk() const noexcept { return disk_; }
  std::optional<V> const& chosen() const noexcept { return chosen_; }

  friend bool operator==(core const&, core const&) = default;

 private:
  template <class... Part>
  static void fold(std::uint64_t& h, Part const&... parts) noexcept {
    auto const one = [&h](auto const& part) {
      for (auto const byte : std::bit_cast<std::array<unsigned char, sizeof part>>(part)) {
        h = mix(h + 0x9e3779b97f4a7c15 + byte);
      }
    };
    (one(parts), ...);
  }

  bool alive() const noexcept {
    SYNOD_EXPECTS(running_, "paxos: a core that has not started was stepped");
    return !stopped_;
  }
  tally<majority> no_votes() const noexcept {
    return tally<majority>{majority{options_.who.voters.size()}};
  }

  template <class Host>
  void save(Host& host) noexcept {
    host.write(disk_, writes_.issue());
  }
  template <class Host>
  void say(Host& host, node_id to, message const& m, io_id needs) noexcept {
    host.send(to, sealed<message>{m, needs});
  }
  template <class Host>
  void say_all(Host& host, message const& m, io_id needs) noexcept {
    for (node_id const voter : options_.who.voters) say(host, voter, m, needs);
  }

  // Phase 1a. The round is on disk before the first Prepare leaves, so that no later life uses the
  // ballot again for another value.
  template <class Host>
  void campaign(instant now, Host& host) noexcept {
    wait(now);
    if (writes_.full()) return;
    attempt_ = {++disk_.round, options_.self};
    accepting_ = false;
    votes_ = no_votes();
    best_ = {};
    save(host);
    say_all(host, {verb::prepare, attempt_, {}}, writes_.latest());
  }

  // A random wait that doubles, so that two proposers do not pre-empt each other for ever.
  void wait(instant now) noexcept {
    std::uint64_t const most = options_.backoff.ns << std::min<std::uint64_t>(tries_++, 5);
    deadline_ = now + duration{options_.backoff.ns + random_.below(most)};
  }

  // Phase 1b. A repeated Prepare gets its answer again, as of now.
  template <class Host>
  void on_prepare(node_id from, message const& m, Host& host) noexcept {
    if (chosen_) return say(host, from, {verb::chosen, m.in, {m.in, *chosen_}}, writes_.nothing());
    if (m.in < disk_.promised) return refuse(from, m, host);
    if (m.in > disk_.promised) {
      if (writes_.full()) return;
      disk_.promised = m.in;
      save(host);
    }
    say(host, from, {verb::promise, m.in, disk_.accepted},
        SYNOD_MUTANT(P01, writes_.latest(), writes_.nothing()));
  }

  // Phase 2a: promises for this very ballot only. The value of the highest ballot among them is
  // taken up; where there is none, the choice is free.
  template <class Host>
  void on_promise(std::size_t slot, message const& m, Host& host) noexcept {
    bool const current = SYNOD_MUTANT(P06, m.in == attempt_, m.in.by == options_.self);
    if (!current || accepting_ || chosen_ || !wanted_) return;
    bool const better =
        SYNOD_MUTANT(P03, m.last.in > best_.in,
                     m.last.in > number{} && (best_.in == number{} || m.last.what > best_.what));
    if (better) best_ = m.last;
    if (votes_.vote(slot, true) != verdict::won) return;
    accepting_ = true;
    V const what = best_.in == number{} ? *wanted_ : best_.what;
    say_all(host, {verb::accept, attempt_, {attempt_, what}}, writes_.nothing());
  }

  // Phase 2b. Accepting promises too: a lower ballot must not overwrite it.
  template <class Host>
  void on_accept(node_id from, message const& m, Host& host) noexcept {
    if (chosen_) return say(host, from, {verb::chosen, m.in, {m.in, *chosen_}}, writes_.nothing());
    if (m.in < disk_.promised) return refuse(from, m, host);
    vote<V> const cast{m.in, m.last.what};
    if (disk_.accepted != cast) {
      if (writes_.full()) return;
      disk_.promised = SYNOD_MUTANT(P02, m.in, disk_.promised);
      disk_.accepted = cast;
      save(host);
    }
    say_all(host, {verb::accepted, m.in, cast}, writes_.latest());
  }

  template <class Host>
  void refuse(node_id from, message const& m, Host& host) noexcept {
    say(host, from, {verb::nack, m.in, {disk_.promised, {}}}, writes_.nothing());
  }

  // A learner counts acceptors of one ballot: equal values of different ballots do not add up.
  template <class Host>
  void on_accepted(std::size_t slot, message const& m, Host& host) noexcept {
    bool const adds_up = SYNOD_MUTANT(P05, m.in == learning_.in, m.last.what == learning_.what);
    if (!adds_up) {
      if (m.in < learning_.in) return;
      learning_ = m.last;
      learnt_ = no_votes();
    }
    if (learnt_.vote(slot, true) == verdict::won) learn(m.last.what, host);
  }

  // Advice, no vote: the next attempt, when its time comes, starts above.
  void on_nack(message const& m) noexcept { disk_.round = std::max(disk_.round, m.last.in.round); }

  template <class Host>
  void learn(V const& what, Host& host) noexcept {
    if (chosen_) return;
    chosen_ = what;
    deadline_.reset();
    host.decided(what);
  }

  options options_;
  write_ledger writes_;
  record<V> disk_;          // as of the last write issued; `round` may be ahead of it
  number attempt_;          // the ballot of the running attempt
  tally<majority> votes_;   // promises for it
  vote<V> best_;            // the highest vote they reported
  vote<V> learning_;        // the highest ballot heard accepted
  tally<majority> learnt_;  // who accepted in it
  std::optional<V> wanted_;
  std::optional<V> chosen_;
  std::optional<instant> deadline_;
  splitmix64 random_;
  std::uint64_t tries_ = 0;
  bool accepting_ = false;  // phase 2 of the attempt has begun: its value is fixed
  bool running_ = false;
  bool stopped_ = false;
};

}  // namespace synod::test::paxos
