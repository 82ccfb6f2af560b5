// SPDX-License-Identifier: BSL-1.0
// libmemcached's weighted ketama: which server a key goes to. No server is spoken to. With 1000
// servers an assertion of its own ends the program.
#include <libmemcached/memcached.h>

#include <memory>

#include "benchmarks/peers/contender.hpp"

namespace peers {

namespace {

struct ketama {
  input const& given;
  std::unique_ptr<memcached_st, decltype(&memcached_free)> client{memcached_create(nullptr),
                                                                  &memcached_free};

  ketama(input const& all, std::size_t nodes) : given(all) {
    memcached_behavior_set(client.get(), MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1);
    memcached_server_list_st servers = nullptr;
    for (std::size_t i = 0; i < nodes; ++i) {
      memcached_return_t outcome = MEMCACHED_SUCCESS;
      servers = memcached_server_list_append_with_weight(servers, given.nodes[i].c_str(),
                                                         MEMCACHED_DEFAULT_PORT, 1, &outcome);
    }
    memcached_server_push(client.get(), servers);
    memcached_server_list_free(servers);
  }

  std::size_t size() const { return given.keys.size(); }
  std::uint64_t find(std::size_t i) const {
    return memcached_generate_hash(client.get(), given.keys[i].data(), given.keys[i].size());
  }
  std::uint64_t answer(std::size_t i) const { return find(i); }
};

}  // namespace

std::vector<contender> libmemcached(input const& given) {
  contender made{"owner_text/ketama_libmemcached/libmemcached",
                 "nodes",
                 {100},
                 "ketama_libmemcached",
                 std::string{"libmemcached-"} + memcached_lib_version(),
                 "BSD-3-Clause",
                 nullptr,
                 nullptr};
  run_here(made, [&given](std::int64_t nodes) {
    return std::make_unique<ketama>(given, static_cast<std::size_t>(nodes));
  });
  return {made};
}

}  // namespace peers
