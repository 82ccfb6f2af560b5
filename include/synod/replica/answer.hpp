// SPDX-License-Identifier: BSL-1.0
// What becomes of a proposal, or of a question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "synod/base/abi.hpp"
#include "synod/base/ids.hpp"
#include "synod/consensus/log_protocol.hpp"

namespace synod::inline SYNOD_ABI {

enum class outcome : std::uint8_t {
  response,   ///< applied: `response` holds what the machine said
  refused,    ///< certainly in no log; `reason` says why, `leader` whom to ask
  lost,       ///< another entry was applied in its place
  unknown,    ///< applied or not: the node stopped, a snapshot went past it, or no leader answered
  too_large,  ///< applied, but what the machine said is longer than max_response_bytes
};
constexpr outcome last_value(outcome) noexcept { return outcome::too_large; }

/// One answer an entry; `offset` counts the entries of one proposal. A refusal, and the unknown,
/// end the whole proposal (or what is left of it) with one answer.
///
/// A question gets one answer: a response, `too_large`, or a refusal, also where the leader it was
/// handed on to has gone: it was in no log, and may be asked again. `unknown` only where the node
/// itself ends.
struct answer {
  outcome what = outcome::unknown;
  std::uint32_t offset = 0;
  std::span<std::byte const> response;  ///< lives while the call does
  why reason = why::stopped;
  std::optional<node_id> leader;
};

/// Who hears the answers: `on_answer(ticket, answer)`. It must not call the replica: what follows
/// from an answer is proposed after the call that brought it.
template <class H>
concept answer_handler = requires(H& handler, ticket as, answer const& what) {
  { handler.on_answer(as, what) } noexcept;
};

}  // namespace synod::inline SYNOD_ABI
