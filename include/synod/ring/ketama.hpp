// SPDX-License-Identifier: BSL-1.0
// Ketama (R. Jones, Last.fm, 2007) as its clients lay it out, each with its own arithmetic and
// names, so that keys stay where those clients put them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "synod/base/abi.hpp"
#include "synod/base/random.hpp"
#include "synod/base/result.hpp"
#include "synod/hash/md5.hpp"
#include "synod/hash/one_at_a_time.hpp"
#include "synod/hash/policy.hpp"
#include "synod/ring/detail/node_table.hpp"
#include "synod/ring/detail/shared_array.hpp"
#include "synod/ring/layout_ring.hpp"
#include "synod/ring/node.hpp"
#include "synod/ring/normal_weights.hpp"

namespace synod::inline SYNOD_ABI {

/// Whose ketama: the same idea, and five layouts.
enum class ketama : std::uint8_t {
  /// libmemcached with MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, whatever the weights: MD5, four points a
  /// digest, 4 x floor(weight / total x 40 x nodes) points in single precision (for 25 equal nodes
  /// 156 each, not 160). A node is hashed as "host-i" where its port is 11211, else as
  /// "host:port-i"; of points that fall together, that of the node added first owns.
  libmemcached,
  /// libmemcached with MEMCACHED_BEHAVIOR_KETAMA alone: 100 points a node by the hash of the keys,
  /// libmemcached's default (Jenkins's one-at-a-time). It knows no weights: a weight above 1 turns
  /// that client to the weighted form.
  libmemcached_unweighted,
  /// spymemcached's KetamaNodeLocator without weights, and Java clients after it: MD5, four points
  /// a digest, 160 points a node. A node is hashed as it prints, "host/address:port-i", less a
  /// leading "/" (its format SPYMEMCACHED); for its format LIBMEMCACHED give names as that wants
  /// them. Of points that fall together, that of the node added last owns, the others vanish.
  spymemcached,
  /// The same with weights: the number of points is libmemcached's.
  spymemcached_weighted,
  /// libketama, the original: "host:port-i" with every port, 4 x floor(weight / total x 40 x nodes)
  /// points by a product in double that is rounded to single before the floor (61 equal nodes: 156
  /// each). Of points that fall together, that of the server listed first owns.
  libketama,
  /// The same where the floor is taken in double, as x87 builds of libketama and ports of it do:
  /// for 25, 29, 31, 41, 43, 47, 49, 50, 55 ... equal nodes 156 points each.
  libketama_in_double,
};

namespace detail {

/// 32 bits of hash at the upper end of 64, for keys.
constexpr std::uint64_t upper_half(std::uint32_t hash) noexcept {
  return std::uint64_t{hash} << 32;
}

/// The first word of MD5: where ketama has its keys. It knows no seeds; others than 0 are mixed in.
struct ketama_hash {
  static constexpr std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    return upper_half(md5(bytes)[0]) ^ mix(seed);
  }
};

/// The same of one-at-a-time.
struct one_at_a_time_hash {
  static constexpr std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    return upper_half(one_at_a_time(bytes)) ^ mix(seed);
  }
};

template <ketama Client>
class ketama_layout {
 public:
  static constexpr bool md5_keys = Client != ketama::libmemcached_unweighted;
  using hasher = std::conditional_t<md5_keys, ketama_hash, one_at_a_time_hash>;
  struct options {
    friend constexpr bool operator==(options, options) = default;
  };
  static constexpr bool last_wins =
      Client == ketama::spymemcached || Client == ketama::spymemcached_weighted;

