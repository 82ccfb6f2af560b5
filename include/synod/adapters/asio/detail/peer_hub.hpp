// SPDX-License-Identifier: BSL-1.0
// All connections of a node: who is accepted, who is dialled, and who is spoken to.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "synod/adapters/asio/detail/peer_acceptor.hpp"
#include "synod/adapters/asio/detail/peer_connection.hpp"
#include "synod/adapters/asio/detail/peer_dialer.hpp"
#include "synod/adapters/asio/peer_handler.hpp"
#include "synod/adapters/asio/peer_hello.hpp"
#include "synod/adapters/asio/report_once.hpp"

namespace synod::inline SYNOD_ABI::adapters::detail {

template <class Message, class Handler>
class peer_hub : public std::enable_shared_from_this<peer_hub<Message, Handler>> {
 public:
  using tcp = boost::asio::ip::tcp;
  using connection = peer_connection<peer_hub>;

  peer_hub(boost::asio::io_context& loop, peer_identity const& self, peer_options const& chosen,
           std::vector<peer_location> const& nodes, Handler& handler)
      : loop_(loop),
        self_(self),
        options_(chosen),
        handler_(handler),
        acceptor_(loop),
        unmet_timer_(loop) {
    for (peer_location const& each : nodes) {
      if (each.node == self.node) continue;
      peer& p = peers_.emplace_back();
      p.location = each;
      p.dialer = std::make_unique<peer_dialer<peer_hub>>(loop, each, options_);
      p.is_dialled = self.node < each.node;
    }
  }

  std::optional<std::string> listen(peer_address const& at) { return acceptor_.listen(at); }
  std::uint16_t port() const { return acceptor_.port(); }

  void begin() {
    acceptor_.accept(this->shared_from_this());
    for (peer& p : peers_) {
      if (p.is_dialled) p.dialer->dial(this->shared_from_this());
    }
    watch_for_unmet(options_.unmet_after);
  }

  void stop() {
    is_stopped_ = true;
    acceptor_.stop();
    boost::system::error_code ignored;
    unmet_timer_.cancel(ignored);
    for (peer& p : peers_) {
      p.dialer->stop();
      if (p.link) p.link->close_with(frame_kind::refusal, peer_refusal{refusal::stops, {}, {}});
    }
    for (auto const& c : strangers_) c->close();
    strangers_.clear();
  }

  bool send(node_id to, Message const& message, payload entries) {
    if (to == self_.node) return send_to_self(message, entries);
    connection* const link = open_link(to);
    return link != nullptr &&
           link->send(2, frame_kind::message, entries.bytes, entries.entries, message);
  }

  bool send(node_id to, errand const& what, std::span<std::byte const> bytes) {
    connection* const link = open_link(to);
    return link != nullptr && link->send(1, frame_kind::errand, bytes, what);
  }

  bool is_connected(node_id node) noexcept { return open_link(node) != nullptr; }
  std::string about(node_id node) {
    connection const* const link = open_link(node);
    return link == nullptr ? std::string() : printable(link->hello->from.about);
  }

  // --- of the acceptor, the dialers and the connections -----------------------------------------
  void on_accepted(tcp::socket socket) {
    make_room_for_strangers();
    auto const c =
        std::make_shared<connection>(*this, std::move(socket), options_, link_stage::hello_awaited);
    strangers_.push_back(c);
    c->begin();
  }

  void on_accept_failed(std::string const& reason) { report("*", "cannot accept: " + reason); }

  void on_dialled(node_id node, tcp::socket socket) {
    find(node)->is_probed = false;
    auto const c =
        std::make_shared<connection>(*this, std::move(socket), options_, link_stage::hello_sent);
    c->dialled = node;
    strangers_.push_back(c);
    c->send(2, frame_kind::hello, {}, peer_hello{peer_protocol, self_, node});
    c->begin();
  }

  void on_dial_failed(node_id node, std::string const& reason) {
    peer& p = *find(node);
    p.is_probed = false;
    if (p.link && !p.is_dialled) return;  // a probe of a peer that has come meanwhile
    dial_again(p);
    unreachable(p, reason);
  }

  std::optional<error> on_frame(connection& c, frame_kind kind, std::span<std::byte const> body) {
    switch (kind) {
      case frame_kind::hello: return on_hello(c, body);
      case frame_kind::ready:
        if (c.stage != link_stage::ready_awaited) break;
        open(c);
        return std::nullopt;
      case frame_kind::refusal: return on_refusal(c, body);
      case frame_kind::alive:
        if (c.stage != link_stage::open) break;
        return std::nullopt;
      case frame_kind::message:
        if (c.stage != link_stage::open) break;
        if (auto const in = read_message<Message>(body)) {
          handler_.on_message(c.hello->from.node, in->message, in->entries);
          return std::nullopt;
        } else {
          return in.error();
        }
      case frame_kind::errand:
        if (c.stage != link_stage::open) break;
        if (auto const in = read_errand(body)) {
          handler_.on_errand(c.hello->from.node, in->what, in->bytes);
          return std::nullopt;
        } else {
          return in.error();
        }
    }
    return error{errc::bad_input, "frame: not one that belongs here", 0};
  }

