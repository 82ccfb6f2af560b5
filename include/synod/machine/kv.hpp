// SPDX-License-Identifier: BSL-1.0
// A replicated key-value store with lifetimes.
#pragma once

#include <limits>
#include <utility>

#include "synod/base/mutant.hpp"
#include "synod/machine/detail/decimal.hpp"
#include "synod/machine/detail/kv_snapshot.hpp"
#include "synod/machine/detail/kv_table.hpp"
#include "synod/machine/kv_commands.hpp"
#include "synod/machine/kv_limits.hpp"
#include "synod/machine/respond.hpp"
#include "synod/machine/state_machine.hpp"
#include "synod/reflect/fingerprint.hpp"

namespace synod::inline SYNOD_ABI::machine {

/// Values of bytes under keys of bytes, with the commands and questions of kv_commands.hpp.
///
/// A lifetime counts from the replicated time at which a command is applied, and is over at the
/// first `kv_advance` to its deadline or beyond: all keys whose deadline has come go, by (deadline,
/// key), before anything later is applied. No clock is read.
///
/// Memory: a key takes its bytes and its value's in one block, with 24 to 40 around them; 21 to 43
/// bytes of the table, and with a lifetime 16 to 32 more. A block stays as it is while a value
/// shrinks to no less than a quarter. Table and heap grow by doubling, in the command that needs
/// it, and do not shrink; `restored` takes a table of the size needed.
///
/// Look-ups: expected O(1) and the length of the key; lifetimes: logarithmic in the keys that have
/// one. Setting a key that is there to a value of similar size allocates nothing.
class kv {
 public:
  /// The default limits.
  kv() = default;

  /// Error: `bad_option`, as of `check`. The seed of the hash may differ between replicas and shows
  /// nowhere; drawn at random, it keeps clients from choosing keys that collide.
  static result<kv> make(kv_limits limits, std::uint64_t hash_seed = 0) {
    if (error const wrong = check(limits); wrong.code != errc::ok) return wrong;
    return kv{limits, hash_seed};
  }

  std::size_t apply(log_index, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    if (command.empty()) return say(out, kv_status::bad_command);
    auto const body = command.subspan(1);
    switch (static_cast<kv_verb>(command.front())) {
      case kv_verb::advance: return on<kv_advance>(*this, body, out);
      case kv_verb::set: return on<kv_set>(*this, body, out);
      case kv_verb::remove: return on<kv_remove>(*this, body, out);
      case kv_verb::remove_if: return on<kv_remove_if>(*this, body, out);
      case kv_verb::add: return on<kv_add>(*this, body, out);
      case kv_verb::expire: return on<kv_expire>(*this, body, out);
      case kv_verb::expire_if: return on<kv_expire_if>(*this, body, out);
      case kv_verb::persist: return on<kv_persist>(*this, body, out);
      default: return query(command, out);
    }
  }

  std::size_t query(std::span<std::byte const> question, std::span<std::byte> out) const noexcept {
    if (question.empty()) return say(out, kv_status::bad_command);
    auto const body = question.subspan(1);
    switch (static_cast<kv_verb>(question.front())) {
      case kv_verb::get: return on<kv_get>(*this, body, out);
      case kv_verb::exists: return on<kv_exists>(*this, body, out);
      case kv_verb::remaining: return on<kv_remaining>(*this, body, out);
      case kv_verb::count: return on<kv_count>(*this, body, out);
      default: return say(out, kv_status::bad_command);
    }
  }

  /// The replicated time.
  instant now() const noexcept { return now_; }
  std::optional<instant> next_deadline() const noexcept { return table_.first_deadline(); }
  static std::size_t advance(instant to, std::span<std::byte> out) noexcept {
    auto const written = encode_command(kv_advance{to}, out);
    return written ? *written : static_cast<std::size_t>(written.error().place);
  }

  /// Linear in all that is held; the order of the keys does not count.
  std::uint64_t fingerprint() const noexcept {
    std::uint64_t sum = 0;
    table_.for_each([&](detail::kv_record const& each) {
      synod::detail::fingerprint_fold fold;
      fold.add(each.key());
      fold.add(each.value());
      fold.add(table_.deadline(each));
      sum += fold.value();
    });
    synod::detail::fingerprint_fold fold;
    fold.add(now_);
    fold.number(table_.size());
    fold.number(sum);
    return fold.value();
  }

  /// Appends the state. n log n in the keys, of which 16 bytes each are taken meanwhile.
  void save(std::vector<std::byte>& out) const { detail::save(now_, table_, out); }
  /// What was saved, under the limits and the seed of this one. Errors, the place an offset into
  /// `bytes`: `bad_input` (no snapshot, cut short, out of order), `too_large` (beyond a limit).
  result<kv> restored(std::span<std::byte const> bytes) const {
    auto read = detail::kv_snapshot_reader{bytes, limits_}.read(table_.seed());
    if (!read) return read.error();
    kv whole{limits_, table_.seed()};
    whole.now_ = read->first;
    whole.table_ = std::move(read->second);
    return whole;
  }

