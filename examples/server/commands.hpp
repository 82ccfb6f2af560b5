// SPDX-License-Identifier: BSL-1.0
// The commands that the server knows: their names, arity and flags, as COMMAND tells them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace synod_server {

enum class verb : std::uint8_t {
  ping,
  echo,
  get,
  set,
  setnx,
  del,
  exists,
  incr,
  incrby,
  decr,
  decrby,
  expire,
  pexpire,
  persist,
  ttl,
  pttl,
  type,
  strlen,
  dbsize,
  info,
  hello,
  auth,
  client,
  command,
  config,
  select,
  reset,
  quit,
  synod,
};

struct command_info {
  std::string_view name;  ///< in small letters
  verb what;
  int arity;  ///< words with the name; negative: at least so many
  std::string_view flags;
  int first_key;
  int last_key;  ///< -1: the last word
  int key_step;
  std::string_view group;
  std::string_view summary;

  bool takes(std::size_t words) const noexcept {
    return arity >= 0 ? words == static_cast<std::size_t>(arity)
                      : words >= static_cast<std::size_t>(-arity);
  }
};

/// Ordered by name.
std::span<command_info const> all_commands() noexcept;
/// Null: unknown. Letters of any size.
command_info const* find_command(std::string_view name) noexcept;

/// Whether two words differ at most in the size of their letters.
bool same_word(std::string_view a, std::string_view b) noexcept;
/// Whether a text matches a pattern of * ? [abc] and \, as KEYS and CONFIG GET take them; letters
/// of any size. Linear in the text for every star.
bool matches_pattern(std::string_view pattern, std::string_view text) noexcept;

}  // namespace synod_server
