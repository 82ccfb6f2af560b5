// SPDX-License-Identifier: BSL-1.0
// Commands for a `sessions` machine as bytes, and its answers as values.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "synod/machine.hpp"
#include "synod/reflect/equality.hpp"
#include "tests/support/catch.hpp"

namespace synod::test {

using bytes = std::vector<std::byte>;

template <class Body>
bytes command(Body const& body) {
  bytes out(1 + encoded_size(body));
  REQUIRE(machine::encode_command(body, out).value() == out.size());
  return out;
}

inline bytes add(std::int64_t amount) {
  machine::counter_command const inner{machine::counter_verb::add, amount};
  bytes out(encoded_size(inner));
  REQUIRE(encode(inner, out).value() == out.size());
  return out;
}

inline bytes open(duration timeout = seconds(10)) {
  return command(machine::session_open{timeout});
}
inline bytes request(log_index session, std::uint64_t sequence, std::uint64_t first_outstanding,
                     bytes const& inner) {
  return command(machine::session_request{session, sequence, first_outstanding, inner});
}
inline bytes keep_alive(log_index session) { return command(machine::session_keep_alive{session}); }
inline bytes close(log_index session) { return command(machine::session_close{session}); }
inline bytes advance(duration since_start) {
  return command(machine::session_advance{instant{} + since_start});
}

/// A machine with the log that it was told.
template <class Inner = machine::counter>
struct replica_of {
  machine::sessions<Inner> machine;
  std::uint64_t index = 0;

  /// The bytes of the response to the next entry of the log.
  bytes raw(bytes const& entry) {
    bytes out(machine.max_response_bytes());
    auto const size = machine.apply({++index}, entry, out);
    REQUIRE(size <= out.size());
    out.resize(size);
    return out;
  }
  machine::session_status tell(bytes const& entry) {
    return machine::read_response(raw(entry)).value().status;
  }
  log_index opened(duration timeout = seconds(10)) {
    auto const response = raw(open(timeout));
    auto const read = machine::read_response(response).value();
    REQUIRE(read.status == machine::session_status::ok);
    REQUIRE(read.session == log_index{index});
    return read.session;
  }
};

}  // namespace synod::test
