// SPDX-License-Identifier: BSL-1.0
// The door to rings: who owns a key, who holds its replicas, and what moves when nodes change.
// Views that pipe into range-v3 and std::ranges are in synod/ring/view.hpp (target synod::ranges).
#pragma once

#include "synod/hash/colliding.hpp"
#include "synod/hash/policy.hpp"
#include "synod/hash/xxh3.hpp"
#include "synod/hash/xxh64.hpp"
#include "synod/ring/hash_ring.hpp"
#include "synod/ring/interval.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/placement.hpp"
#include "synod/ring/plan.hpp"
#include "synod/ring/replicas.hpp"
