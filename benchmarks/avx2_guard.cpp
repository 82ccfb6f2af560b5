// SPDX-License-Identifier: BSL-1.0
// Ends a program whose other units are compiled for AVX2 where the machine has none, before any of
// them runs. This unit is not.
#include <cstdio>
#include <cstdlib>

namespace {

[[gnu::constructor(101)]] void need_avx2() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) return;
  std::puts("SKIPPED: this machine has no AVX2");
  std::fflush(stdout);
  std::_Exit(0);
}

}  // namespace
