// SPDX-License-Identifier: BSL-1.0
#include "examples/plot/scale.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace plot {

namespace {

constexpr double largest = 1e300;  // beyond, differences would overflow
constexpr double intervals = 6;    // about so many between ticks

// 1, 2 or 5 times a power of ten, at least `rough`.
double round_step(double rough) {
  double const decade = std::pow(10, std::floor(std::log10(rough)));
  for (double const times : {1.0, 2.0, 5.0}) {
    if (times * decade >= rough * (1 - 1e-9)) return times * decade;
  }
  return 10 * decade;
}

double decade_below(double value) { return std::floor(std::log10(value) + 1e-9); }
double decade_above(double value) { return std::ceil(std::log10(value) - 1e-9); }

}  // namespace

scale::scale(axis const& wanted, std::vector<double> const& values, bool zero)
    : logarithmic_(wanted.logarithmic) {
  double low = largest;
  double high = -largest;
  for (double const value : values) {
    if (!shows(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (zero && !logarithmic_) {
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
  }
  bool keep_from = wanted.from && shows(*wanted.from);
  bool keep_to = wanted.to && shows(*wanted.to);
  if (low > high) {
    low = keep_from ? *wanted.from : keep_to && *wanted.to < 1 ? *wanted.to / 10 : logarithmic_;
    high = std::max(10 * low, 1.0);
  }
  if (keep_from && keep_to && *wanted.from >= *wanted.to) keep_from = keep_to = false;
  if (keep_from) low = *wanted.from;
  if (keep_to) high = *wanted.to;
  if (low >= high) {  // one value only, or a wish beyond all of them
    double const width = logarithmic_ ? 0 : std::max(std::abs(low), 1.0) / 2;
    if (keep_from || !keep_to) high = logarithmic_ ? low * 10 : low + width;
    if (!keep_from) low = logarithmic_ ? std::min(low, high) / 10 : std::min(low, high) - width;
  }
  from_ = low;
  to_ = high;
  widen_to_ticks(keep_from, keep_to);
}

bool scale::shows(double value) const {
  return std::isfinite(value) && std::abs(value) <= largest &&
         (!logarithmic_ || value >= 1 / largest);
}

double scale::operator()(double value) const {
  if (logarithmic_) {
    return (std::log(value) - std::log(from_)) / (std::log(to_) - std::log(from_));
  }
  return (value - from_) / (to_ - from_);
}

void scale::widen_to_ticks(bool keep_from, bool keep_to) {
  std::vector<double> candidates;
  if (logarithmic_) {
    double const first = decade_below(from_);
    double const last = decade_above(to_);
    double const every = std::max(1.0, std::ceil((last - first) / (intervals + 2)));
    bool const between = std::log10(to_ / from_) < 2;
    for (double power = first; power <= last; power += every) {
      for (double const times : {1.0, 2.0, 5.0}) {
        if (times == 1 || between) candidates.push_back(times * std::pow(10, power));
      }
    }
  } else {
    double const step = round_step((to_ - from_) / intervals);
    double const first = std::floor(from_ / step + 1e-9);
    double const last = std::ceil(to_ / step - 1e-9);
    for (double times = first; times <= last; ++times) candidates.push_back(times * step);
  }
  double const slack = logarithmic_ ? from_ * 1e-9 : (to_ - from_) * 1e-9;
  if (!keep_from) {
    auto const above = std::upper_bound(candidates.begin(), candidates.end(), from_ + slack);
    if (above != candidates.begin()) from_ = *(above - 1);
  }
  if (!keep_to) {
    auto const above = std::lower_bound(candidates.begin(), candidates.end(), to_ * (1 - 1e-12));
    if (above != candidates.end()) to_ = *above;
  }
  for (double const tick : candidates) {
    if (tick >= from_ - slack && tick <= to_ + slack) ticks_.push_back(tick);
  }
}

std::string number(double value) {
  std::array<char, 40> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value + 0.0,
                                 std::chars_format::general, 6)
                       .ptr;
  std::string_view const plain(digits.data(), static_cast<std::size_t>(end - digits.data()));
  auto const e = plain.find('e');
  if (e == std::string_view::npos) return std::string(plain);
  auto const mantissa = plain.substr(0, e);
  std::string text = mantissa == "1" ? "" : mantissa == "-1" ? "-" : std::string(mantissa) + "·";
  text += "10";
  constexpr std::array<std::string_view, 10> raised{"⁰", "¹", "²", "³", "⁴",
                                                    "⁵", "⁶", "⁷", "⁸", "⁹"};
  bool leading = true;
  for (char const c : plain.substr(e + 1)) {
    if (c == '-') text += "⁻";
    if (c < '0' || c > '9' || (leading && c == '0')) continue;
    leading = false;
    text += raised[static_cast<std::size_t>(c - '0')];
  }
  return text;
}

}  // namespace plot
