// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/session_load.hpp"

#include <algorithm>
#include <utility>

namespace demo {
namespace {

constexpr synod::duration patience = synod::seconds(2);
constexpr synod::duration pause = synod::milliseconds(20);

}  // namespace

session_load::session_load(std::string key, std::size_t clients, std::vector<std::uint16_t> ports)
    : key_(std::move(key)), ports_(std::move(ports)), clients_(clients) {
  for (std::size_t i = 0; i < clients_.size(); ++i) clients_[i].node = i % ports_.size();
}

void session_load::turn(synod::instant now) {
  for (client& c : clients_) {
    if (c.idle) continue;
    if (c.waits) {
      if (c.is_ready) c.to.turn();
      c.is_ready = false;
      while (auto const said = c.to.take()) hear(c, *said, now);
      if (c.waits && (!c.to.is_open() || now >= c.give_up)) go_on_elsewhere(c, now);
    }
    if (!c.waits && !c.idle && now >= c.not_before) ask(c, now);
  }
}

void session_load::wait(int longest_ms) {
  polled_.clear();
  polled_clients_.clear();
  for (client& c : clients_) {
    if (!c.waits || !c.to.is_open()) continue;
    short const what = c.to.has_output() ? POLLIN | POLLOUT : POLLIN;
    polled_.push_back({c.to.descriptor(), what, 0});
    polled_clients_.push_back(&c);
  }
  if (poll(polled_.data(), polled_.size(), longest_ms) <= 0) return;
  for (std::size_t i = 0; i < polled_.size(); ++i) {
    if (polled_[i].revents != 0) polled_clients_[i]->is_ready = true;
  }
}

void session_load::ask(client& c, synod::instant now) {
  if (!c.to.is_open()) c.to.dial(ports_[c.node]);
  if (c.session.empty()) {
    c.to.send({"SYNOD", "SESSION", "OPEN", "600000"});
  } else {
    std::string const number = std::to_string(c.sequence);
    c.to.send({"SYNOD", "SESSION", "CALL", c.session, number, number, "INCR", key_});
  }
  c.to.turn();
  c.waits = true;
  c.give_up = now + patience;
  if (!c.asked) c.first_asked = now;
  c.asked = true;
}

void session_load::hear(client& c, reply const& said, synod::instant now) {
  if (said.is_error) {
    if (!said.begins("UNKNOWN") && !said.begins("TRYAGAIN")) {
      if (bad_answers_++ == 0) bad_answer_ = said.text;
    }
    return go_on_elsewhere(c, now);
  }
  c.waits = c.asked = false;
  if (c.session.empty()) {
    c.session = said.text;
  } else {
    answers_.push_back({now, now - c.first_asked});
    ++c.sequence;
  }
  c.idle = finishing_;
}

// A request that is out may still be executed, so its connection is not used again.
void session_load::go_on_elsewhere(client& c, synod::instant now) {
  ++retries_;
  c.to.close();
  c.waits = false;
  c.node = (c.node + 1) % ports_.size();
  c.not_before = now + pause;
}

bool session_load::is_finished() const noexcept {
  return std::all_of(clients_.begin(), clients_.end(), [](client const& c) { return c.idle; });
}

std::size_t session_load::in_flight(std::size_t node) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(clients_.begin(), clients_.end(), [&](client const& c) {
        return c.waits && c.node == node && c.to.is_open() && !c.to.has_output();
      }));
}

}  // namespace demo
