// SPDX-License-Identifier: BSL-1.0
// The main of every room's tests. Catch2 v2 wants to be told where its implementation goes; v3 has
// it in its library.
#define CATCH_CONFIG_RUNNER
#include "tests/support/catch.hpp"

int main(int argc, char* argv[]) { return Catch::Session().run(argc, argv); }
