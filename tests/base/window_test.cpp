// SPDX-License-Identifier: BSL-1.0
#include "synod/base/window.hpp"

#include <deque>

#include "synod/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

TEST_CASE("a window agrees with a deque") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    splitmix64 draw(seed);
    window<int> win;
    std::deque<int> plain;
    for (int i = 0; i < 500; ++i) {
      switch (draw.below(8)) {
        case 0:
        case 1:
        case 2:
          win.push_back(i);
          plain.push_back(i);
          break;
        case 3:
          win.extend() = -i;
          plain.push_back(-i);
          break;
        case 4: {
          int more[20];
          std::size_t const n = draw.below(20);
          for (std::size_t k = 0; k < n; ++k) more[k] = i * 100 + static_cast<int>(k);
          win.append(more, n);
          plain.insert(plain.end(), more, more + n);
          break;
        }
        case 5: {
          std::size_t const n = draw.below(std::min<std::size_t>(plain.size(), 30) + 1);
          win.drop_front(n);
          plain.erase(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(n));
          break;
        }
        case 6: {
          std::size_t const n =
              plain.size() - draw.below(std::min<std::size_t>(plain.size(), 5) + 1);
          win.truncate(n);
          plain.resize(n);
          break;
        }
        default:
          if (draw.below(20) == 0) {
            win.clear();
            plain.clear();
          }
      }
      REQUIRE(win.size() == plain.size());
      REQUIRE(win.empty() == plain.empty());
      REQUIRE(std::equal(plain.begin(), plain.end(), win.data()));
      if (!plain.empty()) {
        REQUIRE(win.front() == plain.front());
        REQUIRE(win.back() == plain.back());
        REQUIRE(win[plain.size() / 2] == plain[plain.size() / 2]);
      }
    }
  }
}

TEST_CASE("a copied window is one of its own") {
  window<int> a;
  for (int i = 0; i < 10; ++i) a.push_back(i);
  a.drop_front(3);
  window<int> b = a;
  b.push_back(99);
  b.front() = 7;
  CHECK(a.size() == 7);
  CHECK(a.front() == 3);
  CHECK(b.back() == 99);
}