  static error count(std::span<ring_node const> nodes, options, std::uint32_t* counts) noexcept {
    if (auto const wrong = check_names(nodes); wrong.code != errc::ok) return wrong;
    constexpr std::uint64_t most = last_wins ? 0x7fffffff : 0xffffffff;  // Java adds them as int
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      double const weight = nodes[i].weight;
      if (!(weight >= 1 && weight <= static_cast<double>(most)) ||
          weight != static_cast<double>(static_cast<std::uint64_t>(weight))) {
        return {errc::bad_input, "ketama: a weight that is no whole number of 32 bits", i};
      }
      if (!weighted && weight > 1) {
        return {errc::bad_input, "ketama: this client knows no weights", i};
      }
      total += static_cast<std::uint64_t>(weight);
      if (last_wins && total > most) {
        return {errc::too_large, "ketama: spymemcached's sum of weights overflows", i};
      }
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      counts[i] = weighted   ? 4 * digests(nodes[i].weight, total, nodes.size())
                  : md5_keys ? 160
                             : 100;
    }
    return {};
  }

  static bool place(std::string_view name, std::uint32_t count, std::uint64_t* points) noexcept {
    numbered_text text;
    if (!text.begin(hashed_name(name), '-')) return false;
    if constexpr (md5_keys) {
      for (std::uint32_t i = 0; i < count / 4; ++i) {
        for (std::uint32_t const word : md5(text.with(i))) *points++ = point(word);
      }
    } else {
      for (std::uint32_t i = 0; i < count; ++i) *points++ = point(one_at_a_time(text.with(i)));
    }
    return true;
  }

 private:
  static constexpr bool weighted =
      Client != ketama::libmemcached_unweighted && Client != ketama::spymemcached;
  static constexpr bool of_libmemcached =
      Client == ketama::libmemcached || Client == ketama::libmemcached_unweighted;

  // A point owns its 32-bit hash and all that begins with it.
  static constexpr std::uint64_t point(std::uint32_t hash) noexcept {
    return upper_half(hash) | 0xffffffff;
  }

  // The text before "-i".
  static constexpr std::string_view hashed_name(std::string_view name) noexcept {
    constexpr std::string_view usual_port = ":11211";
    if (of_libmemcached && name.ends_with(usual_port) && name.size() > usual_port.size()) {
      name.remove_suffix(usual_port.size());
    }
    if (last_wins && name.starts_with('/') && name.size() > 1) name.remove_prefix(1);
    return name;
  }

  // Two names for one server, as that client sees it.
  static error check_names(std::span<ring_node const> nodes) noexcept {
    node_table<std::string_view> hashed;
    auto renamed = shared_array<ring_node>::allocate(nodes.size());
    if (!renamed) return ring_out_of_memory;
    for (std::size_t i = 0; i < nodes.size(); ++i) renamed[i] = {hashed_name(nodes[i].name)};
    return hashed.build({renamed.data(), nodes.size()}, node_order::as_given);
  }

  // The clients' number of digests, with the rounding of each of their operations. What they add
  // before the floor (1e-10) is below half a unit of what it is added to, wherever the floor is not
  // zero.
  static std::uint32_t digests(double weight, std::uint64_t total, std::size_t nodes) noexcept {
    float const part =
        rounded(rounded(static_cast<float>(weight)) / rounded(static_cast<float>(total)));
    if constexpr (Client == ketama::libketama || Client == ketama::libketama_in_double) {
      double const exact = rounded(rounded(double{part} * 40.0) * static_cast<double>(nodes));
      if (Client == ketama::libketama_in_double) return static_cast<std::uint32_t>(exact);
      return static_cast<std::uint32_t>(rounded(static_cast<float>(exact)));
    }
    float const points = rounded(rounded(part * 160.0f) / 4.0f);
    return static_cast<std::uint32_t>(rounded(points * static_cast<float>(nodes)));
  }
};

}  // namespace detail

/// A ring as a ketama client lays it out: every key has the owner it has there.
///
///     auto ring = synod::ketama_ring<synod::ketama::libmemcached>::make(
///         {{"10.0.1.1:11211", 600}, {"10.0.1.2:11211", 300}}).value();
///
/// Weights are whole numbers. Errors beyond those of `hash_ring`: a weight that is none, or above
/// 1 where the client knows none (`bad_input`); two names that it hashes alike (`duplicate`).
/// Points and keys are 32-bit hashes, kept in the upper half of 64 bits. With weights, the number
/// of a node's points depends on all nodes: a change moves keys between nodes that stay, as it does
/// in those clients.
template <ketama Client>
using ketama_ring = basic_layout_ring<detail::ketama_layout<Client>>;

}  // namespace synod::inline SYNOD_ABI
