// SPDX-License-Identifier: BSL-1.0
// Keys, hashes and nodes: the same for all, in this process and in files.
#include <fstream>
#include <random>
#include <string>

#include "benchmarks/peers/contender.hpp"
#include "benchmarks/quorum_rows.hpp"

namespace peers {

namespace {

// Too many for a branch predictor to learn.
constexpr std::size_t key_count = std::size_t{1} << 16;
constexpr std::size_t node_count = 1000;

template <class Items>
bool write_lines(std::string const& path, Items const& items) {
  std::ofstream out{path};
  for (auto const& item : items) out << item << '\n';
  return static_cast<bool>(out.flush());
}

bool write_rows(std::string const& path, std::size_t voters) {
  std::ofstream out{path};
  auto const all = quorum_rows::acknowledgements(voters);
  for (std::size_t i = 0; i < all.size(); ++i) {
    out << all[i].value << ((i + 1) % voters == 0 ? '\n' : ' ');
  }
  return static_cast<bool>(out.flush());
}

}  // namespace

input input::make() {
  input made;
  std::mt19937_64 random{42};
  for (std::size_t i = 0; i < key_count; ++i) {
    made.keys.push_back("user:" + std::to_string(random() % 1'000'000'000));
    made.hashes.push_back(random());
  }
  for (std::size_t i = 0; i < node_count; ++i) made.nodes.push_back("node-" + std::to_string(i));
  return made;
}

bool input::write(std::string const& directory) const {
  bool written = write_lines(directory + "/keys", keys) &&
                 write_lines(directory + "/hashes", hashes) &&
                 write_lines(directory + "/nodes", nodes);
  for (std::size_t voters = 3; voters <= 8; ++voters) {  // 3, 5, 7, and one more while they change
    written = written && write_rows(directory + "/rows-" + std::to_string(voters), voters);
  }
  return written;
}

}  // namespace peers
