// SPDX-License-Identifier: BSL-1.0
// The codec, outward: values to bytes.
//
// | type                              | bytes                                             |
// |-----------------------------------|---------------------------------------------------|
// | bool                              | 1: 0 or 1                                         |
// | integer, enum                     | its size, little-endian, two's complement         |
// | strong<Tag>                       | 8, little-endian                                  |
// | optional<T>                       | 1: 0 or 1, then the value if there is one         |
// | array<T, N>                       | the N elements                                    |
// | fixed_vector, vector, string,     | 4: how many, little-endian, then the elements     |
// | span<byte const>                  |                                                   |
// | described struct                  | its members in the order of their description     |
//
// Every value has exactly one encoding. There is no tag and no name in it: both sides know the
// type; frames (reflect/frame.hpp) carry the version of what is inside.
#pragma once

#include <limits>

#include "synod/base/result.hpp"
#include "synod/reflect/shape.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

using length_field = std::uint32_t;

// Whether numbers lie in memory as they are encoded.
inline constexpr bool has_order_of_codec = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

template <class T>
constexpr std::size_t size_of_encoding(T const& value) noexcept {
  constexpr shape kind = known_shape_of<T>();
  if constexpr (kind == shape::boolean) {
    return 1;
  } else if constexpr (kind == shape::integer || kind == shape::enumeration ||
                       kind == shape::strong_number) {
    return sizeof(T);
  } else if constexpr (kind == shape::optional) {
    return value ? 1 + size_of_encoding(*value) : 1;
  } else if constexpr (kind == shape::structure) {
    std::size_t sum = 0;
    for_each_member(value, [&](char const*, auto const& m) { sum += size_of_encoding(m); });
    return sum;
  } else if constexpr (kind == shape::byte_view) {
    return sizeof(length_field) + value.size();
  } else if constexpr (is_byte_like<std::remove_cv_t<typename T::value_type>>) {
    return (kind == shape::array ? 0 : sizeof(length_field)) + value.size();
  } else {
    std::size_t sum = kind == shape::array ? 0 : sizeof(length_field);
    for (auto const& element : value) sum += size_of_encoding(element);
    return sum;
  }
}

// Writes where there is room for certain: the size was computed before.
class byte_writer {
 public:
  constexpr explicit byte_writer(std::byte* at) noexcept : at_(at) {}

  template <class T>
  constexpr void put(T const& value) noexcept {
    constexpr shape kind = known_shape_of<T>();
    if constexpr (kind == shape::boolean) {
      number(value ? 1 : 0, 1);
    } else if constexpr (kind == shape::integer || kind == shape::enumeration) {
      number(number_of(value), sizeof(T));
    } else if constexpr (kind == shape::strong_number) {
      number(value.value, sizeof value.value);
    } else if constexpr (kind == shape::optional) {
      put(value.has_value());
      if (value) put(*value);
    } else if constexpr (kind == shape::structure) {
      for_each_member(value, [this](char const*, auto const& member) { this->put(member); });
    } else {
      if constexpr (kind != shape::array) put(static_cast<length_field>(value.size()));
      if constexpr (is_byte_like<std::remove_cv_t<typename T::value_type>>) {
        copy(value.data(), value.size());
      } else {
        for (auto const& element : value) put(element);
      }
    }
  }

 private:
  constexpr void number(std::uint64_t value, std::size_t bytes) noexcept {
    if (has_order_of_codec && !__builtin_is_constant_evaluated()) {
      __builtin_memcpy(at_, &value, bytes);
      at_ += bytes;
      return;
    }
    for (std::size_t i = 0; i < bytes; ++i) *at_++ = static_cast<std::byte>(value >> 8 * i);
  }
  template <class Byte>
  constexpr void copy(Byte const* from, std::size_t n) noexcept {
    if (!__builtin_is_constant_evaluated()) {
      if (n != 0) __builtin_memcpy(at_, from, n);
      at_ += n;
      return;
    }
    for (std::size_t i = 0; i < n; ++i) *at_++ = static_cast<std::byte>(from[i]);
  }

  std::byte* at_;
};

}  // namespace detail

/// The number of bytes that `encode` writes.
template <reflected T>
constexpr std::size_t encoded_size(T const& value) noexcept {
  return detail::size_of_encoding(value);
}

/// Writes `value` to the front of `out` and returns the number of bytes. Linear in it.
///
/// Error: `too_large`, nothing written, place: the bytes needed, where they do not fit or, in all,
/// reach 2^32 (so that no length is ever cut).
template <reflected T>
constexpr result<std::size_t> encode(T const& value, std::span<std::byte> out) noexcept {
  std::size_t const size = encoded_size(value);
  if (size > std::numeric_limits<detail::length_field>::max()) {
    return error{errc::too_large, "encode: 2^32 bytes or more", size};
  }
  if (size > out.size()) return error{errc::too_large, "encode: not enough room", size};
  detail::byte_writer{out.data()}.put(value);
  return size;
}

}  // namespace synod::inline SYNOD_ABI
