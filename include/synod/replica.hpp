// SPDX-License-Identifier: BSL-1.0
// The door to running nodes: replica, the in-memory store and network.
#pragma once

#include "synod/net/loopback.hpp"
#include "synod/replica/replica.hpp"
#include "synod/store/memory_log.hpp"