  void on_late(connection& c) {
    auto const keep = c.shared_from_this();
    peer_refusal const late =
        refused_for(refusal::no_hello, 0, options_.hello_timeout.ns / 1'000'000);
    if (c.stage != link_stage::refused && !c.dialled) return refuse(c, late);
    bool const is_told = c.stage == link_stage::refused;
    c.close();
    forget(c);
    if (!is_told) on_dial_failed(*c.dialled, to_text(late));
  }

  void on_end(connection& c, link_stage before, std::string const& reason) {
    if (before == link_stage::open) return lost(*find(c.hello->from.node), reason);
    forget(c);
    if (before == link_stage::refused) return;
    if (c.dialled) {
      on_dial_failed(*c.dialled, reason);
    } else {
      report(c, before == link_stage::hello_awaited ? "said no hello: " + reason : reason);
    }
  }

 private:
  struct peer {
    peer_location location;
    std::unique_ptr<peer_dialer<peer_hub>> dialer;
    std::shared_ptr<connection> link;  // open
    std::optional<synod::life> life;   // the latest that was met
    std::uint64_t process = 0;         // of that life
    bool is_dialled = false;           // by this node; otherwise it dials
    bool is_probed = false;            // is being dialled, though it should
    bool is_in_trouble = false;        // dialled in vain, and that was told
  };

  peer* find(node_id node) noexcept {
    for (peer& p : peers_) {
      if (p.location.node == node) return &p;
    }
    return nullptr;
  }

  connection* open_link(node_id node) noexcept {
    peer* const p = find(node);
    return p == nullptr ? nullptr : p->link.get();
  }

  // Who has not said who it is for longest makes room: a peer needs a moment only.
  void make_room_for_strangers() {
    auto const is_accepted = [](auto const& c) { return !c->dialled; };
    auto const count = std::count_if(strangers_.begin(), strangers_.end(), is_accepted);
    if (static_cast<std::size_t>(count) < options_.max_half_open) return;
    auto const oldest = std::find_if(strangers_.begin(), strangers_.end(), is_accepted);
    (*oldest)->close();
    strangers_.erase(oldest);
    report("*", "more than " + std::to_string(options_.max_half_open) +
                    " connections that have not said who they are: the oldest are closed");
  }

  // A core may speak to itself: that takes a turn of the loop, like everything else.
  bool send_to_self(Message const& message, payload entries) {
    boost::asio::post(loop_,
                      [self = this->shared_from_this(), message, count = entries.entries,
                       bytes = std::vector<std::byte>(entries.bytes.begin(), entries.bytes.end())] {
                        if (!self->is_stopped_)
                          self->handler_.on_message(self->self_.node, message, {bytes, count});
                      });
    return true;
  }

  std::optional<error> on_hello(connection& c, std::span<std::byte const> body) {
    if (c.stage != link_stage::hello_sent && c.stage != link_stage::hello_awaited) {
      return error{errc::bad_input, "frame: a second hello", 0};
    }
    // Another version may say more: its number comes first.
    auto const version = decode_prefix<std::uint32_t>(body);
    if (version && version->first != peer_protocol) {
      refuse(c, refused_for(refusal::another_protocol, version->first, peer_protocol));
      return std::nullopt;
    }
    auto const hello = decode<peer_hello>(body);
    if (!hello) return hello.error();
    c.hello = *hello;
    if (auto const refused = judge(c)) {
      refuse(c, *refused);
    } else if (!is_recorded(hello->from)) {
      refuse(c, refused_for(refusal::not_recorded, hello->from.incarnation, 0));
    } else if (c.dialled) {
      c.send(2, frame_kind::ready, {});
      open(c);
    } else {
      c.stage = link_stage::ready_awaited;
      c.send(2, frame_kind::hello, {}, peer_hello{peer_protocol, self_, hello->from.node});
    }
    return std::nullopt;
  }

  bool is_recorded(peer_identity const& who) {
    return handler_.incarnation_of(who.node) ||
           handler_.record_incarnation(who.node, who.incarnation);
  }

