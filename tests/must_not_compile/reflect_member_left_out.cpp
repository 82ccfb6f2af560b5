// expect: the description does not name every member of the struct
// SPDX-License-Identifier: BSL-1.0
#include <cstdint>

#include "synod/reflect/encode.hpp"

struct transfer {
  synod::node_id from;
  std::uint64_t amount = 0;
  std::optional<synod::node_id> by;
};
#ifdef SYNOD_VALID
BOOST_HANA_ADAPT_STRUCT(transfer, from, amount, by);
#else
BOOST_HANA_ADAPT_STRUCT(transfer, from, amount);
#endif

std::size_t size() { return synod::encoded_size(transfer{}); }
