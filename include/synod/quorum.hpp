// SPDX-License-Identifier: BSL-1.0
// The door to quorums: who must agree, whether they have, and how far.
//
// Headers of their own, because they cost the compiler more: quorum/flexible.hpp, quorum/fast.hpp
// and quorum/grid.hpp (systems that come in pairs), quorum/membership.hpp (who belongs to a group,
// and how that changes), and what analyses systems or needs Boost.Hana.
#pragma once

#include "synod/quorum/byzantine.hpp"
#include "synod/quorum/commit_index.hpp"
#include "synod/quorum/hierarchy.hpp"
#include "synod/quorum/joint.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/quorum/named_tally.hpp"
#include "synod/quorum/plurality.hpp"
#include "synod/quorum/system.hpp"
#include "synod/quorum/tally.hpp"
#include "synod/quorum/threshold.hpp"
#include "synod/quorum/voter_set.hpp"
#include "synod/quorum/weighted.hpp"
#include "synod/quorum/witness.hpp"
