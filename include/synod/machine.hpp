// SPDX-License-Identifier: BSL-1.0
// The door to replicated state machines: their contract, sessions, a counter. The key-value machine
// has a door of its own, kv.hpp.
#pragma once

#include "synod/machine/counter.hpp"
#include "synod/machine/session_client.hpp"
#include "synod/machine/session_commands.hpp"
#include "synod/machine/sessions.hpp"
#include "synod/machine/state_machine.hpp"
