// SPDX-License-Identifier: BSL-1.0
// The door to replicated state machines: what people build on agreement.
#pragma once

#include "synod/machine/counter.hpp"
#include "synod/machine/key_list.hpp"
#include "synod/machine/kv.hpp"
#include "synod/machine/kv_commands.hpp"
#include "synod/machine/kv_limits.hpp"
#include "synod/machine/session_client.hpp"
#include "synod/machine/session_commands.hpp"
#include "synod/machine/sessions.hpp"
#include "synod/machine/state_machine.hpp"
