// SPDX-License-Identifier: BSL-1.0
#include "synod/net/byte_queue.hpp"

#include <cstdint>
#include <deque>
#include <string>

#include "synod/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod;

namespace {

struct head {
  std::uint64_t number;
  char letter;
};

struct alignas(16) wide_head {
  std::uint64_t number;
};

std::span<std::byte const> bytes_of(std::string const& text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}
template <class Head>
std::string text_of(byte_queue<Head> const& queue) {
  auto const bytes = queue.front_bytes();
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("a byte queue agrees with a deque: growing, draining, moving to the front") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    splitmix64 draw(seed);
    byte_queue<head> queue;
    std::deque<std::pair<head, std::string>> plain;
    for (int i = 0; i < 2'000; ++i) {
      // Fills and drains in turns, with records of every alignment.
      bool const filling = (i / 100) % 2 == 0;
      if (draw.below(4) < (filling ? 3u : 1u)) {
        std::string const text(draw.below(40), static_cast<char>('a' + draw.below(26)));
        auto const letter = static_cast<char>('A' + draw.below(26));
        queue.push(bytes_of(text), std::uint64_t(i), letter);
        plain.push_back({{std::uint64_t(i), letter}, text});
      } else if (!plain.empty()) {
        queue.pop();
        plain.pop_front();
      }
      REQUIRE(queue.empty() == plain.empty());
      if (!plain.empty()) {
        REQUIRE(queue.front().number == plain.front().first.number);
        REQUIRE(queue.front().letter == plain.front().first.letter);
        REQUIRE(text_of(queue) == plain.front().second);
        REQUIRE(reinterpret_cast<std::uintptr_t>(&queue.front()) % alignof(head) == 0);
      }
    }
  }
}

TEST_CASE("heads are aligned as they ask") {
  byte_queue<wide_head> queue;
  for (std::size_t n = 0; n < 50; ++n) queue.push(bytes_of(std::string(n, 'x')), std::uint64_t{n});
  for (std::size_t n = 0; n < 50; ++n) {
    CHECK(reinterpret_cast<std::uintptr_t>(&queue.front()) % 16 == 0);
    CHECK(queue.front().number == n);
    CHECK(text_of(queue) == std::string(n, 'x'));
    queue.pop();
  }
  CHECK(queue.empty());
}

TEST_CASE("a record longer than all before it finds room") {
  byte_queue<head> queue;
  queue.push(bytes_of("small"), std::uint64_t{1}, 'a');
  queue.push(bytes_of(std::string(100'000, 'b')), std::uint64_t{2}, 'b');
  CHECK(text_of(queue) == "small");
  queue.pop();
  CHECK(text_of(queue).size() == 100'000);
}

TEST_CASE("cleared, it starts anew") {
  byte_queue<head> queue;
  queue.push({}, std::uint64_t{1}, 'a');
  queue.clear();
  CHECK(queue.empty());
  queue.push({}, std::uint64_t{2}, 'b');
  CHECK(queue.front().number == 2);
  CHECK(queue.front_bytes().empty());
}

TEST_CASE("nothing can be taken from an empty queue") {
  CHECK(test::violation_of([] { byte_queue<head>{}.pop(); }) ==
        "byte_queue: pop of an empty queue");
}

TEST_CASE("the heads that wait may be changed, their bytes stay") {
  byte_queue<int> queue;
  std::array<std::byte, 5> const bytes{std::byte{1}, std::byte{2}, std::byte{3}};
  for (int i = 0; i < 4; ++i) queue.push(std::span{bytes}.first(static_cast<std::size_t>(i)), i);
  queue.pop();
  int seen = 0;
  queue.for_each_head([&](int& head) {
    ++seen;
    head *= 10;
  });
  CHECK(seen == 3);
  CHECK(queue.front() == 10);
  queue.pop();
  CHECK(queue.front() == 20);
  CHECK(queue.front_bytes()[1] == std::byte{2});
}
