// SPDX-License-Identifier: BSL-1.0
// Quorum expressions in C++: (choose<2>(a, b, c) & d) | e.
//
// Boost.Hana is met at the surface, names are its strings and lists its tuples; underneath are
// plain types. Only declarations of Hana are included: who makes a tuple includes it.
#pragma once

#include <boost/hana/fwd/string.hpp>
#include <boost/hana/fwd/tuple.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "synod/quorum/fixed_text.hpp"
#include "synod/quorum/quorum_formula.hpp"

namespace synod::inline SYNOD_ABI {

/// An operand of a choice that weighs more than 1: made by `weigh`, taken by `choose` and
/// `majority_of`.
template <std::uint64_t Weight, class Tree>
struct weighed {};

namespace detail {

// The tree of a member with this Hana string for a name.
template <class Name>
struct member_tree;
template <char... Characters>
struct member_tree<boost::hana::string<Characters...>> {
  static constexpr char characters[] = {Characters..., '\0'};
  static constexpr std::string_view sole_name{characters, sizeof...(Characters)};
  static_assert(is_name(sole_name),
                "quorum_node: a name is made of letters, digits, '_', '.' and '-', and is none of "
                "and, or, of, majority");
  static constexpr std::size_t max_terms = 1;
  static constexpr std::size_t max_height = 0;
  static constexpr std::uint64_t weight = 1;

  template <class Builder>
  static constexpr bool emit(Builder& builder) {
    return builder.member(sole_name);
  }
};

// The same tree, as an operand that weighs more.
template <std::uint64_t Weight, class Tree>
struct weighed_tree {
  static constexpr std::uint64_t weight = Weight;
  static constexpr std::size_t max_terms = Tree::max_terms;
  static constexpr std::size_t max_height = Tree::max_height;
  static constexpr std::string_view sole_name = Tree::sole_name;

  template <class Builder>
  static constexpr bool emit(Builder& builder) {
    if (!Tree::emit(builder)) return false;
    builder.terms.back().weight = Weight;
    return true;
  }
};

// The name that is the only one in all of them, if there is such.
template <class... Operands>
constexpr std::string_view common_name() noexcept {
  std::string_view const names[] = {Operands::sole_name..., {}};
  for (std::size_t i = 1; i < sizeof...(Operands); ++i) {
    if (names[i] != names[0]) return {};
  }
  return names[0];
}

// The tree of a choice of K among operands.
template <std::uint64_t K, class... Operands>
struct choice_tree {
  static constexpr std::size_t max_terms = (std::size_t{1} + ... + Operands::max_terms);
  static constexpr std::size_t max_height = [] {
    std::size_t most = 0;
    ((most = Operands::max_height > most ? Operands::max_height : most), ...);
    return most + 1;
  }();
  static constexpr std::uint64_t weight = 1;
  static constexpr std::string_view sole_name = common_name<Operands...>();

  template <class Builder>
  static constexpr bool emit(Builder& builder) {
    std::size_t const first = builder.terms.size();
    if (!(Operands::emit(builder) && ...)) return false;
    close_choice(builder.terms, first, sizeof...(Operands), K);
    return true;
  }
};

// What stands in a list, as an operand; void for what does not belong there.
template <class T>
struct operand_of {
  using type = void;
};
template <class Tree>
struct operand_of<quorum_formula<Tree>> {
  using type = Tree;
};
template <std::uint64_t Weight, class Tree>
struct operand_of<weighed<Weight, Tree>> {
  using type = weighed_tree<Weight, Tree>;
};
template <class T>
concept listed = !std::is_void_v<typename operand_of<std::remove_cvref_t<T>>::type>;

// The sum of the weights; 0 where there are no operands, or it does not fit.
template <class... Operands>
constexpr std::uint64_t weight_of_list() {
  std::uint64_t sum = 0;
  bool fits = true;
  ((fits = fits && Operands::weight <= ~sum, sum += Operands::weight), ...);
  return fits ? sum : 0;
}
template <class... Operands>
constexpr bool names_are_distinct() {
  std::string_view const names[] = {Operands::sole_name..., {}};
  for (std::size_t i = 0; i < sizeof...(Operands); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!names[i].empty() && names[i] == names[j]) return false;
    }
  }
  return true;
}

