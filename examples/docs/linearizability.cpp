// The snippets of docs/linearizability.md.
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "synod/check.hpp"

namespace {

// begin judge
using synod::instant;
using synod::kv_model;

std::vector<synod::operation<kv_model>> recorded() {
  return {
      {kv_model::set("k", "old"), kv_model::ok(), instant{10}, instant{20}, 1},
      {kv_model::set("k", "new"), std::nullopt, instant{30}, std::nullopt, 1},  // timed out
      {kv_model::get("k"), kv_model::found("new"), instant{40}, instant{50}, 2},
      {kv_model::get("k"), kv_model::found("old"), instant{60}, instant{70}, 3},
  };
}

bool judged() {
  auto const history = recorded();
  auto const report = synod::check_linearizability<kv_model>(history).value();
  if (!report) std::cout << synod::explain<kv_model>(report, history);
  return static_cast<bool>(report);
}
// end judge

// begin model
// Each queue is first in, first out; taking from an empty one answers nothing.
struct queue_model {
  struct input {
    std::string queue;
    std::optional<int> put{};  // empty: take
  };
  using output = std::optional<int>;

  std::vector<int> waiting;

  bool step(input const& asked, std::optional<output> const& answered) {
    if (asked.put) {
      waiting.push_back(*asked.put);
      return true;
    }
    output taken;
    if (!waiting.empty()) {
      taken = waiting.front();
      waiting.erase(waiting.begin());
    }
    return !answered || *answered == taken;
  }

  static std::string partition(input const& asked) { return asked.queue; }
  std::uint64_t fingerprint() const { return synod::fingerprint(waiting); }
  bool operator==(queue_model const&) const = default;
};
static_assert(synod::partitioned_model<queue_model>);
// end model

bool first_in_first_out() {
  using answer = queue_model::output;
  std::vector<synod::operation<queue_model>> history{
      {{"q", 1}, answer{}, instant{1}, instant{5}},
      {{"q", 2}, answer{}, instant{2}, instant{4}},  // overlaps: either may be first
      {{"q"}, answer{2}, instant{6}, instant{7}},
      {{"q"}, answer{1}, instant{8}, instant{9}},
  };
  return static_cast<bool>(synod::check_linearizability<queue_model>(history).value());
}

}  // namespace

int main() { return !judged() && first_in_first_out() ? 0 : 1; }
