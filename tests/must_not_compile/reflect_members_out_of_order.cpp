// expect: the description does not name every member of the struct, in the order of declaration
// SPDX-License-Identifier: BSL-1.0
#include <cstdint>

#include "synod/reflect/decode.hpp"

struct transfer {
  synod::node_id from;
  std::uint64_t amount = 0;
};
#ifdef SYNOD_VALID
BOOST_HANA_ADAPT_STRUCT(transfer, from, amount);
#else
BOOST_HANA_ADAPT_STRUCT(transfer, amount, from);
#endif

bool reads(std::span<std::byte const> bytes) { return bool{synod::decode<transfer>(bytes)}; }
