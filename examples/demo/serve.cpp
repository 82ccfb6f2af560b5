// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/serve.hpp"

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <optional>

#include "examples/demo/agree.hpp"
#include "examples/demo/screen.hpp"
#include "examples/demo/servers.hpp"
#include "examples/demo/session_load.hpp"
#include "synod/base/chrono.hpp"

namespace demo {
namespace {

constexpr std::size_t sessions = 60;
constexpr synod::duration bucket = synod::milliseconds(100);
constexpr synod::duration before_a_kill = synod::seconds(3);  // of answers, each time
constexpr synod::duration down_time = synod::seconds(1);
constexpr synod::duration after_the_last = synod::seconds(3);
constexpr synod::duration longest = synod::seconds(75);
constexpr std::size_t kills_wanted = 2;

double in_seconds(synod::instant at) { return static_cast<double>(at.ns) / 1e9; }

class run {
 public:
  explicit run(serve_options const& chosen) : nodes_(chosen.server, chosen.folder) {
    std::vector<std::uint16_t> ports;
    for (std::size_t i = 0; i < servers::size; ++i) ports.push_back(nodes_.port(i));
    load_.emplace("demo:sessions", sessions, ports);
    benchmark_.emplace(plain_client::program::benchmark, chosen.folder, "demo:benchmark");
    cli_.emplace(plain_client::program::cli, chosen.folder, "demo:cli");
  }

  serve_result go() {
    for (std::size_t i = 0; i < servers::size; ++i) nodes_.start(i);
    if (!await_leader()) return result();
    tell_how_to_connect();
    began_ = std::chrono::steady_clock::now();
    next_kill_ = synod::instant{} + before_a_kill;
    while (goes_on() && !is_over()) {
      turn();
      kill_or_restart();
      observe();
    }
    took_ = now() - synod::instant{};
    if (failure_.empty()) audit();
    stopped_clean_ = nodes_.stop();
    return result();
  }

 private:
  synod::instant now() const {
    return synod::instant{} + synod::from_chrono(std::chrono::steady_clock::now() - began_);
  }

