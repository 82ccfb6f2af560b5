// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "synod/consensus/durability.hpp"

namespace synod::test {

/// Confirms writes as a storage does: only what derives from completes_writes can.
struct confirming : completes_writes {
  static constexpr completion confirm(life of, std::uint64_t sequence) {
    return complete({of, sequence});
  }
};

/// The watermark of a life whose first n writes are on disk.
inline durable first_writes(life of, std::uint64_t n) {
  write_ledger ledger{of};
  for (std::uint64_t i = 1; i <= n; ++i) {
    ledger.issue();
    ledger.persisted(confirming::confirm(of, i));
  }
  return ledger.upto();
}

}  // namespace synod::test
