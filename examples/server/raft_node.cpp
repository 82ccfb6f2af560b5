// SPDX-License-Identifier: BSL-1.0
#include "examples/server/raft_node.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <charconv>
#include <filesystem>
#include <set>
#include <utility>

namespace synod_server {

namespace {

namespace asio = boost::asio;
using synod::errc;

// One entry with the longest key and value, and what stands around them.
constexpr std::size_t longest_message = (1u << 20) + (64u << 10);

// After a stall, as long as it takes to read what waits, and the log's thread to speak.
constexpr synod::duration time_to_read = synod::milliseconds(20);

// How long the loop may take for a turn before it counts as having stood still: a part of an
// election time-out, but longer than an idle loop rests.
synod::duration stall_of(server_options const& options) {
  return synod::milliseconds(std::max<std::uint64_t>(options.election_timeout_ms / 4, 50));
}

std::uint64_t draw(std::random_device& from) {
  return std::uint64_t{from()} << 32 | std::uint64_t{from()};
}

// What is in the directory is this server's, or nothing is.
void check_directory(std::string const& data) {
  namespace fs = std::filesystem;
  std::error_code wrong;
  if (!fs::exists(data, wrong)) return;
  if (!fs::is_directory(data, wrong)) throw failure{exit_data, data + ": is no directory"};
  bool log = false;
  std::string other;
  for (auto const& entry : fs::directory_iterator{data, wrong}) {
    std::string const name = entry.path().filename().string();
    if (name == "log") log = true;
    if (name != "log" && name != "lost+found") other = name;
  }
  if (wrong) throw failure{exit_data, data + ": cannot be read: " + wrong.message()};
  if (!log && !other.empty()) {
    throw failure{exit_data, data + ": holds '" + other +
                                 "' and no log of a node: it is neither empty nor this server's"};
  }
}

// Where the incarnation of another node is noted.
std::string note_of(synod::node_id peer) { return text_of("incarnation of node ", peer.value); }

std::string ids_of(std::set<std::uint64_t> const& ids) {
  std::string text;
  for (std::uint64_t const id : ids) text += (text.empty() ? "" : ",") + std::to_string(id);
  return text;
}

}  // namespace

raft_node::raft_node(asio::io_context& loop, server_options const& options, clients& handler,
                     event_log& out)
    : loop_(loop),
      options_(options),
      clients_(handler),
      log_(out),
      store_(open_store()),
      timer_(loop),
      stalls_(now(), stall_of(options), time_to_read) {
  found_or_compare();
}

raft_node::~raft_node() = default;

synod::adapters::rocksdb_log raft_node::open_store() {
  check_directory(options_.data);
  synod::adapters::rocksdb_options chosen;
  chosen.entropy = draw(random_);
  chosen.sync_delay = synod::milliseconds(options_.sync_delay_ms);
  chosen.on_progress = [this] { wake(); };
  auto opened = synod::adapters::rocksdb_log::open(
      options_.data + "/log", {options_.cluster, synod::node_id{options_.id}}, chosen, problem_);
  if (!opened) throw failure{exit_data, problem_};
  return std::move(opened).value();
}

void raft_node::found_or_compare() {
  std::set<std::uint64_t> named;
  synod::members who;
  for (peer_address const& peer : options_.peers) {
    named.insert(peer.id);
    who.voters.push_back({peer.id});
  }
  auto const founded = store_.bootstrap(who);
  if (founded) {
    return log_.info(text_of("founded ", options_.data, " as node ", options_.id, " of ",
                             ids_of(named), " in cluster '", options_.cluster, "'"));
  }
  if (founded.error().code != errc::not_empty) {
    throw failure{exit_data, options_.data + ": " + store_.last_error()};
  }
  std::set<std::uint64_t> held;
  if (auto const last = store_.configuration_before({synod::max_index})) {
    for (synod::node_id const voter : last->who.voters) held.insert(voter.value);
  }
  if (held != named) {
    throw failure{exit_command_line, text_of("--peers: names the nodes ", ids_of(named), ", and ",
                                             options_.data, " is of a cluster of ", ids_of(held))};
  }
}

void raft_node::start(std::string clients_at, std::function<void(failure)> stopped) {
  stopped_ = std::move(stopped);
  clients_at_ = std::move(clients_at);
  core::options raft;
  raft.self = {options_.id};
  raft.seed = draw(random_);
  raft.election_timeout = synod::milliseconds(options_.election_timeout_ms);
  raft.heartbeat = synod::milliseconds(options_.heartbeat_ms);
  raft.max_message_bytes = longest_message;

  auto store_of_keys = synod::machine::kv::make({}, draw(random_));
  auto initial = machine::make({}, std::move(store_of_keys).value());
  synod::replica_options chosen;
  chosen.max_batch_bytes = longest_message;
  chosen.max_response_bytes = initial->max_response_bytes();
  chosen.answer_timeout = synod::milliseconds(options_.request_timeout_ms);
  chosen.snapshot_entries = options_.snapshot_entries;
  chosen.keep_entries = options_.keep_entries;
  auto started = replica::start(raft, store_, endpoint{transport_}, std::move(initial).value(),
                                clients_, now(), chosen);
  if (!started) {
    auto const& why = started.error();
    bool const data = why.code == errc::corrupt || why.code == errc::bad_input ||
                      why.code == errc::bad_recovered || why.code == errc::write_failed ||
                      why.code == errc::too_large;
    std::string const more = store_.last_error();
    throw failure{data ? exit_data : exit_internal,
                  text_of(options_.data, ": ", why.what, " (", why.place, ")",
                          more.empty() ? "" : ": ", more)};
  }
  replica_.emplace(std::move(started).value());

  synod::adapters::peer_identity self;
  self.cluster = options_.cluster;
  self.node = {options_.id};
  self.life = replica_->core().observe().writes.latest().life;
  self.incarnation = store_.incarnation();
  self.process = draw(random_);
  if (clients_at_.size() <= synod::adapters::max_peer_text) self.about = clients_at_;
  std::vector<synod::adapters::peer_location> nodes;
  for (peer_address const& peer : options_.peers) {
    nodes.push_back({{peer.id}, {peer.where.host, peer.where.port}});
  }
  synod::adapters::peer_options peers;
  peers.seed = draw(random_);
  transport_.emplace(loop_, self, nodes, events_, peers);
  address const& where = options_.self().where;
  if (auto const wrong = transport_->listen({where.host, where.port})) {
    throw failure{exit_address, "--peers: " + *wrong};
  }
  transport_->start();
  log_.info(text_of("life ", self.life.value, ": log up to ", store_.last().value, ", applied ",
                    replica_->applied().value, ", keys ", replica_->machine().inner().size()));
  arm();
}

void raft_node::abandon() {
  ended_ = true;
  timer_.cancel();
  if (replica_) replica_->abandon();
  transport_.reset();
}

// --- what clients ask ---

void raft_node::propose(synod::ticket as, std::span<std::byte const> command) noexcept {
  framed_.resize(synod::framed_bytes(command.size()));
  synod::frame_entry(command, framed_.data());
  replica_->propose(as, {framed_, 1}, now());
}

void raft_node::query(synod::ticket as, std::span<std::byte const> question) noexcept {
  replica_->query(as, question, now());
}

bool raft_node::has_leader() const noexcept {
  return replica_ && replica_->core().observe().leader.has_value();
}

bool raft_node::take_snapshot() { return replica_->take_snapshot(now()); }

void raft_node::after_requests() noexcept {
  if (ended_ || !replica_) return;
  stalls_.turn(now());
  tell_changes();
  arm();
}

// --- what happens ---

// From the thread of the log.
void raft_node::wake() noexcept {
  if (woken_.exchange(true)) return;
  asio::post(loop_, [this] {
    woken_ = false;
    poll();
  });
}

void raft_node::poll() noexcept {
  if (ended_ || !replica_) return;
  synod::instant const at = now();
  replica_->poll(at, stalls_.lets_pass(at));
  clients_.pump();
}

void raft_node::arm() noexcept {
  auto due = replica_->next_deadline();
  if (due && stalls_.reads_until()) due = std::max(*due, *stalls_.reads_until());
  if (!due || (armed_ && *armed_ <= *due)) return;
  armed_ = due;
  timer_.expires_at(synod::to_chrono(*due));
  timer_.async_wait([this](boost::system::error_code stopped) {
    if (stopped) return;
    armed_.reset();
    poll();
  });
}

// --- what peers do ---

void peer_events::on_message(synod::node_id from, raft_core::message const& m,
                             synod::payload entries) noexcept {
  if (node_.ended_) return;
  node_.replica_->receive(from, m, entries, raft_node::now());
  node_.clients_.pump();
}

void peer_events::on_errand(synod::node_id from, synod::errand const& what,
                            std::span<std::byte const> bytes) noexcept {
  if (node_.ended_) return;
  node_.replica_->receive(from, what, bytes, raft_node::now());
  node_.clients_.pump();
}

void peer_events::on_connected(synod::node_id peer, synod::life in) noexcept {
  at_rest_.erase(peer);
  node_.log_.info(text_of("connected with node ", peer.value, " (life ", in.value, ")"));
}

void peer_events::on_disconnected(synod::node_id peer, synod::adapters::parting how,
                                  std::string_view reason) noexcept {
  if (node_.ended_) return;
  if (how == synod::adapters::parting::goodbye) {
    at_rest_.insert(peer);
    node_.log_.info(text_of("node ", peer.value, " stops, and said so"));
  } else {
    node_.log_.warn(text_of("connection with node ", peer.value, " lost: ", reason));
  }
  node_.replica_->disconnected(peer, raft_node::now());
  node_.clients_.pump();
}

void peer_events::on_unreachable(synod::node_id peer, std::string_view reason) noexcept {
  node_.log_.write(at_rest_.contains(peer) ? log_level::info : log_level::warn,
                   text_of("node ", peer.value, " cannot be reached: ", reason, "; trying on"));
}

void peer_events::on_unmet(std::span<synod::node_id const> peers) noexcept {
  std::set<std::uint64_t> which;
  for (synod::node_id const peer : peers) which.insert(peer.value);
  node_.log_.warn(text_of("never met since the start: node ", ids_of(which),
                          ": running? at the address in --peers? does its own --peers name node ",
                          node_.options_.id, " at ", node_.options_.self().where.text(), "?"));
}

void peer_events::on_refused(std::string_view where, std::string_view reason) noexcept {
  node_.log_.write(log_level::warn, refused_said_,
                   text_of("no connection with ", where, ": ", reason));
}

std::optional<std::uint64_t> peer_events::incarnation_of(synod::node_id peer) noexcept {
  auto const noted = node_.store_.note(note_of(peer));
  if (!noted) return std::nullopt;
  std::uint64_t incarnation = 0;
  auto const [end, wrong] =
      std::from_chars(noted->data(), noted->data() + noted->size(), incarnation);
  return wrong == std::errc{} ? std::optional{incarnation} : std::nullopt;
}

bool peer_events::record_incarnation(synod::node_id peer, std::uint64_t incarnation) noexcept {
  node_.store_.put_note(note_of(peer), std::to_string(incarnation));
  node_.store_.sync();
  return !node_.store_.failure();
}

// --- what is told ---

char const* raft_node::role_name() const noexcept {
  using synod::raft::role;
  if (replica_->stopped().code != errc::ok) return "stopped";
  role const now = replica_->core().observe().role;
  if (now == role::leader) return "leader";
  return now == role::follower ? "follower" : "candidate";
}

void raft_node::tell_changes() noexcept {
  auto const& raft = replica_->core().observe();
  auto const& counters = replica_->counters();
  seen const current{raft.term, raft.role, raft.leader, counters.snapshots_taken,
                     counters.snapshots_installed};
  if (!(current == seen_)) {
    using synod::raft::role;
    if (current.leader && current.leader != seen_.leader) clients_.leader_changed();
    if (current.role == role::leader && seen_.role != role::leader) {
      log_.info(text_of("leader of term ", current.term.value));
    } else if (current.role == role::follower && current.leader &&
               (current.leader != seen_.leader || seen_.role != role::follower)) {
      log_.info(text_of("follows node ", current.leader->value, " in term ", current.term.value));
    } else if (current.role != seen_.role && current.role != role::leader) {
      if (seen_.role == role::leader) {
        log_.warn(text_of("no longer leader, in term ", current.term.value));
      } else if (current.role != role::follower) {
        log_.write(log_level::info, campaign_said_,
                   text_of("hears of no leader: asks to lead, term ", current.term.value));
      }
    }
    if (current.taken != seen_.taken) {
      log_.info(text_of("takes a snapshot at ", replica_->applied().value));
    }
    if (current.installed != seen_.installed) {
      log_.info(text_of("took over a snapshot of the leader, up to ", replica_->applied().value));
    }
    seen_ = current;
  }
  if (replica_->stopped().code != errc::ok && stopped_) {
    auto const& why = replica_->stopped();
    std::string const more = store_.last_error();
    bool const disk = why.code == errc::write_failed || why.code == errc::corrupt;
    std::exchange(stopped_, nullptr)(
        {disk ? exit_disk : exit_internal,
         text_of(why.what, " (", why.place, ")", more.empty() ? "" : ": ", more)});
  }
}

node_status raft_node::status() const {
  auto const& raft = replica_->core().observe();
  auto const& counters = replica_->counters();
  node_status s;
  s.cluster = options_.cluster;
  s.id = options_.id;
  s.role = role_name();
  s.leader = raft.leader ? raft.leader->value : 0;
  if (raft.leader && raft.leader->value == options_.id) {
    s.leader_clients = clients_at_;
  } else if (raft.leader && transport_) {
    s.leader_clients = transport_->about(*raft.leader);
  }
  s.term = raft.term.value;
  s.commit = raft.commit.value;
  s.applied = replica_->applied().value;
  s.last_index = store_.last().value;
  if (auto const kept = store_.snapshot()) {
    s.snapshot_index = kept->at.index.value;
    s.snapshot_bytes = kept->bytes;
  }
  s.snapshots_taken = counters.snapshots_taken;
  s.log_entries = store_.last().value - store_.base().index.value;
  s.commands_applied = counters.applied;
  s.batches = counters.batches;
  s.syncs = store_.syncs();
  s.rocksdb_memory = store_.memory_bytes();
  auto const& keys = replica_->machine().inner();
  s.keys = keys.size();
  s.key_bytes = keys.bytes();
  s.sessions = replica_->machine().open_sessions();
  s.replicated_ms = replica_->machine().now().ns / 1'000'000;
  for (peer_address const& peer : options_.peers) {
    if (peer.id == options_.id) continue;
    s.peers.push_back(
        {peer.id, peer.where.text(), transport_ && transport_->is_connected({peer.id})});
  }
  return s;
}

}  // namespace synod_server
