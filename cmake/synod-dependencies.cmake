# Finds what synod stands on. Included by CMakeLists.txt and by the installed package alike, so that
# both resolve the same way. Appends what is missing to SYNOD_MISSING; who includes it decides what
# that means.
#
# In:  SYNOD_FIND_RANGES  also find range-v3, for synod::ranges
# Out: SYNOD_MISSING      a list of the parts not found; empty when all are there

set(SYNOD_MISSING "")

# Boost.Hana. Boost's own package first: newer CMake no longer ships FindBoost.
if(NOT TARGET Boost::headers)
  find_package(Boost 1.74 CONFIG QUIET)
endif()
if(NOT TARGET Boost::headers)
  find_path(SYNOD_BOOST_INCLUDE_DIR boost/hana/version.hpp)
  mark_as_advanced(SYNOD_BOOST_INCLUDE_DIR)
  if(SYNOD_BOOST_INCLUDE_DIR)
    add_library(Boost::headers INTERFACE IMPORTED)
    target_include_directories(Boost::headers INTERFACE "${SYNOD_BOOST_INCLUDE_DIR}")
  else()
    list(APPEND SYNOD_MISSING "Boost (headers, 1.74 or newer)")
  endif()
endif()

# xxHash, header only (XXH_INLINE_ALL). Debian ships no CMake package for it.
if(NOT TARGET xxHash::xxhash)
  find_package(xxHash CONFIG QUIET)
endif()
if(NOT TARGET xxHash::xxhash)
  find_path(SYNOD_XXHASH_INCLUDE_DIR xxhash.h)
  mark_as_advanced(SYNOD_XXHASH_INCLUDE_DIR)
  if(SYNOD_XXHASH_INCLUDE_DIR)
    add_library(xxHash::xxhash INTERFACE IMPORTED)
    target_include_directories(xxHash::xxhash INTERFACE "${SYNOD_XXHASH_INCLUDE_DIR}")
  else()
    list(APPEND SYNOD_MISSING "xxHash (0.8.1 or newer)")
  endif()
endif()

# range-v3, only for synod::ranges. No version: its version file accepts the exact one alone.
if(SYNOD_FIND_RANGES AND NOT TARGET range-v3::range-v3)
  find_package(range-v3 CONFIG QUIET)
  if(NOT TARGET range-v3::range-v3)
    list(APPEND SYNOD_MISSING "range-v3 (0.12)")
  endif()
endif()
