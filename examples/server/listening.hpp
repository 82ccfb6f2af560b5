// SPDX-License-Identifier: BSL-1.0
// The socket on which clients connect.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

#include "examples/server/address.hpp"

namespace synod_server {

/// Listens. Throws `failure` with the code of an address that cannot be used.
boost::asio::ip::tcp::acceptor listen_for_clients(boost::asio::io_context& loop,
                                                  address const& where);
/// HOST:PORT with the port that is listened on.
std::string text_of_listener(boost::asio::ip::tcp::acceptor const& acceptor, address const& where);

}  // namespace synod_server
