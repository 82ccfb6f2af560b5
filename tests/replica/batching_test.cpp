// SPDX-License-Identifier: BSL-1.0
// How many commands share a sync of a disk that takes 5 ms, and how long they wait.
#include <cstdio>
#include <cstdlib>

#include "tests/replica/load.hpp"

using namespace synod;
using namespace synod::test;

namespace {

load_figures figures(std::size_t nodes, std::size_t clients, duration think,
                     bool at_a_follower = false, duration delay = replica_options{}.batch_delay,
                     duration sync = milliseconds(5)) {
  load_setup how;
  how.sync = sync;
  how.options.batch_delay = delay;
  how.nodes = nodes;
  how.clients = clients;
  how.think = think;
  how.at_a_follower = at_a_follower;
  load_figures const f = load(how).run();
  CAPTURE(nodes, clients, think.ns, at_a_follower);
  CHECK(f.others == 0);
  CHECK(f.answers > 100);
  if (std::getenv("SYNOD_FIGURES") != nullptr) {
    std::printf("| %zu | %zu | %s | %.1f | %.0f | %.2f | %.2f |\n", nodes, clients,
                at_a_follower ? "follower" : "leader", f.commands_per_sync, f.commands_per_second,
                f.mean_latency, f.worst_latency);
  }
  return f;
}

}  // namespace

TEST_CASE("fifty clients: at least 40 commands a sync, at most 3 syncs until the answer") {
  for (std::size_t const nodes : {1u, 3u}) {
    for (duration const think : {duration{}, microseconds(200)}) {
      for (bool const at_a_follower : {false, true}) {
        if (nodes == 1 && at_a_follower) continue;
        CAPTURE(nodes, think.ns, at_a_follower);
        load_figures const f = figures(nodes, 50, think, at_a_follower);
        CHECK(f.commands_per_sync >= 40);
        CHECK(f.worst_latency <= 3);
      }
    }
  }
}

TEST_CASE("one client waits for no batch: its command is written at once") {
  for (std::size_t const nodes : {1u, 3u}) {
    for (duration const think : {duration{}, microseconds(200), milliseconds(3)}) {
      CAPTURE(nodes, think.ns);
      load_figures const f = figures(nodes, 1, think);
      CHECK(f.worst_latency <= 1.001);
    }
  }
}

TEST_CASE("ten clients and two hundred share their syncs too") {
  for (std::size_t const nodes : {1u, 3u}) {
    for (std::size_t const clients : {10u, 200u}) {
      CAPTURE(nodes, clients);
      load_figures const f = figures(nodes, clients, microseconds(200));
      CHECK(f.commands_per_sync >= 0.8 * static_cast<double>(clients));
      CHECK(f.worst_latency <= 3);
    }
  }
}

TEST_CASE("clients that think for long share what they can, and wait no longer for it") {
  load_figures const f = figures(3, 50, milliseconds(20));
  CHECK(f.commands_per_sync >= 10);
  CHECK(f.worst_latency <= 3);
}

TEST_CASE("the wait suits fast disks and slow ones: fifty clients share each sync") {
  for (std::uint64_t const us : {400u, 5'000u, 20'000u}) {
    CAPTURE(us);
    duration const sync = microseconds(us);
    duration const think = microseconds(us / 5);
    load_figures const f = figures(3, 50, think, false, replica_options{}.batch_delay, sync);
    CHECK(f.commands_per_sync >= 40);
    CHECK(f.worst_latency <= 3);
  }
}

TEST_CASE("without the wait for those who were just answered, the clients split into two groups") {
  load_figures const f = figures(3, 50, microseconds(200), false, {});
  CHECK(f.commands_per_sync < 30);
  CHECK(f.mean_latency > 1.8);
}
