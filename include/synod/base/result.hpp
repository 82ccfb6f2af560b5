// SPDX-License-Identifier: BSL-1.0
// A value or an error with its place. What is wrong with input from outside is told here; misuse
// by the programmer goes to the contract handler.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "synod/base/abi.hpp"
#include "synod/base/contract.hpp"

namespace synod::inline SYNOD_ABI {

/// What went wrong, for programs; `error::what` says it for people.
enum class errc : std::uint8_t {
  ok,
  bad_option,        ///< an option out of its range
  bad_recovered,     ///< storage handed out a state no core can have left there
  bad_input,         ///< malformed bytes, text or numbers from outside
  too_large,         ///< beyond a stated limit
  duplicate,         ///< named twice
  unknown,           ///< names nothing
  empty,             ///< nothing where at least one is needed
  not_empty,         ///< already holds what was to be founded
  exhausted,         ///< the allocator or a fixed capacity is used up
  corrupt,           ///< a checksum or a length does not agree
  write_failed,      ///< storage could not make a write durable
  broken_invariant,  ///< a core found itself in a state that its rules exclude
};

/// An error and its place: the offset of a byte, the number of an element, an index of the log;
/// which one, `what` says.
struct error {
  errc code = errc::ok;
  char const* what = "";
  std::uint64_t place = 0;

  friend constexpr bool operator==(error const& a, error const& b) noexcept {
    return a.code == b.code && a.place == b.place;
  }
};

/// A value of T or an error. Taking the value of an error is a contract violation.
template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;

  constexpr result(T const& value) : value_(value) {}
  constexpr result(T&& value) : value_(std::move(value)) {}
  constexpr result(synod::error failure) : error_(failure) {}

  constexpr explicit operator bool() const noexcept { return value_.has_value(); }

  constexpr T& value() & { return checked(), *value_; }
  constexpr T const& value() const& { return checked(), *value_; }
  constexpr T&& value() && { return checked(), std::move(*value_); }

  constexpr T& operator*() & { return value(); }
  constexpr T const& operator*() const& { return value(); }
  constexpr T&& operator*() && { return std::move(*this).value(); }
  constexpr T* operator->() { return &value(); }
  constexpr T const* operator->() const { return &value(); }

  /// `errc::ok` where there is a value.
  constexpr synod::error const& error() const noexcept { return error_; }

 private:
  constexpr void checked() const {
    SYNOD_EXPECTS(value_.has_value(), "result: the value of an error was taken");
  }

  std::optional<T> value_;
  synod::error error_;
};

}  // namespace synod::inline SYNOD_ABI
