// SPDX-License-Identifier: BSL-1.0
// The door to the replicated key-value store.
#pragma once

#include "synod/machine/key_list.hpp"
#include "synod/machine/kv.hpp"
#include "synod/machine/kv_commands.hpp"
#include "synod/machine/kv_limits.hpp"
#include "synod/machine/state_machine.hpp"
