// SPDX-License-Identifier: BSL-1.0
// The machine that the demo replicates: a counter that can be audited.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/machine.hpp"

namespace demo {

/// "Count one": who says so, and which of its requests it is (1, 2, 3 ...).
struct count_command {
  std::uint32_t client = 0;
  std::uint64_t number = 0;
};

}  // namespace demo

BOOST_HANA_ADAPT_STRUCT(demo::count_command, client, number);

namespace demo {

/// Counts, and remembers of every request how often it was counted. It does not look whether that
/// was once: to see to that is the task of the sessions in front of it.
class ledger {
 public:
  static constexpr std::uint32_t max_clients = 1024;

  std::size_t apply(synod::log_index index, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    auto const asked = synod::decode<count_command>(command);
    if (!asked || !note(*asked)) return counter_.apply(index, {}, out);
    return counter_.apply(index, one_, out);
  }

  std::int64_t value() const noexcept { return counter_.value(); }
  std::uint64_t fingerprint() const noexcept { return history_; }

  /// How many requests of a client are known: numbers above were never counted.
  std::uint64_t highest(std::uint32_t client) const noexcept {
    return client < times_.size() ? times_[client].size() : 0;
  }
  /// How often a request was counted.
  unsigned times(std::uint32_t client, std::uint64_t number) const noexcept {
    return number == 0 || number > highest(client) ? 0u : times_[client][number - 1];
  }

  friend bool operator==(ledger const&, ledger const&) = default;

 private:
  // False, and nothing noted, for what no client of the demo says.
  bool note(count_command const& asked) noexcept {
    if (asked.client >= max_clients || asked.number == 0) return false;
    if (asked.number > highest(asked.client) + 1) return false;
    if (asked.client >= times_.size()) times_.resize(asked.client + 1);
    std::vector<std::uint8_t>& seen = times_[asked.client];
    if (asked.number > seen.size()) seen.push_back(0);
    if (seen[asked.number - 1] != 255) ++seen[asked.number - 1];
    history_ = synod::mix(history_ ^ synod::mix(asked.number << 10 ^ asked.client));
    return true;
  }
  static std::array<std::byte, 9> encoded_one() noexcept {
    std::array<std::byte, 9> bytes{};
    (void)synod::encode(synod::machine::counter_command{synod::machine::counter_verb::add, 1},
                        bytes);
    return bytes;
  }

  static inline std::array<std::byte, 9> const one_ = encoded_one();

  synod::machine::counter counter_;
  std::vector<std::vector<std::uint8_t>> times_;  // by client, then by number
  std::uint64_t history_ = 0;                     // of all requests, in their order
};

}  // namespace demo
