// SPDX-License-Identifier: BSL-1.0
#include "examples/server/connection.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "examples/server/clients.hpp"
#include "synod/base/contract.hpp"

namespace synod_server {

namespace {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

constexpr std::size_t first_buffer = 512;
constexpr std::size_t usual_buffer = 16 << 10;  // what an idle connection may keep
constexpr std::size_t longest_read = 64 << 10;  // at once, beyond which it is another's turn
constexpr std::chrono::seconds linger_time{2};
constexpr std::uint32_t values_in_log = 16;  // commands under way that may reply a whole value

}  // namespace

connection::connection(clients& all, asio::ip::tcp::socket socket, std::uint32_t place,
                       std::uint64_t id, std::uint64_t first_number, std::string from)
    : all_(all),
      socket_(std::move(socket)),
      id_(id),
      first_(first_number),
      place_(place),
      from_(std::move(from)),
      in_(first_buffer),
      reader_(all.limits().resp) {}

void connection::start() {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  socket_.non_blocking(true, ignored);
  read_on();
}

request& connection::new_request() {
  std::unique_ptr<request>& made = slots_.extend();
  made = all_.take_request();
  made->due = clock::now() + all_.limits().request_timeout;
  made->protocol = protocol_;
  return *made;
}

// --- requests ---

bool connection::may_parse() const noexcept {
  return !closing_ && !dropped_ && !all_.is_draining() &&
         slots_.size() < all_.limits().max_outstanding && room() != 0;
}

// Bytes that may still wait to be sent.
std::size_t connection::room() const noexcept {
  std::size_t const waits = out_.size() - sent_ + held_;
  std::size_t const most = all_.limits().max_unsent_bytes;
  return waits < most ? most - waits : 0;
}

// Whether one more answer with a value would probably find room; the first always does, once what
// was said before has been sent. An answer of the log cannot be thrown away.
bool connection::has_room_for_value(bool in_log) const noexcept {
  if (values_ == 0 && sent_ == out_.size()) return true;
  return room() / expected_ > values_ && (!in_log || values_ < values_in_log);
}

// A request comes back from the node.
void connection::lands(request const& r) noexcept {
  bool const in_log = r.stands == request::state::told;
  --(in_log ? told_ : asked_);
  if (in_log) in_log_ -= r.what.command.size();
  if (r.what.replies_value) --values_;
}

void connection::parse() {
  while (may_parse() && head_ != tail_) {
    switch (reader_.read(unread())) {
      case resp_reader::status::incomplete: return;
      case resp_reader::status::malformed:
        all_.count_protocol_error(*this, reader_.problem());
        reply([&](reply_writer& r) { r.error("ERR " + reader_.problem()); });
        closing_ = true;
        return;
      case resp_reader::status::complete: {
        std::vector<std::string_view>& words = all_.words();
        reader_.arguments(unread(), words);
        std::size_t const before = slots_.size();
        if (!words.empty()) all_.execute(*this, words);
        if (slots_.size() != before) held_ += slots_.back()->what.command.size();
        head_ += reader_.consumed();
        reader_.next();
        break;
      }
    }
  }
}

void connection::issue() {
  if (refused_ != 0) {
    settle_refused();
    if (refused_ != 0) return;
  }
  node& behind = all_.behind();
  while (issued_ < slots_.size() && refused_ == 0) {
    request& r = *slots_[issued_];
    if (r.stands == request::state::done) {
      ++issued_;
      continue;
    }
    bool const in_log = !r.what.asks || r.what.through_log || told_ != 0;
    if (r.stands != request::state::queued || (in_log && asked_ != 0)) return;
    std::size_t const bytes = in_log ? r.what.command.size() : 0;
    if (in_log_ != 0 && in_log_ + bytes > all_.limits().max_bytes_in_log) return;
    if (r.what.replies_value) {
      if (!has_room_for_value(in_log)) return;
      ++values_;
    }
    in_log_ += bytes;
    synod::ticket const as = all_.ticket_of(*this, first_ + issued_);
    if (!in_log) {
      r.stands = request::state::asked;
      ++asked_;
      ++issued_;
      behind.query(as, r.what.command);
      continue;
    }
    r.stands = request::state::told;
    ++told_;
    ++issued_;
    if (r.what.wrapped) {
      behind.propose(as, r.what.command);
    } else {
      byte_list& wrapped = all_.room_for_wrapping();
      wrap_for_log(r.what.command, wrapped);
      behind.propose(as, wrapped);
    }
  }
}

void connection::on_answer(std::uint64_t number, synod::answer const& what) {
  if (number < first_ || number - first_ >= slots_.size()) return;
  request& r = *slots_[number - first_];
  bool const from_log = r.stands == request::state::told;
  if (!from_log && r.stands != request::state::asked) return;  // its time was up
  lands(r);
  answered(number - first_, from_log, what);
  all_.mark(*this);
}

// The question is asked again, later, and so are those behind it.
void connection::put_back(std::size_t which) {
  slots_[which]->stands = request::state::queued;
  issued_ = std::min(issued_, which);
}

void connection::answered(std::size_t which, bool from_log, synod::answer const& what) {
  request& r = *slots_[which];
  switch (what.what) {
    case synod::outcome::response: {
      if (r.what.replies_value) {
        expected_ = std::max(what.response.size() + 64, expected_ - expected_ / 8);
      }
      // An answer that finds no room is thrown away.
      if (!from_log && (which >= issued_ || (which != 0 && room() < what.response.size()))) {
        return put_back(which);
      }
      r.executed = from_log;
      r.answered = !from_log;
      r.stands = request::state::done;
      bool const first = which == 0;
      std::size_t const before = r.reply.size();
      reply_writer writer{first ? out_ : r.reply, r.protocol};
      render(r.what.form, from_log, what.response, writer);
      held_ += r.reply.size() - before;
      return;
    }
    case synod::outcome::too_large:
      r.executed = from_log;
      return finish(r, "TOOLARGE executed, but the reply is longer than this server sends");
    case synod::outcome::refused:
      if (what.reason == synod::why::too_large) {
        return finish(r, "ERR the command is longer than the log takes: not executed");
      }
      if (what.reason == synod::why::stopped) {
        return finish(r, "TRYAGAIN this node has stopped: not executed");
      }
      [[fallthrough]];
    case synod::outcome::lost: break;
    case synod::outcome::unknown:
      if (from_log && !r.what.asks && !r.what.once) {
        r.executed = true;
        ++all_.counts().unanswered;
        return finish(r, "UNKNOWN outcome: the command may or may not be executed");
      }
      r.uncertain = from_log && r.what.once;
      break;
  }
  if (all_.is_draining()) {
    return finish(r, r.uncertain ? "UNKNOWN outcome: the command may or may not be executed"
                                 : "TRYAGAIN this node stops: not executed");
  }
  r.stands = request::state::refused;
  ++refused_;
  all_.retry_later(*this);
}

// When nothing is under way any more: what was refused goes to the node once more, unless a later
// command of this connection has been executed, which may not be overtaken. What was asked after a
// refused question is asked again, so that no answer is older than one before it.
void connection::settle_refused() {
  if (!retry_due_ || flying() != 0) return;
  retry_due_ = false;
  std::size_t last_executed = slots_.size();
  for (std::size_t i = slots_.size(); i-- > 0 && last_executed == slots_.size();) {
    if (slots_[i]->executed) last_executed = i;
  }
  bool again = false;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    request& r = *slots_[i];
    bool const overtaken = last_executed != slots_.size() && i < last_executed;
    if (r.stands == request::state::refused) {
      if (overtaken) {
        finish(r, r.uncertain ? "UNKNOWN outcome: the command may or may not be executed"
                              : "TRYAGAIN not executed, while a later command was");
        continue;
      }
    } else if (!again || r.stands != request::state::done || !r.answered) {
      continue;
    }
    if (!r.reply.empty()) held_ -= r.reply.size();
    r.reply.clear();
    r.answered = false;
    r.stands = request::state::queued;
    if (!again) issued_ = i;
    again = true;
  }
  refused_ = 0;
  if (again) ++all_.counts().tried_again;
}

