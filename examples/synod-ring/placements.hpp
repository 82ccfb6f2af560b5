// SPDX-License-Identifier: BSL-1.0
// The algorithms by name, and a placement of each.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "examples/synod-ring/nodes.hpp"
#include "synod/ring.hpp"
#include "synod/ring/anchor.hpp"
#include "synod/ring/envoy_ring.hpp"
#include "synod/ring/jump.hpp"
#include "synod/ring/jump_back.hpp"
#include "synod/ring/ketama.hpp"
#include "synod/ring/maglev.hpp"
#include "synod/ring/rendezvous.hpp"
#include "synod/ring/thinned_ring.hpp"
#include "synod/ring/token_ring.hpp"

namespace synod_ring {

template <class Placement>
Placement placed(std::vector<listed_node> const& nodes) {
  auto const list = views(nodes);
  auto made = Placement::make(list);
  if (!made) {
    auto const place = made.error().place;
    throw bad_input{std::string{made.error().what} +
                    (place < nodes.size() ? ": '" + nodes[place].name + "'" : "")};
  }
  return std::move(made).value();
}

/// The placement that follows `before` when the list becomes `after`: node by node, since for some
/// algorithms the way matters. What goes, goes first, unless nobody would be left.
template <class Placement>
Placement followed(Placement before, std::vector<listed_node> const& after) {
  auto const place = [](std::string const& name) { return ": '" + name + "'"; };
  auto const become = [&](Placement& now, synod::result<Placement> next, std::string const& name) {
    if (!next) throw bad_input{next.error().what + place(name)};
    now = std::move(next).value();
  };
  std::map<std::string, listed_node const*> wanted;
  for (auto const& node : after) wanted[node.name] = &node;
  std::vector<std::string> gone;
  for (auto const& node : before.nodes()) {
    if (!wanted.contains(std::string{node.name})) gone.emplace_back(node.name);
  }

  Placement now = before;
  auto const remove = [&] {
    // From the back: of numbered buckets only the last may go.
    for (auto name = gone.rbegin(); name != gone.rend(); ++name) {
      become(now, now.without(*name), *name);
    }
  };
  bool const some_stay = gone.size() < before.size();
  if (some_stay) remove();
  for (auto const& node : after) {
    std::uint32_t const index = now.index_of(node.name);
    if (index == synod::no_node) {
      become(now, now.with({node.name, node.weight, node.zone}), node.name);
    } else if (now.nodes()[index].weight != node.weight) {
      if constexpr (synod::weighted_placement<Placement>) {
        become(now, now.reweighted(node.name, node.weight), node.name);
      } else {
        throw bad_input{"this algorithm knows no weights" + place(node.name)};
      }
    }
  }
  if (!some_stay) remove();
  return now;
}

/// An algorithm by the name that the command line has for it.
template <class Placement>
struct algorithm {
  using placement = Placement;
  char const* name;
};
inline constexpr std::tuple algorithm_list{
    algorithm<synod::hash_ring>{"hash_ring"},
    algorithm<synod::thinned_ring>{"thinned_ring"},
    algorithm<synod::token_ring>{"token_ring"},
    algorithm<synod::rendezvous>{"rendezvous"},
    algorithm<synod::maglev>{"maglev"},
    algorithm<synod::anchor>{"anchor"},
    algorithm<synod::jump_back>{"jump_back"},
    algorithm<synod::jump>{"jump"},
    algorithm<synod::ketama_ring<synod::ketama::libmemcached>>{"ketama_libmemcached"},
    algorithm<synod::ketama_ring<synod::ketama::spymemcached>>{"ketama_spymemcached"},
    algorithm<synod::envoy_ring>{"envoy_ring"},
    algorithm<synod::envoy_maglev>{"envoy_maglev"},
};

inline std::vector<std::string> algorithm_names() {
  return std::apply([](auto const&... each) { return std::vector<std::string>{each.name...}; },
                    algorithm_list);
}

/// `use` with an algorithm, by one of `algorithm_names`.
template <class Use>
void with_algorithm(std::string const& name, Use use) {
  std::apply([&](auto const&... each) { ((name == each.name ? use(each) : void()), ...); },
             algorithm_list);
}

}  // namespace synod_ring
