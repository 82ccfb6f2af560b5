// SPDX-License-Identifier: BSL-1.0
// Exact fractions, and how numbers from outside become some.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "synod/base/result.hpp"

namespace synod::inline SYNOD_ABI {

/// A fraction of integers of any size: `rational(9, 10)`.
using rational = boost::multiprecision::cpp_rational;

/// The very value of a double: 0.1 gives 3602879701896397/2^55. Errors: `bad_input`, NaN and
/// infinities.
inline result<rational> exactly(double value) {
  if (!std::isfinite(value)) return error{errc::bad_input, "number: not finite", 0};
  return rational(value);
}

/// A number as people write it: "3", "-0.25", "1e-3", "2/3". Decimals mean what they say: 0.1 is
/// 1/10. Errors: `bad_input` with the offset of the byte, `too_large` beyond exponents of 300 or
/// 1000 digits.
inline result<rational> parse_rational(std::string_view text) {
  constexpr std::size_t most_digits = 1000;
  using boost::multiprecision::cpp_int;
  std::size_t at = 0;
  auto const here = [&](char c) { return at < text.size() && text[at] == c; };
  auto const digit = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  auto const wrong = [&](char const* what) { return error{errc::bad_input, what, at}; };
  if (text.size() > most_digits) return error{errc::too_large, "number: too long", most_digits};

  bool const negative = here('-');
  if (negative || here('+')) ++at;
  cpp_int numerator = 0;
  cpp_int denominator = 1;
  std::size_t const first = at;
  for (; digit(); ++at) numerator = numerator * 10 + (text[at] - '0');
  std::size_t digits = at - first;
  if (digits != 0 && here('/')) {
    std::size_t const below = ++at;
    denominator = 0;
    for (; digit(); ++at) denominator = denominator * 10 + (text[at] - '0');
    if (at == below) return wrong("number: digits expected");
    if (denominator == 0) return error{errc::bad_input, "number: division by zero", below};
  } else {
    if (here('.')) {
      for (++at; digit(); ++at, ++digits) {
        numerator = numerator * 10 + (text[at] - '0');
        denominator *= 10;
      }
    }
    if (digits == 0) return wrong("number: digits expected");
    if (here('e') || here('E')) {
      ++at;
      bool const down = here('-');
      if (down || here('+')) ++at;
      if (!digit()) return wrong("number: digits expected");
      unsigned exponent = 0;
      for (; digit(); ++at) {
        exponent = exponent * 10 + static_cast<unsigned>(text[at] - '0');
        if (exponent > 300) return error{errc::too_large, "number: an exponent beyond 300", at};
      }
      (down ? denominator : numerator) *= boost::multiprecision::pow(cpp_int(10), exponent);
    }
  }
  if (at != text.size()) return wrong("number: an unknown character");
  if (negative) numerator = -numerator;
  return rational(numerator, denominator);
}

}  // namespace synod::inline SYNOD_ABI
