// SPDX-License-Identifier: BSL-1.0
// The parts of the simulator on their own.
#include <cstdint>
#include <vector>

#include "synod/sim/event_queue.hpp"
#include "synod/sim/faults.hpp"
#include "synod/sim/links.hpp"
#include "synod/sim/mailbag.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

TEST_CASE("events come in the order of time, and of equal times as they were made") {
  event_queue queue;
  queue.push({20}, 1, 2, 0);
  for (std::uint64_t n = 1; n <= 5; ++n) queue.push({10}, 3, 4, n);
  for (std::uint64_t n = 1; n <= 5; ++n) {
    sim_event const e = queue.pop();
    CHECK(e.at == instant{10});
    CHECK(e.kind() == 3);
    CHECK(e.node() == 4);
    CHECK(e.what == n);
  }
  CHECK(queue.pop().kind() == 1);
  CHECK(queue.empty());
}

TEST_CASE("a split cuts both ways and only between the sides") {
  links l;
  CHECK(l.whole());
  l.split(0b00101, 5);
  CHECK(l.open(0, 2));
  CHECK(l.open(1, 4));
  CHECK_FALSE(l.open(0, 1));
  CHECK_FALSE(l.open(1, 0));
  CHECK(l.open(3, 3));
  l.mend();
  l.cut(1, 2);
  CHECK_FALSE(l.open(1, 2));
  CHECK(l.open(2, 1));
}

TEST_CASE("a pool gives back what was dropped") {
  mailbag<int> mail;
  auto const first = mail.add();
  auto const second = mail.add();
  CHECK(first != second);
  mail.drop(first);
  CHECK(mail.add() == first);
  mail.clear();
  CHECK(mail.add() != mail.add());
}

TEST_CASE("a mix is drawn from the seed alone, and seeds differ") {
  auto const draw = [](std::uint64_t seed) {
    splitmix64 random{seed};
    return draw_faults(random, milliseconds(100));
  };
  CHECK(draw(1).transit_least == draw(1).transit_least);
  std::size_t calm = 0;
  std::size_t lossy = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    fault_mix const mix = draw(seed);
    calm += mix.crash_every == duration{} ? 1u : 0u;
    lossy += mix.lost != 0 ? 1u : 0u;
    CHECK(mix.lost < fault_mix::certain);
  }
  CHECK(calm > 20);
  CHECK(lossy > 20);
}
