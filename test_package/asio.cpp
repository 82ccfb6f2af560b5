// SPDX-License-Identifier: BSL-1.0
// A consumer of the component `asio`: the library is found and linked.
#include <boost/asio/io_context.hpp>

#include "synod/version.hpp"

int main() {
  boost::asio::io_context loop;
  return loop.run() == 0 ? 0 : 1;
}
