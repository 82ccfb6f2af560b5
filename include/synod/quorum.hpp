// SPDX-License-Identifier: BSL-1.0
// The door to quorums: who must agree, whether they have, and how far.
#pragma once

#include "synod/quorum/commit_index.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/named_tally.hpp"
#include "synod/quorum/system.hpp"
#include "synod/quorum/tally.hpp"
#include "synod/quorum/voter_set.hpp"
