// SPDX-License-Identifier: BSL-1.0
// One client: requests in, replies in their order.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "examples/server/database.hpp"
#include "examples/server/resp_reader.hpp"
#include "synod/base/window.hpp"
#include "synod/replica/answer.hpp"

namespace synod_server {

class clients;

using clock = std::chrono::steady_clock;

/// A request under way.
struct request {
  enum class state : std::uint8_t {
    queued,   ///< not yet given to the node
    asked,    ///< beside the log
    told,     ///< to the log
    refused,  ///< certainly without effect; to be given to the node once more
    done,     ///< its reply waits for those before it
  };

  translation what;
  std::string reply;
  clock::time_point due;  ///< after it, the client gets an error
  state stands = state::queued;
  bool executed = false;   ///< by the log, or perhaps
  bool answered = false;   ///< beside the log
  bool uncertain = false;  ///< a request of a session that may have been executed
  std::uint8_t protocol = 2;
};

/// What the limits of all clients are.
struct client_limits {
  resp_limits resp;
  std::uint32_t max_clients = 10'000;
  std::uint32_t max_outstanding = 1024;  ///< requests of a connection that are not answered
  /// Commands of a connection that are under way in the log at a time, but at least one: who sends
  /// more waits behind itself, not others behind it.
  std::size_t max_bytes_in_log = 64 << 10;
  std::size_t max_unsent_bytes = 1 << 20;    ///< replies of a connection, before it is read on
  std::size_t max_memory_bytes = 128 << 20;  ///< of all connections
  std::chrono::milliseconds request_timeout{5000};
};

/// Reads requests, gives them to the node and writes the replies, in the order of the requests.
///
/// What a client sends one behind the other takes effect in that order: a question is asked beside
/// the log only while no command of the connection is under way, otherwise through the log; a
/// command waits for the questions before it. A refused request is tried again only where no later
/// one of the connection has been executed.
class connection : public std::enable_shared_from_this<connection> {
 public:
  connection(clients& all, boost::asio::ip::tcp::socket socket, std::uint32_t place,
             std::uint64_t id, std::uint64_t first_number, std::string from);

  void start();
  /// What became of the request with this number.
  void on_answer(std::uint64_t number, synod::answer const& what);
  /// Replies, gives the node what may go to it, and reads on. To be called when something changed.
  void pump();
  /// What was refused may be tried once more.
  void retry() noexcept { retry_due_ = true; }
  /// Ends requests whose time is up.
  void expire(clock::time_point now);
  /// Says why, after the replies that are ready, and ends.
  void end_with(std::string_view error);
  /// Ends now.
  void drop();

  /// A reply at once, in its place.
  template <class Write>
  void reply(Write&& write) {
    if (slots_.empty()) {
      reply_writer writer{out_, protocol_};
      write(writer);
      return;
    }
    request& r = new_request();
    r.stands = request::state::done;
    reply_writer writer{r.reply, protocol_};
    write(writer);
    held_ += r.reply.size();
  }
  /// A request for the node, whose translation is filled in by the caller.
  request& new_request();
  /// The request gets this error, in its place.
  void finish(request& r, std::string_view error);
  /// After the replies to all that came so far.
  void close_when_answered() noexcept { closing_ = true; }

  // What CLIENT tells and sets.
  std::uint64_t id() const noexcept { return id_; }
  std::string const& from() const noexcept { return from_; }
  std::string name;
  std::string library;
  std::string library_version;
  std::string_view last_command;
  int protocol() const noexcept { return protocol_; }
  void set_protocol(int version) noexcept { protocol_ = static_cast<std::uint8_t>(version); }
  clock::time_point since() const noexcept { return since_; }

  bool waits() const noexcept { return !slots_.empty(); }
  bool is_open() const noexcept { return !dropped_; }
  std::uint32_t place() const noexcept { return place_; }
  std::uint64_t next_number() const noexcept { return first_ + slots_.size(); }
  /// Bytes this connection holds.
  std::size_t memory() const noexcept {
    return in_.capacity() + out_.capacity() + held_ + sizeof *this;
  }
  std::size_t charged = 0;   ///< as the clients count it
  bool is_dirty = false;     ///< is to be pumped
  bool is_retrying = false;  ///< waits for the next attempt

 private:
  std::size_t flying() const noexcept { return asked_ + told_; }
  std::string_view unread() const noexcept { return {in_.data() + head_, tail_ - head_}; }
  bool may_parse() const noexcept;
  std::size_t room() const noexcept;
  bool has_room_for_value(bool in_log) const noexcept;
  void lands(request const& r) noexcept;
  void put_back(std::size_t which);

  void parse();
  void issue();
  void settle_refused();
  void excuse_queued();
  void drain();
  void flush();
  void read_on();
  void on_read(boost::system::error_code wrong, std::size_t count);
  void linger();
  void answered(std::size_t which, bool from_log, synod::answer const& what);
  bool make_room();

  clients& all_;
  boost::asio::ip::tcp::socket socket_;
  std::uint64_t id_;
  std::uint64_t first_;  // number of the first slot
  std::uint32_t place_;
  std::string from_;
  clock::time_point since_ = clock::now();
  clock::time_point linger_until_{};

  std::vector<char> in_;
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
  resp_reader reader_;

  synod::window<std::unique_ptr<request>> slots_;
  std::size_t issued_ = 0;  // slots before this one have been given to the node
  std::uint32_t asked_ = 0;
  std::uint32_t told_ = 0;
  std::uint32_t refused_ = 0;
  std::uint32_t values_ = 0;  // of asked_ and told_, those whose reply may be a whole value
  std::size_t in_log_ = 0;    // bytes of the commands that told_ counts
  std::size_t held_ = 0;      // bytes in slots
  // How long the next reply with a value is taken to be: the longest of late.
  std::size_t expected_ = 16 << 10;

  std::string out_;
  std::size_t sent_ = 0;

  std::uint8_t protocol_ = 2;
  bool retry_due_ = false;
  bool reading_ = false;    // a read is under way
  bool writing_ = false;    // the socket is awaited
  bool closing_ = false;    // nothing more is read; ends when all is answered and sent
  bool lingering_ = false;  // all is sent; what comes in is thrown away
  bool dropped_ = false;
};

}  // namespace synod_server
