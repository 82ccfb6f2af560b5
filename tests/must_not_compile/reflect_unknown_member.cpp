// expect: reflect: a member's type is not bool, an integer
// SPDX-License-Identifier: BSL-1.0
#include "synod/reflect/encode.hpp"

struct transfer {
#ifdef SYNOD_VALID
  long amount = 0;
#else
  double amount = 0;
#endif
};
BOOST_HANA_ADAPT_STRUCT(transfer, amount);

std::size_t size() { return synod::encoded_size(transfer{}); }
