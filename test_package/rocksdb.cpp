// A consumer of the component `rocksdb`: a log is founded, and found again.
#include <cstdio>
#include <filesystem>
#include <string>

#include "synod/adapters/rocksdb/rocksdb_log.hpp"

int main() {
  std::string const directory = std::filesystem::temp_directory_path() / "synod-test-package";
  std::filesystem::remove_all(directory);
  std::string why;
  for (int start = 0; start < 2; ++start) {
    auto log = synod::adapters::rocksdb_log::open(directory, {"package", {1}}, {}, why);
    synod::members who;
    who.voters.push_back({1});
    if (!log || static_cast<bool>(log->bootstrap(who)) != (start == 0)) {
      std::fprintf(stderr, "%s\n", why.c_str());
      return 1;
    }
  }
  std::filesystem::remove_all(directory);
}