  kv_limits const& limits() const noexcept { return limits_; }
  /// How many keys there are.
  std::uint32_t size() const noexcept { return table_.size(); }
  /// Of all keys and values.
  std::uint64_t bytes() const noexcept { return table_.bytes(); }
  /// Room for any response.
  std::size_t max_response_bytes() const noexcept {
    kv_response largest;
    largest.value.emplace();
    return encoded_size(largest) + limits_.max_value_bytes;
  }

  /// The same time, limits and keys, with the same values and deadlines. Expected linear.
  friend bool operator==(kv const& a, kv const& b) noexcept {
    if (a.now_ != b.now_ || !(a.limits_ == b.limits_) || a.size() != b.size()) return false;
    bool equal = true;
    a.table_.for_each([&](detail::kv_record const& each) {
      std::size_t const other = equal ? b.table_.find(each.key()) : b.table_.none;
      equal = other != b.table_.none && a.table_.deadline(each) == b.table_.deadline(other) &&
              detail::same_bytes(each.value(), b.table_[other].value());
    });
    return equal;
  }

 private:
  using bytes_view = std::span<std::byte const>;
  static constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();

  kv(kv_limits limits, std::uint64_t seed) noexcept : limits_(limits), table_(seed) {}

  static std::size_t say(std::span<std::byte> out, kv_status status, std::int64_t number = 0,
                         std::optional<bytes_view> value = std::nullopt) noexcept {
    return synod::detail::respond(kv_response{status, number, value}, out);
  }

  template <class Command, class Self>
  static std::size_t on(Self& self, bytes_view body, std::span<std::byte> out) noexcept {
    auto const command = decode<Command>(body);
    return command ? self.run(*command, out) : say(out, kv_status::bad_command);
  }

  std::size_t run(kv_advance const& command, std::span<std::byte> out) noexcept {
    [[maybe_unused]] instant const before = now_;
    instant const later = command.now < now_ ? now_ : command.now;
    now_ = SYNOD_MUTANT(kv_time_goes_back, later, command.now);
    instant const due = SYNOD_MUTANT(kv_ends_one_command_late, now_, before);
    std::int64_t gone = 0;
    for (auto next = next_deadline();
         next && SYNOD_MUTANT(kv_outlives_its_deadline, *next <= due, *next < due);
         next = next_deadline()) {
      table_.remove(table_.first_to_end());
      ++gone;
    }
    return say(out, kv_status::ok, gone);
  }

  // The answer refers to the old value, and so is written before the new one.
  std::size_t run(kv_set const& command, std::span<std::byte> out) noexcept {
    if (auto const status = check_sizes(command.key, command.value.size()); refused(status)) {
      return say(out, status);
    }
    bool const limited = command.lifetime == kv_lifetime::limited;
    if (limited && (command.limit.ns == 0 || command.limit.ns > std::uint64_t{longest})) {
      return say(out, kv_status::bad_lifetime);
    }
    std::size_t const which = table_.find(command.key);
    bool const there = which != table_.none;
    std::optional<bytes_view> old;
    if (there && command.want_old) old = table_[which].value();
    if (command.condition != kv_condition::none &&
        there != (command.condition == kv_condition::if_present)) {
      return say(out, kv_status::unmet, 0, old);
    }
    if (!has_room(command.key, which, command.value.size())) return say(out, kv_status::full);
    std::size_t const size = say(out, kv_status::ok, 0, old);
    std::size_t const set = write(command.key, which, command.value);
    if (limited) {
      end_after(set, command.limit);
    } else if (SYNOD_MUTANT(kv_keepttl_forgotten, command.lifetime == kv_lifetime::none, true)) {
      table_.set_deadline(set, std::nullopt);
    }
    return size;
  }

  std::size_t run(kv_remove const& command, std::span<std::byte> out) noexcept {
    key_list keys{command.keys};
    if (SYNOD_MUTANT(kv_removes_half, !keys.valid(), false)) {
      return say(out, kv_status::bad_command);
    }
    std::int64_t removed = 0;
    for (auto key = keys.next(); key; key = keys.next()) {
      std::size_t const which = table_.find(*key);
      if (which == table_.none) continue;
      table_.remove(which);
      ++removed;
    }
    return say(out, kv_status::ok, removed);
  }

  std::size_t run(kv_remove_if const& command, std::span<std::byte> out) noexcept {
    std::size_t const which = table_.find(command.key);
    kv_status const status = compare(which, command.expected);
    if (status == kv_status::ok) table_.remove(which);
    return say(out, status);
  }