// The operands of an "and" where K is their number, of an "or" where K is 1.
template <class... Operands>
struct chain {};
template <bool All, class Tree>
struct chain_of {
  using type = chain<Tree>;
};
template <bool All, std::uint64_t K, class... Trees>
  requires(K == (All ? sizeof...(Trees) : 1) && ((Trees::weight == 1) && ...))
struct chain_of<All, choice_tree<K, Trees...>> {
  using type = chain<Trees...>;
};
template <bool All, class... A, class... B>
constexpr auto join(chain<A...>, chain<B...>) noexcept {
  return quorum_formula<choice_tree<All ? sizeof...(A) + sizeof...(B) : 1, A..., B...>>{};
}

// An expression from a list whose weights, together, ask for `Needed(total)`.
template <class Needed, class... Operands>
constexpr auto choose_from() noexcept {
  static_assert(sizeof...(Operands) != 0, "choose: an empty list");
  constexpr std::uint64_t total = weight_of_list<Operands...>();
  static_assert(sizeof...(Operands) == 0 || total != 0, "choose: weights of more than 2^64 - 1");
  static_assert(names_are_distinct<Operands...>(),
                "choose: a member twice in one list; give it a weight");
  constexpr std::uint64_t needed = Needed::of(total);
  static_assert(needed != 0, "choose: a choice of 0 is always won");
  static_assert(total == 0 || needed <= total, "choose: a choice of more than there is");
  return quorum_formula<choice_tree<needed, Operands...>>{};
}

template <class Needed>
struct choice {
  template <listed... Operands>
  constexpr auto operator()(Operands const&...) const noexcept {
    return choose_from<Needed, typename operand_of<Operands>::type...>();
  }
  /// Of the elements of a Hana tuple.
  template <listed... Operands>
  constexpr auto operator()(boost::hana::tuple<Operands...> const&) const noexcept {
    return choose_from<Needed, typename operand_of<Operands>::type...>();
  }
};

template <std::uint64_t K>
struct exactly {
  static constexpr std::uint64_t of(std::uint64_t) noexcept { return K; }
};
struct more_than_half {
  static constexpr std::uint64_t of(std::uint64_t total) noexcept { return total / 2 + 1; }
};

template <fixed_text Text, std::size_t... I>
boost::hana::string<Text.characters[I]...> as_hana_string(std::index_sequence<I...>);

}  // namespace detail

/// The expression of one member: `constexpr auto a = synod::quorum_node<"a">;`
template <fixed_text Name>
inline constexpr quorum_formula<detail::member_tree<decltype(detail::as_hana_string<Name>(
    std::make_index_sequence<Name.view().size()>{}))>>
    quorum_node{};

/// The same with a Hana string for a name: `quorum_node_of(BOOST_HANA_STRING("a"))`.
template <char... Characters>
constexpr auto quorum_node_of(boost::hana::string<Characters...>) noexcept {
  return quorum_formula<detail::member_tree<boost::hana::string<Characters...>>>{};
}

/// `choose<K>(x, y, z)`: won by operands that weigh K or more together; each weighs 1, or what
/// `weigh` says. Also takes one Hana tuple.
template <std::uint64_t K>
inline constexpr detail::choice<detail::exactly<K>> choose{};

/// `majority_of(x, y, z)`: won by operands of more than half of the weight.
inline constexpr detail::choice<detail::more_than_half> majority_of{};

/// `weigh<2>(x)`: an operand of `choose` or `majority_of` that counts for 2.
template <std::uint64_t Weight, class Tree>
constexpr weighed<Weight, Tree> weigh(quorum_formula<Tree>) noexcept {
  static_assert(Weight != 0, "weigh: a weight of 0");
  return {};
}

/// Won by whoever wins both.
template <class A, class B>
constexpr auto operator&(quorum_formula<A>, quorum_formula<B>) noexcept {
  return detail::join<true>(typename detail::chain_of<true, A>::type{},
                            typename detail::chain_of<true, B>::type{});
}
/// Won by whoever wins one of them.
template <class A, class B>
constexpr auto operator|(quorum_formula<A>, quorum_formula<B>) noexcept {
  return detail::join<false>(typename detail::chain_of<false, A>::type{},
                             typename detail::chain_of<false, B>::type{});
}

}  // namespace synod::inline SYNOD_ABI
