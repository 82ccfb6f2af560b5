// SPDX-License-Identifier: BSL-1.0
// What a hash policy is, and how keys become its bytes.
//
// A placement is only as stable as its hash: equal on every platform, compiler and build. So a
// policy is a named function with a seed, never std::hash, and the bytes it reads are fixed here.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

/// A 64-bit hash of bytes under a seed: the same bytes and seed give the same number everywhere
/// and for all time. It is a type without state:
///
///     struct my_hash {
///       static std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept;
///     };
template <class Hash>
concept hash_policy =
    std::is_empty_v<Hash> && requires(std::string_view bytes, std::uint64_t seed) {
      { Hash::hash(bytes, seed) } noexcept -> std::same_as<std::uint64_t>;
    };

namespace detail {
template <class Hash>
inline constexpr bool is_hash_policy = hash_policy<Hash>;  // for short errors
}

/// Hashed as its characters, without a terminator: std::string, std::string_view, literals.
template <class Key>
concept text_key = std::convertible_to<Key const&, std::string_view>;

/// Hashed as it is: anything contiguous of std::byte.
template <class Key>
concept bytes_key = !text_key<Key> && std::convertible_to<Key const&, std::span<std::byte const>>;

/// Hashed as the eight little-endian bytes of its value, sign-extended: the width of the type does
/// not show, so that 7, 7u and std::int64_t{7} are one key. Neither bool nor characters are
/// numbers.
template <class Key>
concept integer_key =
    std::integral<Key> && !std::same_as<Key, bool> && !std::same_as<Key, char> &&
    !std::same_as<Key, wchar_t> && !std::same_as<Key, char8_t> && !std::same_as<Key, char16_t> &&
    !std::same_as<Key, char32_t> && sizeof(Key) <= sizeof(std::uint64_t);

template <class Key>
concept hashable_key = text_key<Key> || bytes_key<Key> || integer_key<Key>;

/// The hash of a key under a policy. O(bytes of the key), no allocation.
template <hash_policy Hash, hashable_key Key>
constexpr std::uint64_t hash_key(Key const& key, std::uint64_t seed = 0) noexcept {
  if constexpr (text_key<Key>) {
    return Hash::hash(static_cast<std::string_view>(key), seed);
  } else if constexpr (bytes_key<Key>) {
    std::span<std::byte const> const bytes = key;
    return Hash::hash({reinterpret_cast<char const*>(bytes.data()), bytes.size()}, seed);
  } else {
    // In one store: bytes stored singly would hold up the wider loads of the hash, and with them
    // all the look-ups behind.
    auto value = static_cast<std::uint64_t>(key);
    if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
    auto const bytes = std::bit_cast<std::array<char, sizeof value>>(value);
    return Hash::hash({bytes.data(), bytes.size()}, seed);
  }
}

}  // namespace synod::inline SYNOD_ABI
