// SPDX-License-Identifier: BSL-1.0
// What a core did in one step, recorded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synod/consensus/log_protocol.hpp"
#include "synod/consensus/payload.hpp"

namespace synod::test {

/// Confirms writes as a storage does: only what derives from completes_writes can.
struct confirming : completes_writes {
  static completion confirm(io_id id) { return complete(id); }
  /// The watermark of a life whose first writes, up to this one, are on disk.
  static durable everything_upto(io_id id) {
    write_ledger ledger{id.life};
    while (ledger.latest().sequence < id.sequence) ledger.persisted(confirm(ledger.issue()));
    return ledger.upto();
  }
};

/// The order in which a step emits them.
enum class emitted { write, answer, send, decided, stopped };

template <class Message>
struct effect {
  emitted what = emitted::write;
  // write
  log_batch batch;
  io_id id;
  std::vector<std::byte> bytes;  ///< the whole payload of the event
  std::uint32_t entries = 0;
  // answer
  ticket as;
  std::optional<position> accepted;
  why reason = why::stopped;
  std::optional<node_id> leader;
  std::optional<log_index> ready;  ///< of a read
  // send
  node_id to;
  sealed<Message> message;
  // decided, stopped
  log_index upto;
  error why_stopped;

  /// The content, as after the write that the message waits for.
  Message const& content() const {
    return *message.open(confirming::everything_upto(message.needs()));
  }
};

inline bool same_batch(log_batch const& a, log_batch const& b) {
  return a.in == b.in && a.vote == b.vote && a.truncate_from == b.truncate_from &&
         a.entries == b.entries && a.skip == b.skip && a.who == b.who && a.chunk == b.chunk;
}

template <class Message>
bool operator==(effect<Message> const& a, effect<Message> const& b) {
  return a.what == b.what && same_batch(a.batch, b.batch) && a.id == b.id && a.bytes == b.bytes &&
         a.entries == b.entries && a.as == b.as && a.accepted == b.accepted && a.ready == b.ready &&
         a.reason == b.reason && a.leader == b.leader && a.to == b.to &&
         a.message.needs() == b.message.needs() && a.content() == b.content() && a.upto == b.upto &&
         a.why_stopped == b.why_stopped;
}

/// A log host that records everything and writes through to a store.
template <class Message, class Store>
class recorder {
 public:
  recorder(Store& log, payload at_hand, std::vector<effect<Message>>& to)
      : log_(log), at_hand_(at_hand), to_(to) {}

  void write(log_batch const& batch, io_id id) noexcept {
    effect<Message>& e = record(emitted::write);
    e.batch = batch;
    e.id = id;
    e.bytes.assign(at_hand_.bytes.begin(), at_hand_.bytes.end());
    e.entries = at_hand_.entries;
    log_.write(batch, at_hand_, id);
  }
  void send(node_id to, sealed<Message> const& m) noexcept {
    effect<Message>& e = record(emitted::send);
    e.to = to;
    e.message = m;
  }
  void decided(log_index upto) noexcept { record(emitted::decided).upto = upto; }
  void stopped(error why) noexcept { record(emitted::stopped).why_stopped = why; }
  Store const& storage() noexcept { return log_; }
  void accepted(ticket as, position first) noexcept {
    effect<Message>& e = record(emitted::answer);
    e.as = as;
    e.accepted = first;
  }
  void refused(ticket as, why reason, std::optional<node_id> leader) noexcept {
    effect<Message>& e = record(emitted::answer);
    e.as = as;
    e.reason = reason;
    e.leader = leader;
  }
  void read_ready(ticket as, log_index from) noexcept {
    effect<Message>& e = record(emitted::answer);
    e.as = as;
    e.ready = from;
  }
  void read_failed(ticket as, why reason, std::optional<node_id> leader) noexcept {
    refused(as, reason, leader);
  }

 private:
  effect<Message>& record(emitted what) {
    to_.push_back({});
    to_.back().what = what;
    return to_.back();
  }

  Store& log_;
  payload at_hand_;
  std::vector<effect<Message>>& to_;
};

/// Framed entries, owned.
struct framed {
  std::vector<std::byte> bytes;
  std::uint32_t entries = 0;

  framed() = default;
  explicit framed(std::vector<std::string> const& contents) {
    for (std::string const& content : contents) add(content);
  }
  explicit framed(payload const& p) : bytes(p.bytes.begin(), p.bytes.end()), entries(p.entries) {}

  void add(std::string const& content) {
    std::size_t const at = bytes.size();
    bytes.resize(at + framed_bytes(content.size()));
    frame_entry(std::as_bytes(std::span{content.data(), content.size()}), bytes.data() + at);
    ++entries;
  }
  operator payload() const { return {bytes, entries}; }
};

}  // namespace synod::test
