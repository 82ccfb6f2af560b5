// SPDX-License-Identifier: BSL-1.0
// Replays transcripts of the command line: what a tool is asked, what it says, and its exit code.
//
//     $ synod-ring shares nodes.csv --format csv
//     node,zone,weight,share,ideal,ratio
//     [exit 0]
//
// A transcript is a list of blocks with blank lines between them. A block is a shell command after
// "$ ", the lines that it prints (standard output and error together) and, where it is not 0, the
// exit code. Lines that begin with '#' before a command are remarks. All commands of a transcript
// run in one new directory, with the tools' directory first on the PATH.
#include <sys/wait.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

struct block {
  std::size_t line = 0;
  std::string command;
  std::string expected;  // with the line of the exit code
};

std::vector<block> read(std::ifstream& file) {
  std::vector<block> all;
  std::string line;
  bool open = false;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) {
      open = false;
    } else if (open) {
      all.back().expected += line + '\n';
    } else if (line.starts_with("$ ")) {
      all.push_back({number, line.substr(2), ""});
      open = true;
    } else if (!line.starts_with('#')) {
      std::cerr << "line " << number << ": neither a command nor a remark: " << line << '\n';
      std::exit(2);
    }
  }
  return all;
}

std::string run(std::string const& command) {
  std::string said;
  std::FILE* const pipe = popen(("{ " + command + "; } 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return "no process could be started\n";
  char part[4096];
  for (std::size_t n = 0; (n = std::fread(part, 1, sizeof part, pipe)) > 0;) said.append(part, n);
  int const status = pclose(pipe);
  if (WIFSIGNALED(status)) return said + "[signal " + std::to_string(WTERMSIG(status)) + "]\n";
  int const code = WEXITSTATUS(status);
  return code == 0 ? said : said + "[exit " + std::to_string(code) + "]\n";
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "usage: transcripts TOOLS_DIRECTORY TRANSCRIPT\n";
    return 2;
  }
  std::ifstream file{words[2]};
  auto const blocks = read(file);
  if (blocks.empty()) {
    std::cerr << words[2] << ": no commands\n";
    return 2;
  }
  char const* const old_path = std::getenv("PATH");
  std::string const path = std::filesystem::absolute(words[1]).string() + ":" +
                           (old_path != nullptr ? old_path : "/usr/bin:/bin");
  setenv("PATH", path.c_str(), 1);
  std::string folder = (std::filesystem::temp_directory_path() / "synod-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    std::cerr << folder << ": cannot be made\n";
    return 2;
  }
  std::string const transcript = words[2];
  std::filesystem::current_path(folder);

  int wrong = 0;
  for (auto const& [line, command, expected] : blocks) {
    if (auto const said = run(command); said != expected) {
      std::cout << transcript << ':' << line << ": $ " << command << "\n--- expected\n"
                << expected << "--- said\n"
                << said;
      ++wrong;
    }
  }
  std::filesystem::current_path("/");
  std::filesystem::remove_all(folder);
  std::cout << blocks.size() - static_cast<std::size_t>(wrong) << " of " << blocks.size()
            << " commands answered as they should\n";
  return wrong == 0 ? 0 : 1;
}
