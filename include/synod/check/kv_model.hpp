// SPDX-License-Identifier: BSL-1.0
// Keys and values, as clients of a key-value server ask. Every key is a part of its own.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "synod/check/history.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/reflect/print.hpp"

namespace synod::inline SYNOD_ABI {

enum class kv_verb : std::uint8_t {
  get,             ///< answers the value, or that there is none
  set,             ///< always done
  set_if_absent,   ///< done or not (SETNX, SET with NX)
  set_if_present,  ///< done or not (SET with XX)
  exchange,        ///< sets, and answers as `get` would have before (SET with GET)
  append,          ///< behind what is there; no value is an empty one
  increment,       ///< answers the new number; not done where the value is none, or too large
  remove,          ///< answers how many there were: 0 or 1
};

constexpr char const* name_of(kv_verb verb) noexcept {
  constexpr char const* names[] = {"get",      "set",    "set if absent", "set if present",
                                   "exchange", "append", "increment",     "remove"};
  return names[static_cast<std::size_t>(verb)];
}

/// The value of one key. No value has a lifetime: expiry is not judged.
struct kv_model {
  struct input {
    kv_verb verb = kv_verb::get;
    std::string key{};
    std::string value{};  ///< set and its like, append
    std::int64_t by = 0;  ///< increment; may be negative

    friend bool operator==(input const&, input const&) = default;
  };
  /// What a verb does not answer is not looked at.
  struct output {
    bool done = true;                    ///< set_if_absent, set_if_present, increment
    std::optional<std::string> value{};  ///< get, exchange
    std::int64_t number = 0;             ///< increment, remove
  };

  static input get(std::string key) { return {kv_verb::get, std::move(key)}; }
  static input set(std::string key, std::string value) {
    return {kv_verb::set, std::move(key), std::move(value)};
  }
  static input set_if_absent(std::string key, std::string value) {
    return {kv_verb::set_if_absent, std::move(key), std::move(value)};
  }
  static input set_if_present(std::string key, std::string value) {
    return {kv_verb::set_if_present, std::move(key), std::move(value)};
  }
  static input exchange(std::string key, std::string value) {
    return {kv_verb::exchange, std::move(key), std::move(value)};
  }
  static input append(std::string key, std::string value) {
    return {kv_verb::append, std::move(key), std::move(value)};
  }
  static input increment(std::string key, std::int64_t by = 1) {
    return {kv_verb::increment, std::move(key), {}, by};
  }
  static input remove(std::string key) { return {kv_verb::remove, std::move(key)}; }

  static output ok() { return {}; }
  static output done(bool was) { return {.done = was}; }
  static output found(std::optional<std::string> value) { return {.value = std::move(value)}; }
  static output number(std::int64_t n) { return {.number = n}; }

  std::optional<std::string> value{};

  static std::string const& partition(input const& asked) { return asked.key; }

  bool step(input const& asked, std::optional<output> const& answered) {
    switch (asked.verb) {
      case kv_verb::get: return !answered || answered->value == value;
      case kv_verb::set: value = asked.value; return true;
      case kv_verb::set_if_absent: return set_if(!value.has_value(), asked, answered);
      case kv_verb::set_if_present: return set_if(value.has_value(), asked, answered);
      case kv_verb::append:
        value ? void(*value += asked.value) : void(value = asked.value);
        return true;
      case kv_verb::increment: return increment(asked, answered);
      case kv_verb::exchange: {
        bool const fits = !answered || answered->value == value;
        value = asked.value;
        return fits;
      }
      case kv_verb::remove: break;
    }
    bool const fits = !answered || answered->number == (value ? 1 : 0);
    value.reset();
    return fits;
  }

  static bool only_looks(input const& asked, std::optional<output> const& answered) {
    switch (asked.verb) {
      case kv_verb::get: return true;
      case kv_verb::set_if_absent:
      case kv_verb::set_if_present:
      case kv_verb::increment: return answered && !answered->done;
      case kv_verb::remove: return answered && answered->number == 0;
      case kv_verb::set:
      case kv_verb::exchange:
      case kv_verb::append: break;
    }
    return false;
  }

  std::uint64_t fingerprint() const { return value ? hash_key<xxh3>(*value) : 0; }
  std::size_t bytes() const { return value ? value->capacity() : 0; }
  friend bool operator==(kv_model const&, kv_model const&) = default;

  std::string text() const { return value ? to_text(*value) : "nothing"; }
  static std::string text(input const& asked, std::optional<output> const& answered) {
    std::string out = name_of(asked.verb) + (" " + to_text(asked.key));
    if (asked.verb == kv_verb::increment) {
      out += " by " + to_text(asked.by);
    } else if (asked.verb != kv_verb::get && asked.verb != kv_verb::remove) {
      out += " " + to_text(asked.value);
    }
    if (!answered) return out;
    switch (asked.verb) {
      case kv_verb::get:
      case kv_verb::exchange:
        return out + " -> " + (answered->value ? to_text(*answered->value) : "nothing");
      case kv_verb::increment:
        return out + " -> " + (answered->done ? to_text(answered->number) : "not done");
      case kv_verb::remove: return out + " -> " + to_text(answered->number);
      case kv_verb::set_if_absent:
      case kv_verb::set_if_present: return out + (answered->done ? " -> done" : " -> not done");
      case kv_verb::set:
      case kv_verb::append: break;
    }
    return out + " -> done";
  }

 private:
  bool set_if(bool condition, input const& asked, std::optional<output> const& answered) {
    if (condition) value = asked.value;
    return !answered || answered->done == condition;
  }

  bool increment(input const& asked, std::optional<output> const& answered) {
    std::int64_t sum = 0;
    bool const done = add(asked.by, sum);
    if (done) value = std::to_string(sum);
    return !answered || (answered->done == done && (!done || answered->number == sum));
  }

  // A decimal number as it is printed, nothing else; no value is 0.
  bool add(std::int64_t by, std::int64_t& sum) const {
    std::int64_t now = 0;
    if (value) {
      char const* const end = value->data() + value->size();
      auto const [stopped, failure] = std::from_chars(value->data(), end, now);
      if (failure != std::errc{} || stopped != end || std::to_string(now) != *value) return false;
    }
    return !__builtin_add_overflow(now, by, &sum);
  }
};

}  // namespace synod::inline SYNOD_ABI
