// SPDX-License-Identifier: BSL-1.0
// Replies of the Redis protocol, of version 2 or 3.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace synod_server {

/// Appends replies to a text. What version 2 lacks is written as its clients expect it there.
class reply_writer {
 public:
  reply_writer(std::string& out, int protocol) noexcept : out_(&out), three_(protocol >= 3) {}

  void simple(std::string_view text) { line('+', text); }
  /// "CODE text"; what would end the line early is written as a blank.
  void error(std::string_view text) { line('-', text); }
  void integer(std::int64_t value) { number(':', value); }
  void bulk(std::string_view bytes) {
    number('$', static_cast<std::int64_t>(bytes.size()));
    out_->append(bytes).append("\r\n");
  }
  /// Text for people.
  void verbatim(std::string_view text) {
    if (!three_) return bulk(text);
    number('=', static_cast<std::int64_t>(text.size() + 4));
    out_->append("txt:").append(text).append("\r\n");
  }
  void null() { out_->append(three_ ? "_\r\n" : "$-1\r\n"); }
  void null_array() { out_->append(three_ ? "_\r\n" : "*-1\r\n"); }
  /// So many replies follow.
  void array(std::size_t size) { number('*', static_cast<std::int64_t>(size)); }
  void set(std::size_t size) { number(three_ ? '~' : '*', static_cast<std::int64_t>(size)); }
  /// So many pairs of replies follow.
  void map(std::size_t pairs) {
    number(three_ ? '%' : '*', static_cast<std::int64_t>(three_ ? pairs : 2 * pairs));
  }

 private:
  void line(char kind, std::string_view text) {
    *out_ += kind;
    for (char const c : text) *out_ += c == '\r' || c == '\n' ? ' ' : c;
    *out_ += "\r\n";
  }
  void number(char kind, std::int64_t value) {
    char text[24];
    text[0] = kind;
    char* const end = std::to_chars(text + 1, text + sizeof text - 2, value).ptr;
    end[0] = '\r';
    end[1] = '\n';
    out_->append(text, end + 2);
  }

  std::string* out_;
  bool three_;
};

}  // namespace synod_server
