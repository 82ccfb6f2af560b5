// SPDX-License-Identifier: BSL-1.0
// What all contenders are given, what a contender is to the driver, and how one that lives in this
// process is made and timed.
#pragma once

#include <time.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace peers {

struct input {
  std::vector<std::string> keys;
  std::vector<std::uint64_t> hashes;
  std::vector<std::string> nodes;

  static input make();
  // One item a line, as the peers of other languages read them; and the rows of quorum_rows.hpp.
  // False where that cannot be written.
  bool write(std::string const& directory) const;
};

struct contender {
  std::string name;      // family/package: owner_text/hashring
  std::string argument;  // what is counted: nodes, buckets, voters
  std::vector<std::int64_t> counts;
  std::string agreement;  // contenders of the same tag answer alike; "-" where none does
  std::string package;    // name and version
  std::string licence;

  // The answer for every input; makes the contender of that count.
  std::function<std::vector<std::uint64_t>(std::int64_t count)> answers;
  // CPU time of the thread that looks up the next `times` inputs. Answers come first.
  std::function<std::int64_t(std::int64_t count, std::size_t times)> nanoseconds;
};

inline std::int64_t thread_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// `make(count)` gives a pointer to a value of three functions: `size()` of the inputs, `find(i)`,
// which is timed and returns the result in its cheapest form, `answer(i)` in the common form.
template <class Make>
void run_here(contender& one, Make make) {
  struct made {
    decltype(make(std::int64_t{})) lookup;
    std::size_t next = 0;
  };
  auto const all = std::make_shared<std::map<std::int64_t, made>>();

  one.answers = [=](std::int64_t count) {
    auto const& lookup = *all->insert_or_assign(count, made{make(count)}).first->second.lookup;
    std::vector<std::uint64_t> found(lookup.size());
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = lookup.answer(i);
    return found;
  };
  one.nanoseconds = [=](std::int64_t count, std::size_t times) {
    auto& [lookup, next] = all->at(count);
    std::int64_t const begin = thread_time();
    std::uint64_t consumed = 0;
    for (std::size_t i = 0; i < times; ++i) {
      consumed += lookup->find(next);
      asm volatile("" : "+r"(consumed));  // look-ups are not merged
      if (++next == lookup->size()) next = 0;
    }
    return thread_time() - begin;
  };
}

// The contenders of this process, and those of a program that speaks the protocol of README.md.
std::vector<contender> ours(input const& given);
std::vector<contender> libmemcached(input const& given);
std::vector<contender> peers_of(std::string const& command, std::string const& directory);

}  // namespace peers
