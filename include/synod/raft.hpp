// SPDX-License-Identifier: BSL-1.0
// The door to Raft: `raft::core`, its options and the contract it keeps.
#pragma once

#include "synod/raft/core.hpp"
