// SPDX-License-Identifier: BSL-1.0
// Commands as bytes: what all machines of this folder share.
#pragma once

#include "synod/reflect/encode.hpp"

namespace synod::inline SYNOD_ABI {

namespace detail {

// A struct that is one of several commands of a machine has a `verb`, which stands before it.
template <class Command>
inline constexpr bool has_verb = requires { Command::verb; };

template <described Command>
constexpr std::size_t command_size(Command const& command) noexcept {
  return (has_verb<Command> ? 1 : 0) + encoded_size(command);
}

template <described Command>
constexpr void put_command(byte_writer& to, Command const& command) noexcept {
  if constexpr (has_verb<Command>) to.put(Command::verb);
  to.put(command);
}

}  // namespace detail

namespace machine {

/// Writes a command or question to the front of `out` and returns its size: its struct, behind its
/// verb where it has one. Error: as of `encode`.
template <described Command>
constexpr result<std::size_t> encode_command(Command const& command,
                                             std::span<std::byte> out) noexcept {
  std::size_t const size = synod::detail::command_size(command);
  if (size > std::numeric_limits<synod::detail::length_field>::max() || size > out.size()) {
    return error{errc::too_large, "command: not enough room", size};
  }
  synod::detail::byte_writer to{out.data()};
  synod::detail::put_command(to, command);
  return size;
}

}  // namespace machine
}  // namespace synod::inline SYNOD_ABI
