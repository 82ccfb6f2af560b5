// SPDX-License-Identifier: BSL-1.0
#include "examples/server/database.hpp"

#include <charconv>
#include <limits>
#include <optional>

#include "synod/machine/kv_commands.hpp"
#include "synod/machine/session_commands.hpp"

namespace synod_server {

namespace {

namespace machine = synod::machine;

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}
std::string_view text_of_bytes(std::span<std::byte const> bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value = 0;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr char const* not_an_integer = "ERR value is not an integer or out of range";
constexpr std::int64_t ns_of_second = 1'000'000'000;
constexpr std::int64_t ns_of_millisecond = 1'000'000;
constexpr std::size_t direct_head = 1 + synod::encoded_size(machine::session_direct{});

// A command or question of the key-value store, and the same in the log.
template <class Body>
void encode_question(Body const& body, byte_list& out) {
  out.resize(synod::detail::command_size(body));
  (void)machine::encode_command(body, out);
}
template <class Body>
void encode_for_log(Body const& body, byte_list& out) {
  out.resize(synod::detail::command_size(body) + direct_head);
  (void)machine::encode_direct(body, out);
}

// A count of units as nanoseconds; nothing where that does not fit.
std::optional<std::int64_t> lifetime(std::string_view text, std::int64_t unit) {
  auto const count = number_in<std::int64_t>(text);
  std::int64_t ns = 0;
  if (!count || __builtin_mul_overflow(*count, unit, &ns)) return std::nullopt;
  return ns;
}

class translator {
 public:
  translator(command_info const& info, argument_list arguments, translation& into, bool in_session)
      : info_(info), words_(arguments), into_(into), in_session_(in_session) {}

  void run() {
    switch (info_.what) {
      case verb::get: return ask(machine::kv_get{key()}, reply_form::value);
      case verb::strlen: return ask(machine::kv_get{key()}, reply_form::length);
      case verb::type: return type();
      case verb::set: return set();
      case verb::setnx: return setnx();
      case verb::del: return del();
      case verb::exists: return exists();
      case verb::incr: return add(1);
      case verb::decr: return add(-1);
      case verb::incrby: return add_argument(1);
      case verb::decrby: return add_argument(-1);
      case verb::expire: return expire(ns_of_second);
      case verb::pexpire: return expire(ns_of_millisecond);
      case verb::persist: return tell(machine::kv_persist{key()}, reply_form::number);
      case verb::ttl: return remaining(reply_form::seconds_left);
      case verb::pttl: return remaining(reply_form::milliseconds_left);
      case verb::dbsize: return ask(machine::kv_count{}, reply_form::number);
      case verb::synod: return synod();
      default: return refuse("ERR this command is none of the database");
    }
  }

 private:
  void refuse(std::string text) { into_.error = std::move(text); }
  std::span<std::byte const> key() const { return bytes_of(words_[1]); }

  template <class Body>
  void tell(Body const& body, reply_form form) {
    into_.form = form;
    into_.wrapped = !in_session_;
    in_session_ ? encode_question(body, into_.command) : encode_for_log(body, into_.command);
  }
  template <class Body>
  void ask(Body const& body, reply_form form) {
    into_.form = form;
    into_.asks = true;
    into_.replies_value = form == reply_form::value || form == reply_form::length;
    encode_question(body, into_.command);
  }
  void remaining(reply_form form) {
    ask(machine::kv_remaining{key()}, form);
    into_.through_log = true;
  }

  byte_list keys() const {
    byte_list list;
    for (std::string_view const word : words_.subspan(1)) {
      machine::append_key(list, bytes_of(word));
    }
    return list;
  }
  void type() { ask(machine::kv_exists{keys()}, reply_form::type); }
  void exists() { ask(machine::kv_exists{keys()}, reply_form::number); }
  void del() { tell(machine::kv_remove{keys()}, reply_form::number); }

  void add(std::int64_t amount) { tell(machine::kv_add{key(), amount}, reply_form::number); }
  void add_argument(std::int64_t sign) {
    auto const amount = number_in<std::int64_t>(words_[2]);
    if (!amount) return refuse(not_an_integer);
    if (sign < 0 && *amount == std::numeric_limits<std::int64_t>::min()) {
      return refuse("ERR decrement would overflow");
    }
    add(sign * *amount);
  }

  void expire(std::int64_t unit) {
    if (words_.size() > 3) {
      return refuse("ERR " + upper_name() + " with NX, XX, GT or LT is not supported");
    }
    if (auto const ns = lifetime_in(words_[2], unit)) {
      tell(machine::kv_expire{key(), *ns}, reply_form::one_or_zero);
    }
  }
  // In nanoseconds; refused where it is no number, or does not fit.
  std::optional<std::int64_t> lifetime_in(std::string_view count, std::int64_t unit) {
    auto const ns = lifetime(count, unit);
    if (!ns) number_in<std::int64_t>(count) ? refuse_lifetime() : refuse(not_an_integer);
    return ns;
  }
  void refuse_lifetime() {
    refuse("ERR invalid expire time in '" + std::string{info_.name} + "' command");
  }
  std::string upper_name() const {
    std::string name{info_.name};
    for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
    return name;
  }

  void setnx() {
    machine::kv_set body;
    body.key = key();
    body.value = bytes_of(words_[2]);
    body.condition = machine::kv_condition::if_absent;
    tell(body, reply_form::one_or_zero);
  }

  void set() {
    machine::kv_set body;
    body.key = key();
    body.value = bytes_of(words_[2]);
    bool const taken = set_options(body);
    if (!taken) {
      if (into_.error.empty()) refuse("ERR syntax error");
      return;
    }
    reply_form form = reply_form::ok;
    if (body.condition != machine::kv_condition::none) form = reply_form::ok_or_null;
    if (body.want_old) form = reply_form::old_value;
    tell(body, form);
    into_.replies_value = body.want_old;
  }
  // In Redis' order: first every word, of which the last count wins, then the count.
  bool set_options(machine::kv_set& body) {
    using machine::kv_condition;
    using machine::kv_lifetime;
    std::int64_t unit = 0;
    std::string_view count;
    for (std::size_t i = 3; i < words_.size(); ++i) {
      std::string_view const word = words_[i];
      bool const nx = same_word(word, "nx");
      bool const ex = same_word(word, "ex");
      if (nx || same_word(word, "xx")) {
        auto const wanted = nx ? kv_condition::if_absent : kv_condition::if_present;
        if (body.condition != kv_condition::none && body.condition != wanted) return false;
        body.condition = wanted;
      } else if (same_word(word, "get")) {
        body.want_old = true;
      } else if (same_word(word, "keepttl")) {
        if (unit != 0) return false;
        body.lifetime = kv_lifetime::keep;
      } else if (same_word(word, "exat") || same_word(word, "pxat")) {
        refuse(
            "ERR SET with EXAT or PXAT is not supported: lifetimes are counted in replicated "
            "time, which is no wall time; use EX or PX");
        return false;
      } else if (ex || same_word(word, "px")) {
        std::int64_t const wanted = ex ? ns_of_second : ns_of_millisecond;
        bool const another = body.lifetime == kv_lifetime::keep || (unit != 0 && unit != wanted);
        if (another || i + 1 == words_.size()) return false;
        unit = wanted;
        count = words_[++i];
      } else {
        return false;
      }
    }
    return unit == 0 || set_lifetime(body, count, unit);
  }
  bool set_lifetime(machine::kv_set& body, std::string_view count, std::int64_t unit) {
    auto const ns = lifetime_in(count, unit);
    if (!ns) return false;
    if (*ns <= 0) {
      refuse_lifetime();
      return false;
    }
    body.lifetime = machine::kv_lifetime::limited;
    body.limit = synod::nanoseconds(static_cast<std::uint64_t>(*ns));
    return true;
  }

  // --- SYNOD ---

  void synod() {
    std::string_view const sub = words_[1];
    if (same_word(sub, "unlock")) {
      if (!needs(4, "UNLOCK key token")) return;
      return tell(machine::kv_remove_if{bytes_of(words_[2]), bytes_of(words_[3])},
                  reply_form::one_or_zero);
    }
    if (same_word(sub, "renew")) {
      if (!needs(5, "RENEW key token milliseconds")) return;
      auto const ns = lifetime(words_[4], ns_of_millisecond);
      if (!ns) return refuse(not_an_integer);
      if (*ns <= 0) return refuse("ERR invalid expire time in 'synod renew' command");
      return tell(machine::kv_expire_if{bytes_of(words_[2]), bytes_of(words_[3]), *ns},
                  reply_form::one_or_zero);
    }
    if (same_word(sub, "session") && words_.size() > 2) return session(words_[2]);
    refuse("ERR SYNOD knows STATUS, SNAPSHOT, SESSION OPEN|CALL|KEEPALIVE|CLOSE, UNLOCK, RENEW");
  }
  bool needs(std::size_t words, char const* usage) {
    if (words_.size() == words) return true;
    refuse(std::string{"ERR wrong number of arguments: SYNOD "} + usage);
    return false;
  }

  template <class Body>
  void tell_sessions(Body const& body, reply_form form) {
    encode_question(body, into_.command);
    into_.form = form;
    into_.wrapped = true;
  }

  void session(std::string_view what) {
    if (same_word(what, "open")) {
      if (!needs(4, "SESSION OPEN milliseconds")) return;
      auto const ns = lifetime(words_[3], ns_of_millisecond);
      if (!ns || *ns <= 0) return refuse(not_an_integer);
      machine::session_open open;
      open.timeout = synod::nanoseconds(static_cast<std::uint64_t>(*ns));
      return tell_sessions(open, reply_form::session_opened);
    }
    bool const call = same_word(what, "call");
    bool const keep = same_word(what, "keepalive");
    if (!call && !keep && !same_word(what, "close")) {
      return refuse("ERR SYNOD SESSION knows OPEN, CALL, KEEPALIVE and CLOSE");
    }
    if (call ? words_.size() < 7 : !needs(4, "SESSION KEEPALIVE|CLOSE id")) {
      if (call)
        refuse(
            "ERR wrong number of arguments: SYNOD SESSION CALL id sequence "
            "first_outstanding command…");
      return;
    }
    auto const id = number_in<std::uint64_t>(words_[3]);
    if (!id) return refuse(not_an_integer);
    into_.once = !same_word(what, "close");
    if (call) return request(synod::log_index{*id});
    if (keep) {
      return tell_sessions(machine::session_keep_alive{synod::log_index{*id}},
                           reply_form::session_done);
    }
    tell_sessions(machine::session_close{synod::log_index{*id}}, reply_form::session_done);
  }

  void request(synod::log_index id) {
    auto const sequence = number_in<std::uint64_t>(words_[4]);
    auto const first = number_in<std::uint64_t>(words_[5]);
    if (!sequence || !first || *sequence == 0 || *first == 0) return refuse(not_an_integer);
    argument_list const inner = words_.subspan(6);
    command_info const* const info = find_command(inner[0]);
    if (info == nullptr || info->group == "connection" || info->group == "server") {
      return refuse("ERR SYNOD SESSION CALL takes a command of keys");
    }
    if (!info->takes(inner.size())) {
      return refuse("ERR wrong number of arguments for '" + std::string{info->name} + "' command");
    }
    if (info->what == verb::synod && !same_word(inner[1], "unlock") &&
        !same_word(inner[1], "renew")) {
      return refuse("ERR SYNOD SESSION CALL takes a command of keys");
    }
    translation told;
    translator{*info, inner, told, true}.run();
    if (!told.error.empty()) return refuse(std::move(told.error));
    machine::session_request body;
    body.session = id;
    body.sequence = *sequence;
    body.first_outstanding = *first;
    body.command = told.command;
    tell_sessions(body, told.form);
    into_.replies_value = told.replies_value;
  }

  command_info const& info_;
  argument_list words_;
  translation& into_;
  bool in_session_;  // the command goes into a request of a session, as it is
};

void render_number(reply_form form, machine::kv_response const& answer, reply_writer& reply) {
  bool const there = answer.status == machine::kv_status::ok;
  switch (form) {
    case reply_form::seconds_left:
    case reply_form::milliseconds_left: {
      if (!there) return reply.integer(-2);
      if (answer.number < 0) return reply.integer(-1);
      if (form == reply_form::milliseconds_left) {
        return reply.integer((answer.number + ns_of_millisecond - 1) / ns_of_millisecond);
      }
      return reply.integer((answer.number + ns_of_second / 2) / ns_of_second);
    }
    case reply_form::one_or_zero: return reply.integer(there ? 1 : 0);
    default: return reply.integer(there ? answer.number : 0);
  }
}

void render_value(machine::kv_response const& answer, reply_writer& reply) {
  answer.value ? reply.bulk(text_of_bytes(*answer.value)) : reply.null();
}

void render_kv(reply_form form, std::span<std::byte const> bytes, reply_writer& reply) {
  using machine::kv_status;
  auto const answer = synod::decode<machine::kv_response>(bytes);
  if (!answer) return reply.error("ERR the answer of the machine cannot be read");
  switch (answer->status) {
    case kv_status::ok:
    case kv_status::absent:
    case kv_status::unmet: break;
    case kv_status::not_a_number: return reply.error(not_an_integer);
    case kv_status::overflow: return reply.error("ERR increment or decrement would overflow");
    case kv_status::key_too_large: return reply.error("ERR the key is too long");
    case kv_status::value_too_large: return reply.error("ERR the value is too long");
    case kv_status::full:
      return reply.error("OOM command not allowed: the keys and values fill what they may take");
    case kv_status::bad_lifetime: return reply.error("ERR invalid expire time");
    case kv_status::bad_command: return reply.error("ERR the machine knows no such command");
  }
  bool const done = answer->status == kv_status::ok;
  switch (form) {
    case reply_form::ok:
    case reply_form::session_done: return reply.simple("OK");
    case reply_form::ok_or_null: return done ? reply.simple("OK") : reply.null();
    case reply_form::old_value:
    case reply_form::value: return render_value(*answer, reply);
    case reply_form::length:
      return reply.integer(answer->value ? static_cast<std::int64_t>(answer->value->size()) : 0);
    case reply_form::type: return reply.simple(done && answer->number > 0 ? "string" : "none");
    default: return render_number(form, *answer, reply);
  }
}

void render_session_error(machine::session_status status, reply_writer& reply) {
  using machine::session_status;
  switch (status) {
    case session_status::ok: return;
    case session_status::bad_command: return reply.error("ERR the machine knows no such command");
    case session_status::no_session:
      return reply.error(
          "NOSESSION the session was never opened, was closed or has expired: "
          "not executed now");
    case session_status::stale:
      return reply.error("STALE this request counts as answered: not executed now");
    case session_status::too_many_sessions:
      return reply.error("TRYAGAIN as many sessions are open as may be: not opened");
    case session_status::too_many_outstanding:
      return reply.error("TRYAGAIN too far ahead of first_outstanding: not executed");
    case session_status::bad_timeout:
      return reply.error("ERR a session's time-out is from 1 ms to what the server allows");
    case session_status::reply_too_large:
      return reply.error("TOOLARGE executed once, but the reply is longer than sessions keep");
  }
}

}  // namespace

void translate(command_info const& info, argument_list arguments, translation& into) {
  into.clear();
  translator{info, arguments, into, false}.run();
}

void wrap_for_log(std::span<std::byte const> command, byte_list& out) {
  machine::session_direct const body{command};
  encode_question(body, out);
}

void render(reply_form form, bool from_log, std::span<std::byte const> answer,
            reply_writer& reply) {
  if (!from_log) return render_kv(form, answer, reply);
  auto const told = machine::read_response(answer);
  if (!told) return reply.error("ERR the answer of the machine cannot be read");
  if (told->status != machine::session_status::ok) return render_session_error(told->status, reply);
  if (form == reply_form::session_opened) {
    return reply.integer(static_cast<std::int64_t>(told->session.value));
  }
  if (form == reply_form::session_done) return reply.simple("OK");
  render_kv(form, told->response, reply);
}

}  // namespace synod_server
