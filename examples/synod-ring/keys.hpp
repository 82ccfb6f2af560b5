// SPDX-License-Identifier: BSL-1.0
// Keys, one a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace synod_ring {

/// The lines of a file; a last one need not end. A key may be empty, and may hold any bytes but a
/// line feed; a carriage return before it belongs to the line's end.
class key_list {
 public:
  key_list() = default;
  explicit key_list(std::string content);
  key_list(key_list const&) = delete;
  key_list& operator=(key_list const&) = delete;

  std::vector<std::string_view> const& keys() const { return keys_; }

 private:
  std::string content_;
  std::vector<std::string_view> keys_;  // refer to it
};

}  // namespace synod_ring
