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

}  // namespace synod::inline SYNOD_ABI
