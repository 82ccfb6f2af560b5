// SPDX-License-Identifier: BSL-1.0
// Tests that need another process: RocksDB's threads do not survive a fork, so this program is
// started once more, on a hidden test case that reads what to do from its environment.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "tests/support/catch.hpp"

namespace synod::test {

/// Starts the hidden test case of that name, with one word for it.
inline pid_t start_worker(std::string const& name, std::string const& word) {
  pid_t const child = fork();
  if (child == 0) {
    setenv("SYNOD_WORKER", word.c_str(), 1);
    execl("/proc/self/exe", "worker", name.c_str(), static_cast<char*>(nullptr));
    std::_Exit(99);
  }
  REQUIRE(child > 0);
  return child;
}
/// The word, in the worker; empty where the case was merely chosen by hand.
inline std::string worker_word() {
  char const* const word = std::getenv("SYNOD_WORKER");
  return word == nullptr ? "" : word;
}

/// A value of zeros in a file that both processes see.
template <class T>
T& shared_value(std::string const& file) {
  int const at = open(file.c_str(), O_RDWR | O_CREAT, 0600);
  REQUIRE(at >= 0);
  REQUIRE(ftruncate(at, sizeof(T)) == 0);
  void* const shared = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED, at, 0);
  close(at);
  REQUIRE(shared != MAP_FAILED);
  return *static_cast<T*>(shared);
}

}  // namespace synod::test
