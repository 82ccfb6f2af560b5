// SPDX-License-Identifier: BSL-1.0
// What a `kv` means, as plainly as can be said: a map from text to text and deadline.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "tests/machine/kv_script.hpp"

namespace synod::test {

class kv_model {
 public:
  struct held {
    std::string value;
    std::optional<std::uint64_t> deadline;
  };

  explicit kv_model(machine::kv_limits limits) : limits_(limits) {}

  std::map<std::string, held> const& content() const { return content_; }

  said tell(machine::kv_advance const& command) {
    now_ = std::max(now_, command.now.ns);
    auto const gone = std::erase_if(content_, [this](auto const& each) {
      return each.second.deadline && *each.second.deadline <= now_;
    });
    return ok(static_cast<std::int64_t>(gone));
  }

  said tell(machine::kv_set const& command) {
    using machine::kv_condition;
    using machine::kv_lifetime;
    auto const key = text(command.key);
    auto const value = text(command.value);
    if (key.size() > limits_.max_key_bytes) return no(status::key_too_large);
    if (value.size() > limits_.max_value_bytes) return no(status::value_too_large);
    if (command.lifetime == kv_lifetime::limited && command.limit.ns == 0) {
      return no(status::bad_lifetime);
    }
    auto const there = content_.find(key);
    said answer;
    if (there != content_.end() && command.want_old) answer.value = there->second.value;
    if ((command.condition == kv_condition::if_absent && there != content_.end()) ||
        (command.condition == kv_condition::if_present && there == content_.end())) {
      answer.status = status::unmet;
      return answer;
    }
    auto after = content_;
    held& now_held = after[key];
    now_held.value = value;
    if (command.lifetime == kv_lifetime::limited) now_held.deadline = now_ + command.limit.ns;
    if (command.lifetime == kv_lifetime::none) now_held.deadline.reset();
    return accept(std::move(after)) ? answer : no(status::full);
  }

  said tell(machine::kv_remove const& command) {
    auto const list = texts(command.keys);
    if (!list) return no(status::bad_command);
    std::int64_t removed = 0;
    for (auto const& key : *list) removed += static_cast<std::int64_t>(content_.erase(key));
    return ok(removed);
  }

  said tell(machine::kv_remove_if const& command) {
    auto const there = content_.find(text(command.key));
    if (there == content_.end()) return no(status::absent);
    if (there->second.value != text(command.expected)) return no(status::unmet);
    content_.erase(there);
    return ok();
  }

  said tell(machine::kv_add const& command) {
    auto const key = text(command.key);
    if (key.size() > limits_.max_key_bytes) return no(status::key_too_large);
    auto const there = content_.find(key);
    __extension__ __int128 sum = command.amount;
    if (there != content_.end()) {
      auto const number = canonical(there->second.value);
      if (!number) return no(status::not_a_number);
      sum += *number;
    }
    if (sum > std::numeric_limits<std::int64_t>::max() ||
        sum < std::numeric_limits<std::int64_t>::min()) {
      return no(status::overflow);
    }
    auto const value = std::to_string(static_cast<std::int64_t>(sum));
    if (value.size() > limits_.max_value_bytes) return no(status::value_too_large);
    auto after = content_;
    after[key].value = value;
    return accept(std::move(after)) ? ok(static_cast<std::int64_t>(sum)) : no(status::full);
  }

  said tell(machine::kv_expire const& command) {
    auto const there = content_.find(text(command.key));
    if (there == content_.end()) return no(status::absent);
    return expire(there, command.lifetime_ns);
  }

  said tell(machine::kv_expire_if const& command) {
    auto const there = content_.find(text(command.key));
    if (there == content_.end()) return no(status::absent);
    if (there->second.value != text(command.expected)) return no(status::unmet);
    return expire(there, command.lifetime_ns);
  }

  said tell(machine::kv_persist const& command) {
    auto const there = content_.find(text(command.key));
    if (there == content_.end()) return no(status::absent);
    bool const had_one = there->second.deadline.has_value();
    there->second.deadline.reset();
    return ok(had_one ? 1 : 0);
  }

  said tell(machine::kv_get const& command) const {
    auto const there = content_.find(text(command.key));
    if (there == content_.end()) return no(status::absent);
    return {status::ok, 0, there->second.value};
  }

  said tell(machine::kv_exists const& command) const {
    auto const list = texts(command.keys);
    if (!list) return no(status::bad_command);
    std::int64_t there = 0;
    for (auto const& key : *list) there += static_cast<std::int64_t>(content_.count(key));
    return ok(there);
  }

  said tell(machine::kv_remaining const& command) const {
    auto const there = content_.find(text(command.key));
    if (there == content_.end()) return no(status::absent);
    auto const deadline = there->second.deadline;
    return ok(deadline ? static_cast<std::int64_t>(*deadline - now_) : -1);
  }

  said tell(machine::kv_count const&) const {
    return ok(static_cast<std::int64_t>(content_.size()));
  }

 private:
  using status = machine::kv_status;
  using place = std::map<std::string, held>::iterator;

  static said ok(std::int64_t number = 0) { return {status::ok, number, std::nullopt}; }
  static said no(status why) { return {why, 0, std::nullopt}; }
  static std::string text(std::span<std::byte const> view) {
    return {reinterpret_cast<char const*>(view.data()), view.size()};
  }

  static std::optional<std::vector<std::string>> texts(std::span<std::byte const> list) {
    std::vector<std::string> read;
    while (!list.empty()) {
      if (list.size() < 4) return std::nullopt;
      std::size_t size = 0;
      for (std::size_t i = 4; i-- > 0;) size = size << 8 | std::to_integer<std::size_t>(list[i]);
      if (size > list.size() - 4) return std::nullopt;
      read.push_back(text(list.subspan(4, size)));
      list = list.subspan(4 + size);
    }
    return read;
  }

  static std::optional<std::int64_t> canonical(std::string const& value) {
    char* end = nullptr;
    errno = 0;
    std::int64_t const number = std::strtoll(value.c_str(), &end, 10);
    if (errno != 0 || std::to_string(number) != value) return std::nullopt;
    return number;
  }

  // Takes over what was changed, if the limits allow it.
  bool accept(std::map<std::string, held> after) {
    std::uint64_t size = 0;
    for (auto const& [key, each] : after) size += key.size() + each.value.size();
    if (after.size() > limits_.max_keys || size > limits_.max_bytes) return false;
    content_ = std::move(after);
    return true;
  }

  said expire(place which, std::int64_t ns) {
    if (ns <= 0) {
      content_.erase(which);
    } else {
      which->second.deadline = now_ + static_cast<std::uint64_t>(ns);
    }
    return ok();
  }

  machine::kv_limits limits_;
  std::uint64_t now_ = 0;
  std::map<std::string, held> content_;
};

}  // namespace synod::test