  std::optional<peer_refusal> judge(connection const& c) {
    peer const* const p = find(c.hello->from.node);
    std::optional<known_peer> known;
    if (p != nullptr) {
      known = known_peer{handler_.incarnation_of(p->location.node), p->life, p->process};
    }
    return adapters::judge(*c.hello, self_, c.dialled, known);
  }

  // Another connection of the same node may have come in between, so it is judged again.
  void open(connection& c) {
    if (auto const refused = judge(c)) return refuse(c, *refused);
    peer_identity const& from = c.hello->from;
    peer& p = *find(from.node);
    if (p.link) {
      p.link->close();
      p.link.reset();
      handler_.on_disconnected(from.node, parting::broken, "the node connected anew");
    }
    p.link = c.shared_from_this();
    p.life = from.life;
    p.process = from.process;
    p.is_in_trouble = false;
    forget(c);
    c.open();
    p.dialer->pause().reset();
    handler_.on_connected(from.node, from.life);
  }

  void lost(peer& p, std::string const& reason, parting how = parting::broken) {
    p.link.reset();
    dial_again(p);
    handler_.on_disconnected(p.location.node, how, reason);
  }

  void dial_again(peer& p) {
    if (p.is_dialled) p.dialer->dial_later(this->shared_from_this());
  }

  // Who should dial this node and was never met may not know it, or have another address of it. It
  // refuses a node that dials the wrong way, and says by that what it knows.
  void watch_for_unmet(duration pause) {
    unmet_timer_.expires_after(to_chrono(pause));
    unmet_timer_.async_wait(
        [this, self = this->shared_from_this()](boost::system::error_code stopped) {
          if (stopped || is_stopped_) return;
          std::vector<node_id> unmet;
          for (peer& p : peers_) {
            if (p.life) continue;
            unmet.push_back(p.location.node);
            if (!p.is_dialled && !std::exchange(p.is_probed, true)) p.dialer->dial(self);
          }
          if (unmet.empty()) return;
          handler_.on_unmet(unmet);
          watch_for_unmet(report_once::quiet);
        });
  }

  void refuse(connection& c, peer_refusal const& why) {
    c.send(2, frame_kind::refusal, {}, why);
    c.end_gently();
    refused(c, "refused: " + to_text(why));
  }

  std::optional<error> on_refusal(connection& c, std::span<std::byte const> body) {
    auto const why = decode<peer_refusal>(body);
    if (!why) return why.error();
    auto const keep = c.shared_from_this();
    bool const was_open = c.stage == link_stage::open;
    bool const stops = why->why == refusal::stops;
    std::string const text = (stops ? "" : "it refuses this node: ") + to_text(*why);
    c.close();
    forget(c);
    if (was_open) {
      lost(*find(c.hello->from.node), text, stops ? parting::goodbye : parting::broken);
    } else {
      refused(c, text);
    }
    return std::nullopt;
  }

  // Who is there and refuses, or is refused, will hardly change its mind soon.
  void refused(connection& c, std::string const& text) {
    if (c.dialled) {
      peer& p = *find(*c.dialled);
      if (p.link && !p.is_dialled) return;  // a probe of a peer that has come meanwhile
      if (!p.link) {
        p.dialer->pause().lengthen();
        dial_again(p);
      }
    }
    report(c, text);
  }

  void unreachable(peer& p, std::string const& reason) {
    bool const is_due = reports_.is_due(to_text(p.location.at), reason, now());
    if (p.is_in_trouble && !is_due) return;
    p.is_in_trouble = true;
    handler_.on_unreachable(p.location.node, to_text(p.location.at) + ": " + reason);
  }

  void report(connection const& c, std::string const& reason) {
    std::string who = c.address + ":" + std::to_string(c.port);
    if (c.dialled) {
      who = "node " + std::to_string(c.dialled->value) + " at " +
            to_text(find(*c.dialled)->location.at);
    }
    if (reports_.is_due(c.dialled ? who : c.address, reason, now())) {
      handler_.on_refused(who, reason);
    }
  }
  void report(std::string const& who, std::string const& reason) {
    if (reports_.is_due(who, reason, now())) handler_.on_refused(who, reason);
  }

  void forget(connection const& c) {
    std::erase_if(strangers_, [&](auto const& each) { return each.get() == &c; });
  }

  static instant now() { return from_chrono(std::chrono::steady_clock::now()); }

  boost::asio::io_context& loop_;
  peer_identity self_;
  peer_options options_;
  Handler& handler_;
  peer_acceptor<peer_hub> acceptor_;
  boost::asio::steady_timer unmet_timer_;
  std::vector<peer> peers_;
  std::vector<std::shared_ptr<connection>> strangers_;  // not open, the oldest first
  report_once reports_;
  bool is_stopped_ = false;
};

}  // namespace synod::inline SYNOD_ABI::adapters::detail
