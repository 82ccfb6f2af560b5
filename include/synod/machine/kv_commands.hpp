// SPDX-License-Identifier: BSL-1.0
// What is said to `kv` and what it answers, described once.
#pragma once

#include <optional>

#include "synod/base/time.hpp"
#include "synod/machine/command.hpp"
#include "synod/machine/key_list.hpp"
#include "synod/reflect/decode.hpp"
#include "synod/reflect/time_types.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// The first byte of a command or question; the struct of the same name follows. From `get` on they
/// only read: each is a command and a question of `kv::query`.
enum class kv_verb : std::uint8_t {
  advance,
  set,
  remove,
  remove_if,
  add,
  expire,
  expire_if,
  persist,
  get,
  exists,
  remaining,
  count,
};
constexpr kv_verb last_value(kv_verb) noexcept { return kv_verb::count; }

/// The only way in which time reaches the machine. Stamped by the leader; a stamp before the last
/// one counts as that one. Whoever serves clients passes none of theirs on. Answer: ok; number: how
/// many keys have expired by it.
struct kv_advance {
  static constexpr kv_verb verb = kv_verb::advance;
  instant now{};
};

enum class kv_condition : std::uint8_t { none, if_absent, if_present };
constexpr kv_condition last_value(kv_condition) noexcept { return kv_condition::if_present; }

/// What becomes of the lifetime of a key that is set.
enum class kv_lifetime : std::uint8_t {
  none,     ///< it stays until it is removed
  keep,     ///< as it was; none for a new key
  limited,  ///< it ends so long after the replicated time of the command
};
constexpr kv_lifetime last_value(kv_lifetime) noexcept { return kv_lifetime::limited; }

/// Sets a key. Answers: ok; unmet (the condition); key_too_large, value_too_large, bad_lifetime
/// (of zero, or of 2^63 ns and more), full. With ok and unmet, if wanted, the value that was there
/// before.
struct kv_set {
  static constexpr kv_verb verb = kv_verb::set;
  std::span<std::byte const> key{};
  std::span<std::byte const> value{};
  kv_condition condition = kv_condition::none;
  kv_lifetime lifetime = kv_lifetime::none;
  duration limit{};  ///< of `limited`; otherwise without meaning
  bool want_old = false;
};

/// Removes all of several keys. Answer: ok; number: how many were there.
struct kv_remove {
  static constexpr kv_verb verb = kv_verb::remove;
  std::span<std::byte const> keys{};  ///< a `key_list`
};

/// Removes a key if its value is `expected`. Answers: ok; absent; unmet (another value).
struct kv_remove_if {
  static constexpr kv_verb verb = kv_verb::remove_if;
  std::span<std::byte const> key{};
  std::span<std::byte const> expected{};
};

/// Adds to a value that is a decimal number of 64 bits, as Redis writes and reads them: no sign but
/// '-', no leading zero, no blank. A key that is absent counts as 0; a lifetime stays. Answers: ok
/// (number: the sum); not_a_number, overflow, key_too_large, value_too_large, full.
struct kv_add {
  static constexpr kv_verb verb = kv_verb::add;
  std::span<std::byte const> key{};
  std::int64_t amount = 0;
};

/// Gives a key a lifetime from the replicated time of the command on; zero or less removes it.
/// Answers: ok; absent.
struct kv_expire {
  static constexpr kv_verb verb = kv_verb::expire;
  std::span<std::byte const> key{};
  std::int64_t lifetime_ns = 0;
};

/// The same if its value is `expected`. Answers: ok; absent; unmet (another value).
struct kv_expire_if {
  static constexpr kv_verb verb = kv_verb::expire_if;
  std::span<std::byte const> key{};
  std::span<std::byte const> expected{};
  std::int64_t lifetime_ns = 0;
};

/// Takes the lifetime from a key. Answers: ok (number: 1 if it had one, else 0); absent.
struct kv_persist {
  static constexpr kv_verb verb = kv_verb::persist;
  std::span<std::byte const> key{};
};

/// Answers: ok, with the value; absent.
struct kv_get {
  static constexpr kv_verb verb = kv_verb::get;
  std::span<std::byte const> key{};
};

/// Answer: ok; number: how many of the keys are there, a repeated one as often as it is named.
struct kv_exists {
  static constexpr kv_verb verb = kv_verb::exists;
  std::span<std::byte const> keys{};  ///< a `key_list`
};

/// Answers: ok (number: nanoseconds of its lifetime that are left, always above 0; -1 if that has
/// no end); absent. As a command it is exact; a question sees the replicated time, which stands
/// still while nobody writes.
struct kv_remaining {
  static constexpr kv_verb verb = kv_verb::remaining;
  std::span<std::byte const> key{};
};

/// Answer: ok; number: how many keys there are.
struct kv_count {
  static constexpr kv_verb verb = kv_verb::count;
};

/// All but ok say that nothing was changed.
enum class kv_status : std::uint8_t {
  ok,
  absent,           ///< there is no such key
  unmet,            ///< the condition, or the expected value, is not what is there
  not_a_number,     ///< the value is no decimal number of 64 bits
  overflow,         ///< the sum does not fit 64 bits
  key_too_large,    ///< beyond kv_limits::max_key_bytes
  value_too_large,  ///< beyond kv_limits::max_value_bytes
  full,             ///< beyond kv_limits::max_keys or max_bytes
  bad_lifetime,     ///< of zero, where that has no meaning, or of 2^63 ns and more
  bad_command,      ///< the bytes are no command, or no question
};
constexpr kv_status last_value(kv_status) noexcept { return kv_status::bad_command; }
constexpr char const* name_of(kv_status status) noexcept {
  switch (status) {
    case kv_status::ok: return "ok";
    case kv_status::absent: return "absent";
    case kv_status::unmet: return "unmet";
    case kv_status::not_a_number: return "not_a_number";
    case kv_status::overflow: return "overflow";
    case kv_status::key_too_large: return "key_too_large";
    case kv_status::value_too_large: return "value_too_large";
    case kv_status::full: return "full";
    case kv_status::bad_lifetime: return "bad_lifetime";
    case kv_status::bad_command: return "bad_command";
  }
  return "?";
}

/// What is answered to every command and question: 10 bytes, and 4 and the value if there is one.
struct kv_response {
  kv_status status = kv_status::ok;
  std::int64_t number = 0;
  std::optional<std::span<std::byte const>> value{};
};

}  // namespace synod::inline SYNOD_ABI::machine

BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_advance, now);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_set, key, value, condition, lifetime, limit, want_old);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_remove, keys);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_remove_if, key, expected);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_add, key, amount);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_expire, key, lifetime_ns);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_expire_if, key, expected, lifetime_ns);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_persist, key);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_get, key);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_exists, keys);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_remaining, key);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_count);
BOOST_HANA_ADAPT_STRUCT(synod::machine::kv_response, status, number, value);
