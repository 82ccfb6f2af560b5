// SPDX-License-Identifier: BSL-1.0
// O-SNAP and O-READ on histories made by hand.
#include <cstdint>
#include <string>

#include "synod/sim/fresh_reads.hpp"
#include "synod/sim/snapshot_oracle.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

std::string oracle_of(sim_verdict const& v) { return v.broken() ? v.oracle() : "none"; }

snapshot_chunk part(std::uint64_t at, std::uint64_t offset, std::uint32_t count) {
  return {{{at}, {1}}, offset, count, 100};
}

}  // namespace

TEST_CASE("O-SNAP: the parts of a snapshot follow each other") {
  sim_verdict verdict;
  snapshot_oracle snapshots;
  snapshots.begin(verdict);
  CHECK(snapshots.wrote(0, part(7, 0, 40)));
  CHECK(snapshots.is_coming(0));
  CHECK(snapshots.follows(0, part(7, 40, 40)));
  CHECK_FALSE(snapshots.follows(0, part(7, 80, 20)));
  SECTION("to the end") {
    CHECK(snapshots.wrote(0, part(7, 40, 60)));
    CHECK(snapshots.installed(0) == 2);
    CHECK_FALSE(snapshots.is_coming(0));
    CHECK(oracle_of(verdict) == "none");
  }
  SECTION("anew from the first byte, of any snapshot") {
    CHECK(snapshots.wrote(0, part(9, 0, 50)));
    CHECK(snapshots.wrote(0, part(9, 50, 50)));
    CHECK(oracle_of(verdict) == "none");
  }
  SECTION("without a gap") {
    CHECK_FALSE(snapshots.wrote(0, part(7, 80, 20)));
    CHECK(oracle_of(verdict) == "O-SNAP");
  }
  SECTION("of one snapshot") {
    CHECK_FALSE(snapshots.wrote(0, part(8, 40, 40)));
    CHECK(oracle_of(verdict) == "O-SNAP");
  }
  SECTION("of one life") {
    snapshots.started(0);
    CHECK_FALSE(snapshots.wrote(0, part(7, 40, 40)));
    CHECK(oracle_of(verdict) == "O-SNAP");
  }
}

TEST_CASE("O-SNAP: what is restored is what was saved") {
  sim_verdict verdict;
  snapshot_oracle snapshots;
  snapshots.begin(verdict);
  snapshots.saved(0, {7}, 111);
  snapshots.saved(1, {7}, 111);
  snapshots.restored(2, {7}, 111);
  CHECK(oracle_of(verdict) == "none");
  SECTION("the same state") { snapshots.restored(2, {7}, 112); }
  SECTION("at its index") { snapshots.restored(2, {8}, 111); }
  SECTION("whoever saves it") { snapshots.saved(2, {7}, 112); }
  CHECK(oracle_of(verdict) == "O-SNAP");
}

TEST_CASE("O-READ: a read shows what was committed when it was asked") {
  sim_verdict verdict;
  fresh_reads reads;
  reads.begin(verdict);
  ticket const first = reads.ask(0, {5});
  ticket const second = reads.ask(0, {6});
  reads.ready(0, first, {5});
  CHECK(oracle_of(verdict) == "none");
  CHECK(reads.answered() == 1);
  SECTION("and not less") {
    reads.ready(0, second, {5});
    CHECK(oracle_of(verdict) == "O-READ");
  }
  SECTION("it is answered once") {
    reads.failed(0, second);
    CHECK(oracle_of(verdict) == "none");
    reads.ready(0, second, {6});
    CHECK(oracle_of(verdict) == "contract");
  }
  SECTION("none waits where nobody leads") {
    reads.leads_not(1);
    CHECK(oracle_of(verdict) == "none");
    reads.leads_not(0);
    CHECK(oracle_of(verdict) == "O-READ");
  }
  SECTION("nobody waits at a process that is gone") {
    reads.crashed(0);
    reads.leads_not(0);
    CHECK(oracle_of(verdict) == "none");
  }
}
