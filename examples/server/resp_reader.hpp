// SPDX-License-Identifier: BSL-1.0
// Requests of the Redis protocol (RESP), read without a copy and within limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace synod_server {

/// What one request may be. Checked before anything is allocated for it.
struct resp_limits {
  std::uint32_t max_arguments = 1024;
  std::uint32_t max_bulk_bytes = 1 << 20;     ///< of one argument
  std::uint32_t max_inline_bytes = 16 << 10;  ///< of a line that is no array
  std::uint64_t max_request_bytes = 4 << 20;  ///< of all of it as it is sent
};

/// Takes requests from the bytes of one connection: arrays of bulk strings, or inline commands (a
/// line of words, quoted as redis-cli quotes them). It keeps where it stands, so that bytes are
/// looked at once however they arrive.
///
/// The caller keeps the bytes: `read(unread)` is told all that are not consumed, from the same
/// first byte on until a request is complete. Memory of the reader: 8 bytes an argument that has
/// arrived.
class resp_reader {
 public:
  enum class status : std::uint8_t {
    incomplete,  ///< more bytes are needed
    complete,    ///< `consumed()` bytes are a request
    malformed,   ///< `problem()` says how; nothing that follows can be read
  };

  explicit resp_reader(resp_limits const& limits) noexcept : limits_(&limits) {}

  status read(std::string_view unread);

  /// The words of the complete request, which refer to `unread`; of an inline command with quotes,
  /// to the reader. None: an empty line or array.
  void arguments(std::string_view unread, std::vector<std::string_view>& words) const;
  std::size_t consumed() const noexcept { return at_; }
  /// Begins the next request, after `consumed()` bytes were dropped.
  void next() noexcept;

  /// As Redis says it, without the leading "ERR ".
  std::string const& problem() const noexcept { return problem_; }
  /// How long `unread` must be to go on, as far as that is known; at least one more byte.
  std::size_t needed() const noexcept { return needed_; }
  /// Nothing of a request has arrived.
  bool between_requests() const noexcept { return stage_ == stage::start && seen_ == 0; }

 private:
  enum class stage : std::uint8_t { start, line, count, length, content, done };
  struct word {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };

  status more(std::size_t needed) noexcept;
  status fail(std::string what);
  // The line from at_ on, without its end, which is passed: false where it has not arrived, or
  // where it is too long, of which `failed` tells.
  bool take_line(std::string_view unread, std::size_t longest, char const* too_long,
                 std::string_view& line, bool& failed);
  status read_inline(std::string_view unread);
  status read_array(std::string_view unread);
  bool split_quoted(std::string_view line);

  resp_limits const* limits_;
  std::vector<word> words_;
  std::string unquoted_;  // the words of an inline command with quotes
  std::string problem_;
  std::size_t at_ = 0;    // the first byte that is not understood yet
  std::size_t seen_ = 0;  // searched for the end of a line up to here
  std::size_t needed_ = 1;
  std::uint32_t left_ = 0;    // arguments that are to come
  std::uint32_t length_ = 0;  // of the argument under way
  stage stage_ = stage::start;
  bool in_unquoted_ = false;
};

}  // namespace synod_server
