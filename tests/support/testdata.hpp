// SPDX-License-Identifier: BSL-1.0
// The reference vectors, which live beside the checkout (../shared/testdata) and may be absent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace synod::test {

/// The contents of `relative` under $SYNOD_TESTDATA or, where that is not set, under the folder
/// named when configuring. Empty when it is not there: the caller skips, and the first time it is
/// said aloud.
std::optional<std::string> testdata(std::string_view relative);

}  // namespace synod::test
