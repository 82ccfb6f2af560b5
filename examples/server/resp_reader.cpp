// SPDX-License-Identifier: BSL-1.0
#include "examples/server/resp_reader.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace synod_server {

namespace {

// A length as Redis takes it: decimal, no sign but '-', no blanks.
std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  auto const [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr std::size_t longest_number = 32;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void resp_reader::next() noexcept {
  words_.clear();
  unquoted_.clear();
  at_ = seen_ = 0;
  needed_ = 1;
  stage_ = stage::start;
  in_unquoted_ = false;
}

resp_reader::status resp_reader::more(std::size_t needed) noexcept {
  needed_ = needed;
  return status::incomplete;
}

resp_reader::status resp_reader::fail(std::string what) {
  problem_ = "Protocol error: " + std::move(what);
  return status::malformed;
}

bool resp_reader::take_line(std::string_view unread, std::size_t longest, char const* too_long,
                            std::string_view& line, bool& failed) {
  std::size_t const from = std::max(at_, seen_);
  std::size_t const end = unread.find('\n', from);
  seen_ = end == unread.npos ? unread.size() : end + 1;
  std::size_t const length = (end == unread.npos ? unread.size() : end) - at_;
  if (length > longest) {
    fail(too_long);
    failed = true;
    return false;
  }
  if (end == unread.npos) {
    more(unread.size() + 1);
    return false;
  }
  line = unread.substr(at_, length);
  at_ = end + 1;
  return true;
}

resp_reader::status resp_reader::read(std::string_view unread) {
  if (stage_ == stage::start) {
    if (unread.empty()) return more(1);
    stage_ = unread.front() == '*' ? stage::count : stage::line;
  }
  return stage_ == stage::line ? read_inline(unread) : read_array(unread);
}

resp_reader::status resp_reader::read_inline(std::string_view unread) {
  std::string_view line;
  bool failed = false;
  if (!take_line(unread, limits_->max_inline_bytes, "too big inline request", line, failed)) {
    return failed ? status::malformed : status::incomplete;
  }
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  stage_ = stage::done;
  if (line.find_first_of("\"'") != line.npos) {
    in_unquoted_ = true;
    if (!split_quoted(line)) return fail("unbalanced quotes in request");
  } else {
    for (std::size_t i = 0; i < line.size();) {
      std::size_t const first = i;
      while (i < line.size() && !is_blank(line[i])) ++i;
      if (i != first) {
        words_.push_back(
            {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(i - first)});
      }
      while (i < line.size() && is_blank(line[i])) ++i;
    }
  }
  if (words_.size() > limits_->max_arguments) return fail("too many words in an inline request");
  return status::complete;
}

// "…" knows \n \r \t \b \a \xHH and takes any other character after \ as it is; '…' knows \'. A
// closing quote must be followed by a blank or the end.
bool resp_reader::split_quoted(std::string_view line) {
  std::size_t i = 0;
  auto const at_end_of_word = [&] { return i >= line.size() || is_blank(line[i]); };
  while (true) {
    while (i < line.size() && is_blank(line[i])) ++i;
    if (i == line.size()) return true;
    std::size_t const first = unquoted_.size();
    while (!at_end_of_word()) {
      char const quote = line[i];
      if (quote != '"' && quote != '\'') {
        unquoted_ += line[i++];
        continue;
      }
      ++i;
      while (true) {
        if (i == line.size()) return false;
        char const c = line[i++];
        if (c == quote) break;
        if (c != '\\' || i == line.size()) {
          unquoted_ += c;
        } else if (quote == '\'') {
          unquoted_ += line[i] == '\'' ? line[i++] : c;
        } else if (line[i] == 'x' && line.size() - i > 2 && hex_digit(line[i + 1]) >= 0 &&
                   hex_digit(line[i + 2]) >= 0) {
          unquoted_ += static_cast<char>(hex_digit(line[i + 1]) * 16 + hex_digit(line[i + 2]));
          i += 3;
        } else {
          constexpr std::string_view names = "nrtba";
          constexpr std::string_view values = "\n\r\t\b\a";
          std::size_t const known = names.find(line[i]);
          unquoted_ += known == names.npos ? line[i] : values[known];
          ++i;
        }
      }
      if (!at_end_of_word()) return false;
    }
    words_.push_back(
        {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(unquoted_.size() - first)});
  }
}

resp_reader::status resp_reader::read_array(std::string_view unread) {
  std::string_view line;
  bool failed = false;
  auto const unfinished = [&] { return failed ? status::malformed : status::incomplete; };
  // A number's line ends in CR LF: empty where it does not, or is no number.
  auto const number = [&]() -> std::optional<std::int64_t> {
    if (line.empty() || line.back() != '\r') return std::nullopt;
    return number_in(line.substr(1, line.size() - 2));
  };
  while (true) {
    switch (stage_) {
      case stage::count: {
        if (!take_line(unread, longest_number, "too big mbulk count string", line, failed)) {
          return unfinished();
        }
        auto const count = number();
        if (!count || *count > limits_->max_arguments) return fail("invalid multibulk length");
        left_ = *count > 0 ? static_cast<std::uint32_t>(*count) : 0;
        stage_ = left_ == 0 ? stage::done : stage::length;
        break;
      }
      case stage::length: {
        if (at_ == unread.size()) return more(at_ + 1);
        if (char const c = unread[at_]; c != '$') {
          return fail(std::string{"expected '$', got '"} + (c >= ' ' && c <= '~' ? c : '?') + "'");
        }
        if (!take_line(unread, longest_number, "too big bulk count string", line, failed)) {
          return unfinished();
        }
        auto const length = number();
        if (!length || *length < 0 || *length > limits_->max_bulk_bytes) {
          return fail("invalid bulk length");
        }
        length_ = static_cast<std::uint32_t>(*length);
        if (at_ + length_ + 2 > limits_->max_request_bytes) return fail("too big request");
        stage_ = stage::content;
        break;
      }
      case stage::content: {
        std::size_t const end = at_ + length_;
        if (unread.size() < end + 2) return more(end + 2);
        if (unread[end] != '\r' || unread[end + 1] != '\n') {
          return fail("a bulk string longer than its length");
        }
        words_.push_back({static_cast<std::uint32_t>(at_), length_});
        at_ = seen_ = end + 2;
        stage_ = --left_ == 0 ? stage::done : stage::length;
        break;
      }
      default: return status::complete;
    }
  }
}

void resp_reader::arguments(std::string_view unread, std::vector<std::string_view>& words) const {
  std::string_view const text = in_unquoted_ ? std::string_view{unquoted_} : unread;
  words.clear();
  for (word const& each : words_) words.push_back(text.substr(each.at, each.size));
}

}  // namespace synod_server
