// SPDX-License-Identifier: BSL-1.0
// The options of a Raft core.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "synod/base/abi.hpp"
#include "synod/consensus/log.hpp"
#include "synod/consensus/policies.hpp"
#include "synod/quorum/majority.hpp"
#include "synod/raft/message.hpp"

namespace synod::inline SYNOD_ABI::raft {

/// A set of options, in any order, each at most once:
///
///     struct my_raft : synod::raft::with<option::storage<my_log>, option::message<my_wire>> {};
///     using node = synod::raft::core<my_raft>;
///
/// The named struct keeps symbols and errors short. `storage` must be given; `message` defaults to
/// synod's own, `quorum` to the majority, `pre_vote` and `check_quorum` to true.
template <class... Options>
struct with {
  template <class Given>
  static constexpr bool is_known =
      detail::is_option<option::storage, Given> || detail::is_option<option::message, Given> ||
      detail::is_option<option::quorum, Given> || detail::is_switch<option::pre_vote, Given> ||
      detail::is_switch<option::check_quorum, Given>;
  static constexpr bool all_known = (true && ... && is_known<Options>);
  static_assert(all_known,
                "raft: an unknown option; it has: storage, message, quorum, "
                "pre_vote, check_quorum");

  static constexpr bool each_once = detail::times_given<option::storage, Options...> <= 1 &&
                                    detail::times_given<option::message, Options...> <= 1 &&
                                    detail::times_given<option::quorum, Options...> <= 1 &&
                                    detail::times_switched<option::pre_vote, Options...> <= 1 &&
                                    detail::times_switched<option::check_quorum, Options...> <= 1;
  static_assert(each_once, "raft: an option is given twice");

  using storage = given_or<option::storage, detail::not_given, Options...>;
  using messages = given_or<option::message, own_messages, Options...>;
  using quorum = given_or<option::quorum, majority, Options...>;
  static constexpr bool pre_vote = switched_on<option::pre_vote, Options...>;
  static constexpr bool check_quorum = switched_on<option::check_quorum, Options...>;
};

/// What a configuration must offer, each by its name, for the first line of an error.
template <class Storage>
inline constexpr bool storage_is_given = !std::is_same_v<Storage, detail::not_given>;
template <class Storage>
inline constexpr bool storage_has_run_at = requires(Storage const& s, log_index i) {
  { s.run_at(i) } noexcept -> std::same_as<std::optional<run>>;
};
template <class Storage>
inline constexpr bool storage_has_base = requires(Storage const& s) {
  { s.base() } noexcept -> std::same_as<position>;
};
template <class Storage>
inline constexpr bool storage_has_fits = requires(Storage const& s, log_index i, std::uint64_t n) {
  { s.fits(i, i, n) } noexcept -> std::same_as<log_index>;
};
template <class Storage>
inline constexpr bool storage_has_configuration_before = requires(Storage const& s, log_index i) {
  { s.configuration_before(i) } noexcept -> std::same_as<std::optional<configuration>>;
};
template <class Messages>
inline constexpr bool messages_have_make = requires(fields const& f) {
  { Messages::make(f) } noexcept -> std::convertible_to<typename Messages::message>;
};
template <class Messages>
inline constexpr bool messages_have_read = requires(typename Messages::message const& m) {
  { static_cast<bool>(Messages::read(m)) } noexcept;
  { *Messages::read(m) } noexcept -> std::convertible_to<fields const&>;
};

/// Instantiated by the core: names the first thing that a configuration lacks.
template <class Config>
struct checked {
  using storage = typename Config::storage;
  using messages = typename Config::messages;
  using quorum = typename Config::quorum;
  static constexpr bool has_storage = storage_is_given<storage>;
  static constexpr bool has_run_at = !has_storage || storage_has_run_at<storage>;
  static constexpr bool has_base = !has_storage || storage_has_base<storage>;
  static constexpr bool has_fits = !has_storage || storage_has_fits<storage>;
  static constexpr bool has_configuration_before =
      !has_storage || storage_has_configuration_before<storage>;
  static constexpr bool has_make = messages_have_make<messages>;
  static constexpr bool has_read = messages_have_read<messages>;
  static constexpr bool has_quorum = quorum_system<quorum>;

  static_assert(has_storage, "raft: no storage; give option::storage<a log reader>");
  static_assert(has_run_at, "raft: storage lacks: optional<run> run_at(log_index) const noexcept");
  static_assert(has_base, "raft: storage lacks: position base() const noexcept");
  static_assert(
      has_fits,
      "raft: storage lacks: log_index fits(log_index, log_index, uint64_t) const noexcept");
  static_assert(has_configuration_before,
                "raft: storage lacks: optional<configuration> configuration_before(log_index) "
                "const noexcept");
  static_assert(has_make, "raft: message lacks: static message make(fields const&) noexcept");
  static_assert(has_read,
                "raft: message lacks: static optional<fields> read(message const&) noexcept");
  static_assert(has_quorum, "raft: quorum is no quorum_system");
};

}  // namespace synod::inline SYNOD_ABI::raft
