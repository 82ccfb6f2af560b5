// expect: not an expression; the column and the reason are the arguments of wrong_quorum_text
// shows: wrong_quorum_text<17, [^<>]*<[0-9]*>{"a choice of more than there is"}>
// at most: 15 lines
// SPDX-License-Identifier: BSL-1.0
#include "synod/quorum/quorum_text.hpp"

#ifdef SYNOD_VALID
constexpr auto system = synod::quorum_text<"majority(a) and 2 of (b, c)">;
#else
constexpr auto system = synod::quorum_text<"majority(a) and 3 of (b, c)">;
#endif
