// SPDX-License-Identifier: BSL-1.0
// A machine that may be asked, saved, and waits for moments.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "tests/replica/diary.hpp"

namespace synod::test {

/// A command is a text that is written down and answered with "<index>:<text>"; "@<ns>", which
/// moves time on; or "<text>!<ms>", which is struck out so many milliseconds later. A question is
/// "count", "now", "big" (an answer of 1000 bytes), or a text: yes or no.
class notebook {
 public:
  std::size_t apply(log_index i, std::span<std::byte const> command,
                    std::span<std::byte> out) noexcept {
    std::string text = text_of(command);
    if (text.starts_with('@')) {
      now_ = std::max(now_, instant{std::stoull(text.substr(1))});
      times_.push_back(now_);
      std::erase_if(struck_, [&](auto const& s) {
        if (s.second > now_) return false;
        std::erase(texts_, s.first);
        return true;
      });
      return 0;
    }
    if (std::size_t const mark = text.find('!'); mark != std::string::npos) {
      struck_[text.substr(0, mark)] = now_ + milliseconds(std::stoull(text.substr(mark + 1)));
      text.resize(mark);
    }
    texts_.push_back(text);
    return respond_text(std::to_string(i.value) + ':' + text, out);
  }
  std::size_t query(std::span<std::byte const> question, std::span<std::byte> out) const noexcept {
    std::string const text = text_of(question);
    if (text == "count") return respond_text(std::to_string(texts_.size()), out);
    if (text == "now") return respond_text(std::to_string(now_.ns / 1'000'000), out);
    if (text == "big") return respond_text(std::string(1'000, 'x'), out);
    return respond_text(holds(text) ? "yes" : "no", out);
  }

  void save(std::vector<std::byte>& out) const {
    std::string bytes = std::to_string(now_.ns) + '\n';
    for (std::string const& text : texts_) {
      auto const s = struck_.find(text);
      bytes += text + '!' + std::to_string(s == struck_.end() ? 0 : s->second.ns) + '\n';
    }
    out.insert(out.end(), bytes_of(bytes).begin(), bytes_of(bytes).end());
  }
  result<notebook> restored(std::span<std::byte const> bytes) const {
    std::string const all = text_of(bytes);
    notebook made;
    std::size_t at = all.find('\n');
    if (at == std::string::npos) return error{errc::bad_input, "notebook: no time", 0};
    made.now_ = {std::stoull(all.substr(0, at))};
    for (++at; at < all.size();) {
      std::size_t const end = all.find('\n', at);
      std::string const line = all.substr(at, end - at);
      std::size_t const mark = line.find('!');
      made.texts_.push_back(line.substr(0, mark));
      std::uint64_t const until = std::stoull(line.substr(mark + 1));
      if (until != 0) made.struck_[line.substr(0, mark)] = {until};
      at = end + 1;
    }
    return made;
  }

  instant now() const noexcept { return now_; }
  std::optional<instant> next_deadline() const noexcept {
    std::optional<instant> first;
    for (auto const& [text, at] : struck_) first = first ? std::min(*first, at) : at;
    return first;
  }
  static std::size_t advance(instant to, std::span<std::byte> out) noexcept {
    return respond_text('@' + std::to_string(to.ns), out);
  }

  bool holds(std::string const& text) const {
    return std::find(texts_.begin(), texts_.end(), text) != texts_.end();
  }
  std::vector<std::string> const& texts() const { return texts_; }
  /// Every time that it was told, since it was made.
  std::vector<instant> const& times() const { return times_; }

  std::uint64_t fingerprint() const noexcept { return texts_.size(); }
  friend bool operator==(notebook const& a, notebook const& b) {
    return a.now_ == b.now_ && a.texts_ == b.texts_ && a.struck_ == b.struck_;
  }

 private:
  instant now_;
  std::vector<std::string> texts_;
  std::map<std::string, instant> struck_;
  std::vector<instant> times_;
};
static_assert(queryable<notebook> && saveable<notebook> && keeps_time<notebook>);

}  // namespace synod::test
