// SPDX-License-Identifier: BSL-1.0
// The version of synod. The one place where it is written: CMake and Conan read these three lines.
#pragma once

#define SYNOD_VERSION_MAJOR 0
#define SYNOD_VERSION_MINOR 1
#define SYNOD_VERSION_PATCH 0

#define SYNOD_DETAIL_TEXT(x) #x
#define SYNOD_DETAIL_VERSION(major, minor, patch) \
  SYNOD_DETAIL_TEXT(major) "." SYNOD_DETAIL_TEXT(minor) "." SYNOD_DETAIL_TEXT(patch)

namespace synod {

/// "major.minor.patch". Of internal linkage: units that see different versions link safely.
constexpr char version_string[] =
    SYNOD_DETAIL_VERSION(SYNOD_VERSION_MAJOR, SYNOD_VERSION_MINOR, SYNOD_VERSION_PATCH);

}  // namespace synod

#undef SYNOD_DETAIL_VERSION
#undef SYNOD_DETAIL_TEXT
