// Checks that what the pages show is what stands in the tree: snippets ROOT
//
// Each ```cpp and each ```console block of README.md and of docs/ comes right after one of
//   <!-- file: examples/ring.cpp -->                     it is that file
//   <!-- region: examples/docs/contract.cpp host -->     it is what stands between `// begin host`
//   and
//                                                        `// end host` there
//   <!-- quote: include/synod/raft/core.hpp -->          its pieces, which lines `// ...` separate,
//                                                        stand there in this order
// or is, on a page that says "The code on this page is `FILE`", some region of that file.
// Indentation that all lines of a piece share does not count. Any other block is an error, and so
// are examples that no page shows.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using lines = std::vector<std::string>;

fs::path root;
std::set<std::string> shown;
int blocks = 0;
int wrong = 0;

lines read(fs::path const& file) {
  lines all;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

std::string trimmed(std::string const& line) {
  std::size_t const first = line.find_first_not_of(' ');
  return first == std::string::npos ? "" : line.substr(first);
}

lines without_indentation(lines piece) {
  std::size_t least = std::string::npos;
  for (std::string const& line : piece) {
    std::size_t const first = line.find_first_not_of(' ');
    if (first != std::string::npos) least = std::min(least, first);
  }
  for (std::string& line : piece) line = line.size() < least ? "" : line.substr(least);
  return piece;
}

void complain(fs::path const& page, std::size_t line, std::string const& what) {
  std::fprintf(stderr, "%s:%zu: %s\n", fs::relative(page, root).c_str(), line, what.c_str());
  ++wrong;
}

lines region(lines const& file, std::string const& name) {
  lines found;
  bool inside = false;
  for (std::string const& line : file) {
    if (trimmed(line) == "// end " + name) break;
    if (inside) found.push_back(line);
    if (trimmed(line) == "// begin " + name) inside = true;
  }
  return found;
}

/// Where `piece` stands in `file`, from `from` on; what follows it, or npos.
std::size_t find(lines const& file, lines const& piece, std::size_t from) {
  for (std::size_t at = from; at + piece.size() <= file.size(); ++at) {
    auto const begin = file.begin() + static_cast<std::ptrdiff_t>(at);
    auto const end = begin + static_cast<std::ptrdiff_t>(piece.size());
    if (without_indentation({begin, end}) == piece) return at + piece.size();
  }
  return std::string::npos;
}

bool quotes(lines const& file, lines const& block) {
  lines piece;
  std::size_t at = 0;
  for (std::size_t i = 0; i <= block.size(); ++i) {
    if (i < block.size() && trimmed(block[i]) != "// ...") {
      piece.push_back(block[i]);
      continue;
    }
    if (!piece.empty()) at = find(file, without_indentation(piece), at);
    if (at == std::string::npos) return false;
    piece.clear();
  }
  return true;
}

/// The file that a page takes its unmarked blocks from; empty: none.
std::string source_of(lines const& page) {
  std::string const says = "The code on this page is `";
  for (std::string const& line : page) {
    std::size_t const at = line.find(says);
    if (at == std::string::npos) continue;
    std::size_t const begin = at + says.size();
    return line.substr(begin, line.find('`', begin) - begin);
  }
  return {};
}

bool is_some_region(lines const& file, lines const& block) {
  return std::any_of(file.begin(), file.end(), [&](std::string const& line) {
    std::string const begin = "// begin ";
    return trimmed(line).starts_with(begin) &&
           without_indentation(region(file, trimmed(line).substr(begin.size()))) == block;
  });
}

void check(fs::path const& page, std::size_t line, std::string const& marker, lines const& block,
           std::string const& source) {
  std::istringstream words(marker);
  std::string comment, how, where, name;
  words >> comment >> how >> where >> name;
  bool const marked = comment == "<!--" && (how == "file:" || how == "region:" || how == "quote:");
  if (!marked) where = source;
  if (where.empty()) return complain(page, line, "the page does not say from where this is");
  lines const file = read(root / where);
  if (file.empty()) return complain(page, line, "no such file: " + where);
  shown.insert(where);
  bool const same = !marked            ? is_some_region(file, block)
                    : how == "file:"   ? file == block
                    : how == "region:" ? without_indentation(region(file, name)) == block
                                       : quotes(file, block);
  if (!same) complain(page, line, "is not what stands in " + where);
}

void check(fs::path const& page) {
  lines const all = read(page);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] != "```cpp" && all[i] != "```console") continue;
    std::size_t const opens = i++;
    lines block;
    for (; i < all.size() && all[i] != "```"; ++i) block.push_back(all[i]);
    ++blocks;
    check(page, opens + 1, opens == 0 ? "" : all[opens - 1], block, source_of(all));
  }
}

}  // namespace

int main(int, char** argv) {
  root = argv[1];
  check(root / "README.md");
  for (auto const& entry : fs::recursive_directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") check(entry.path());
  }
  for (auto const* folder : {"examples", "examples/docs"}) {
    for (auto const& entry : fs::directory_iterator(root / folder)) {
      std::string const name = fs::relative(entry.path(), root).string();
      if (entry.path().extension() != ".cpp" || shown.contains(name)) continue;
      std::fprintf(stderr, "%s: no page shows it\n", name.c_str());
      ++wrong;
    }
  }
  std::printf("%d blocks, %d wrong\n", blocks, wrong);
  return wrong == 0 && blocks != 0 ? 0 : 1;
}
