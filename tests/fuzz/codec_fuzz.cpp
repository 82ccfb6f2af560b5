// SPDX-License-Identifier: BSL-1.0
// Any bytes are decoded or refused; what was decoded encodes to the very same bytes. A machine
// answers any bytes as a command, and its copy answers the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "synod/machine.hpp"
#include "synod/reflect.hpp"

namespace {

enum class color : std::uint8_t { red, green, blue };
constexpr color last_value(color) { return color::blue; }

struct sample {
  bool yes = false;
  color paint = color::red;
  std::int32_t number = 0;
  std::optional<synod::position> at;
  synod::fixed_vector<synod::node_id, 3> voters;
  std::vector<std::string> texts;
  std::vector<sample> children;
  std::span<std::byte const> view;
};

void check(bool condition) {
  if (!condition) std::abort();
}

template <class T>
void decodes_or_refuses(std::span<std::byte const> bytes) {
  auto const value = synod::decode<T>(bytes);
  if (!value) return check(value.error().place <= bytes.size());
  std::vector<std::byte> again(synod::encoded_size(*value));
  check(*synod::encode(*value, again) == again.size());
  check(again.size() == bytes.size() && std::equal(again.begin(), again.end(), bytes.begin()));
  auto const twin = synod::decode<T>(again);
  check(twin && synod::equal(*value, *twin));
  check(synod::fingerprint(*value) == synod::fingerprint(*twin));
  check(synod::to_text(*value) == synod::to_text(*twin));
}

void answers_alike(std::span<std::byte const> bytes) {
  synod::machine::sessions<synod::machine::counter> one;
  std::byte command[9];
  auto const size =
      synod::machine::encode_command(synod::machine::session_open{synod::seconds(1)}, command);
  std::byte response[128];
  (void)one.apply({1}, std::span{command}.first(*size), response);
  auto other = one;
  std::byte other_response[128];
  auto const answered = one.apply({2}, bytes, response);
  check(answered == other.apply({2}, bytes, other_response));
  check(answered <= one.max_response_bytes());
  check(std::equal(response, response + answered, other_response));
  check(one == other);
}

}  // namespace

BOOST_HANA_ADAPT_STRUCT(sample, yes, paint, number, at, voters, texts, children, view);

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const bytes = std::as_bytes(std::span{data, size});
  decodes_or_refuses<sample>(bytes);
  decodes_or_refuses<synod::machine::session_request>(bytes);
  decodes_or_refuses<synod::machine::session_response>(bytes);
  answers_alike(bytes);
  auto const frame = synod::read_frame(1, bytes, 1 << 20);
  if (frame) check(frame->size <= size);
  return 0;
}
