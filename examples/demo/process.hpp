// SPDX-License-Identifier: BSL-1.0
// Child processes that never outlive the demo, and signals that ask it to end.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "synod/base/time.hpp"

namespace demo {

/// A program in a process group of its own. It is killed when this object goes, and by the system
/// when the demo itself is killed. Started from the main thread only.
class process {
 public:
  process() = default;
  /// Starts a program, found on the PATH; its output goes to the end of a file, its input comes
  /// from one (empty: nothing). A process that does not run is one that ended with 127.
  process(std::vector<std::string> const& words, std::string const& output,
          std::string const& input = {});
  process(process&& other) noexcept { swap(other); }
  process& operator=(process&& other) noexcept {
    process gone(static_cast<process&&>(other));
    swap(gone);
    return *this;
  }
  ~process() { kill(); }

  bool is_running() { return id_ != 0 && !has_ended(); }
  /// How it ended: its exit status, or minus the signal that killed it. Empty while it runs.
  std::optional<int> ended() { return has_ended() ? ended_ : std::nullopt; }
  pid_t id() const noexcept { return id_; }

  /// SIGKILL, to the whole group, and waits for the end.
  void kill();
  /// SIGTERM.
  void ask_to_stop();
  /// Waits for the end for so long at most; false: it still runs.
  bool wait(synod::duration longest);

 private:
  void swap(process& other) noexcept;
  bool has_ended();
  void keep(int status);

  pid_t id_ = 0;
  std::optional<int> ended_;
};

/// From now on SIGINT, SIGTERM and SIGHUP do not end this program but are told by `interrupted`.
void catch_signals();
/// The signal that asked to end; 0: none.
int interrupted();

}  // namespace demo
