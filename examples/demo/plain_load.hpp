// SPDX-License-Identifier: BSL-1.0
// Plain clients, the programs that people already have: redis-benchmark against the leader and
// redis-cli against a follower, round after round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "examples/demo/process.hpp"
#include "synod/base/time.hpp"

namespace demo {

/// What is certain and what is not. A plain client has no sequence: an answer that does not come
/// leaves it open whether its command was executed.
struct plain_counts {
  std::uint64_t commands = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t unknown = 0;  ///< at most so many more may have been executed
  std::uint64_t refused = 0;  ///< certainly not executed
  std::size_t rounds = 0;
  std::size_t broken_rounds = 0;  ///< that did not come to their end

  plain_counts& operator+=(plain_counts const& other);
};

/// One program at a time, each round on the node that is named then.
class plain_client {
 public:
  enum class program { benchmark, cli };

  plain_client(program which, std::string folder, std::string key);

  /// Looks whether the round is over and, where one may begin, begins the next.
  void turn(std::size_t node, std::uint16_t port, bool may_begin, synod::instant now);
  /// The node was killed: what speaks with it may have asked twice, or never come to an end.
  void killed(std::size_t node, synod::instant now) noexcept;
  bool is_busy() { return runs_; }
  bool is_busy_with(std::size_t node) { return runs_ && node == node_; }

  std::string const& key() const noexcept { return key_; }
  plain_counts const& counts() const noexcept { return counts_; }

 private:
  void begin(std::size_t node, std::uint16_t port, synod::instant now);
  void end(int status);
  void count_replies(plain_counts& round) const;

  program which_;
  std::string output_;
  std::string input_;
  std::string key_;
  process runs_now_;
  std::size_t node_ = 0;
  bool runs_ = false;
  bool was_cut_off_ = false;
  synod::instant give_up_;
  plain_counts counts_;
};

}  // namespace demo
