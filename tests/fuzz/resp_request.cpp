// SPDX-License-Identifier: BSL-1.0
// Any bytes of a client, in any pieces, are the same requests or the same refusal; whatever is
// taken for a request of the database is translated, and the machine answers it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "examples/server/database.hpp"
#include "examples/server/resp_reader.hpp"
#include "synod/machine/kv.hpp"
#include "synod/machine/sessions.hpp"

namespace {

using namespace synod_server;

void check(bool condition) {
  if (!condition) std::abort();
}

struct outcome {
  std::vector<std::vector<std::string>> requests;
  std::string problem;
  std::size_t left = 0;

  friend bool operator==(outcome const&, outcome const&) = default;
};

// The bytes arrive in pieces of `step`.
outcome read_in_steps(std::string_view text, std::size_t step, resp_limits const& limits) {
  outcome out;
  resp_reader reader{limits};
  std::string unread;
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size(); at += step) {
    unread += text.substr(at, step);
    while (true) {
      auto const status = reader.read(unread);
      if (status == resp_reader::status::malformed) {
        check(!reader.problem().empty());
        out.problem = reader.problem();
        return out;
      }
      if (status == resp_reader::status::incomplete) {
        check(reader.needed() > unread.size());
        check(unread.size() <= limits.max_request_bytes);
        break;
      }
      reader.arguments(unread, words);
      check(words.size() <= limits.max_arguments);
      check(reader.consumed() <= unread.size());
      out.requests.emplace_back(words.begin(), words.end());
      unread.erase(0, reader.consumed());
      reader.next();
    }
  }
  out.left = unread.size();
  return out;
}

void is_answered(std::vector<std::string> const& request) {
  std::vector<std::string_view> const words(request.begin(), request.end());
  if (words.empty()) return;
  command_info const* const info = find_command(words[0]);
  if (info == nullptr || !info->takes(words.size())) return;
  translation told;
  translate(*info, words, told);
  if (!told.error.empty()) return;
  synod::machine::sessions<synod::machine::kv> machine;
  static std::vector<std::byte> room(machine.max_response_bytes());
  if (told.asks) {
    check(machine.query(told.command, room) <= room.size());
    byte_list wrapped;
    wrap_for_log(told.command, wrapped);
    told.command = wrapped;
  }
  std::size_t const size = machine.apply({1}, told.command, room);
  check(size <= room.size());
  std::string reply;
  reply_writer writer{reply, 2};
  render(told.form, true, std::span{room}.first(size), writer);
  check(reply.size() >= 3 && reply.substr(reply.size() - 2) == "\r\n");
  check(reply.find("cannot be read") == reply.npos);
  check(reply.find("no such command") == reply.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  resp_limits limits;
  limits.max_arguments = 32;
  limits.max_bulk_bytes = 256;
  limits.max_inline_bytes = 512;
  limits.max_request_bytes = 4096;
  outcome const whole = read_in_steps(text, std::max<std::size_t>(size, 1), limits);
  check(read_in_steps(text, 1, limits) == whole);
  check(read_in_steps(text, 7, limits) == whole);
  for (auto const& request : whole.requests) is_answered(request);
  return 0;
}
