// SPDX-License-Identifier: BSL-1.0
// Options: what varies in a protocol, named, in any order, each at most once.
#pragma once

#include <cstddef>
#include <type_traits>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI {

namespace option {

/// What the core reads of its log (`log_reader`): the type of the store that serves it.
template <class Storage>
struct storage {
  using type = Storage;
};

/// How the core's fields travel: `make(fields) -> message` and `read(message) -> pointer-like to
/// fields`, empty for what no core can have sent; both static and noexcept.
template <class Messages>
struct message {
  using type = Messages;
};

/// Which sets of voters decide (`quorum_system`, constructed with the number of voters).
template <class System>
struct quorum {
  using type = System;
};

/// Whether a node asks whether it would win before it raises its term (Raft dissertation, section
/// 9.6).
template <bool On>
struct pre_vote {};

/// Whether a leader that a quorum has not answered for an election time-out steps down (Raft
/// dissertation, section 6.2).
template <bool On>
struct check_quorum {};

}  // namespace option

namespace detail {

struct not_given {};

template <template <class> class Option, class Given>
inline constexpr bool is_option = false;
template <template <class> class Option, class Value>
inline constexpr bool is_option<Option, Option<Value>> = true;

template <template <class> class Option, class... Given>
inline constexpr std::size_t times_given =
    (std::size_t{0} + ... + std::size_t{is_option<Option, Given>});

template <template <bool> class Switch, class Given>
inline constexpr bool is_switch = false;
template <template <bool> class Switch, bool On>
inline constexpr bool is_switch<Switch, Switch<On>> = true;

template <template <bool> class Switch, class... Given>
inline constexpr std::size_t times_switched =
    (std::size_t{0} + ... + std::size_t{is_switch<Switch, Given>});

template <template <class> class Option, class Default, class... Given>
struct given_or {
  using type = Default;
};
template <template <class> class Option, class Default, class First, class... Rest>
struct given_or<Option, Default, First, Rest...> : given_or<Option, Default, Rest...> {};
template <template <class> class Option, class Default, class Value, class... Rest>
struct given_or<Option, Default, Option<Value>, Rest...> {
  using type = Value;
};

}  // namespace detail

/// The value of an option among those given, or the default.
template <template <class> class Option, class Default, class... Given>
using given_or = typename detail::given_or<Option, Default, Given...>::type;

/// Whether a switch is on among the options given; each is on by default.
template <template <bool> class Switch, class... Given>
inline constexpr bool switched_on = (true && ... && !std::is_same_v<Given, Switch<false>>);

}  // namespace synod::inline SYNOD_ABI
