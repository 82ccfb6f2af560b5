// SPDX-License-Identifier: BSL-1.0
// synod-server: one node of a replicated key-value store behind the Redis protocol.
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "examples/server/clients.hpp"
#include "examples/server/listening.hpp"
#include "examples/server/log.hpp"
#include "examples/server/options.hpp"
#include "examples/server/raft_node.hpp"
#include "synod/base/contract.hpp"

namespace {

using namespace synod_server;

constexpr std::chrono::milliseconds time_to_drain{2000};
constexpr rlim_t files_beside_clients = 256;  // of RocksDB, the other nodes and the loop

// Files that may be open: as many as the system lets this process have.
rlim_t raise_file_limit(event_log& out, client_limits& limits) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  getrlimit(RLIMIT_NOFILE, &files);
  rlim_t const needed = limits.max_clients + files_beside_clients;
  if (files.rlim_cur < needed) {
    rlim_t const left =
        files.rlim_cur > files_beside_clients + 1 ? files.rlim_cur - files_beside_clients : 1;
    out.warn(text_of("--max-clients ", limits.max_clients, " lowered to ", left,
                     ": the system allows this process ", files.rlim_cur,
                     " open files (ulimit -n)"));
    limits.max_clients = static_cast<std::uint32_t>(left);
  }
  return files.rlim_cur;
}

client_limits limits_of(server_options const& options) {
  client_limits limits;
  limits.resp.max_arguments = options.max_arguments;
  limits.resp.max_bulk_bytes = options.max_value_bytes;
  limits.resp.max_request_bytes = std::uint64_t{4} * options.max_value_bytes + (64u << 10);
  limits.max_clients = options.max_clients;
  limits.max_memory_bytes = std::size_t{options.client_memory_mib} << 20;
  limits.request_timeout = std::chrono::milliseconds{options.request_timeout_ms};
  return limits;
}

exit_code serve(server_options const& options, event_log& out) {
  client_limits limits = limits_of(options);
  rlim_t const files = raise_file_limit(out, limits);
  boost::asio::io_context loop{1};
  auto acceptor = listen_for_clients(loop, options.listen);
  std::string const clients_at = text_of_listener(acceptor, options.listen);

  clients all{loop, limits, out};
  raft_node behind{loop, options, all, out};
  std::optional<failure> failed;
  auto const end = [&] {
    behind.abandon();
    all.close();
    loop.stop();
  };
  behind.start(clients_at, [&](failure why) {
    failed = std::move(why);
    boost::asio::post(loop, end);
  });
  boost::asio::signal_set signals{loop, SIGTERM, SIGINT};
  signals.async_wait([&](boost::system::error_code stopped, int) {
    if (stopped) return;
    out.info("asked to stop: takes no more requests, answers those under way");
    all.drain(time_to_drain, [&] { boost::asio::post(loop, end); });
  });
  all.serve(std::move(acceptor), behind);
  out.info(text_of("ready: clients ", clients_at, ", nodes ", options.self().where.text(),
                   ", data ", options.data, ", at most ", limits.max_clients, " clients and ",
                   files, " open files"));
  loop.run();
  if (failed) throw *failed;
  out.info("stopped");
  return exit_clean;
}

event_log* log_of_violations = nullptr;

}  // namespace

int main(int count, char** words) {
  auto const parsed = parse_options(count, words);
  if (!parsed.options) return parsed.code;
  event_log out{parsed.options->least, parsed.options->id};
  std::signal(SIGPIPE, SIG_IGN);
  log_of_violations = &out;
  synod::set_contract_handler([](synod::contract_violation const& what) {
    log_of_violations->error(
        text_of("a defect of the program: ", what.what, " (", what.file, ":", what.line, ")"));
    std::_Exit(exit_internal);
  });
  try {
    return serve(*parsed.options, out);
  } catch (failure const& why) {
    out.error(why.text);
    return why.code;
  } catch (std::bad_alloc const&) {
    out.error("the machine is out of memory");
    return exit_internal;
  } catch (std::exception const& wrong) {
    out.error(text_of("a defect of the program: ", wrong.what()));
    return exit_internal;
  }
}
