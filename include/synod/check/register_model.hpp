// SPDX-License-Identifier: BSL-1.0
// One register with compare-and-set, as Jepsen's tests ask it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "synod/check/history.hpp"
#include "synod/reflect/members.hpp"
#include "synod/reflect/print.hpp"

namespace synod::inline SYNOD_ABI {

enum class register_verb : std::uint8_t { read, write, compare_and_set };

constexpr char const* name_of(register_verb verb) noexcept {
  switch (verb) {
    case register_verb::read: return "read";
    case register_verb::write: return "write";
    case register_verb::compare_and_set: break;
  }
  return "compare and set";
}

/// A register that holds nothing until it is written.
template <class Value>
struct register_model {
  struct input {
    register_verb verb = register_verb::read;
    Value value{};     ///< write, compare_and_set: what is written
    Value expected{};  ///< compare_and_set: only if this is there

    friend bool operator==(input const&, input const&) = default;
  };
  struct output {
    std::optional<Value> value{};  ///< read
    bool done = true;              ///< compare_and_set
  };

  static input read() { return {}; }
  static input write(Value value) { return {register_verb::write, value, {}}; }
  static input compare_and_set(Value expected, Value value) {
    return {register_verb::compare_and_set, value, expected};
  }

  std::optional<Value> value{};

  bool step(input const& asked, std::optional<output> const& answered) {
    switch (asked.verb) {
      case register_verb::read: return !answered || answered->value == value;
      case register_verb::write: value = asked.value; return true;
      case register_verb::compare_and_set: break;
    }
    bool const done = value == asked.expected;
    if (done) value = asked.value;
    return !answered || answered->done == done;
  }

  static bool only_looks(input const& asked, std::optional<output> const& answered) {
    return asked.verb == register_verb::read ||
           (asked.verb == register_verb::compare_and_set && answered && !answered->done);
  }

  std::uint64_t fingerprint() const { return synod::fingerprint(value); }
  friend bool operator==(register_model const&, register_model const&) = default;

  std::string text() const { return value ? to_text(*value) : "nothing"; }
  static std::string text(input const& asked, std::optional<output> const& answered) {
    std::string out = name_of(asked.verb);
    if (asked.verb == register_verb::compare_and_set) out += " " + to_text(asked.expected);
    if (asked.verb != register_verb::read) out += " " + to_text(asked.value);
    if (!answered) return out;
    if (asked.verb == register_verb::read) {
      return out + " -> " + (answered->value ? to_text(*answered->value) : "nothing");
    }
    return out + (answered->done ? " -> done" : " -> not done");
  }
};

}  // namespace synod::inline SYNOD_ABI
