// SPDX-License-Identifier: BSL-1.0
// A replicated counter.
#pragma once

#include "synod/base/random.hpp"
#include "synod/machine/detail/append.hpp"
#include "synod/machine/respond.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/reflect/decode.hpp"

namespace synod::inline SYNOD_ABI::machine {

enum class counter_verb : std::uint8_t { add, read };
constexpr counter_verb last_value(counter_verb) noexcept { return counter_verb::read; }

/// What a counter is told, encoded with the codec of reflect/: 9 bytes.
struct counter_command {
  counter_verb what = counter_verb::read;
  std::int64_t amount = 0;  ///< of `add`; may be negative
};

enum class counter_status : std::uint8_t {
  ok,
  overflow,     ///< the sum does not fit 64 bits: nothing was added
  bad_command,  ///< the bytes are no command
};
constexpr counter_status last_value(counter_status) noexcept { return counter_status::bad_command; }

/// What a counter answers: 17 bytes.
struct counter_response {
  counter_status status = counter_status::ok;
  std::int64_t before = 0;
  std::int64_t after = 0;
};

}  // namespace synod::inline SYNOD_ABI::machine

BOOST_HANA_ADAPT_STRUCT(synod::machine::counter_command, what, amount);
BOOST_HANA_ADAPT_STRUCT(synod::machine::counter_response, status, before, after);

namespace synod::inline SYNOD_ABI::machine {

/// A signed 64-bit number that starts at 0. Increments are not idempotent: put it under `sessions`
/// where clients retry. Never allocates.
class counter {
 public:
  std::size_t apply(log_index, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    return synod::detail::respond(answer(decode<counter_command>(command)), out);
  }

  std::int64_t value() const noexcept { return value_; }
  std::uint64_t fingerprint() const noexcept { return mix(static_cast<std::uint64_t>(value_)); }

  /// Appends the value: 8 bytes.
  void save(std::vector<std::byte>& out) const { detail::append(out, value_); }
  /// Error: `bad_input`, where there are other than 8 bytes.
  result<counter> restored(std::span<std::byte const> bytes) const {
    auto const value = decode<std::int64_t>(bytes);
    if (!value) return value.error();
    counter whole;
    whole.value_ = *value;
    return whole;
  }

  /// Room for any response.
  std::size_t max_response_bytes() const noexcept { return encoded_size(counter_response{}); }

  friend bool operator==(counter, counter) = default;

 private:
  counter_response answer(result<counter_command> const& command) noexcept {
    std::int64_t const before = value_;
    if (!command) return {counter_status::bad_command, before, before};
    if (command->what == counter_verb::read) return {counter_status::ok, before, before};
    if (__builtin_add_overflow(before, command->amount, &value_)) {
      value_ = before;
      return {counter_status::overflow, before, before};
    }
    return {counter_status::ok, before, value_};
  }

  std::int64_t value_ = 0;
};

static_assert(state_machine<counter> && saveable<counter>);

}  // namespace synod::inline SYNOD_ABI::machine
