// SPDX-License-Identifier: BSL-1.0
// A log of steady size allocates no more, whatever passes through it, and one that shrinks gives
// its memory back.
#include <array>
#include <cstdio>
#include <vector>

#include "synod/base/random.hpp"
#include "synod/store/memory_log.hpp"
#include "tests/support/granted_allocations.hpp"

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;

class log_in_use {
 public:
  log_in_use() {
    synod::members who;
    who.voters.push_back({1});
    (void)log_.bootstrap(who);
    life_ = log_.recover()->life;
  }

  /// One entry of so many bytes.
  void append(std::size_t bytes) {
    synod::frame_entry(std::span{content_}.first(bytes), framed_.data());
    synod::log_index const at = synod::next(log_.last());
    synod::log_batch batch;
    batch.entries = synod::run{{at, {1}}, at, synod::kind::payload};
    log_.write(batch, {std::span{framed_}.first(synod::framed_bytes(bytes)), 1},
               {life_, ++writes_});
  }
  /// Forgets the oldest entries, so that so many bytes stay.
  void shrink(std::uint64_t bytes) {
    synod::log_index upto = log_.base().index;
    while (upto < log_.last() && log_.bytes_of(synod::next(upto), log_.last()) > bytes) {
      upto = synod::next(upto);
    }
    log_.compact(upto);
  }

 private:
  synod::memory_log log_;
  synod::life life_;
  std::uint64_t writes_ = 0;
  std::vector<std::byte> content_ = std::vector<std::byte>(mib);
  std::vector<std::byte> framed_ = std::vector<std::byte>(2 * mib);
};

// Passes so many bytes through a log that holds between `size` and `size` and `slack` bytes.
void pass(log_in_use& log, std::uint64_t bytes, std::uint64_t size, std::uint64_t slack) {
  synod::splitmix64 draw(size);
  std::uint64_t since = 0;
  for (std::uint64_t done = 0; done < bytes;) {
    std::size_t const next = draw.below(20) == 0 ? draw.below(100'000) : draw.below(2'000);
    log.append(next);
    done += next;
    since += next;
    if (since > slack) {
      log.shrink(size);
      since = 0;
    }
  }
}

}  // namespace

int main() {
  using namespace synod::test;
  for (std::uint64_t const size : {mib / 100, mib / 2, 5 * mib}) {
    log_in_use log;
    pass(log, 50 * mib, size, mib / 2);  // as long as it gets
    std::size_t const before = allocations;
    pass(log, 200 * mib, size, mib / 2);
    std::printf("%zu allocations at %llu KiB\n", allocations - before,
                static_cast<unsigned long long>(size >> 10));
    expect(allocations == before, "a log of steady size allocates no more");
  }

  log_in_use log;
  std::size_t const before = bytes_alive;
  for (int i = 0; i < 1'600; ++i) log.append(65'536);
  std::size_t const full = bytes_alive - before;
  log.shrink(0);
  std::printf("%zu KiB for 100 MiB, %zu KiB for nothing\n", full >> 10,
              (bytes_alive - before) >> 10);
  expect(full >= 100 * mib && full <= 110 * mib, "memory is what is held");
  expect(bytes_alive - before <= 4 * mib, "what is dropped gives its memory back");
  return 0;
}