  bool goes_on() {
    if (int const which = interrupted(); which != 0) {
      failure_ = "interrupted by signal " + std::to_string(which);
    } else if (auto const dead = nodes_.died()) {
      failure_ =
          "node " + std::to_string(*dead + 1) + " ended by itself: see " + nodes_.log_of(*dead);
    } else if (now() > synod::instant{} + longest) {
      failure_ = "not over after " + std::to_string(longest.ns / 1'000'000'000) + " s";
    }
    return failure_.empty();
  }

  bool await_leader() {
    while (goes_on()) {
      nodes_.turn(now());
      if (nodes_.leader()) return true;
      poll(nullptr, 0, 5);
    }
    return false;
  }

  void tell_how_to_connect() {
    said_.event("serve: 3 processes of synod-server on ports " + std::to_string(nodes_.port(0)) +
                ", " + std::to_string(nodes_.port(1)) + ", " + std::to_string(nodes_.port(2)) +
                "; node " + std::to_string(*nodes_.leader() + 1) + " leads");
    said_.event("  " + std::to_string(sessions) +
                " clients with sessions, redis-benchmark at the leader, redis-cli at a follower");
  }

  void turn() {
    synod::instant const at = now();
    nodes_.turn(at);
    auto const leads = nodes_.leader();
    bool const may_begin = leads && !is_ending_ && at > synod::instant{};
    if (leads) {
      std::size_t const follower = follower_of(*leads);
      benchmark_->turn(*leads, nodes_.port(*leads), may_begin, at);
      cli_->turn(follower, nodes_.port(follower), may_begin, at);
    } else {
      benchmark_->turn(0, 0, false, at);
      cli_->turn(0, 0, false, at);
    }
    bool const all_kills = kills_.size() == kills_wanted && !down_;
    if (all_kills && at > kills_.back().restarted + after_the_last &&
        load_->acknowledged() >= fewest_acknowledged) {
      is_ending_ = true;
      load_->finish();
    }
    load_->turn(at);
    load_->wait(2);
  }

  std::size_t follower_of(std::size_t leader) {
    for (std::size_t i = 0; i < servers::size; ++i) {
      if (i != leader && nodes_.is_up(i)) return i;
    }
    return leader;
  }

  void kill_or_restart() {
    synod::instant const at = now();
    if (down_) {
      if (at >= kills_.back().at + down_time) restart(at);
    } else if (kills_.size() < kills_wanted && at >= next_kill_) {
      auto const leads = nodes_.leader();
      if (leads && load_->in_flight(*leads) != 0 && benchmark_->is_busy_with(*leads)) {
        kill(*leads, at);
      }
    }
  }

  void kill(std::size_t node, synod::instant at) {
    leader_kill k;
    k.node = node + 1;
    k.at = at;
    k.in_flight = load_->in_flight(node);
    nodes_.kill(node);
    benchmark_->killed(node, at);
    cli_->killed(node, at);
    said_.event(fixed(in_seconds(at), 2) + " s  SIGKILL to node " + std::to_string(k.node) +
                ", which leads: " + std::to_string(k.in_flight) +
                " requests of session clients in flight, redis-benchmark under way");
    kills_.push_back(k);
    down_ = node;
  }

  void restart(synod::instant at) {
    nodes_.start(*down_);
    kills_.back().restarted = at;
    next_kill_ = at + before_a_kill;
    said_.event(fixed(in_seconds(at), 2) + " s  node " + std::to_string(*down_ + 1) +
                " starts again, from its disk");
    down_.reset();
  }

  bool is_over() {
    return is_ending_ && load_->is_finished() && !benchmark_->is_busy() && !cli_->is_busy();
  }

  void observe() {
    synod::instant const at = now();
    if (at < next_status_) return;
    next_status_ = at + synod::milliseconds(100);
    std::string line = fixed(in_seconds(at), 1) + " s  ";
    auto const leads = nodes_.leader();
    for (std::size_t i = 0; i < servers::size; ++i) {
      bool const is_leader = leads && *leads == i;
      line += "[" + std::to_string(i + 1);
      line += !nodes_.is_up(i) ? " down" : is_leader ? " LEAD" : "  up ";
      line += "] ";
    }
    if (leads) line += " term " + std::to_string(nodes_.term());
    line += "  acknowledged " + grouped(load_->acknowledged()) + " by sessions, " +
            grouped(benchmark_->counts().acknowledged + cli_->counts().acknowledged) + " plain";
    said_.status(at, line);
  }

  /// What every node answers; a node that has just started may need a moment.
  void audit() {
    nodes_agree_ = true;
    for (std::size_t i = 0; i < servers::size; ++i) {
      std::uint64_t const held = value_at(i, "demo:sessions");
      std::uint64_t const plain = value_at(i, benchmark_->key()) + value_at(i, cli_->key());
      nodes_agree_ = nodes_agree_ && (i == 0 || (held == found_ && plain == plain_found_));
      if (i == 0) {
        found_ = held;
        plain_found_ = plain;
      }
    }
  }

  std::uint64_t value_at(std::size_t node, std::string const& key) {
    std::uint64_t value = 0;
    for (int attempt = 0; attempt < 5; ++attempt) {
      auto const said = ask(nodes_.port(node), {"GET", key}, 5000);
      if (!said || said->is_error) continue;
      std::from_chars(said->text.data(), said->text.data() + said->text.size(), value);
      return value;
    }
    failure_ = "node " + std::to_string(node + 1) + " does not answer GET " + key + ": see " +
               nodes_.log_of(node);
    return value;
  }

  serve_result result() {
    serve_result r;
    r.failure = failure_;
    r.took = took_;
    r.bucket = bucket;
    r.kills = kills_;
    r.sessions = sessions;
    r.acknowledged = load_->acknowledged();
    r.found = found_;
    r.bad_answers = load_->bad_answers();
    if (r.bad_answers != 0 && r.failure.empty()) {
      r.failure = "a client got an answer that makes no sense: " + load_->bad_answer();
    }
    r.retries = load_->retries();
    r.benchmark = benchmark_->counts();
    r.cli = cli_->counts();
    r.plain = r.benchmark;
    r.plain += r.cli;
    r.plain_found = plain_found_;
    r.nodes_agree = nodes_agree_;
    r.stopped_clean = stopped_clean_;
    fill_buckets(r);
    find_gaps(r);
    return r;
  }

  void fill_buckets(serve_result& r) const {
    std::vector<std::vector<synod::duration>> waits;
    for (timed_answer const& a : load_->answers()) {
      std::size_t const i = a.at.ns / bucket.ns;
      if (waits.size() <= i) waits.resize(i + 1);
      waits[i].push_back(a.waited);
    }
    for (auto& each : waits) {
      std::sort(each.begin(), each.end());
      r.answers.push_back(each.size());
      r.median_wait.push_back(each.empty() ? synod::duration{} : each[each.size() / 2]);
      r.slow_wait.push_back(each.empty() ? synod::duration{} : each[each.size() * 99 / 100]);
    }
  }

  /// The longest silence that begins at a kill: answers that were on their way may come after it.
  void find_gaps(serve_result& r) const {
    auto const& all = load_->answers();
    for (leader_kill& k : r.kills) {
      for (std::size_t i = 1; i < all.size(); ++i) {
        bool const is_near = all[i].at > k.at && all[i - 1].at < k.at + synod::milliseconds(500);
        if (is_near && all[i].at - all[i - 1].at > k.without_leader()) {
          k.last_answer_before = all[i - 1].at;
          k.first_answer_after = all[i].at;
        }
      }
    }
  }

  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  servers nodes_;
  std::optional<session_load> load_;
  std::optional<plain_client> benchmark_;
  std::optional<plain_client> cli_;
  screen said_;
  std::vector<leader_kill> kills_;
  std::optional<std::size_t> down_;
  synod::instant next_kill_;
  synod::instant next_status_;
  synod::duration took_;
  std::string failure_;
  std::uint64_t found_ = 0;
  std::uint64_t plain_found_ = 0;
  bool nodes_agree_ = false;
  bool stopped_clean_ = false;
  bool is_ending_ = false;
};

}  // namespace

bool serve_result::passed() const {
  bool const under_load = std::all_of(kills.begin(), kills.end(), [](leader_kill const& k) {
    return k.in_flight != 0 && k.first_answer_after > k.at;
  });
  bool const plain_agrees = plain.acknowledged <= plain_found &&
                            plain_found <= plain.acknowledged + plain.unknown &&
                            plain.acknowledged != 0;
  return failure.empty() && acknowledged >= fewest_acknowledged && found == acknowledged &&
         plain_agrees && nodes_agree && stopped_clean && bad_answers == 0 &&
         kills.size() == kills_wanted && under_load;
}

serve_result serve(serve_options const& chosen) { return run(chosen).go(); }

}  // namespace demo
