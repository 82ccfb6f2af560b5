// expect: reflect: an enum lacks: constexpr E last_value.E.
// SPDX-License-Identifier: BSL-1.0
#include "synod/reflect/decode.hpp"

enum class color { red, green };
#ifdef SYNOD_VALID
constexpr color last_value(color) { return color::green; }
#endif

bool reads(std::span<std::byte const> bytes) { return bool{synod::decode<color>(bytes)}; }
