// The snippets of docs/reflection.md.
#include <iostream>
#include <string>
#include <vector>

#include "synod/reflect.hpp"

// begin describe
namespace bank {

enum class currency : std::uint8_t { euro, yen };
constexpr currency last_value(currency) { return currency::yen; }  // valid are 0 .. yen

struct transfer {
  synod::node_id from, to;
  std::int64_t amount = 0;
  currency in = currency::euro;
  std::vector<std::string> notes;
};

}  // namespace bank
BOOST_HANA_ADAPT_STRUCT(bank::transfer, from, to, amount, in, notes);  // the global namespace
// end describe

int main() {
  // begin use
  bank::transfer const sent{{1}, {2}, 500, bank::currency::yen, {"rent"}};

  std::vector<std::byte> bytes(synod::encoded_size(sent));
  if (!synod::encode(sent, bytes)) return 1;
  synod::result<bank::transfer> got = synod::decode<bank::transfer>(bytes);
  if (!got || !synod::equal(*got, sent)) return 1;

  std::cout << synod::to_text(sent) << '\n';
  // {from: 1, to: 2, amount: 500, in: 1, notes: ["rent"]}

  if (synod::fingerprint(*got) != synod::fingerprint(sent)) return 1;
  synod::relabel(*got, [](synod::node_id n) { return synod::node_id{3 - n.value}; });
  if (got->from != synod::node_id{2}) return 1;
  // end use

  // begin refuse
  bytes[24] = std::byte{9};  // no such currency
  auto const refused = synod::decode<bank::transfer>(bytes);
  std::cout << refused.error().what << ", at byte " << refused.error().place << '\n';
  // decode: a value that the enum does not have, at byte 24
  // end refuse

  // begin frame
  constexpr std::uint32_t version = 1;  // yours: raise it when the description changes
  std::vector<std::byte> framed(synod::frame_overhead + synod::encoded_size(sent));
  if (!synod::encode_frame(version, sent, framed)) return 1;
  framed.back() ^= std::byte{1};
  auto const damaged = synod::decode_frame<bank::transfer>(version, framed, 1 << 20);
  std::cout << damaged.error().what << '\n';  // frame: the checksum does not agree
  // end frame
}
