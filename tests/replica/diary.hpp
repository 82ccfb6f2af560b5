// SPDX-License-Identifier: BSL-1.0
// A machine that writes down what it is told, and a client that writes down what it hears.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synod/consensus/payload.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/replica/answer.hpp"

namespace synod::test {

/// Answers every command with "<index>:<command>".
struct diary {
  std::vector<std::pair<std::uint64_t, std::string>> entries;

  std::size_t apply(log_index i, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    std::string const text(reinterpret_cast<char const*>(command.data()), command.size());
    entries.push_back({i.value, text});
    std::string const response = std::to_string(i.value) + ':' + text;
    for (std::size_t k = 0; k < response.size() && k < out.size(); ++k) {
      out[k] = static_cast<std::byte>(response[k]);
    }
    return response.size();
  }
  std::uint64_t fingerprint() const noexcept { return entries.size(); }
  friend bool operator==(diary const&, diary const&) = default;
};
static_assert(state_machine<diary>);

struct heard {
  std::uint64_t as;
  outcome what;
  std::uint32_t offset;
  std::string response;
  why reason;
  std::optional<node_id> leader;

  friend bool operator==(heard const&, heard const&) = default;
};

struct client {
  std::vector<heard> answers;

  void on_answer(ticket as, answer const& a) noexcept {
    answers.push_back({as.value,
                       a.what,
                       a.offset,
                       {reinterpret_cast<char const*>(a.response.data()), a.response.size()},
                       a.reason,
                       a.leader});
  }
};

inline std::vector<std::byte> framed(std::vector<std::string> const& contents) {
  std::vector<std::byte> bytes;
  for (std::string const& content : contents) {
    std::size_t const at = bytes.size();
    bytes.resize(at + framed_bytes(content.size()));
    frame_entry(std::as_bytes(std::span{content.data(), content.size()}), bytes.data() + at);
  }
  return bytes;
}

}  // namespace synod::test
