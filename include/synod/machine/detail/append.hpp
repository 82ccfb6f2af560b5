// SPDX-License-Identifier: BSL-1.0
// How a machine saves: values one behind the other.
#pragma once

#include <vector>

#include "synod/reflect/encode.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

template <class... T>
void append(std::vector<std::byte>& out, T const&... values) {
  std::size_t const before = out.size();
  out.resize(before + (encoded_size(values) + ...));
  synod::detail::byte_writer to{out.data() + before};
  (to.put(values), ...);
}

}  // namespace synod::inline SYNOD_ABI::machine::detail
