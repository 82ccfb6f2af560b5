// SPDX-License-Identifier: BSL-1.0
// The snapshot of a `kv`: what is in it, and what is refused, with its place.
#include <cstring>
#include <string>

#include "tests/machine/kv_script.hpp"
#include "tests/support/catch.hpp"

using namespace synod::test;
using namespace synod::machine;
using synod::errc;
using synod::error;
using synod::milliseconds;
using synod::seconds;

namespace {

bytes saved(store const& kv) {
  bytes out;
  kv.machine.save(out);
  return out;
}

constexpr std::size_t head = 13;  // format, time, count

// The records of a snapshot in an order of one's own.
bytes snapshot_of(synod::instant now, std::vector<detail::kv_snapshot_record> const& records) {
  bytes out;
  detail::append(out, detail::kv_snapshot_head{detail::kv_snapshot_head::this_format, now,
                                               static_cast<std::uint32_t>(records.size())});
  for (auto const& each : records) detail::append(out, each);
  return out;
}

error refusal(bytes const& snapshot, kv_limits limits = {}) {
  auto const read = kv::make(limits).value().restored(snapshot);
  REQUIRE_FALSE(read);
  return read.error();
}

}  // namespace

TEST_CASE("a lifetime goes on where it stood when the snapshot was taken (V7)",
          "[machine][kv][kv_restores_longer_lifetimes]") {
  store kv;
  kv.at(seconds(1'000));
  kv.set("lock", "mine", seconds(10));
  kv.set("other", "1");
  kv.at(seconds(1'007));

  store other;
  other.machine = kv.machine.restored(saved(kv)).value();
  CHECK(other.machine == kv.machine);
  CHECK(other.machine.now() == synod::instant{} + seconds(1'007));
  CHECK(other.remaining("lock").number == 3'000'000'000);
  other.at(seconds(1'010));
  CHECK_FALSE(other.get("lock"));
  CHECK(other.get("other") == "1");
}

TEST_CASE("equal states save equal bytes, whatever their history", "[machine][kv]") {
  store one;
  store other{kv_limits{}, 99};
  for (int i = 0; i < 200; ++i) one.set("key:" + std::to_string(i), "v");
  for (int i = 300; i-- > 0;) other.set("key:" + std::to_string(i), "w");
  for (int i = 200; i < 300; ++i) other.remove({"key:" + std::to_string(i)});
  for (int i = 0; i < 200; ++i) other.set("key:" + std::to_string(i), "v");
  CHECK(one.machine == other.machine);
  CHECK(one.machine.fingerprint() == other.machine.fingerprint());
  CHECK(saved(one) == saved(other));
}

TEST_CASE("save appends", "[machine][kv]") {
  store kv;
  kv.set("a", "1");
  bytes out(3, std::byte{7});
  kv.machine.save(out);
  auto const alone = saved(kv);
  CHECK(std::equal(alone.begin(), alone.end(), out.begin() + 3, out.end()));
}

TEST_CASE("a snapshot that is none is refused where it is wrong", "[machine][kv]") {
  store kv;
  kv.at(seconds(5));
  kv.set("a", "1", seconds(5));
  auto const whole = saved(kv);
  CHECK(refusal({}) == error{errc::bad_input, "", 0});

  auto other_format = whole;
  other_format[0] = std::byte{2};
  CHECK(refusal(other_format) == error{errc::bad_input, "", 0});

  auto cut = whole;
  cut.pop_back();
  CHECK(refusal(cut) == error{errc::bad_input, "", head + 11});  // where the deadline begins

  auto longer = whole;
  longer.push_back({});
  CHECK(refusal(longer) == error{errc::bad_input, "", whole.size()});

  auto greedy = whole;
  std::uint32_t const count = 0x00ff'ffff;
  std::memcpy(greedy.data() + 9, &count, sizeof count);
  CHECK(refusal(greedy) == error{errc::bad_input, "", 9});  // before any memory is taken
}

TEST_CASE("a snapshot that no machine saves is refused", "[machine][kv]") {
  using record = detail::kv_snapshot_record;
  synod::instant const now{100};
  auto const a = view("a");
  bool const in_order = detail::snapshot_order{a} < detail::snapshot_order{view("b")};
  auto const first = in_order ? a : view("b");
  auto const second = in_order ? view("b") : a;
  REQUIRE(kv{}.restored(snapshot_of(now, {record{first, {}, {}}, record{second, {}, {}}})));

  constexpr std::size_t second_at = head + 10;
  CHECK(refusal(snapshot_of(now, {record{second, {}, {}}, record{first, {}, {}}})) ==
        error{errc::bad_input, "", second_at});
  CHECK(refusal(snapshot_of(now, {record{a, {}, {}}, record{a, {}, {}}})) ==
        error{errc::bad_input, "", second_at});
  CHECK(refusal(snapshot_of(now, {record{a, {}, now}})) == error{errc::bad_input, "", head});
  CHECK(refusal(snapshot_of(now, {record{a, {}, detail::never}})) ==
        error{errc::bad_input, "", head});
}

TEST_CASE("a snapshot beyond the limits of who restores it is refused", "[machine][kv]") {
  store kv;
  kv.set("key", "value");
  kv.set("yek", "value");
  auto const whole = saved(kv);
  kv_limits limits;
  limits.max_keys = 1;
  CHECK(refusal(whole, limits) == error{errc::too_large, "", 9});
  limits = {};
  limits.max_key_bytes = 2;
  CHECK(refusal(whole, limits) == error{errc::too_large, "", head});
  limits = {};
  limits.max_value_bytes = 4;
  CHECK(refusal(whole, limits) == error{errc::too_large, "", head});
  limits = {};
  limits.max_bytes = 15;
  CHECK(refusal(whole, limits) == error{errc::too_large, "", head + 17});
}
