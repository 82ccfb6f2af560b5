// SPDX-License-Identifier: BSL-1.0
#include "examples/server/clients.hpp"

#include <algorithm>

#include "examples/server/own_commands.hpp"

namespace synod_server {

namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

constexpr std::chrono::milliseconds sweep_every{20};
constexpr unsigned sweeps_to_expire = 10;
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::size_t spare_requests = 1024;
constexpr std::size_t spare_bytes = 1024;  // that a spare request keeps

// A ticket is a seat and the number of a request; numbers go on where a seat is taken again.
constexpr int number_bits = 44;

std::string text_of_endpoint(asio::ip::tcp::endpoint const& where) {
  std::string host = where.address().to_string();
  if (where.address().is_v6()) host = "[" + host + "]";
  return host + ":" + std::to_string(where.port());
}

}  // namespace

clients::clients(asio::io_context& loop, client_limits const& limits, event_log& out)
    : limits_(limits), out_(out), acceptor_(loop), sweeper_(loop), acceptor_pause_(loop) {}

void clients::serve(asio::ip::tcp::acceptor acceptor, node& behind) {
  acceptor_ = std::move(acceptor);
  node_ = &behind;
  accept();
  sweep();
}

void clients::accept() {
  acceptor_.async_accept([this](error_code wrong, asio::ip::tcp::socket socket) {
    if (wrong == asio::error::operation_aborted || draining_) return;
    if (!wrong) {
      admit(std::move(socket));
      return accept();
    }
    out_.write(log_level::warn, accept_said_,
               text_of("a client could not be taken: ", wrong.message()));
    acceptor_pause_.expires_after(accept_pause);
    acceptor_pause_.async_wait([this](error_code stopped) {
      if (!stopped) accept();
    });
  });
}

void clients::admit(asio::ip::tcp::socket socket) {
  error_code wrong;
  auto const from = socket.remote_endpoint(wrong);
  if (wrong) return;
  if (connected_ >= limits_.max_clients) {
    ++counts_.rejected;
    out_.write(log_level::warn, rejected_said_,
               text_of("client ", text_of_endpoint(from), " rejected: ", connected_,
                       " are connected (--max-clients)"));
    std::string text;
    reply_writer{text, 2}.error("ERR max number of clients reached");
    socket.non_blocking(true, wrong);
    socket.write_some(asio::buffer(text), wrong);
    return;
  }
  std::uint32_t place = static_cast<std::uint32_t>(seats_.size());
  if (free_seats_.empty()) {
    seats_.emplace_back();
  } else {
    place = free_seats_.back();
    free_seats_.pop_back();
  }
  ++counts_.accepted;
  ++connected_;
  seats_[place].who =
      std::make_shared<connection>(*this, std::move(socket), place, next_id_++,
                                   seats_[place].next_number, text_of_endpoint(from));
  remember(*seats_[place].who);
  seats_[place].who->start();
}

void clients::forget(connection& which) {
  memory_ -= which.charged;
  which.charged = 0;
  --connected_;
  seat& left = seats_[which.place()];
  left.next_number = which.next_number();
  left.who.reset();
  free_seats_.push_back(which.place());
}

// --- answers ---

synod::ticket clients::ticket_of(connection const& which, std::uint64_t number) const noexcept {
  return {std::uint64_t{which.place()} << number_bits | number};
}

void clients::on_answer(synod::ticket as, synod::answer const& what) noexcept {
  std::uint64_t const place = as.value >> number_bits;
  if (place >= seats_.size() || !seats_[place].who) return;
  seats_[place].who->on_answer(as.value & ((std::uint64_t{1} << number_bits) - 1), what);
}

void clients::mark(connection& which) {
  if (which.is_dirty || !which.is_open()) return;
  which.is_dirty = true;
  dirty_.push_back(which.shared_from_this());
}

void clients::pump() {
  if (is_pumping_) return;
  is_pumping_ = true;
  if (retry_now_) {
    retry_now_ = false;
    for (auto const& each : retrying_) {
      each->is_retrying = false;
      each->retry();
      mark(*each);
    }
    retrying_.clear();
  }
  while (!dirty_.empty()) {
    pumping_.swap(dirty_);
    for (auto const& each : pumping_) {
      each->is_dirty = false;
      each->pump();
    }
    pumping_.clear();
  }
  is_pumping_ = false;
  if (node_ != nullptr) node_->after_requests();
  finish_drain();
}

