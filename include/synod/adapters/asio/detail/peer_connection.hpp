// SPDX-License-Identifier: BSL-1.0
// One TCP connection: frames in, frames out, and the timer that watches over it.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "synod/adapters/asio/byte_buffer.hpp"
#include "synod/adapters/asio/peer_frames.hpp"
#include "synod/adapters/asio/peer_options.hpp"
#include "synod/base/chrono.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

/// | stage         | this side  | waits for                                  |
/// |---------------|------------|--------------------------------------------|
/// | hello_sent    | dialled    | the other's hello, or a refusal            |
/// | hello_awaited | was dialled| a hello                                    |
/// | ready_awaited | was dialled| that its own hello is accepted             |
/// | open          | both       | messages and errands                       |
/// | refused       | both       | the other side to read why, and to close   |
/// | closed        |            | nothing; no callback comes any more        |
enum class link_stage : std::uint8_t {
  hello_sent,
  hello_awaited,
  ready_awaited,
  open,
  refused,
  closed
};

/// Owned by its pending operations and by whoever keeps it. The owner hears
///   on_frame(connection, kind, body) -> optional<error>   a whole frame; an error ends the
///                                                         connection, its place is in the body
///   on_late(connection)                                   not open in time
///   on_end(connection, reason)                            once, unless it was closed by `close`
/// and lives until the connection is closed.
template <class Owner>
class peer_connection : public std::enable_shared_from_this<peer_connection<Owner>> {
 public:
  using tcp = boost::asio::ip::tcp;
  using error_code = boost::system::error_code;

