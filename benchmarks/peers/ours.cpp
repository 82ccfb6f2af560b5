// SPDX-License-Identifier: BSL-1.0
// This library's placements and commit indices, and the floor of the latter.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/peers/contender.hpp"
#include "benchmarks/quorum_rows.hpp"
#include "synod/quorum.hpp"
#include "synod/quorum/joint.hpp"
#include "synod/ring.hpp"
#include "synod/ring/anchor.hpp"
#include "synod/ring/jump.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/ketama.hpp"
#include "synod/ring/maglev.hpp"
#include "synod/ring/rendezvous.hpp"
#include "synod/version.hpp"

namespace peers {

namespace {

constexpr double points_a_node = 128;

std::vector<synod::ring_node> nodes_of(input const& given, std::int64_t count, double weight = 1) {
  std::vector<synod::ring_node> nodes;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    nodes.push_back({given.nodes[i], weight});
  }
  return nodes;
}

synod::hash_ring ring_of(input const& given, std::int64_t count) {
  double const weight = points_a_node / synod::points_per_weight;
  return synod::hash_ring::make(nodes_of(given, count, weight)).value();
}

// And a quarter as many buckets without a node.
synod::anchor anchor_of(input const& given, std::int64_t count) {
  auto const nodes = nodes_of(given, count);
  return synod::anchor::make(nodes, nodes.size() + nodes.size() / 4).value();
}

// The same on JumpBackHash: that quarter came last, and went again.
synod::anchor shrunken_anchor_of(input const& given, std::int64_t count) {
  std::int64_t const all = count + count / 4;
  auto made = synod::anchor::make(nodes_of(given, count)).value();
  std::vector<std::string> spare;
  for (std::int64_t i = count; i < all; ++i) spare.push_back("spare-" + std::to_string(i));
  for (auto const& name : spare) made = made.with({name}).value();
  for (; !spare.empty(); spare.pop_back()) made = made.without(spare.back()).value();
  return made;
}

std::uint64_t number_of(std::string_view name) {
  return std::stoull(std::string{name.substr(name.rfind('-') + 1)});
}

template <class Placement>
struct by_text {
  input const& given;
  Placement placement;

  std::size_t size() const { return given.keys.size(); }
  std::uint64_t find(std::size_t i) const { return placement.owner(given.keys[i]).size(); }
  std::uint64_t answer(std::size_t i) const { return number_of(placement.owner(given.keys[i])); }
};

template <class Placement>
struct by_hash {
  input const& given;
  Placement placement;

  std::size_t size() const { return given.hashes.size(); }
  std::uint64_t find(std::size_t i) const { return placement.owner_index_of(given.hashes[i]); }
  std::uint64_t answer(std::size_t i) const { return find(i); }
};

template <auto BucketOf>
struct by_bucket {
  input const& given;
  std::uint32_t buckets;

  std::size_t size() const { return given.hashes.size(); }
  std::uint64_t find(std::size_t i) const { return BucketOf(given.hashes[i], buckets); }
  std::uint64_t answer(std::size_t i) const { return find(i); }
};

template <class System>
struct rows_of {
  System system;  // made where the number of voters is known at run time only
  std::vector<synod::log_index> all = quorum_rows::acknowledgements(system.size());

  std::size_t size() const { return quorum_rows::rows; }
  std::uint64_t find(std::size_t i) const {
    std::span const row{all.data() + i * system.size(), system.size()};
    return synod::commit_index(system, row).value;
  }
  std::uint64_t answer(std::size_t i) const { return find(i); }
};

template <std::size_t Voters>
struct network_rows {
  std::vector<synod::log_index> all = quorum_rows::acknowledgements(Voters);

  std::size_t size() const { return quorum_rows::rows; }
  std::uint64_t find(std::size_t i) const {
    return quorum_rows::selection_network<Voters>(all.data() + i * Voters);
  }
  std::uint64_t answer(std::size_t i) const { return find(i); }
};

template <class Lookup, class... Parts>
auto made_of(Parts&&... parts) {
  return std::make_unique<Lookup>(Lookup{std::forward<Parts>(parts)...});
}

class list {
 public:
  explicit list(input const& given) : given_(given) {}

