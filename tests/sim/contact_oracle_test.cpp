// SPDX-License-Identifier: BSL-1.0
// O-LIVE and O-QUIET from who heard whom, on histories made by hand.
#include <cstddef>
#include <cstdint>
#include <string>

#include "synod/sim/contact_oracle.hpp"
#include "tests/support/catch.hpp"

using namespace synod;

namespace {

// Five nodes whose time-out is 100; node 0 is looked at.
struct told {
  told() {
    contact.begin(5, {100}, verdict);
    for (std::size_t slot = 0; slot < 5; ++slot) contact.started(slot, {0});
  }
  std::string oracle() const { return verdict.broken() ? verdict.oracle() : "none"; }

  sim_verdict verdict;
  contact_oracle contact;
};

}  // namespace

TEST_CASE("O-LIVE: a leader in touch with half of its followers may go on") {
  told t;
  t.contact.took_office(0, {0});
  t.contact.heard(0, 1, {500});
  t.contact.heard(0, 2, {600});
  t.contact.leads(0, {700}, false);
  CHECK(t.oracle() == "none");
  SECTION("but not two time-outs after it heard the last of a majority") {
    t.contact.heard(0, 2, {700});
    t.contact.leads(0, {701}, false);
    CHECK(t.oracle() == "O-LIVE");
  }
  SECTION("whoever it hears") {
    t.contact.heard(0, 3, {700});
    t.contact.leads(0, {800}, false);
    CHECK(t.oracle() == "none");
  }
}

TEST_CASE("O-LIVE: a new leader has two time-outs to be heard") {
  told t;
  t.contact.took_office(0, {1000});
  t.contact.leads(0, {1200}, false);
  CHECK(t.oracle() == "none");
  t.contact.leads(0, {1201}, false);
  CHECK(t.oracle() == "O-LIVE");
}

TEST_CASE("O-LIVE: a leader whose disk hangs gives up, if it has something to write") {
  told t;
  t.contact.took_office(0, {0});
  t.contact.wrote(0, {100});
  for (std::size_t other : {1u, 2u}) t.contact.heard(0, other, {1000});
  t.contact.leads(0, {1000}, false);
  t.contact.leads(0, {300}, true);
  CHECK(t.oracle() == "none");
  t.contact.leads(0, {301}, true);
  CHECK(t.oracle() == "O-LIVE");
}

TEST_CASE("O-QUIET: who raises its ballot has heard a majority") {
  told t;
  t.contact.heard(0, 1, {1000});
  SECTION("of five, one other is too few") { t.contact.campaigns(0, {1100}); }
  SECTION("two will do") {
    t.contact.heard(0, 2, {950});
    t.contact.campaigns(0, {1100});
    CHECK(t.oracle() == "none");
    SECTION("if it was lately") { t.contact.campaigns(0, {1151}); }
    SECTION("and in this life") {
      t.contact.started(0, {1100});
      t.contact.campaigns(0, {1100});
    }
  }
  if (!t.verdict.broken()) return;  // the section above all others
  CHECK(t.oracle() == "O-QUIET");
}
