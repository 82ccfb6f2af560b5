// SPDX-License-Identifier: BSL-1.0
// How a machine saves: one value behind the other.
#pragma once

#include <vector>

#include "synod/reflect/encode.hpp"

namespace synod::inline SYNOD_ABI::machine::detail {

template <class T>
void append(std::vector<std::byte>& out, T const& value) {
  std::size_t const before = out.size();
  out.resize(before + encoded_size(value));
  synod::detail::byte_writer{out.data() + before}.put(value);
}

}  // namespace synod::inline SYNOD_ABI::machine::detail