  peer_connection(Owner& owner, tcp::socket socket, peer_options const& chosen, link_stage first)
      : stage(first),
        owner_(owner),
        options_(chosen),
        socket_(std::move(socket)),
        timer_(socket_.get_executor()) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    tcp::endpoint const remote = socket_.remote_endpoint(ignored);
    address = remote.address().to_string(ignored);
    port = remote.port();
  }

  link_stage stage;
  std::optional<node_id> dialled;   ///< whom this side dialled
  std::optional<peer_hello> hello;  ///< what the other side said
  std::string address;              ///< of the other side
  std::uint16_t port = 0;

  /// Begins to read, and to count the time until both sides know each other.
  void begin() {
    watch(options_.hello_timeout);
    read();
  }

  /// Both sides know each other.
  void open() {
    stage = link_stage::open;
    heard_ = sent_ = true;
    silent_ = duration{};
    watch(options_.keep_alive);
  }

  /// Queues a frame, whose values and tail are copied. False where it finds no room: `share` is the
  /// part of the queue that it may fill, in halves.
  template <class... Values>
  bool send(unsigned share, frame_kind kind, std::span<std::byte const> tail,
            Values const&... values) {
    std::size_t const size = peer_frame_bytes(tail.size(), values...);
    if (stage == link_stage::closed || size > options_.max_frame_bytes + frame_overhead ||
        out_.size() + size > options_.max_queue_bytes / 2 * share ||
        frames_ >= options_.max_queue_frames / 2 * share) {
      return false;
    }
    append_frame(out_, kind, tail, values...);
    ++frames_;
    wake();
    return true;
  }

  /// Lets what is queued be read, and then closes.
  void end_gently() {
    stage = link_stage::refused;
    watch(options_.hello_timeout);
  }

  /// Says these values, where they find room in the socket right now, and closes.
  template <class... Values>
  void close_with(frame_kind kind, Values const&... values) {
    if (stage == link_stage::open && !is_writing_) {
      append_frame(out_, kind, {}, values...);
      auto const bytes = out_.bytes();
      error_code ignored;
      socket_.non_blocking(true, ignored);
      socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), ignored);
    }
    close();
  }

  /// Closes without a word to the owner.
  void close() {
    if (stage == link_stage::closed) return;
    stage = link_stage::closed;
    error_code ignored;
    timer_.cancel(ignored);
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
    out_.release();
  }

 private:
  static constexpr std::size_t bytes_at_once = std::size_t{64} << 10;
  static constexpr std::size_t kept_memory = std::size_t{1} << 20;

  void end(std::string const& reason) {
    auto const keep = this->shared_from_this();
    link_stage const before = stage;
    close();
    owner_.on_end(*this, before, reason);
  }

  // --- in -------------------------------------------------------------------------------------
  void read() {
    std::size_t const size = in_.size();
    std::size_t least = stage == link_stage::open ? bytes_at_once / 4 : max_hello_bytes;
    if (needed_ > size && needed_ - size > least) least = needed_ - size;
    if (in_.empty() && stage == link_stage::open) least = bytes_at_once;
    std::span<std::byte> const room = in_.room(least);
    socket_.async_read_some(
        boost::asio::buffer(room.data(), room.size()),
        [self = this->shared_from_this()](error_code failed, std::size_t count) {
          self->on_read(failed, count);
        });
  }

  void on_read(error_code failed, std::size_t count) {
    if (stage == link_stage::closed) return;
    if (failed) {
      return end(failed == boost::asio::error::eof ? "closed by the other side" : failed.message());
    }
    in_.append(count);
    heard_ = true;
    take_frames();
    if (stage != link_stage::closed) read();
  }

  void take_frames() {
    while (stage != link_stage::closed) {
      if (stage == link_stage::refused) return in_.clear();
      auto const found = scan_frame(
          in_.bytes(), stage == link_stage::open ? options_.max_frame_bytes : max_hello_bytes);
      if (!found) return end_at(found.error(), 0);
      needed_ = found->needed;
      if (found->size == 0) return;
      if (auto const bad = owner_.on_frame(*this, found->kind, found->body)) {
        return end_at(*bad, frame_body_offset);
      }
      if (stage == link_stage::closed) return;
      in_.drop_front(found->size);
      taken_ += found->size;
    }
  }

  void end_at(synod::error const& bad, std::size_t offset) {
    end(std::string(bad.what) + ", at byte " + std::to_string(taken_ + offset + bad.place));
  }

  // --- out ------------------------------------------------------------------------------------
  // What is sent in one turn of the loop leaves in one write.
  void wake() {
    if (is_writing_ || is_woken_) return;
    is_woken_ = true;
    boost::asio::post(socket_.get_executor(), [self = this->shared_from_this()] {
      self->is_woken_ = false;
      self->write();
    });
  }

  void write() {
    if (stage == link_stage::closed || is_writing_ || out_.empty()) return;
    is_writing_ = sent_ = true;
    frames_ = 0;
    writing_.swap(out_);
    auto const bytes = writing_.bytes();
    boost::asio::async_write(socket_, boost::asio::buffer(bytes.data(), bytes.size()),
                             [self = this->shared_from_this()](error_code failed, std::size_t) {
                               self->on_written(failed);
                             });
  }

  void on_written(error_code failed) {
    is_writing_ = false;
    writing_.clear();
    if (stage == link_stage::closed) return;
    if (failed) return end(failed.message());
    if (!out_.empty()) return write();
    if (writing_.capacity() > kept_memory) writing_.release();
    if (out_.capacity() > kept_memory) out_.release();
    if (stage == link_stage::refused) {
      error_code ignored;
      socket_.shutdown(tcp::socket::shutdown_send, ignored);
    }
  }

  // --- time -----------------------------------------------------------------------------------
  void watch(duration span) {
    timer_.expires_after(to_chrono(span));
    timer_.async_wait([self = this->shared_from_this()](error_code failed) {
      if (!failed && self->stage != link_stage::closed) self->on_time();
    });
  }

  void on_time() {
    if (stage != link_stage::open) return owner_.on_late(*this);
    silent_ = heard_ ? duration{} : duration{silent_.ns + options_.keep_alive.ns};
    if (silent_ >= options_.silence) {
      return end("silent for " + std::to_string(silent_.ns / 1'000'000) + " ms");
    }
    if (!sent_) send(2, frame_kind::alive, {});
    heard_ = sent_ = false;
    watch(options_.keep_alive);
  }

  Owner& owner_;
  peer_options const& options_;
  tcp::socket socket_;
  boost::asio::steady_timer timer_;
  byte_buffer in_;
  byte_buffer out_;      // waits
  byte_buffer writing_;  // is being written
  std::size_t frames_ = 0;
  std::size_t needed_ = 0;
  std::uint64_t taken_ = 0;
  duration silent_;
  bool heard_ = false;
  bool sent_ = false;
  bool is_writing_ = false;
  bool is_woken_ = false;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
