// SPDX-License-Identifier: BSL-1.0
#include "examples/server/listening.hpp"

#include "examples/server/failure.hpp"

namespace synod_server {

namespace {

namespace asio = boost::asio;

constexpr int backlog = 4096;

}  // namespace

asio::ip::tcp::acceptor listen_for_clients(asio::io_context& loop, address const& where) {
  boost::system::error_code wrong;
  auto const refuse = [&] {
    throw failure{exit_address,
                  "--listen: " + where.text() + " cannot be listened on: " + wrong.message()};
  };
  asio::ip::tcp::resolver resolver{loop};
  auto const found = resolver.resolve(where.host, std::to_string(where.port),
                                      asio::ip::tcp::resolver::passive, wrong);
  if (wrong) refuse();
  asio::ip::tcp::endpoint const endpoint = found.begin()->endpoint();
  asio::ip::tcp::acceptor acceptor{loop};
  acceptor.open(endpoint.protocol(), wrong);
  if (!wrong) acceptor.set_option(asio::socket_base::reuse_address{true}, wrong);
  if (!wrong) acceptor.bind(endpoint, wrong);
  if (!wrong) acceptor.listen(backlog, wrong);
  if (wrong) refuse();
  return acceptor;
}

std::string text_of_listener(asio::ip::tcp::acceptor const& acceptor, address const& where) {
  boost::system::error_code ignored;
  return address{where.host, acceptor.local_endpoint(ignored).port()}.text();
}

}  // namespace synod_server
