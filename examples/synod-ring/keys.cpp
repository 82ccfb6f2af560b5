// SPDX-License-Identifier: BSL-1.0
#include "examples/synod-ring/keys.hpp"

#include <cstddef>
#include <utility>

namespace synod_ring {

key_list::key_list(std::string content) : content_(std::move(content)) {
  for (std::string_view rest = content_; !rest.empty();) {
    std::size_t const end = rest.find('\n');
    std::string_view key = rest.substr(0, end);
    if (key.ends_with('\r')) key.remove_suffix(1);
    keys_.push_back(key);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
}

}  // namespace synod_ring
