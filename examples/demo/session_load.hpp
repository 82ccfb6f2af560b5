// SPDX-License-Identifier: BSL-1.0
// Clients that count through sessions of the server: each has one request out, and repeats it until
// it is answered.
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "examples/demo/resp.hpp"
#include "examples/demo/timeline.hpp"
#include "synod/base/time.hpp"

namespace demo {

/// `INCR key`, by `SYNOD SESSION CALL`. Where the fate of a request is unknown, the same request,
/// with the same sequence, goes to the next node; the cluster counts it once.
class session_load {
 public:
  session_load(std::string key, std::size_t clients, std::vector<std::uint16_t> ports);

  /// Asks what is due and hears what came.
  void turn(synod::instant now);
  /// Waits until something came, for so many milliseconds at most.
  void wait(int longest_ms);
  /// Nothing new is asked; what is out is still repeated until it is answered.
  void finish() noexcept { finishing_ = true; }
  bool is_finished() const noexcept;

  /// Requests that are out to a node, on connections to it.
  std::size_t in_flight(std::size_t node) const noexcept;
  std::uint64_t acknowledged() const noexcept { return answers_.size(); }
  std::uint64_t retries() const noexcept { return retries_; }
  /// Answers that no client can accept; the first of them.
  std::uint64_t bad_answers() const noexcept { return bad_answers_; }
  std::string const& bad_answer() const noexcept { return bad_answer_; }
  std::size_t size() const noexcept { return clients_.size(); }
  /// Every answer: when it came, and how long its client had waited.
  std::vector<timed_answer> const& answers() const noexcept { return answers_; }

 private:
  struct client {
    connection to;
    std::size_t node = 0;
    std::string session;  // empty: not open yet
    std::uint64_t sequence = 1;
    bool asked = false;  // this sequence, at least once
    bool waits = false;
    bool idle = false;
    bool is_ready = false;  // there is something to read, or room to write
    synod::instant first_asked;
    synod::instant give_up;
    synod::instant not_before;
  };

  void ask(client& c, synod::instant now);
  void hear(client& c, reply const& said, synod::instant now);
  void go_on_elsewhere(client& c, synod::instant now);

  std::string key_;
  std::vector<std::uint16_t> ports_;
  std::vector<client> clients_;
  std::vector<timed_answer> answers_;
  std::vector<pollfd> polled_;
  std::vector<client*> polled_clients_;
  std::uint64_t retries_ = 0;
  std::uint64_t bad_answers_ = 0;
  std::string bad_answer_;
  bool finishing_ = false;
};

}  // namespace demo
