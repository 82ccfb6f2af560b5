// SPDX-License-Identifier: BSL-1.0
// The codec, inward: bytes from anywhere to values, or an error and its offset.
#pragma once

#include <utility>

#include "synod/base/result.hpp"
#include "synod/reflect/encode.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

// The fewest bytes a T can be encoded in: what bounds a length before anything is allocated.
template <class T>
consteval std::size_t least_encoded_size() {
  constexpr shape kind = known_shape_of<T>();
  if constexpr (kind == shape::boolean || kind == shape::optional) {
    return 1;
  } else if constexpr (kind == shape::integer || kind == shape::enumeration ||
                       kind == shape::strong_number) {
    return sizeof(T);
  } else if constexpr (kind == shape::array) {
    return std::tuple_size_v<T> * least_encoded_size<typename T::value_type>();
  } else if constexpr (kind == shape::structure) {
    return members_of<T>::sum_over_types([]<class M>() { return least_encoded_size<M>(); });
  } else {
    return sizeof(length_field);
  }
}

class byte_reader {
 public:
  constexpr explicit byte_reader(std::span<std::byte const> in) noexcept : in_(in) {}

  constexpr std::size_t at() const noexcept { return at_; }
  constexpr synod::error const& error() const noexcept { return error_; }

  // False: refused, and error() says why and where.
  template <class T>
  constexpr bool get(T& value) {
    constexpr shape kind = known_shape_of<T>();
    if constexpr (kind == shape::boolean) {
      return get_flag(value, "decode: a bool that is neither 0 nor 1");
    } else if constexpr (kind == shape::integer) {
      std::uint64_t raw = 0;
      if (!number(raw, sizeof(T))) return false;
      value = static_cast<T>(raw);
      return true;
    } else if constexpr (kind == shape::enumeration) {
      return get_enum(value);
    } else if constexpr (kind == shape::strong_number) {
      return number(value.value, sizeof value.value);
    } else if constexpr (kind == shape::optional) {
      bool there = false;
      if (!get_flag(there, "decode: an optional that is neither there nor not")) return false;
      if (!there) return value.reset(), true;
      return get(value.emplace());
    } else if constexpr (kind == shape::structure) {
      return members_of<T>::all_of(value,
                                   [this](char const*, auto& member) { return this->get(member); });
    } else if constexpr (kind == shape::array) {
      for (auto& element : value) {
        if (!get(element)) return false;
      }
      return true;
    } else if constexpr (kind == shape::fixed) {
      return get_fixed(value);
    } else if constexpr (kind == shape::byte_view) {
      std::size_t n = 0;
      if (!get_length(n, 1)) return false;
      value = in_.subspan(at_, n);
      at_ += n;
      return true;
    } else {
      return get_growing(value);
    }
  }

  constexpr bool at_end() noexcept {
    return at_ == in_.size() || refuse(errc::bad_input, "decode: bytes after the end", at_);
  }

 private:
  static constexpr unsigned max_depth = 64;

  constexpr bool refuse(errc code, char const* what, std::size_t place) noexcept {
    error_ = {code, what, place};
    return false;
  }

  constexpr bool number(std::uint64_t& value, std::size_t bytes) noexcept {
    if (in_.size() - at_ < bytes) return refuse(errc::bad_input, "decode: cut short", at_);
    value = 0;
    if (has_order_of_codec && !__builtin_is_constant_evaluated()) {
      __builtin_memcpy(&value, in_.data() + at_, bytes);
      at_ += bytes;
      return true;
    }
    for (std::size_t i = 0; i < bytes; ++i) {
      value |= std::to_integer<std::uint64_t>(in_[at_++]) << 8 * i;
    }
    return true;
  }

  constexpr bool get_flag(bool& value, char const* otherwise) noexcept {
    std::size_t const place = at_;
    std::uint64_t raw = 0;
    if (!number(raw, 1)) return false;
    if (raw > 1) return refuse(errc::bad_input, otherwise, place);
    value = raw == 1;
    return true;
  }

  template <class E>
  constexpr bool get_enum(E& value) noexcept {
    std::size_t const place = at_;
    std::uint64_t raw = 0;
    if (!number(raw, sizeof(E))) return false;
    if (raw > number_of(last_value(E{}))) {
      return refuse(errc::bad_input, "decode: a value that the enum does not have", place);
    }
    value = static_cast<E>(raw);
    return true;
  }

  // A length that the rest of the bytes can hold; checked before anything is made of it.
  constexpr bool get_length(std::size_t& n, std::size_t least_element) noexcept {
    std::size_t const place = at_;
    std::uint64_t raw = 0;
    if (!number(raw, sizeof(length_field))) return false;
    if (raw > (in_.size() - at_) / least_element) {
      return refuse(errc::bad_input, "decode: a length beyond the end of the bytes", place);
    }
    n = static_cast<std::size_t>(raw);
    return true;
  }

  template <class Vector>
  constexpr bool get_fixed(Vector& value) noexcept {
    using element = typename Vector::value_type;
    std::size_t const place = at_;
    std::size_t n = 0;
    if (!get_length(n, least_of<element>())) return false;
    if (n > Vector::capacity()) {
      return refuse(errc::too_large, "decode: more elements than the capacity", place);
    }
    value.clear();
    for (std::size_t i = 0; i < n; ++i) {
      element next{};
      if (!get(next)) return false;
      value.push_back(next);
    }
    return true;
  }

  template <class Sequence>
  constexpr bool get_growing(Sequence& value) {
    using element = typename Sequence::value_type;
    std::size_t const place = at_;
    std::size_t n = 0;
    if (!get_length(n, least_of<element>())) return false;
    if (depth_ == max_depth) return refuse(errc::too_large, "decode: nested too deeply", place);
    ++depth_;
    value.clear();
    value.resize(n);
    if constexpr (is_byte_like<element>) {
      for (std::size_t i = 0; i < n; ++i) value[i] = static_cast<element>(in_[at_ + i]);
      at_ += n;
    } else {
      for (auto& each : value) {
        if (!get(each)) return false;
      }
    }
    --depth_;
    return true;
  }

  template <class Element>
  static consteval std::size_t least_of() {
    static_assert(least_encoded_size<Element>() > 0,
                  "reflect: the elements of a sequence must not be empty structs");
    return least_encoded_size<Element>();
  }

  std::span<std::byte const> in_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
  synod::error error_;
};

}  // namespace detail

/// The value whose encoding `bytes` are, from the first to the last. What allocates (vectors,
/// strings) takes its memory only after its length was found to fit the bytes that are left, so
/// that all of it is at most sizeof(element) / least encoding of an element times the input. A
/// `span<byte const>` refers into `bytes`. Linear.
///
/// Errors, the place always an offset into `bytes`: `bad_input` (cut short: where the field began
/// that lacks bytes; bytes after the end; a bool, optional or enum out of range; a length beyond
/// the end), `too_large` (a fixed capacity; sequences nested more than 64 deep).
template <reflected T>
constexpr result<T> decode(std::span<std::byte const> bytes) {
  T value{};
  detail::byte_reader reader{bytes};
  if (!reader.get(value) || !reader.at_end()) return reader.error();
  return value;
}

/// As `decode`, but of a value that more bytes may follow: the value and how many bytes it took.
template <reflected T>
constexpr result<std::pair<T, std::size_t>> decode_prefix(std::span<std::byte const> bytes) {
  std::pair<T, std::size_t> value{};
  detail::byte_reader reader{bytes};
  if (!reader.get(value.first)) return reader.error();
  value.second = reader.at();
  return value;
}

}  // namespace synod::inline SYNOD_ABI
