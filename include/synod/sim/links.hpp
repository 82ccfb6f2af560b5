// SPDX-License-Identifier: BSL-1.0
// Who can be heard by whom.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "synod/base/abi.hpp"
#include "synod/consensus/log.hpp"

namespace synod::inline SYNOD_ABI {

/// Directed links between up to `max_voters` nodes, by slot.
class links {
 public:
  bool open(std::size_t from, std::size_t to) const noexcept { return (cut_[from] >> to & 1) == 0; }
  bool whole() const noexcept { return *this == links{}; }

  void cut(std::size_t from, std::size_t to) noexcept { cut_[from] |= std::uint32_t{1} << to; }
  /// Cuts both ways between those in the mask and those outside.
  void split(std::uint64_t side, std::size_t nodes) noexcept {
    for (std::size_t a = 0; a < nodes; ++a) {
      for (std::size_t b = 0; b < nodes; ++b) {
        if ((side >> a & 1) != (side >> b & 1)) cut(a, b);
      }
    }
  }
  void mend() noexcept { *this = links{}; }

  friend bool operator==(links const&, links const&) = default;

 private:
  std::array<std::uint32_t, max_voters> cut_{};
};

}  // namespace synod::inline SYNOD_ABI