void connection::finish(request& r, std::string_view error) {
  r.stands = request::state::done;
  std::size_t const before = r.reply.size();
  r.reply.clear();
  reply_writer{r.reply, r.protocol}.error(error);
  held_ += r.reply.size() - before;
}

void connection::expire(clock::time_point now) {
  if (lingering_ && now >= linger_until_) return drop();
  bool any = false;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    request& r = *slots_[i];
    if (r.stands == request::state::done || now < r.due) continue;
    if (r.stands == request::state::queued && writing_ && !all_.is_draining()) continue;
    any = true;
    bool uncertain = r.uncertain;
    if (r.stands == request::state::told) {
      lands(r);
      r.executed = uncertain = !r.what.asks;
    } else if (r.stands == request::state::asked) {
      lands(r);
    } else if (r.stands == request::state::refused) {
      --refused_;
    }
    if (uncertain) ++all_.counts().unanswered;
    finish(r, uncertain
                  ? "UNKNOWN outcome: no answer in time; the command may or may not be executed"
                  : "TRYAGAIN no leader answered in time: not executed");
  }
  if (any) all_.mark(*this);
}

// What was not asked because the client did not read has its time before it.
void connection::excuse_queued() {
  auto const due = clock::now() + all_.limits().request_timeout;
  for (std::size_t i = issued_; i < slots_.size(); ++i) {
    if (slots_[i]->stands == request::state::queued) slots_[i]->due = due;
  }
}

// --- replies ---

