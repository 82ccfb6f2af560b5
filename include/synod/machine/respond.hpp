// SPDX-License-Identifier: BSL-1.0
// How a machine hands out its response.
#pragma once

#include "synod/reflect/encode.hpp"

namespace synod::inline SYNOD_ABI::detail {

// The size of the response, which is written if it fits `out`.
template <class Response>
constexpr std::size_t respond(Response const& response, std::span<std::byte> out) noexcept {
  auto const written = encode(response, out);
  return written ? *written : static_cast<std::size_t>(written.error().place);
}

}  // namespace synod::inline SYNOD_ABI::detail
