// SPDX-License-Identifier: BSL-1.0
// The histories of anishathalye/porcupine (test_data, MIT), with the verdicts its tests assert.
#include <algorithm>
#include <sstream>
#include <string>

#include "tests/check/corpus.hpp"
#include "tests/check/evidence.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/testdata.hpp"

using namespace synod;

TEST_CASE("Histories with a known verdict are judged so, with evidence",
          "[lin_forgets_real_time]") {
  auto const expected = test::testdata("linearizability/EXPECTED.tsv");
  if (!expected) return;
  std::istringstream rows(*expected);
  std::string row;
  int judged = 0;
  while (std::getline(rows, row)) {
    if (row.starts_with("# ")) continue;
    std::istringstream fields(row);
    std::string file, model, verdict;
    fields >> file >> model >> verdict;
    auto const text = test::testdata("linearizability/" + file);
    CAPTURE(file);
    REQUIRE(text);
    auto const wanted =
        verdict == "yes" ? linearizability::linearizable : linearizability::not_linearizable;
    if (model == "register") {
      auto const history = test::read_etcd(*text);
      REQUIRE(history.size() > 60);
      auto const report = check_linearizability<test::etcd_register>(history).value();
      CHECK(report.verdict == wanted);
      CHECK(test::evidence_holds<test::etcd_register>(report, history));
    } else {
      auto const history = test::read_kv(*text);
      REQUIRE(2 * history.size() ==
              static_cast<std::size_t>(std::count(text->begin(), text->end(), '\n')));
      auto const report = check_linearizability<kv_model>(history, test::empty_text).value();
      CHECK(report.verdict == wanted);
      CHECK(test::evidence_holds<kv_model>(report, history, test::empty_text));
    }
    ++judged;
  }
  CHECK(judged == 57);
}
