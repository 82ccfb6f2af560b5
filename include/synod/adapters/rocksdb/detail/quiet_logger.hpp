// SPDX-License-Identifier: BSL-1.0
// RocksDB's own log: nothing of it goes to a file; the last warnings stay in memory, since they
// name the file and the place that a status leaves out.
#pragma once

#include <rocksdb/env.h>

#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <string>

#include "synod/base/abi.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

class quiet_logger final : public ::rocksdb::Logger {
 public:
  quiet_logger() : Logger(::rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using ::rocksdb::Logger::Logv;
  void Logv(char const* format, va_list arguments) override {
    std::array<char, 512> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    std::lock_guard const lock(mutex_);
    if (text_.size() > most_kept) text_.erase(0, text_.size() / 2);
    if (!text_.empty()) text_ += "; ";
    text_ += line.data();
  }

  std::string warnings() const {
    std::lock_guard const lock(mutex_);
    return text_;
  }

 private:
  static constexpr std::size_t most_kept = 4096;

  mutable std::mutex mutex_;
  std::string text_;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
