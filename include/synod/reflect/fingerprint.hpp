// SPDX-License-Identifier: BSL-1.0
// A 64-bit fingerprint from the description.
#pragma once

#include "synod/base/random.hpp"
#include "synod/reflect/shape.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

// Order matters; every value, absence and length takes part.
class fingerprint_fold {
 public:
  constexpr void number(std::uint64_t value) noexcept {
    hash_ = mix(hash_ ^ (value + 0x9e3779b97f4a7c15)) + 0x2545f4914f6cdd1d;
  }

  template <class T>
  constexpr void add(T const& value) noexcept {
    constexpr shape kind = known_shape_of<T>();
    if constexpr (kind == shape::structure) {
      for_each_member(value, [this](char const*, auto const& member) { this->add(member); });
    } else if constexpr (kind == shape::optional) {
      number(value.has_value());
      if (value) add(*value);
    } else if constexpr (kind == shape::strong_number) {
      number(value.value);
    } else if constexpr (kind == shape::array) {
      for (auto const& element : value) add(element);
    } else if constexpr (kind == shape::fixed || kind == shape::growing ||
                         kind == shape::byte_view) {
      number(value.size());
      if constexpr (is_byte_like<std::remove_cv_t<typename T::value_type>>) {
        add_bytes(value);
      } else {
        for (auto const& element : value) add(element);
      }
    } else {
      number(number_of(value));
    }
  }

  constexpr std::uint64_t value() const noexcept { return mix(hash_); }

 private:
  // Eight at a time, so that text costs a mix a word, not a letter.
  template <class Bytes>
  constexpr void add_bytes(Bytes const& bytes) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      word = word << 8 | static_cast<unsigned char>(bytes[i]);
      if (i % 8 == 7) number(word);
    }
    if (bytes.size() % 8 != 0) {
      number(word & ((std::uint64_t{1} << 8 * (bytes.size() % 8)) - 1));
    }
  }

  std::uint64_t hash_ = 0;
};

}  // namespace detail

/// Equal values give equal fingerprints, on every platform and compiler; different ones differ but
/// for about one pair in 2^64. Not for keys that an adversary chooses. Linear.
template <reflected T>
constexpr std::uint64_t fingerprint(T const& value) noexcept {
  detail::fingerprint_fold fold;
  fold.add(value);
  return fold.value();
}

}  // namespace synod::inline SYNOD_ABI
