# Finds what synod stands on. Included by CMakeLists.txt and by the installed package alike, so that
# both resolve the same way, and who includes it decides what a missing part means.
#
# In:  SYNOD_FIND_COMPONENTS      those of ranges, rocksdb, asio whose parts are to be found too
# Out: SYNOD_MISSING              a list of the parts not found; empty when all are there
#      SYNOD_MISSING_<component>  the same, of one component

set(SYNOD_MISSING "")
foreach(component ranges rocksdb asio)
  set(SYNOD_MISSING_${component} "")
endforeach()

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
if("ranges" IN_LIST SYNOD_FIND_COMPONENTS AND NOT TARGET range-v3::range-v3)
  find_package(range-v3 CONFIG QUIET)
  if(NOT TARGET range-v3::range-v3)
    set(SYNOD_MISSING_ranges "range-v3 (0.12)")
  endif()
endif()

# Threads, for RocksDB and Boost.Asio.
if(("rocksdb" IN_LIST SYNOD_FIND_COMPONENTS OR "asio" IN_LIST SYNOD_FIND_COMPONENTS)
    AND NOT TARGET Threads::Threads)
  find_package(Threads QUIET)
  if(NOT TARGET Threads::Threads)
    set(SYNOD_MISSING_rocksdb "threads")
    set(SYNOD_MISSING_asio "threads")
  endif()
endif()

# RocksDB, only for synod::rocksdb: the shared library where there is one. Its own package is not
# asked: it wants the development files of whatever it was built with.
if("rocksdb" IN_LIST SYNOD_FIND_COMPONENTS AND NOT TARGET synod-found::rocksdb)
  find_path(SYNOD_ROCKSDB_INCLUDE_DIR rocksdb/db.h)
  find_library(SYNOD_ROCKSDB_LIBRARY NAMES rocksdb rocksdb-shared)
  mark_as_advanced(SYNOD_ROCKSDB_INCLUDE_DIR SYNOD_ROCKSDB_LIBRARY)
  if(SYNOD_ROCKSDB_INCLUDE_DIR AND SYNOD_ROCKSDB_LIBRARY)
    add_library(synod-found::rocksdb UNKNOWN IMPORTED GLOBAL)
    set_target_properties(synod-found::rocksdb PROPERTIES
      IMPORTED_LOCATION "${SYNOD_ROCKSDB_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${SYNOD_ROCKSDB_INCLUDE_DIR}")
  else()
    list(APPEND SYNOD_MISSING_rocksdb "RocksDB (7.8 or newer)")
  endif()
endif()

# Boost.Asio, only for synod::asio. Boost's headers may be there without it.
if("asio" IN_LIST SYNOD_FIND_COMPONENTS AND TARGET Boost::headers)
  get_target_property(SYNOD_BOOST_DIRS Boost::headers INTERFACE_INCLUDE_DIRECTORIES)
  find_path(SYNOD_ASIO_INCLUDE_DIR boost/asio/ip/tcp.hpp HINTS ${SYNOD_BOOST_DIRS})
  mark_as_advanced(SYNOD_ASIO_INCLUDE_DIR)
  if(NOT SYNOD_ASIO_INCLUDE_DIR)
    list(APPEND SYNOD_MISSING_asio "Boost.Asio (1.74 or newer)")
  endif()
endif()