void clients::retry_later(connection& which) {
  if (std::exchange(which.is_retrying, true)) return;
  retrying_.push_back(which.shared_from_this());
}

void clients::sweep() {
  sweeper_.expires_after(sweep_every);
  sweeper_.async_wait([this](error_code stopped) {
    if (stopped) return;
    if (++sweeps_ % sweeps_to_expire == 0) expire(clock::now());
    if (!retrying_.empty() && node_->has_leader()) retry_now_ = true;
    pump();
    sweep();
  });
}

void clients::expire(clock::time_point now) {
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    if (auto const who = seats_[i].who) who->expire(now);
  }
}

// --- memory ---

void clients::remember(connection& which) {
  if (!which.is_open()) return;
  std::size_t const now = which.memory();
  memory_ += now - which.charged;
  which.charged = now;
  if (memory_ > limits_.max_memory_bytes) has_room(which, 0);
}

bool clients::has_room(connection& asks, std::size_t more) {
  while (memory_ + more > limits_.max_memory_bytes) {
    connection* largest = &asks;
    for (seat const& each : seats_) {
      if (each.who && each.who->charged > largest->charged + (largest == &asks ? more : 0)) {
        largest = each.who.get();
      }
    }
    ++counts_.evicted;
    out_.write(log_level::warn, evicted_said_,
               text_of("client ", largest->from(), " ended: it holds ", largest->charged,
                       " bytes, the most, and all clients together hold what they may"));
    auto const ended = largest->shared_from_this();
    ended->end_with("ERR the memory for clients is used up, and this one holds the most of it");
    if (ended.get() == &asks) return false;
  }
  return true;
}

std::unique_ptr<request> clients::take_request() {
  if (spare_.empty()) return std::make_unique<request>();
  auto taken = std::move(spare_.back());
  spare_.pop_back();
  return taken;
}

void clients::give_back(std::unique_ptr<request> used) {
  if (!used || spare_.size() >= spare_requests ||
      used->what.command.capacity() + used->reply.capacity() > spare_bytes) {
    return;
  }
  used->what.clear();
  used->reply.clear();
  used->stands = request::state::queued;
  used->executed = used->answered = used->uncertain = false;
  spare_.push_back(std::move(used));
}

void clients::count_protocol_error(connection const& which, std::string_view problem) {
  ++counts_.protocol_errors;
  out_.write(log_level::warn, protocol_said_,
             text_of("client ", which.from(), " ended: ", problem));
}

// --- commands ---

void clients::execute(connection& from, std::vector<std::string_view> const& words) {
  ++counts_.commands;
  command_info const* const info = find_command(words[0]);
  if (info == nullptr) {
    if (same_word(words[0], "post") || same_word(words[0], "host:")) {
      count_protocol_error(from, "it speaks HTTP");
      return from.close_when_answered();
    }
    return from.reply([&](reply_writer& r) { r.error(unknown_command(words)); });
  }
  from.last_command = info->name;
  if (!info->takes(words.size())) {
    return from.reply([&](reply_writer& r) {
      r.error(text_of("ERR wrong number of arguments for '", info->name, "' command"));
    });
  }
  if (is_own_command(*info, words)) {
    return run_own_command(*this, from, *info, words);
  }
  request& made = from.new_request();
  translate(*info, words, made.what);
  if (!made.what.error.empty()) {
    made.what.command.clear();
    from.finish(made, made.what.error);
  }
}

// --- the end ---

void clients::drain(std::chrono::milliseconds longest, std::function<void()> idle) {
  draining_ = true;
  drained_ = std::move(idle);
  drain_until_ = clock::now() + longest;
  error_code ignored;
  acceptor_.close(ignored);
  finish_drain();
}

void clients::finish_drain() {
  if (!draining_ || !drained_) return;
  bool const late = clock::now() >= drain_until_;
  for (seat const& each : seats_) {
    if (!late && each.who && each.who->waits()) return;
  }
  std::exchange(drained_, nullptr)();
}

void clients::close() {
  draining_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  sweeper_.cancel(ignored);
  acceptor_pause_.cancel(ignored);
  expire(clock::time_point::max());
  pump();
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    if (auto const who = seats_[i].who) who->drop();
  }
}

}  // namespace synod_server
