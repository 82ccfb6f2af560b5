// SPDX-License-Identifier: BSL-1.0
// The inline namespace every synod name lives in.
//
// What is compiled differently has a different name: the namespace carries the version, the
// instruction set and every configuration macro, so that two translation units built with
// different flags link safely side by side instead of silently sharing one of two definitions.
#pragma once

#include "synod/version.hpp"

#define SYNOD_ABI_PASTE_(major, minor, isa, mutants) v##major##_##minor##isa##mutants
#define SYNOD_ABI_PASTE(major, minor, isa, mutants) SYNOD_ABI_PASTE_(major, minor, isa, mutants)

#if defined(__AVX512F__)
#define SYNOD_ABI_ISA _avx512
#elif defined(__AVX2__)
#define SYNOD_ABI_ISA _avx2
#elif defined(__AVX__)
#define SYNOD_ABI_ISA _avx
#elif defined(__SSE4_2__)
#define SYNOD_ABI_ISA _sse42
#else
#define SYNOD_ABI_ISA
#endif

#if defined(SYNOD_MUTANTS)
#define SYNOD_ABI_MUTANTS _mutants
#else
#define SYNOD_ABI_MUTANTS
#endif

// Opened as `namespace synod::inline SYNOD_ABI { ... }`.
#define SYNOD_ABI \
  SYNOD_ABI_PASTE(SYNOD_VERSION_MAJOR, SYNOD_VERSION_MINOR, SYNOD_ABI_ISA, SYNOD_ABI_MUTANTS)
