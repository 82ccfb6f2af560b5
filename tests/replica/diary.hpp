// SPDX-License-Identifier: BSL-1.0
// A machine that writes down what it is told, and a client that writes down what it hears.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "synod/consensus/payload.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/replica/answer.hpp"

namespace synod::test {

inline std::string text_of(std::span<std::byte const> bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}
inline std::span<std::byte const> bytes_of(std::string const& text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}
/// Writes a response as machines do.
inline std::size_t respond_text(std::string const& text, std::span<std::byte> out) {
  if (text.size() <= out.size()) {
    std::memcpy(out.data(), text.data(), text.size());
  }
  return text.size();
}

/// Answers every command with "<index>:<command>".
struct diary {
  std::vector<std::pair<std::uint64_t, std::string>> entries;

  std::size_t apply(log_index i, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    std::string const text = text_of(command);
    entries.push_back({i.value, text});
    return respond_text(std::to_string(i.value) + ':' + text, out);
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
  friend std::ostream& operator<<(std::ostream& out, heard const& h) {
    char const* const names[] = {"response", "refused", "lost", "unknown", "too_large"};
    out << h.as << '.' << h.offset << ' ' << names[static_cast<int>(h.what)];
    if (h.what == outcome::response) out << " \"" << h.response << '"';
    if (h.what == outcome::refused) {
      out << " why " << static_cast<int>(h.reason);
      if (h.leader) out << " leader " << h.leader->value;
    }
    return out;
  }
};

struct client {
  std::vector<heard> answers;

  void on_answer(ticket as, answer const& a) noexcept {
    answers.push_back({as.value, a.what, a.offset, text_of(a.response), a.reason, a.leader});
  }
};

inline std::vector<std::byte> framed(std::vector<std::string> const& contents) {
  std::vector<std::byte> bytes;
  for (std::string const& content : contents) {
    std::size_t const at = bytes.size();
    bytes.resize(at + framed_bytes(content.size()));
    frame_entry(bytes_of(content), bytes.data() + at);
  }
  return bytes;
}

}  // namespace synod::test
