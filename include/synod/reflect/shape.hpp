// SPDX-License-Identifier: BSL-1.0
// The kinds of values that reflection knows, so that codec, equality, fingerprint, printing and
// relabelling agree on what a type is.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "synod/base/fixed_vector.hpp"
#include "synod/base/ids.hpp"
#include "synod/reflect/members.hpp"

namespace synod::inline SYNOD_ABI {

/// An enumeration says which of its values are valid by a function beside it:
///
///   enum class color : std::uint8_t { red, green, blue };
///   constexpr color last_value(color) { return color::blue; }      // valid are 0 .. blue
template <class E>
concept bounded_enum = std::is_enum_v<E> && requires(E e) {
  { last_value(e) } -> std::same_as<E>;
};

namespace detail {

enum class shape {
  unknown,
  boolean,
  integer,
  enumeration,
  strong_number,  // strong<Tag>: ids, positions, ballots
  optional,
  array,      // std::array
  fixed,      // fixed_vector
  byte_view,  // std::span<std::byte const>
  growing,    // std::vector, std::string and what looks like them
  structure   // a described struct
};

template <class>
inline constexpr bool is_strong = false;
template <class Tag>
inline constexpr bool is_strong<strong<Tag>> = true;

template <class>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

template <class>
inline constexpr bool is_fixed_vector = false;
template <class T, std::size_t N>
inline constexpr bool is_fixed_vector<fixed_vector<T, N>> = true;

template <class T>
concept growing_sequence = requires(T& sequence, T const& constant, std::size_t n) {
  typename T::value_type;
  { sequence.data() } -> std::same_as<typename T::value_type*>;
  { constant.size() } -> std::convertible_to<std::size_t>;
  sequence.resize(n);
  sequence.clear();
};

template <class T>
consteval shape shape_of() {
  if constexpr (std::same_as<T, bool>) {
    return shape::boolean;
  } else if constexpr (std::is_integral_v<T> || std::same_as<T, std::byte>) {
    return shape::integer;
  } else if constexpr (std::is_enum_v<T>) {
    return shape::enumeration;
  } else if constexpr (is_strong<T>) {
    return shape::strong_number;
  } else if constexpr (is_optional<T>) {
    return shape::optional;
  } else if constexpr (is_array<T>) {
    return shape::array;
  } else if constexpr (is_fixed_vector<T>) {
    return shape::fixed;
  } else if constexpr (std::same_as<T, std::span<std::byte const>>) {
    return shape::byte_view;
  } else if constexpr (described<T>) {
    return shape::structure;
  } else if constexpr (growing_sequence<T>) {
    return shape::growing;
  } else {
    return shape::unknown;
  }
}

template <class T>
inline constexpr bool is_text =
    shape_of<T>() == shape::growing && requires { typename T::traits_type; };

// A type that reflection does not know is named in the first line of the error.
template <class T>
consteval shape known_shape_of() {
  constexpr shape kind = shape_of<T>();
  static_assert(kind != shape::unknown,
                "reflect: a member's type is not bool, an integer, an enum, strong<>, optional, "
                "array, fixed_vector, span<byte const>, a vector or string, or a described struct");
  static_assert(kind != shape::enumeration || bounded_enum<T>,
                "reflect: an enum lacks: constexpr E last_value(E), beside it");
  return kind;
}

// Elements that are their own encoding, byte for byte.
template <class T>
inline constexpr bool is_byte_like =
    std::same_as<T, std::byte> ||
    (std::is_integral_v<T> && sizeof(T) == 1 && !std::same_as<T, bool>);

// What an integer-like value is worth as a number.
template <class T>
constexpr std::uint64_t number_of(T value) noexcept {
  if constexpr (std::is_enum_v<T>) {
    return static_cast<std::uint64_t>(static_cast<std::underlying_type_t<T>>(value));
  } else {
    return static_cast<std::uint64_t>(value);
  }
}

}  // namespace detail

/// What the functions of this folder take.
template <class T>
concept reflected = detail::shape_of<T>() != detail::shape::unknown;

}  // namespace synod::inline SYNOD_ABI
