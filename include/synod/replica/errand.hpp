// SPDX-License-Identifier: BSL-1.0
// What one replica asks of another for its clients: to do what only a leader can.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log_protocol.hpp"
#include "synod/replica/answer.hpp"

namespace synod::inline SYNOD_ABI {

/// | what    | number      | beside it                              |
/// |---------|-------------|----------------------------------------|
/// | propose | the asker's | the framed entries, `entries` of them  |
/// | query   | the asker's | the question                           |
/// | answer  | the same    | the response, where `outcome` is one   |
struct errand {
  enum class verb : std::uint8_t { propose, query, answer };

  verb what = verb::propose;
  std::uint64_t number = 0;
  std::uint32_t entries = 0;
  std::uint32_t offset = 0;  ///< of an answer: which of the entries
  synod::outcome outcome = synod::outcome::unknown;
  why reason = why::stopped;      ///< of a refusal
  std::optional<node_id> leader;  ///< of a refusal: whom to ask
};

/// A transport that carries errands too. They may be lost, but are neither duplicated nor reordered
/// as long as a connection lasts. Where `send` gives a bool, false means: certainly not sent.
template <class T>
concept carries_errands =
    requires(T& net, node_id to, errand const& what, std::span<std::byte const> bytes) {
      { net.send(to, what, bytes) } noexcept;
    };

}  // namespace synod::inline SYNOD_ABI
