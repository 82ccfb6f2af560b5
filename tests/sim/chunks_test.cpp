// SPDX-License-Identifier: BSL-1.0
// The simulator over logs in tiny chunks: what is shipped, applied and compared stands in several
// pieces of memory, and every oracle holds.
#include <cstdint>

#include "tests/sim/protocols.hpp"
#include "tests/support/catch.hpp"

using namespace synod;
using namespace synod::test;

namespace {

/// A chunk takes two or three entries of a client of the simulator.
struct chunked_log : memory_log {
  chunked_log() : memory_log({}, 64) {}

  log_index fits(log_index first, log_index last, std::uint64_t bytes) const noexcept {
    log_index const upto = memory_log::fits(first, last, bytes);
    if (upto < last && bytes_of(first, next(upto)) <= bytes) ++cut_short;
    return upto;
  }
  static inline std::uint64_t cut_short = 0;  // by the end of a chunk
};

struct simulated : raft::with<option::storage<crashable<chunked_log>>> {};

}  // namespace

TEST_CASE("Raft holds under faults where no two or three entries stand together", "[T2-21]") {
  raft_model<simulated, chunked_log> model;
  sim simulator{model};
  sim_summary summary;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    sim_setup setup;
    setup.seed = seed;
    setup.check_all_every = 200;
    sim_report const report = simulator.run(setup);
    INFO(describe(report));
    REQUIRE_FALSE(report.verdict.broken());
    summary.add(report);
  }
  INFO(summary.text());
  for (std::string const& what : summary.unmet(raft_under_test::demands)) FAIL_CHECK(what);
  CHECK(chunked_log::cut_short > 10'000);
}
