// SPDX-License-Identifier: BSL-1.0
// What clients did and saw, and the sequential object it is held against.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

#include "synod/base/time.hpp"
#include "synod/reflect/fingerprint.hpp"

namespace synod::inline SYNOD_ABI {

/// A sequential object: a regular value that is the state itself.
///
///     struct my_model {
///       using input = ...;    // what a client asks
///       using output = ...;   // what it is told
///       // Takes the operation as the next one: whether it may have been answered like this.
///       Without
///       // an answer it is always possible. The state afterwards follows from the input alone.
///       bool step(input const&, std::optional<output> const&);
///       // Equal states have equal fingerprints. Not needed where the state is `reflected`.
///       std::uint64_t fingerprint() const;
///       // Optional. Operations of different parts do not touch each other: each part is an object
///       // of its own and is judged alone, which is what makes long histories feasible. Ordered.
///       static key partition(input const&);
///       // Optional: whether an operation so answered leaves every state as it is. Spares much.
///       static bool only_looks(input const&, std::optional<output> const&);
///       // Optional: what the state holds outside of itself, for the bound on memory.
///       std::size_t bytes() const;
///     };
template <class Model>
concept sequential_model = std::regular<Model> &&
                           (reflected<Model> ||
                            requires(Model const& state) {
                              { state.fingerprint() } -> std::convertible_to<std::uint64_t>;
                            }) &&
                           requires(Model state, typename Model::input const& asked,
                                    std::optional<typename Model::output> const& answered) {
                             { state.step(asked, answered) } -> std::same_as<bool>;
                           };

/// Operations of different parts do not touch each other.
template <class Model>
concept partitioned_model =
    sequential_model<Model> && requires(typename Model::input const& asked) {
      { Model::partition(asked) } -> std::totally_ordered;
    };

/// One operation of a history. What makes it:
///   answered          output and returned
///   answer not known  returned alone: it took effect, nobody can say with which answer
///   open              neither: it may take effect at any time after the call, also after all
///                     others, or never (a time-out, a lost connection, a killed server)
/// An operation that certainly had no effect and says nothing does not belong into a history.
template <class Model>
struct operation {
  typename Model::input input{};
  std::optional<typename Model::output> output{};
  instant called;                     ///< not later than the request could first take effect
  std::optional<instant> returned{};  ///< not earlier than the answer was there
  std::uint64_t client = 0;           ///< for people; the judgement does not use it
};

}  // namespace synod::inline SYNOD_ABI
