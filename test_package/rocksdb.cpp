// SPDX-License-Identifier: BSL-1.0
// A consumer of the component `rocksdb`: the library is found and linked.
#include <rocksdb/options.h>

#include "synod/version.hpp"

int main() { return rocksdb::Options{}.create_if_missing ? 1 : 0; }