  std::size_t run(kv_add const& command, std::span<std::byte> out) noexcept {
    if (auto const status = check_sizes(command.key, 0); refused(status)) return say(out, status);
    std::size_t const which = table_.find(command.key);
    std::int64_t number = 0;
    if (which != table_.none) {
      auto const read = detail::read_decimal(table_[which].value());
      if (!read) return say(out, kv_status::not_a_number);
      number = *read;
    }
    bool const overflow = __builtin_add_overflow(number, command.amount, &number);
    if (SYNOD_MUTANT(kv_overflow_wraps, overflow, false)) return say(out, kv_status::overflow);
    detail::decimal const sum{number};
    if (sum.text().size() > limits_.max_value_bytes) return say(out, kv_status::value_too_large);
    if (!has_room(command.key, which, sum.text().size())) return say(out, kv_status::full);
    write(command.key, which, sum.text());
    return say(out, kv_status::ok, number);
  }

  std::size_t run(kv_expire const& command, std::span<std::byte> out) noexcept {
    std::size_t const which = table_.find(command.key);
    if (which == table_.none) return say(out, kv_status::absent);
    set_lifetime(which, command.lifetime_ns);
    return say(out, kv_status::ok);
  }

  std::size_t run(kv_expire_if const& command, std::span<std::byte> out) noexcept {
    std::size_t const which = table_.find(command.key);
    kv_status const status = compare(which, command.expected);
    if (status == kv_status::ok) set_lifetime(which, command.lifetime_ns);
    return say(out, status);
  }

  std::size_t run(kv_persist const& command, std::span<std::byte> out) noexcept {
    std::size_t const which = table_.find(command.key);
    if (which == table_.none) return say(out, kv_status::absent);
    bool const had_one = table_.deadline(which).has_value();
    table_.set_deadline(which, std::nullopt);
    return say(out, kv_status::ok, had_one ? 1 : 0);
  }

  std::size_t run(kv_get const& question, std::span<std::byte> out) const noexcept {
    std::size_t const which = table_.find(question.key);
    if (which == table_.none) return say(out, kv_status::absent);
    return say(out, kv_status::ok, 0, table_[which].value());
  }

  std::size_t run(kv_exists const& question, std::span<std::byte> out) const noexcept {
    key_list keys{question.keys};
    if (!keys.valid()) return say(out, kv_status::bad_command);
    std::int64_t there = 0;
    for (auto key = keys.next(); key; key = keys.next()) {
      there += table_.find(*key) != table_.none ? 1 : 0;
    }
    return say(out, kv_status::ok, there);
  }

  std::size_t run(kv_remaining const& question, std::span<std::byte> out) const noexcept {
    std::size_t const which = table_.find(question.key);
    if (which == table_.none) return say(out, kv_status::absent);
    auto const deadline = table_.deadline(which);
    return say(out, kv_status::ok,
               deadline ? static_cast<std::int64_t>((*deadline - now_).ns) : -1);
  }

  std::size_t run(kv_count const&, std::span<std::byte> out) const noexcept {
    return say(out, kv_status::ok, table_.size());
  }

  static bool refused(kv_status status) noexcept { return status != kv_status::ok; }

  kv_status check_sizes(bytes_view key, std::size_t value_bytes) const noexcept {
    if (key.size() > limits_.max_key_bytes) return kv_status::key_too_large;
    if (value_bytes > limits_.max_value_bytes) return kv_status::value_too_large;
    return kv_status::ok;
  }

  // Whether the key may have a value of so many bytes; `which` is where it is now.
  bool has_room(bytes_view key, std::size_t which, std::size_t value_bytes) const noexcept {
    if (which == table_.none) {
      return table_.size() < limits_.max_keys &&
             table_.bytes() + key.size() + value_bytes <= limits_.max_bytes;
    }
    return table_.bytes() - table_[which].value().size() + value_bytes <= limits_.max_bytes;
  }

  kv_status compare(std::size_t which, bytes_view expected) const noexcept {
    if (which == table_.none) return kv_status::absent;
    bool const equal = detail::same_bytes(table_[which].value(), expected);
    return SYNOD_MUTANT(kv_compares_nothing, equal, true) ? kv_status::ok : kv_status::unmet;
  }

  std::size_t write(bytes_view key, std::size_t which, bytes_view value) noexcept {
    if (which == table_.none) return table_.add(key, value);
    table_.set_value(which, value);
    return which;
  }

  void set_lifetime(std::size_t which, std::int64_t ns) noexcept {
    if (SYNOD_MUTANT(kv_keeps_what_has_no_life, ns <= 0, ns < 0)) return table_.remove(which);
    end_after(which, {static_cast<std::uint64_t>(ns)});
  }
  void end_after(std::size_t which, duration limit) noexcept {
    instant const end = now_ + limit;
    table_.set_deadline(which, end == detail::never ? std::nullopt : std::optional{end});
  }

  kv_limits limits_;
  instant now_;
  detail::kv_table table_;
};

static_assert(state_machine<kv>);
static_assert(queryable<kv>);
static_assert(saveable<kv>);
static_assert(keeps_time<kv>);

}  // namespace synod::inline SYNOD_ABI::machine
