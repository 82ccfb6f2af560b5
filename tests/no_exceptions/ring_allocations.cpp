// SPDX-License-Identifier: BSL-1.0
// Where a ring allocates, and where not: look-ups, walks, plans and copies never; building answers
// `exhausted` whichever allocation fails, gives back what it had, and leaves its source as it was.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string_view>

#include "synod/ring.hpp"

namespace {

std::size_t allocations = 0;  // ever made
std::size_t alive = 0;
std::size_t left = ~std::size_t{0};  // how many more are granted

void* take(std::size_t size, std::align_val_t alignment) noexcept {
  if (left == 0) return nullptr;
  --left;
  ++allocations;
  ++alive;
  auto const unit = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(unit, (size + unit - 1) / unit * unit);
}

void expect(bool holds, char const* what) {
  if (holds) return;
  std::fprintf(stderr, "FAILED: %s\n", what);
  std::exit(1);
}

void look_ups_do_not_allocate() {
  auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
  auto const next = ring.with({"d"}).value();
  std::size_t const before = allocations;

  std::uint64_t sum = 0;
  for (int key = 0; key < 1000; ++key) {
    sum += ring.owner(key).size() + ring.owner_index(key);
    for (std::string_view const name : ring.replicas(key, 4)) sum += name.size();
    std::array<std::string_view, 4> out;
    sum += ring.replicas(key, out).found;
  }
  for (auto const& node : ring.balance()) sum += node.points;
  for (auto const& move : plan(ring, next)) sum += move.to.size();
  synod::hash_ring const copy = ring;
  expect(copy == ring && sum > 0, "a copy is equal");
  expect(allocations == before, "look-ups, walks, plans and copies allocate nothing");
}

// Fails the first allocation, then the second, and so on, until there are enough.
template <class Build>
void exhaustion_is_an_answer(Build build) {
  std::size_t const held = alive;
  for (std::size_t granted = 0;; ++granted) {
    left = granted;
    bool const made = [&] {
      auto const answer = build();
      expect(answer || answer.error().code == synod::errc::exhausted, "the error is `exhausted`");
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

}  // namespace

void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  return take(size, alignment);
}
void* operator new(std::size_t size) {
  void* const memory = take(size, std::align_val_t{alignof(std::max_align_t)});
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) --alive;
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { operator delete(memory); }

int main() {
  look_ups_do_not_allocate();
  {
    auto const ring = synod::hash_ring::make({{"a"}, {"b", 2.0}, {"c"}}).value();
    auto const same = ring;
    exhaustion_is_an_answer([] { return synod::hash_ring::make({{"x"}, {"y"}}); });
    exhaustion_is_an_answer([&] { return ring.with({"d"}); });
    exhaustion_is_an_answer([&] { return ring.without("a"); });
    exhaustion_is_an_answer([&] { return ring.reweighted("b", 3.0); });
    expect(ring == same && ring.owner("user:42") == "c", "the source is as it was");
  }
  expect(alive == 0, "all memory is given back");
}