  template <class Make>
  void add(std::string name, std::string argument, std::vector<std::int64_t> counts,
           std::string agreement, Make make) {
    contender one{std::move(name),
                  std::move(argument),
                  std::move(counts),
                  std::move(agreement),
                  std::string{"synod-"} + synod::version_string,
                  "BSL-1.0",
                  nullptr,
                  nullptr};
    run_here(one, make);
    all_.push_back(std::move(one));
  }

  template <class Placement>
  void add_by_text(std::string name, std::vector<std::int64_t> counts, std::string agreement) {
    add(std::move(name), "nodes", std::move(counts), std::move(agreement),
        [&given = given_](std::int64_t count) {
          return made_of<by_text<Placement>>(given,
                                             Placement::make(nodes_of(given, count)).value());
        });
  }

  template <auto BucketOf>
  void add_by_bucket(std::string name, std::string agreement) {
    add(std::move(name), "buckets", {10, 1000, 100'000, 1'000'000}, std::move(agreement),
        [&given = given_](std::int64_t count) {
          return made_of<by_bucket<BucketOf>>(given, static_cast<std::uint32_t>(count));
        });
  }

  template <std::size_t Voters>
  void add_floor() {
    add("commit_index/selection_network", "voters", {Voters}, "commit_index",
        [](std::int64_t) { return made_of<network_rows<Voters>>(); });
  }

  std::vector<contender> take() { return std::move(all_); }

 private:
  input const& given_;
  std::vector<contender> all_;
};

}  // namespace

std::vector<contender> ours(input const& given) {
  list all{given};
  all.add("owner_text/synod", "nodes", {100, 1000}, "-", [&given](std::int64_t count) {
    return made_of<by_text<synod::hash_ring>>(given, ring_of(given, count));
  });
  all.add("owner/ring/synod", "nodes", {100, 1000}, "-", [&given](std::int64_t count) {
    return made_of<by_hash<synod::hash_ring>>(given, ring_of(given, count));
  });
  all.add("owner/anchor/synod", "nodes", {100, 1000}, "-", [&given](std::int64_t count) {
    return made_of<by_hash<synod::anchor>>(given, anchor_of(given, count));
  });
  all.add("owner/anchor_jump_back/synod", "nodes", {100, 1000}, "anchor_jump_back",
          [&given](std::int64_t count) {
            return made_of<by_hash<synod::anchor>>(given, shrunken_anchor_of(given, count));
          });
  all.add_by_text<synod::ketama_ring<synod::ketama::libmemcached>>(
      "owner_text/ketama_libmemcached/synod", {100}, "ketama_libmemcached");
  all.add_by_text<synod::ketama_ring<synod::ketama::spymemcached>>(
      "owner_text/ketama_spymemcached/synod", {100, 1000}, "ketama_spymemcached");
  all.add_by_text<synod::maglev>("owner_text/maglev/synod", {100}, "-");
  all.add_by_text<synod::rendezvous>("owner_text/rendezvous/synod", {100, 1000}, "-");
  all.add_by_bucket<synod::jump_bucket>("owner/jump/synod", "jump");
  all.add_by_bucket<synod::jump_back_bucket>("owner/jump_back/synod", "jump_back");

  using synod::majority;
  all.add("commit_index/synod", "voters", {3, 5, 7}, "commit_index", [](std::int64_t voters) {
    return made_of<rows_of<majority>>(majority{static_cast<std::size_t>(voters)});
  });
  all.add_floor<3>();
  all.add_floor<5>();
  all.add_floor<7>();
  // One voter is replaced.
  using both = synod::joint<majority, majority>;
  all.add("commit_index_joint/synod", "voters", {3, 5, 7}, "commit_index_joint",
          [](std::int64_t voters) {
            majority const half{static_cast<std::size_t>(voters)};
            return made_of<rows_of<both>>(both::make(half, half, half.size() - 1).value());
          });
  return all.take();
}

}  // namespace peers
