// SPDX-License-Identifier: BSL-1.0
// Counts what a program allocates. To be included by exactly one unit of it: it replaces the global
// allocation functions.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace synod::test {
inline std::size_t allocations = 0;
}

// Not inlined: g++ would see `free` of what `new` gave, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++synod::test::allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// Without these the sanitizers have their own.
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }
