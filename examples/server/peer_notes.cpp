// SPDX-License-Identifier: BSL-1.0
#include "examples/server/peer_notes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "synod/hash/xxhash.hpp"

namespace synod_server {

namespace {

constexpr char head[] = "synod peers 1";

std::uint64_t sum_of(std::string const& text) { return XXH3_64bits(text.data(), text.size()); }

// The lines, and the sum over them in the last one.
std::string content_of(std::map<std::uint64_t, std::uint64_t> const& all) {
  std::ostringstream text;
  text << head << '\n';
  for (auto const& [node, incarnation] : all) text << node << ' ' << incarnation << '\n';
  std::string lines = text.str();
  std::uint64_t const sum = sum_of(lines);
  return lines + "sum " + std::to_string(sum) + '\n';
}

bool read(std::string const& text, std::map<std::uint64_t, std::uint64_t>& all) {
  std::istringstream in{text};
  std::string line;
  if (!std::getline(in, line) || line != head) return false;
  while (std::getline(in, line) && line.rfind("sum ", 0) != 0) {
    std::istringstream fields{line};
    std::uint64_t node = 0;
    std::uint64_t incarnation = 0;
    if (!(fields >> node >> incarnation)) return false;
    all[node] = incarnation;
  }
  return content_of(all) == text;
}

bool put(int file, std::string const& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    ssize_t const count = ::write(file, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    written += static_cast<std::size_t>(count);
  }
  return fsync(file) == 0;
}

}  // namespace

peer_notes::peer_notes(std::string path, std::string& problem) : path_(std::move(path)) {
  std::error_code ignored;
  if (!std::filesystem::exists(path_, ignored)) return;
  std::ifstream file{path_, std::ios::binary};
  std::string const text{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
  if (!file) {
    problem = path_ + ": cannot be read";
  } else if (!read(text, known_)) {
    problem = path_ + ": is damaged";
  }
}

std::optional<std::uint64_t> peer_notes::incarnation_of(std::uint64_t node) const {
  auto const found = known_.find(node);
  return found == known_.end() ? std::nullopt : std::optional{found->second};
}

bool peer_notes::record(std::uint64_t node, std::uint64_t incarnation) {
  auto next = known_;
  next[node] = incarnation;
  if (!write(next)) return false;
  known_ = std::move(next);
  return true;
}

bool peer_notes::write(std::map<std::uint64_t, std::uint64_t> const& all) const {
  std::string const beside = path_ + ".new";
  int const file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return false;
  bool const whole = put(file, content_of(all));
  if (close(file) != 0 || !whole) return false;
  if (std::rename(beside.c_str(), path_.c_str()) != 0) return false;
  std::string const folder = std::filesystem::path{path_}.parent_path().string();
  int const directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  bool const synced = fsync(directory) == 0;
  close(directory);
  return synced;
}

}  // namespace synod_server
