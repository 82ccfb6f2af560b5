// SPDX-License-Identifier: BSL-1.0
// The laws that every machine keeps (D1, D4, D5), told as counts of violations.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "synod/machine/state_machine.hpp"

namespace synod::test {

using bytes = std::vector<std::byte>;

template <class M>
bytes answer_of(M& machine, std::uint64_t index, std::span<std::byte const> entry) {
  bytes out(machine.max_response_bytes());
  std::size_t const size = machine.apply({index}, entry, out);
  out.resize(size);
  return out;
}

template <class M>
bytes saved(M const& machine) {
  bytes out;
  machine.save(out);
  return out;
}

/// What tells two machines apart.
template <class M>
std::size_t differences(M const& one, M const& other) {
  std::size_t count = !(one == other) + (one.fingerprint() != other.fingerprint());
  if constexpr (saveable<M>) count += saved(one) != saved(other);
  if constexpr (keeps_time<M>) {
    count += one.now() != other.now();
    count += one.next_deadline() != other.next_deadline();
  }
  return count;
}

/// Two machines of equal state, and one that gets no room for its answers, are told the same log.
template <class M>
std::size_t same_log_same_machine(M one, M other, std::vector<bytes> const& log,
                                  std::uint64_t index) {
  M silent = one;
  std::size_t count = differences(one, other);
  for (auto const& entry : log) {
    auto const answer = answer_of(one, ++index, entry);
    count += answer_of(other, index, entry) != answer;
    count += silent.apply({index}, entry, {}) != answer.size();
    count += differences(one, other) + differences(one, silent);
  }
  return count;
}

/// A machine that was saved at any index and restored goes on as the one that never was.
template <class M>
std::size_t a_snapshot_at_every_index(M machine, M const& blank, std::vector<bytes> const& log,
                                      std::uint64_t index) {
  std::vector<M> restored;
  std::vector<bytes> answers;
  std::vector<std::uint64_t> prints;
  std::size_t count = 0;
  for (auto const& entry : log) {
    auto const read = blank.restored(saved(machine));
    if (!read) return log.size();
    count += differences(*read, machine);
    restored.push_back(*read);
    answers.push_back(answer_of(machine, index + answers.size() + 1, entry));
    prints.push_back(machine.fingerprint());
  }
  for (std::size_t from = 0; from < log.size(); ++from) {
    for (std::size_t i = from; i < log.size(); ++i) {
      count += answer_of(restored[from], index + i + 1, log[i]) != answers[i];
      count += restored[from].fingerprint() != prints[i];
    }
    count += differences(restored[from], machine);
  }
  return count;
}

/// Snapshots with a byte changed, cut short or longer: refused with a place, or accepted for what
/// they say.
template <class M>
std::size_t damaged_snapshots(M const& machine, M const& blank, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  auto const whole = saved(machine);
  std::size_t count = 0;
  auto const judge = [&](bytes const& damaged) {
    auto const read = blank.restored(damaged);
    count += read ? saved(*read) != damaged : read.error().place > damaged.size();
  };
  for (std::size_t size = 0; size < whole.size(); ++size) {
    bytes const cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
    count += static_cast<bool>(blank.restored(cut));
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto damaged = whole;
    damaged[i] ^= static_cast<std::byte>(1u << random() % 8);
    judge(damaged);
    damaged[i] = static_cast<std::byte>(random());
    judge(damaged);
  }
  auto longer = whole;
  longer.push_back({});
  count += static_cast<bool>(blank.restored(longer));
  return count;
}

}  // namespace synod::test
