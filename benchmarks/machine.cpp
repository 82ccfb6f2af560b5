// SPDX-License-Identifier: BSL-1.0
// What a key-value machine costs with so many keys of 16 bytes, values of 32 and lifetimes:
// commands and questions at random keys, beside std::unordered_map; and what is done in one piece.
// The time of `save` to `expire_all` is of all keys together.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/kv.hpp"

namespace {

using namespace synod::machine;

struct key_text {
  explicit key_text(std::uint64_t i) {
    std::snprintf(text.data(), text.size(), "key:%012llu", static_cast<unsigned long long>(i));
  }
  std::string_view view() const { return {text.data(), 16}; }
  std::span<std::byte const> bytes() const { return std::as_bytes(std::span{text}).first(16); }
  std::array<char, 32> text{};
};

constexpr std::array<std::byte, 32> value{};

kv_set set_of(key_text const& key, std::uint64_t i) {
  kv_set command;
  command.key = key.bytes();
  command.value = value;
  command.lifetime = kv_lifetime::limited;
  command.limit = {1 + i % 1000};
  return command;
}

kv filled(std::uint64_t keys) {
  kv machine = kv::make({}, 12345).value();
  std::array<std::byte, 128> command;
  for (std::uint64_t i = 0; i < keys; ++i) {
    key_text const key{i};
    auto const size = encode_command(set_of(key, i), command).value();
    machine.apply({i + 1}, std::span{command}.first(size), {});
  }
  return machine;
}

// Commands of a fixed size, at keys drawn before.
class drawn {
 public:
  template <class Make>
  drawn(std::uint64_t keys, Make make) {
    synod::splitmix64 random{1};
    for (std::size_t i = 0; i < count; ++i) {
      key_text const key{random.below(keys)};
      auto const command = make(key, i);
      std::array<std::byte, 128> bytes;
      size_ = encode_command(command, bytes).value();
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.begin() + std::ptrdiff_t(size_));
    }
  }
  std::span<std::byte const> next() {
    auto const command = std::span{bytes_}.subspan(at_ * size_, size_);
    at_ = (at_ + 1) % count;
    return command;
  }

 private:
  static constexpr std::size_t count = 1 << 18;
  std::vector<std::byte> bytes_;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
};

void get(benchmark::State& state) {
  auto const keys = static_cast<std::uint64_t>(state.range());
  kv const machine = filled(keys);
  drawn questions{keys, [](key_text const& key, std::size_t) { return kv_get{key.bytes()}; }};
  std::array<std::byte, 128> out;
  for (auto _ : state) benchmark::DoNotOptimize(machine.query(questions.next(), out));
}

// So that the rival is asked by what lies in one piece of memory, as the machine is.
struct hash_of_text {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};

void get_unordered_map(benchmark::State& state) {
  auto const keys = static_cast<std::uint64_t>(state.range());
  std::unordered_map<std::string, std::string, hash_of_text, std::equal_to<>> map;
  for (std::uint64_t i = 0; i < keys; ++i) {
    map.emplace(key_text{i}.view(), std::string(32, 'v'));
  }
  std::vector<key_text> questions;
  synod::splitmix64 random{1};
  for (int i = 0; i < 1 << 18; ++i) questions.emplace_back(random.below(keys));
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(map.find(questions[at].view())->second.front());
    at = (at + 1) % questions.size();
  }
}

void set(benchmark::State& state) {
  auto const keys = static_cast<std::uint64_t>(state.range());
  kv machine = filled(keys);
  drawn commands{keys, [](key_text const& key, std::size_t i) { return set_of(key, i); }};
  std::array<std::byte, 128> out;
  std::uint64_t index = keys;
  for (auto _ : state) benchmark::DoNotOptimize(machine.apply({++index}, commands.next(), out));
}

void save(benchmark::State& state) {
  kv const machine = filled(static_cast<std::uint64_t>(state.range()));
  std::vector<std::byte> out;
  for (auto _ : state) {
    out.clear();
    machine.save(out);
  }
  state.counters["bytes"] = static_cast<double>(out.size());
}

void restore(benchmark::State& state) {
  kv const machine = filled(static_cast<std::uint64_t>(state.range()));
  std::vector<std::byte> bytes;
  machine.save(bytes);
  for (auto _ : state) benchmark::DoNotOptimize(machine.restored(bytes).value().size());
}

void copy(benchmark::State& state) {
  kv const machine = filled(static_cast<std::uint64_t>(state.range()));
  for (auto _ : state) benchmark::DoNotOptimize(kv{machine}.size());
}

void expire_all(benchmark::State& state) {
  kv const machine = filled(static_cast<std::uint64_t>(state.range()));
  std::array<std::byte, 16> command;
  auto const size = kv::advance(synod::instant{1000}, command);
  for (auto _ : state) {
    state.PauseTiming();
    kv dying = machine;
    state.ResumeTiming();
    dying.apply({1}, std::span{command}.first(size), {});
    if (dying.size() != 0) state.SkipWithError("a key outlived its deadline");
  }
}

BENCHMARK(get)->Arg(1'000)->Arg(65'536)->Arg(1'000'000);
BENCHMARK(get_unordered_map)->Arg(1'000)->Arg(65'536)->Arg(1'000'000);
BENCHMARK(set)->Arg(1'000)->Arg(65'536)->Arg(1'000'000);
BENCHMARK(save)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(restore)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(copy)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(expire_all)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
