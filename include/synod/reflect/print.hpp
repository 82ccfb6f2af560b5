// SPDX-License-Identifier: BSL-1.0
// Printing from the description.
#pragma once

#include <string>

#include "synod/reflect/shape.hpp"

namespace synod::inline SYNOD_ABI {

/// An enumeration is printed by name where a function beside it gives one:
/// `constexpr char const* name_of(color)`; otherwise by number.
template <class E>
concept named_enum = std::is_enum_v<E> && requires(E e) {
  { name_of(e) } -> std::convertible_to<char const*>;
};

namespace detail {

class text_printer {
 public:
  explicit text_printer(std::string& out) : out_(out) {}

  template <class T>
  void print(T const& value) {
    constexpr shape kind = known_shape_of<T>();
    if constexpr (kind == shape::boolean) {
      out_ += value ? "true" : "false";
    } else if constexpr (kind == shape::integer && std::is_same_v<T, std::byte>) {
      hex(value);
    } else if constexpr (kind == shape::integer) {
      out_ += std::to_string(value);
    } else if constexpr (kind == shape::enumeration) {
      print_enum(value);
    } else if constexpr (kind == shape::strong_number) {
      out_ += std::to_string(value.value);
    } else if constexpr (kind == shape::optional) {
      value ? print(*value) : void(out_ += "none");
    } else if constexpr (kind == shape::structure) {
      print_members(value);
    } else if constexpr (is_text<T>) {
      print_text(value);
    } else if constexpr (std::is_same_v<typename T::value_type, std::byte> ||
                         kind == shape::byte_view) {
      out_ += "0x";
      for (std::byte const each : value) digits(each);
    } else {
      print_elements(value);
    }
  }

 private:
  template <class E>
  void print_enum(E value) {
    if constexpr (named_enum<E>) {
      out_ += name_of(value);
    } else {
      out_ += std::to_string(static_cast<std::underlying_type_t<E>>(value));
    }
  }

  template <class T>
  void print_members(T const& value) {
    char const* separator = "{";
    for_each_member(value, [&](char const* name, auto const& member) {
      out_.append(separator).append(name).append(": ");
      print(member);
      separator = ", ";
    });
    if (*separator == '{') out_ += '{';
    out_ += '}';
  }

  template <class Sequence>
  void print_elements(Sequence const& value) {
    out_ += '[';
    char const* separator = "";
    for (auto const& element : value) {
      out_ += separator;
      print(element);
      separator = ", ";
    }
    out_ += ']';
  }

  template <class Text>
  void print_text(Text const& text) {
    out_ += '"';
    for (auto const letter : text) {
      auto const code = static_cast<unsigned char>(letter);
      if (code == '"' || code == '\\') {
        out_ += '\\';
        out_ += static_cast<char>(code);
      } else if (code < 0x20 || code == 0x7f) {
        out_ += "\\x";
        digits(std::byte{code});
      } else {
        out_ += static_cast<char>(code);
      }
    }
    out_ += '"';
  }

  void hex(std::byte value) {
    out_ += "0x";
    digits(value);
  }
  void digits(std::byte value) {
    constexpr char const* hexadecimal = "0123456789abcdef";
    out_ += hexadecimal[std::to_integer<unsigned>(value >> 4)];
    out_ += hexadecimal[std::to_integer<unsigned>(value & std::byte{15})];
  }

  std::string& out_;
};

}  // namespace detail

/// One line for people: `{index: 3, voters: [1, 2], who: none, name: "a"}`. Bytes are hexadecimal,
/// text is quoted and its control characters escaped. Not meant to be read back.
template <reflected T>
std::string to_text(T const& value) {
  std::string text;
  detail::text_printer{text}.print(value);
  return text;
}

}  // namespace synod::inline SYNOD_ABI
