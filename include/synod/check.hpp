// SPDX-License-Identifier: BSL-1.0
// The door to the judge of histories: linearizability of what clients saw.
#pragma once

#include "synod/check/explain.hpp"
#include "synod/check/history.hpp"
#include "synod/check/kv_model.hpp"
#include "synod/check/linearizability.hpp"
#include "synod/check/register_model.hpp"
