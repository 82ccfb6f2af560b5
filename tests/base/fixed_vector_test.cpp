// SPDX-License-Identifier: BSL-1.0
#include "synod/base/fixed_vector.hpp"

#include <vector>

#include "synod/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/violation.hpp"

using namespace synod;

static_assert(std::is_trivially_copyable_v<fixed_vector<int, 4>>);
static_assert(fixed_vector<int, 4>::capacity() == 4);

TEST_CASE("a fixed vector agrees with a vector") {
  splitmix64 draw(1);
  for (int round = 0; round < 100; ++round) {
    fixed_vector<int, 5> fixed;
    std::vector<int> plain;
    for (int i = 0; i < 60; ++i) {
      switch (draw.below(5)) {
        case 0:
        case 1:
          if (!fixed.full()) {
            fixed.push_back(i);
            plain.push_back(i);
          }
          break;
        case 2:
          if (!fixed.empty()) {
            fixed.pop_back();
            plain.pop_back();
          }
          break;
        case 3: {
          auto const n = draw.below(plain.size() + 1);
          fixed.drop_front(n);
          plain.erase(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(n));
          break;
        }
        default: {
          auto const n = draw.below(plain.size() + 1);
          fixed.resize(n);
          plain.resize(n);
        }
      }
      CHECK(std::vector<int>(fixed.begin(), fixed.end()) == plain);
      CHECK(fixed.size() == plain.size());
      CHECK(fixed.empty() == plain.empty());
      CHECK(fixed.full() == (plain.size() == 5));
      if (!plain.empty()) {
        CHECK(fixed.front() == plain.front());
        CHECK(fixed.back() == plain.back());
        CHECK(fixed[plain.size() - 1] == plain.back());
      }
    }
  }
}

TEST_CASE("equal contents are equal, whatever was there before") {
  fixed_vector<int, 4> a, b;
  for (int i : {1, 2, 3}) a.push_back(i);
  a.pop_front();
  b.push_back(2);
  b.push_back(3);
  CHECK(a == b);
  a.clear();
  CHECK(a == fixed_vector<int, 4>{});
}

TEST_CASE("what is beyond the capacity is a violation") {
  CHECK(test::violation_of([] {
          fixed_vector<int, 1> one;
          one.push_back(1);
          one.push_back(2);
        }) == "fixed_vector: push_back beyond the capacity");
}

TEST_CASE("a fixed vector works while compiling") {
  constexpr auto made = [] {
    fixed_vector<int, 3> v;
    v.push_back(1);
    v.push_back(2);
    v.pop_front();
    return v;
  }();
  static_assert(made.size() == 1 && made.front() == 2);
}
