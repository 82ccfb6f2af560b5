// SPDX-License-Identifier: BSL-1.0
// What the demo measured, as one HTML page that needs nothing beside it.
#pragma once

#include <string>

#include "examples/demo/agree.hpp"
#include "examples/demo/place.hpp"
#include "examples/demo/serve.hpp"

namespace demo {

/// The page: shares, what moved, throughput (and, of servers, latency) with the kills marked.
std::string page_of(place_result const& placed, agree_result const& agreed);
std::string page_of(place_result const& placed, serve_result const& served);

/// Writes it, with the folders on the way there. False where that failed.
bool write_page(std::string const& file, std::string const& page);

}  // namespace demo
