// SPDX-License-Identifier: BSL-1.0
// A `kv` beside the plain model, and its containers beside plain ones.
#include "tests/machine/kv_model.hpp"

#include <map>
#include <random>
#include <set>
#include <string>

#include "tests/machine/kv_draw.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using namespace synod::machine;

TEST_CASE("a kv answers and holds what the plain model does", "[machine][kv][model]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    kv_draw draw{seed};
    store kv{kv_draw::limits(), seed};
    kv_model model{kv_draw::limits()};
    std::size_t differences = 0;
    for (int i = 0; i < 1000; ++i) {
      draw.next(
          [&](auto const& command) { differences += kv.tell(command) != model.tell(command); });
      std::uint64_t held = 0;
      std::optional<std::uint64_t> first;
      for (auto const& [key, each] : model.content()) {
        held += key.size() + each.value.size();
        if (each.deadline && (!first || *each.deadline < *first)) first = each.deadline;
      }
      auto const next = kv.machine.next_deadline();
      differences += kv.machine.size() != model.content().size();
      differences += kv.machine.bytes() != held;
      differences += next.has_value() != first.has_value() || (next && next->ns != *first);
      for (auto const key : kv_draw::all_keys) {
        differences += kv.ask(kv_get{view(key)}) != model.tell(kv_get{view(key)});
        differences += kv.remaining(key) != model.tell(kv_remaining{view(key)});
      }
    }
    CHECK(differences == 0);
  }
}

TEST_CASE("many keys, with removals among them, are found again", "[machine][kv][model]") {
  std::mt19937_64 random{3};
  store kv;
  std::map<std::string, std::string> model;
  for (int i = 0; i < 60'000; ++i) {
    auto const key = "key:" + std::to_string(random() % 5'000);
    if (random() % 5 < 2) {
      CHECK(kv.remove({key}).number == static_cast<std::int64_t>(model.erase(key)));
    } else {
      auto const value = std::string(random() % 200, 'v');
      kv.set(key, value);
      model[key] = value;
    }
  }
  REQUIRE(kv.machine.size() == model.size());
  std::size_t differences = 0;
  for (int i = 0; i < 5'000; ++i) {
    auto const key = "key:" + std::to_string(i);
    auto const there = model.find(key);
    auto const found = kv.get(key);
    differences +=
        found.has_value() != (there != model.end()) || (found && *found != there->second);
  }
  CHECK(differences == 0);
}

TEST_CASE("keys whose hashes collide are kept apart, through removals", "[machine][kv][model]") {
  // A number from 1 on; 0 is none.
  detail::probed_table<std::uint32_t> table;
  std::mt19937_64 random{5};
  std::map<std::uint32_t, std::uint64_t> model;  // number to hash
  std::uint32_t next = 1;
  std::size_t differences = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (model.size() < 40 && random() % 2 == 0) {
      // Few hashes, many of them at the end of the table, from where they are pushed to its front.
      auto const hash =
          random() % 2 == 0 ? random() % 4 - std::uint64_t{2} : std::uint64_t{random() % 8};
      differences += table[table.add(hash, next)] != next;
      model[next++] = hash;
    } else if (!model.empty()) {
      auto which = model.begin();
      std::advance(which, static_cast<std::ptrdiff_t>(random() % model.size()));
      table.remove(table.find(which->second, [&](auto n) { return n == which->first; }));
      model.erase(which);
    }
    for (auto const& [number, hash] : model) {
      auto const at = table.find(hash, [&, is = number](auto n) { return n == is; });
      differences += at == table.none || table[at] != number;
    }
    std::set<std::uint32_t> met;
    for (std::uint64_t hash = 0; hash < 10; ++hash) {
      table.find(hash - 2, [&](std::uint32_t n) { return met.insert(n), false; });
    }
    differences += met.size() != model.size();
    std::size_t walked = 0;
    table.for_each([&](std::uint32_t n) { walked += model.count(n); });
    differences += walked != model.size() || table.size() != model.size();
  }
  CHECK(differences == 0);
}

TEST_CASE("keys end in the order of their deadlines, then of their names (D3)",
          "[machine][kv][model][kv_ties_by_place]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random{seed};
    detail::kv_table table{seed};
    std::map<std::string, std::uint64_t> deadlines;
    for (int i = 0; i < 300; ++i) {
      auto const key = "k" + std::to_string(random() % 80);
      auto const which = table.find(view(key));
      if (which == table.none) {
        table.add(view(key), {});
      } else if (random() % 4 == 0) {
        table.remove(which);
        deadlines.erase(key);
      } else if (random() % 4 == 0) {
        table.set_deadline(which, std::nullopt);
        deadlines.erase(key);
      } else {
        deadlines[key] = 1 + random() % 12;
        table.set_deadline(which, synod::instant{deadlines[key]});
      }
    }
    std::set<std::pair<std::uint64_t, std::string>> order;
    for (auto const& [key, at] : deadlines) order.emplace(at, key);
    std::size_t differences = 0;
    for (auto const& [at, key] : order) {
      auto const first = table.first_to_end();
      REQUIRE(first != table.none);
      differences += table.deadline(first) != synod::instant{at};
      differences += !detail::same_bytes(table[first].key(), view(key));
      table.remove(first);
    }
    CHECK(differences == 0);
    CHECK(table.first_to_end() == table.none);
  }
}

TEST_CASE("a value that shrank far gives its memory back", "[machine][kv]") {
  detail::kv_record record{view("key"), view(std::string(100'000, 'x'))};
  auto const* const large = record.key().data();
  record.set_value(view(std::string(60'000, 'y')));
  CHECK(record.key().data() == large);
  record.set_value(view("z"));
  CHECK(record.key().data() != large);
  auto const* const small = record.key().data();
  record.set_value(view("zz"));
  CHECK(record.key().data() == small);
  CHECK(detail::same_bytes(record.value(), view("zz")));
}
