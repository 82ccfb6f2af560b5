// SPDX-License-Identifier: BSL-1.0
// xxHash, inlined into the unit: nothing to link, and the compiler sees through short keys.
//
// A unit that includes <xxhash.h> itself, before or after, gets along with this: xxHash renames
// what it inlines. Its functions have internal linkage; those of ours that call them live in an
// inline namespace that bears the instruction set (base/abi.hpp), so that units compiled for
// different ones do not share a definition.
#pragma once

#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

#if XXH_VERSION_NUMBER < 800
#error "synod needs xxHash 0.8.0 or later: XXH3 is final since then"
#endif
