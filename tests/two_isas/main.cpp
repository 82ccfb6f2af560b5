// SPDX-License-Identifier: BSL-1.0
// Units for different instruction sets in one program: each does its own, and all answer alike.
#include <cstdint>
#include <cstdio>

std::uint64_t plain();
std::uint64_t avx2();

int main() {
  std::uint64_t const here = plain();
  if (!__builtin_cpu_supports("avx2")) {
    std::puts("SKIPPED: this machine has no AVX2");
    return 0;
  }
  return here == avx2() && here == plain() ? 0 : 1;
}
