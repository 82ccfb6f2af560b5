// SPDX-License-Identifier: BSL-1.0
// Several keys in the bytes of one command.
#pragma once

#include <vector>

#include "synod/reflect/decode.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// Keys one behind the other, each as its length in 4 bytes, little-endian, and its bytes. A view:
/// walking it allocates nothing.
class key_list {
 public:
  explicit key_list(std::span<std::byte const> bytes) noexcept : rest_(bytes) {}

  /// Whether the bytes are keys to the last of them. Linear in their number.
  bool valid() const noexcept {
    key_list walk = *this;
    while (walk.next()) {
    }
    return walk.rest_.empty();
  }

  /// The next key; nothing at the end, or where the bytes are cut short.
  std::optional<std::span<std::byte const>> next() noexcept {
    synod::detail::byte_reader reader{rest_};
    std::span<std::byte const> key;
    if (!reader.get(key)) return std::nullopt;
    rest_ = rest_.subspan(reader.at());
    return key;
  }

 private:
  std::span<std::byte const> rest_;
};

/// Appends a key to the bytes of a `key_list`. A key is shorter than 2^32 bytes.
inline void append_key(std::vector<std::byte>& list, std::span<std::byte const> key) {
  std::size_t const before = list.size();
  list.resize(before + encoded_size(key));
  synod::detail::byte_writer{list.data() + before}.put(key);
}

}  // namespace synod::inline SYNOD_ABI::machine
