// SPDX-License-Identifier: BSL-1.0
// Catch2, whichever version is installed. Tested with v2 (Debian 12's 2.13.10); v3 is meant to work
// and is not tested here. Written for both: TEST_CASE, SECTION, CHECK, REQUIRE, INFO, CAPTURE,
// GENERATE, Catch::Approx, and matchers by their full name (Catch::Matchers::...).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
namespace Catch {
using Detail::Approx;
}
#endif
