// SPDX-License-Identifier: BSL-1.0
// Bytes from another node, or from anybody who found the port: every frame is read, or refused at a
// place within the bytes; what was read is written as the very same bytes, and judged.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "synod/adapters/asio/peer_address.hpp"
#include "synod/adapters/asio/peer_frames.hpp"
#include "synod/adapters/asio/peer_hello.hpp"
#include "synod/raft/description.hpp"

namespace {

using namespace synod;
using namespace synod::adapters;

void check(bool condition) {
  if (!condition) std::abort();
}

template <class... Values>
void comes_back(std::span<std::byte const> frame, frame_kind kind, std::span<std::byte const> tail,
                Values const&... values) {
  byte_buffer again;
  append_frame(again, kind, tail, values...);
  check(std::equal(frame.begin(), frame.end(), again.bytes().begin(), again.bytes().end()));
}

void read(std::span<std::byte const> frame, scanned_frame const& found) {
  switch (found.kind) {
    case frame_kind::hello:
      if (auto const hello = decode<peer_hello>(found.body)) {
        comes_back(frame, found.kind, {}, *hello);
        peer_identity const self{"blue", {2}, {1}, 3, 4, ""};
        if (auto const why = judge(*hello, self, {}, known_peer{})) {
          check(to_text(*why).size() < 400);
        }
      }
      break;
    case frame_kind::refusal:
      if (auto const why = decode<peer_refusal>(found.body)) {
        comes_back(frame, found.kind, {}, *why);
        check(to_text(*why).size() < 400);
      }
      break;
    case frame_kind::message:
      if (auto const in = read_message<raft::fields>(found.body)) {
        comes_back(frame, found.kind, in->entries.bytes, in->entries.entries, in->message);
        std::size_t walked = 0;
        for (payload_reader entries(in->entries); !entries.done();) {
          walked += framed_bytes(entries.next().size());
        }
        check(in->entries.entries == 0 || walked == in->entries.bytes.size());
      } else {
        check(in.error().place <= found.body.size());
      }
      break;
    case frame_kind::errand:
      if (auto const in = read_errand(found.body)) {
        comes_back(frame, found.kind, in->bytes, in->what);
      }
      break;
    case frame_kind::ready:
    case frame_kind::alive: break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto bytes = std::as_bytes(std::span(data, size));
  constexpr std::size_t limit = 2048;
  for (auto rest = bytes; !rest.empty();) {
    auto const found = scan_frame(rest, limit);
    if (!found) check(found.error().place <= rest.size());
    if (!found || found->size == 0) {
      check(!found || found->needed > rest.size());
      check(!found || found->needed <= frame_overhead + limit);
      break;
    }
    check(found->size <= rest.size());
    read(rest.first(found->size), *found);
    rest = rest.subspan(found->size);
  }
  // Checksums are hard to guess: the rest once more as the inside of a frame.
  if (!bytes.empty()) {
    auto const kind = static_cast<frame_kind>(std::to_integer<int>(bytes[0]) % 6 + 1);
    byte_buffer out;
    append_frame(out, kind, bytes.subspan(1));
    if (auto const found = scan_frame(out.bytes(), limit); found && found->size != 0) {
      read(out.bytes(), *found);
    }
  }
  auto const address = parse_peer_address({reinterpret_cast<char const*>(data), size});
  if (address) {
    check(parse_peer_address(to_text(*address)).value() == *address);
  } else {
    check(address.error().place <= size);
  }
  return 0;
}
