// SPDX-License-Identifier: BSL-1.0
// Counts what a program allocates and grants no more than it is told, for plain programs. To be
// included by exactly one unit of it: it replaces the global allocation functions.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "synod/base/result.hpp"

namespace synod::test {

inline std::size_t allocations = 0;  // ever made
inline std::size_t alive = 0;
inline std::size_t left = ~std::size_t{0};  // how many more are granted
inline std::size_t bytes_alive = 0;
inline std::size_t most_bytes_alive = 0;
inline std::size_t bytes_taken = 0;  // in all

inline void* take(std::size_t size, std::align_val_t alignment) noexcept {
  if (left == 0) return nullptr;
  --left;
  ++allocations;
  ++alive;
  auto const unit = static_cast<std::size_t>(alignment);
  void* const memory = std::aligned_alloc(unit, (size + unit - 1) / unit * unit);
  bytes_taken += malloc_usable_size(memory);
  bytes_alive += malloc_usable_size(memory);
  if (bytes_alive > most_bytes_alive) most_bytes_alive = bytes_alive;
  return memory;
}

inline void expect(bool holds, char const* what) {
  if (holds) return;
  std::fprintf(stderr, "FAILED: %s\n", what);
  std::exit(1);
}

/// Fails the first allocation, then the second, and so on, until there are enough.
template <class Build>
void exhaustion_is_an_answer(Build build) {
  std::size_t const held = alive;
  for (std::size_t granted = 0;; ++granted) {
    left = granted;
    bool const made = [&] {
      auto const answer = build();
      expect(answer || answer.error().code == errc::exhausted, "the error is `exhausted`");
      return static_cast<bool>(answer);
    }();
    left = ~std::size_t{0};
    expect(alive == held, "nothing is kept");
    if (made) {
      expect(granted > 0, "building allocates");
      return;
    }
  }
}

}  // namespace synod::test

void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return synod::test::take(size, alignment);
}
void* operator new(std::size_t size) {
  void* const memory = synod::test::take(size, std::align_val_t{alignof(std::max_align_t)});
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) --synod::test::alive;
  synod::test::bytes_alive -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
// Without these the sanitizers have their own.
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { operator delete(memory); }
