// SPDX-License-Identifier: BSL-1.0
// Numbers as the text that Redis keeps them in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

/// The number that `text` is in its one canonical form: digits without a leading zero, '-' before
/// one that is below zero. Nothing where it is another text, or does not fit.
constexpr std::optional<std::int64_t> read_decimal(std::span<std::byte const> text) noexcept {
  bool const negative = !text.empty() && text.front() == std::byte{'-'};
  auto const digits = text.subspan(negative ? 1 : 0);
  if (digits.empty()) return std::nullopt;
  if (digits.front() == std::byte{'0'} && (negative || digits.size() > 1)) return std::nullopt;
  std::int64_t number = 0;
  for (std::byte const each : digits) {
    int const digit = std::to_integer<int>(each) - '0';
    if (digit < 0 || digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
        __builtin_add_overflow(number, negative ? -digit : digit, &number)) {
      return std::nullopt;
    }
  }
  return number;
}

/// A number as text.
class decimal {
 public:
  constexpr explicit decimal(std::int64_t number) noexcept {
    auto left = static_cast<std::uint64_t>(number);
    if (number < 0) left = 0 - left;
    do {
      text_[--from_] = static_cast<std::byte>('0' + left % 10);
      left /= 10;
    } while (left != 0);
    if (number < 0) text_[--from_] = std::byte{'-'};
  }
  constexpr std::span<std::byte const> text() const noexcept {
    return std::span{text_}.subspan(from_);
  }

 private:
  std::array<std::byte, 20> text_{};
  std::size_t from_ = 20;
};

}  // namespace synod::inline SYNOD_ABI::machine::detail
