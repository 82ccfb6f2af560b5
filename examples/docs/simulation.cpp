// The snippets of docs/simulation.md.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <utility>

#include "synod/sim.hpp"

// begin raft
// The very core that a program runs, on a disk that can lose power.
struct my_raft : synod::raft::with<synod::option::storage<synod::crashable<synod::memory_log>>> {};
// end raft

// begin core
// A register that only grows: each node tells its value to all, and keeps the greatest it has
// heard of. What it says, it must remember: so a value travels sealed until it is on disk.
class greatest {
 public:
  using message = std::uint64_t;
  using batch = std::uint64_t;
  using decision = std::uint64_t;
  struct request {
    std::uint64_t value = 0;
  };
  struct options {
    synod::node_id self;
    synod::members who;
    bool operator==(options const&) const = default;
  };
  struct recovered {
    synod::life life;
    std::uint64_t value = 0;
  };
  static constexpr synod::duration every = synod::milliseconds(10);

  static synod::result<greatest> start(options const& o, recovered const& r,
                                       synod::instant now) noexcept {
    greatest made;
    made.options_ = o;
    made.writes_ = synod::write_ledger{r.life};
    made.value_ = r.value;
    made.next_ = now + every;
    return made;
  }

  template <class Host>
  void step(synod::tick, synod::instant now, Host& host) noexcept {
    if (!next_ || now < *next_) return;
    next_ = now + every;
    for (synod::node_id const other : options_.who.voters) {
      if (other != options_.self) host.send(other, synod::sealed{value_, writes_.latest()});
    }
  }
  template <class Host>
  void step(request const& asked, synod::instant, Host& host) noexcept {
    take(asked.value, host);
  }
  template <class Host>
  void step(synod::received<message> const& heard, synod::instant, Host& host) noexcept {
    take(heard.message, host);
  }
  template <class Host>
  void step(synod::persisted const& event, synod::instant, Host&) noexcept {
    writes_.persisted(event.done);
  }
  template <class Host>
  void step(synod::write_failed const&, synod::instant, Host& host) noexcept {
    next_.reset();
    host.stopped({synod::errc::write_failed, "greatest: a write failed"});
  }

  std::uint64_t value() const noexcept { return value_; }
  std::optional<synod::instant> next_deadline() const noexcept { return next_; }
  std::uint64_t fingerprint() const noexcept { return synod::mix(value_); }
  char const* broken_invariant() const noexcept { return nullptr; }
  synod::durable const& durable_upto() const noexcept { return writes_.upto(); }
  bool operator==(greatest const&) const = default;

 private:
  template <class Host>
  void take(std::uint64_t value, Host& host) noexcept {
    if (!next_ || value <= value_ || writes_.full()) return;
    value_ = value;
    host.write(value_, writes_.issue());
    host.decided(value_);
  }

  options options_;
  synod::write_ledger writes_;
  std::uint64_t value_ = 0;
  std::optional<synod::instant> next_;  // empty: not started, or stopped
};
static_assert(synod::protocol<greatest>);
// end core

// begin store
// Its disk: `crashable` makes of it one that loses what was not synced.
class one_number : public synod::completes_writes {
 public:
  synod::result<greatest::recovered> recover() noexcept {
    life_ = next(life_);
    done_.reset();
    return greatest::recovered{life_, value_};
  }
  void write(std::uint64_t value, synod::payload, synod::io_id id) noexcept {
    value_ = value;
    done_ = complete(id);
  }
  std::optional<synod::completion> poll(synod::instant) noexcept {
    return std::exchange(done_, std::nullopt);
  }
  std::uint64_t value() const noexcept { return value_; }

 private:
  synod::life life_;
  std::uint64_t value_ = 0;
  std::optional<synod::completion> done_;
};
// end store

// begin model
// What the simulator must know of it: how to make a node, what clients ask, and what must hold.
class greatest_model : public synod::quiet_model<greatest> {
 public:
  using store = synod::crashable<one_number, std::uint64_t>;
  static constexpr synod::duration patience = synod::milliseconds(50);

  void begin(synod::sim<greatest_model>& s, synod::members const& who, synod::splitmix64 random) {
    sim_ = &s;
    who_ = who;
    random_ = random;
    asked_ = decided_ = 0;
    s.wake_later(0, patience);
  }
  store found(synod::members const&) { return store{}; }
  greatest::options options_of(synod::node_id self, std::uint64_t) { return {self, who_}; }

  void wake(std::uint64_t) {
    if (sim_->healed()) return;
    sim_->ask(random_.below(who_.voters.size()), {++asked_});
    sim_->wake_later(0, {random_.below(patience.ns)});
  }

  // O-PERSIST: what a node says is on its disk at that moment.
  void said(std::size_t slot, std::size_t, std::uint64_t value) {
    if (sim_->nodes()[slot].store.image().value() < value) {
      sim_->verdict().report("O-PERSIST", "a value was said that is not on disk");
    }
  }
  void decided(std::size_t, std::uint64_t) { ++decided_; }

  // Healed and left alone, all nodes must agree.
  bool converged() const {
    auto const& nodes = sim_->nodes();
    return std::all_of(nodes.begin(), nodes.end(), [&](auto const& n) {
      return n.up && n.core.value() == nodes[0].core.value();
    });
  }
  bool done() const { return true; }
  std::uint64_t committed() const { return decided_; }

 private:
  synod::sim<greatest_model>* sim_ = nullptr;
  synod::members who_;
  synod::splitmix64 random_;
  std::uint64_t asked_ = 0;
  std::uint64_t decided_ = 0;
};
// end model

// begin search
template <class Model>
bool search(std::uint64_t seeds) {
  static Model model;
  static synod::sim<Model> simulator{model};
  synod::sim_summary summary;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    synod::sim_setup setup;
    setup.seed = seed;
    synod::sim_report const report = simulator.run(setup);
    if (report.verdict.broken()) {
      synod::last_lines tail{40};  // the same seed is the same run: now we watch it
      setup.trace = tail.trace();
      simulator.run(setup);
      std::cout << tail.text() << describe(report) << '\n';
      return false;
    }
    summary.add(report);
  }
  std::cout << summary.text() << '\n';
  return true;
}
// end search

int main() { return search<synod::raft_model<my_raft>>(20) && search<greatest_model>(200) ? 0 : 1; }
