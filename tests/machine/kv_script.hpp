// SPDX-License-Identifier: BSL-1.0
// Commands for a `kv` from text, and its answers as values of their own.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "synod/machine/kv.hpp"
#include "tests/support/catch.hpp"

namespace synod::test {

using bytes = std::vector<std::byte>;

inline std::span<std::byte const> view(std::string_view text) {
  return std::as_bytes(std::span{text});
}

template <class Command>
bytes encoded(Command const& command) {
  bytes out(synod::detail::command_size(command));
  REQUIRE(machine::encode_command(command, out).value() == out.size());
  return out;
}

inline bytes keys(std::initializer_list<std::string_view> names) {
  bytes list;
  for (auto const name : names) machine::append_key(list, view(name));
  return list;
}

/// `kv_response` with a text of its own.
struct said {
  machine::kv_status status = machine::kv_status::ok;
  std::int64_t number = 0;
  std::optional<std::string> value;

  friend bool operator==(said const&, said const&) = default;
  friend std::ostream& operator<<(std::ostream& out, said const& what) {
    return out << name_of(what.status) << ' ' << what.number << ' '
               << what.value.value_or("(none)");
  }
};

inline said understood(std::span<std::byte const> response) {
  auto const read = decode<machine::kv_response>(response).value();
  said what{read.status, read.number, std::nullopt};
  if (read.value) {
    what.value.emplace(reinterpret_cast<char const*>(read.value->data()), read.value->size());
  }
  return what;
}

/// A `kv` and the log it was told.
struct store {
  machine::kv machine;
  std::uint64_t index = 0;

  store() = default;
  explicit store(machine::kv_limits limits, std::uint64_t seed = 0)
      : machine(machine::kv::make(limits, seed).value()) {}

  bytes raw(std::span<std::byte const> command) {
    bytes out(256);
    std::size_t const size = machine.apply({++index}, command, out);
    REQUIRE(size <= out.size());
    out.resize(size);
    return out;
  }
  template <class Command>
  said tell(Command const& command) {
    return understood(raw(encoded(command)));
  }
  template <class Question>
  said ask(Question const& question) const {
    bytes out(256);
    std::size_t const size = machine.query(encoded(question), out);
    REQUIRE(size <= out.size());
    return understood(std::span{out}.first(size));
  }

  said set(std::string_view key, std::string_view value) {
    return tell(machine::kv_set{.key = view(key), .value = view(value)});
  }
  said set(std::string_view key, std::string_view value, duration lifetime) {
    return tell(machine::kv_set{.key = view(key),
                                .value = view(value),
                                .lifetime = machine::kv_lifetime::limited,
                                .limit = lifetime});
  }
  said add(std::string_view key, std::int64_t amount) {
    return tell(machine::kv_add{view(key), amount});
  }
  said expire(std::string_view key, std::int64_t ns) {
    return tell(machine::kv_expire{view(key), ns});
  }
  said remove(std::initializer_list<std::string_view> names) {
    auto const list = keys(names);
    return tell(machine::kv_remove{list});
  }
  said at(duration since_start) { return tell(machine::kv_advance{instant{} + since_start}); }

  std::optional<std::string> get(std::string_view key) const {
    auto const answer = ask(machine::kv_get{view(key)});
    CHECK((answer.status == machine::kv_status::ok) == answer.value.has_value());
    return answer.value;
  }
  said exists(std::initializer_list<std::string_view> names) const {
    auto const list = keys(names);
    return ask(machine::kv_exists{list});
  }
  said remaining(std::string_view key) const { return ask(machine::kv_remaining{view(key)}); }
};

}  // namespace synod::test
