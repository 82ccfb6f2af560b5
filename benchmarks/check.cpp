// SPDX-License-Identifier: BSL-1.0
// What judging a history costs: those of testdata/linearizability where they are there, and drawn
// ones of clients that ask a store which answers at once.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/check.hpp"
#include "tests/check/corpus.hpp"

namespace {

std::string corpus(std::string const& name) {
  char const* const chosen = std::getenv("SYNOD_TESTDATA");
  std::string const folder = chosen != nullptr ? chosen : SYNOD_TESTDATA;
  std::ifstream file(folder + "/linearizability/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class Model>
void judge(benchmark::State& state, std::vector<synod::operation<Model>> const& history,
           Model const& initial, synod::linearizability expected) {
  if (history.empty()) return state.SkipWithError("not there");
  std::uint64_t steps = 0;
  for (auto _ : state) {
    auto const report = synod::check_linearizability<Model>(history, initial);
    if (report->verdict != expected) return state.SkipWithError("another verdict");
    steps = report->steps;
  }
  state.counters["operations"] = static_cast<double>(history.size());
  state.counters["steps"] = static_cast<double>(steps);
}

// Clients one after the other and at once: each operation takes effect at a drawn moment between
// its call and its return; one in a hundred is left open, with or without effect.
std::vector<synod::operation<synod::kv_model>> drawn(std::size_t size, std::uint64_t clients,
                                                     std::uint64_t keys) {
  using kv = synod::kv_model;
  struct request {
    synod::operation<kv> made;
    std::uint64_t effect;
  };
  synod::splitmix64 random(1);
  std::vector<request> all;
  std::vector<std::uint64_t> free(clients, 0);
  for (std::size_t i = 0; i < size; ++i) {
    std::uint64_t const client = i % clients;
    std::string const key = std::to_string(random.below(keys));
    request each;
    each.made.client = client;
    switch (random.below(4)) {
      case 0: each.made.input = kv::set(key, std::to_string(random.below(1000))); break;
      case 1: each.made.input = kv::increment(key); break;
      case 2: each.made.input = kv::set_if_absent(key, "1"); break;
      default: each.made.input = kv::get(key);
    }
    each.made.called = {free[client] + random.below(100)};
    each.effect = each.made.called.ns + random.below(1000);
    free[client] = each.effect + random.below(1000) + 1;
    if (random.below(100) != 0) each.made.returned = synod::instant{free[client]};
    all.push_back(each);
  }
  std::sort(all.begin(), all.end(),
            [](request const& a, request const& b) { return a.effect < b.effect; });
  std::map<std::string, kv> states;
  std::vector<synod::operation<kv>> history;
  for (request& each : all) {
    kv& state = states[each.made.input.key];
    if (each.made.returned) {
      // The answer is the one that fits.
      for (bool const done : {true, false}) {
        std::int64_t number = 0;
        if (state.value) number = std::strtoll(state.value->c_str(), nullptr, 10);
        kv::output const answer{done, state.value, number + 1};
        kv next = state;
        if (!next.step(each.made.input, answer)) continue;
        each.made.output = answer;
        state = next;
        break;
      }
    } else if (random.below(2) == 0) {
      state.step(each.made.input, std::nullopt);
    }
    history.push_back(each.made);
  }
  return history;
}

void add(std::string const& name, bool linearizable) {
  auto const expected = linearizable ? synod::linearizability::linearizable
                                     : synod::linearizability::not_linearizable;
  benchmark::RegisterBenchmark(("judge/" + name).c_str(), [=](benchmark::State& state) {
    judge(state, synod::test::read_kv(corpus("kv/" + name + ".txt")), synod::test::empty_text,
          expected);
  })->Unit(benchmark::kMicrosecond);
}

void add_drawn(std::size_t size, std::uint64_t clients, std::uint64_t keys) {
  std::string const name = "judge/drawn/" + std::to_string(size) + "_operations/" +
                           std::to_string(clients) + "_clients/" + std::to_string(keys) + "_keys";
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    judge(state, drawn(size, clients, keys), {}, synod::linearizability::linearizable);
  })->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  add("c10-ok", true);
  add("c10-bad", false);
  add("c50-ok", true);
  add_drawn(1'000, 5, 10);
  add_drawn(10'000, 20, 20);
  add_drawn(100'000, 20, 20);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
