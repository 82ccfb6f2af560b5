// SPDX-License-Identifier: BSL-1.0
// The door to reflection: a struct described once has a codec, equality, a fingerprint, a printed
// form and can be relabelled.
#pragma once

#include "synod/reflect/base_types.hpp"
#include "synod/reflect/decode.hpp"
#include "synod/reflect/encode.hpp"
#include "synod/reflect/equality.hpp"
#include "synod/reflect/fingerprint.hpp"
#include "synod/reflect/frame.hpp"
#include "synod/reflect/members.hpp"
#include "synod/reflect/print.hpp"
#include "synod/reflect/relabel.hpp"
#include "synod/reflect/shape.hpp"
