// SPDX-License-Identifier: BSL-1.0
#include "synod/hash/md5.hpp"

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "tests/support/catch.hpp"

using synod::md5;

namespace {

std::string hexadecimal(synod::md5_digest const& digest) {
  std::string text;
  for (std::uint32_t const word : digest) {
    char bytes[9];
    std::snprintf(bytes, sizeof bytes, "%08x", __builtin_bswap32(word));
    text += bytes;
  }
  return text;
}

// While compiling as well: "abc" of RFC 1321.
static_assert(md5("abc") == synod::md5_digest{0x98500190, 0xb04fd23c, 0x7d3f96d6, 0x727fe128});

}  // namespace

TEST_CASE("MD5 gives the digests of RFC 1321, appendix A.5", "[hash][vectors]") {
  CHECK(hexadecimal(md5("")) == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(hexadecimal(md5("a")) == "0cc175b9c0f1b6a831c399e269772661");
  CHECK(hexadecimal(md5("abc")) == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(hexadecimal(md5("message digest")) == "f96b697d7cb7938d525a2f31aaf161d0");
  CHECK(hexadecimal(md5("abcdefghijklmnopqrstuvwxyz")) == "c3fcd3d76192e4007dfb496cca67e13b");
  CHECK(hexadecimal(md5("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")) ==
        "d174ab98d277d9f5a5611c2c9f419d9f");
  CHECK(hexadecimal(md5("12345678901234567890123456789012345678901234567890123456789012345678901234"
                        "567890")) == "57edf4a22be3c955ac49da2e2107b67a");
}

// Made with md5sum: both sides of where the length no longer fits the block.
TEST_CASE("MD5 around the ends of a block", "[hash][golden]") {
  CHECK(hexadecimal(md5(std::string(55, 's'))) == "157162c9be1e28fc944e29f10284146d");
  CHECK(hexadecimal(md5(std::string(56, 's'))) == "c2d92409922eb66b9d08c1ac9bd15da3");
  CHECK(hexadecimal(md5(std::string(63, 's'))) == "d3bf3d5473444c89712c7b1e40658289");
  CHECK(hexadecimal(md5(std::string(64, 's'))) == "32229d322935bd5290118980306acbaa");
  CHECK(hexadecimal(md5(std::string(119, 's'))) == "eae24041775e1df853af9952f7f7b958");
  CHECK(hexadecimal(md5(std::string(120, 's'))) == "435f1c18319d7352db4fea6718c017d0");
  CHECK(hexadecimal(md5(std::string(1000, 's'))) == "89672db46d459abd6a9a05afe5973891");
}

TEST_CASE("bytes above 0x7f are bytes to MD5", "[hash][golden]") {
  CHECK(hexadecimal(md5("\xff\x80\xfe\x7f")) == "2a9d98c4bb91d4abc8b6dd6f8b3417ff");
}

// The words that ketama takes for points, and for a key the first of them.
TEST_CASE("the words of a digest are ketama's points", "[hash][golden]") {
  CHECK(md5("10.0.1.1:11211-0") ==
        synod::md5_digest{2431485715, 4123933443, 100894374, 2720740989});
  CHECK(md5("foo")[0] == 3675831724);
}
