// SPDX-License-Identifier: BSL-1.0
// How much memory a kv takes for a key; and that what is said again takes none.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "synod/kv.hpp"
#include "tests/support/counted_allocations.hpp"

using namespace synod::machine;
using synod::test::allocations;

namespace {

void expect(bool holds, char const* what) {
  if (holds) return;
  std::fprintf(stderr, "FAILED: %s\n", what);
  std::exit(1);
}

// What the allocator has given out, its own bytes included.
std::size_t bytes_alive() {
  auto const heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

struct told {
  kv machine;
  std::uint64_t index = 0;
  std::byte command[256];
  std::byte answer[256];

  template <class Command>
  kv_response operator()(Command const& what) {
    auto const size = encode_command(what, command);
    std::size_t const said = machine.apply({++index}, {command, *size}, answer);
    return *synod::decode<kv_response>({answer, said});
  }
};

struct key_of {
  explicit key_of(unsigned i) { std::snprintf(text, sizeof text, "key:%012u", i); }
  std::span<std::byte const> view() const { return std::as_bytes(std::span{text, 16}); }
  char text[20];
};

// Keys of 16 bytes, values of 32: the block is 64 with what the allocator adds.
void memory_is_bounded(bool with_lifetime) {
  told tell;
  std::size_t const before = bytes_alive();
  std::byte const value[32] = {};
  double held = 0;
  for (unsigned i = 0; i < 300'000; ++i) {
    kv_set command;
    key_of const key{i};
    command.key = key.view();
    command.value = value;
    if (with_lifetime) {
      command.lifetime = kv_lifetime::limited;
      command.limit = synod::seconds(1 + i % 1000);
    }
    expect(tell(command).status == kv_status::ok, "it is set");
    if (i < 1000 || i % 100 != 0) continue;
    double const keys = i + 1;
    held = static_cast<double>(bytes_alive() - before) / keys;
    // Of the key and its value with what the allocator adds; of record, index and heap.
    expect(held <= 64 + 48 + 22 + (with_lifetime ? 32 : 0), "bytes a key");
  }
  std::printf("%s: %.1f bytes a key of 16 and value of 32\n",
              with_lifetime ? "with lifetimes" : "without", held);
}

void steady_state() {
  told tell;
  std::byte const value[40] = {};
  std::size_t before = 0;
  for (unsigned round = 0; round < 50; ++round) {
    if (round == 2) before = allocations;
    tell(kv_advance{synod::instant{round}});
    for (unsigned i = 0; i < 100; ++i) {
      key_of const key{i};
      kv_set command;
      command.key = key.view();
      command.value = std::span{value}.first(32 + round % 8);
      command.lifetime = kv_lifetime::limited;
      command.limit = {100};
      command.want_old = true;
      expect(tell(command).status == kv_status::ok, "it is set");
      expect(tell(kv_get{key.view()}).value->size() == command.value.size(), "it is there");
      expect(tell(kv_expire{key.view(), 100}).status == kv_status::ok, "it is prolonged");
      key_of const number{1000 + i};
      expect(tell(kv_add{number.view(), 1}).number == round + 1, "it is counted");
    }
  }
  expect(allocations == before, "keys that are there take no memory when they are set again");
}

}  // namespace

int main() {
  memory_is_bounded(false);
  memory_is_bounded(true);
  steady_state();
}