void connection::drain() {
  std::size_t ready = 0;
  while (ready < slots_.size() && slots_[ready]->stands == request::state::done) {
    request& r = *slots_[ready];
    out_ += r.reply;
    std::size_t const freed = r.reply.size() + r.what.command.size();
    SYNOD_EXPECTS(freed <= held_, "server: a connection gives back more than it holds");
    held_ -= freed;
    all_.give_back(std::move(slots_[ready]));
    ++ready;
  }
  if (ready == 0) return;
  slots_.drop_front(ready);
  first_ += ready;
  issued_ -= std::min(issued_, ready);
}

void connection::flush() {
  if (writing_ || dropped_) return;
  while (sent_ < out_.size()) {
    error_code wrong;
    sent_ += socket_.write_some(asio::buffer(out_.data() + sent_, out_.size() - sent_), wrong);
    if (wrong == asio::error::would_block) {
      if (sent_ >= usual_buffer && sent_ >= out_.size() / 2) {
        out_.erase(0, sent_);
        sent_ = 0;
      }
      writing_ = true;
      socket_.async_wait(asio::ip::tcp::socket::wait_write,
                         [self = shared_from_this()](error_code failed) {
                           self->writing_ = false;
                           if (failed) return self->drop();
                           self->excuse_queued();
                           self->all_.mark(*self);
                           self->all_.pump();
                         });
      return;
    }
    if (wrong) return drop();
  }
  sent_ = 0;
  out_.clear();
  if (out_.capacity() > usual_buffer) std::string{}.swap(out_);
}

void connection::pump() {
  if (dropped_) return;
  // What is sent makes room for what waits, which may be answered at once.
  bool moved = true;
  while (moved) {
    auto const before = std::tuple{first_, issued_, tail_ - head_};
    drain();
    parse();
    issue();
    drain();
    flush();
    moved = !dropped_ && !writing_ && before != std::tuple{first_, issued_, tail_ - head_};
  }
  if (dropped_) return;
  if (closing_ && slots_.empty() && out_.empty()) return linger();
  read_on();
  all_.remember(*this);
}

// --- reading ---

void connection::read_on() {
  if (reading_ || dropped_ || !(may_parse() || lingering_)) return;
  if (!make_room()) return;
  reading_ = true;
  std::size_t const room = std::min(in_.size() - tail_, longest_read);
  socket_.async_read_some(asio::buffer(in_.data() + tail_, room),
                          [self = shared_from_this()](error_code wrong, std::size_t count) {
                            self->reading_ = false;
                            self->on_read(wrong, count);
                          });
}

// Room behind tail_ for the next bytes: what is not read moves to the front, and where it fills
// the buffer, that grows twofold. A request that is announced takes no room before it comes.
bool connection::make_room() {
  if (lingering_) head_ = tail_ = 0;
  if (head_ == tail_) {
    head_ = tail_ = 0;
    if (in_.size() > usual_buffer) {
      in_.resize(first_buffer);
      in_.shrink_to_fit();
    }
  } else if (head_ != 0 && (tail_ == in_.size() || head_ >= in_.size() / 2)) {
    std::memmove(in_.data(), in_.data() + head_, tail_ - head_);
    tail_ -= head_;
    head_ = 0;
  }
  if (tail_ != in_.size()) return true;
  std::size_t const more = in_.size();
  if (!all_.has_room(*this, more)) return false;
  in_.resize(in_.size() + more);
  return true;
}

void connection::on_read(error_code wrong, std::size_t count) {
  if (dropped_) return;
  if (wrong == asio::error::eof && waits() && !lingering_) {
    closing_ = true;  // it may still listen
  } else if (wrong) {
    return drop();
  } else if (lingering_) {
    return read_on();
  }
  tail_ += count;
  all_.mark(*this);
  all_.pump();
}

// Everything is said: no more is sent, and what still comes in is thrown away for a while, so that
// it does not cost the client the last reply.
void connection::linger() {
  if (lingering_) return;
  lingering_ = true;
  linger_until_ = clock::now() + linger_time;
  error_code wrong;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, wrong);
  if (wrong) return drop();
  read_on();
}

void connection::end_with(std::string_view error) {
  if (dropped_ || closing_) return drop();
  closing_ = true;
  for (std::size_t i = 0; i < slots_.size(); ++i) all_.give_back(std::move(slots_[i]));
  first_ += slots_.size();
  slots_.clear();
  issued_ = asked_ = told_ = refused_ = values_ = 0;
  in_log_ = 0;
  held_ = 0;
  std::vector<char>(first_buffer).swap(in_);
  head_ = tail_ = 0;
  if (out_.size() - sent_ < usual_buffer) reply_writer{out_, protocol_}.error(error);
  flush();
  drop();
}

void connection::drop() {
  if (dropped_) return;
  dropped_ = true;
  error_code ignored;
  socket_.close(ignored);
  for (std::size_t i = 0; i < slots_.size(); ++i) all_.give_back(std::move(slots_[i]));
  first_ += slots_.size();
  slots_.clear();
  all_.forget(*this);
}

}  // namespace synod_server
