// SPDX-License-Identifier: BSL-1.0
#include "examples/demo/report.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "examples/demo/page.hpp"
#include "examples/demo/screen.hpp"

namespace demo {
namespace {

constexpr double width = 860;

constexpr char style[] = R"css(
:root {
  --page: #fbfbf9; --card: #ffffff; --ink: #1c2230; --soft: #667085; --rule: #e4e7ec;
  --main: #3566b0; --light: #a9c3e8; --fill: #3566b022; --bad: #c0362c; --good: #1f7a4d;
  --gap: #c0362c18;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151b; --card: #191d25; --ink: #e7eaf0; --soft: #98a2b3; --rule: #2a303b;
    --main: #7aa7e8; --light: #3d5f92; --fill: #7aa7e822; --bad: #f0766b; --good: #5cc48d;
    --gap: #f0766b20;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 40px 20px 60px; }
h1 { font-size: 28px; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 20px; margin: 44px 0 4px; }
h3 { font-size: 15px; margin: 26px 0 8px; }
.card + p { margin-top: 18px; }
p { margin: 0 0 14px; color: var(--soft); max-width: 68ch; }
svg { display: block; width: 100%; height: auto; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  padding: 18px 20px; margin-top: 14px; }
.card h3:first-child { margin-top: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px;
  margin: 16px 0; }
.figure { background: var(--card); border: 1px solid var(--rule); border-radius: 10px;
  padding: 12px 16px; }
.figure b { display: block; font-size: 25px; font-weight: 650; line-height: 1.25;
  font-variant-numeric: tabular-nums; }
.figure span { color: var(--soft); font-size: 13px; }
.good { color: var(--good); } .bad { color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: right; font-weight: 500; color: var(--soft); padding: 6px 10px;
  border-bottom: 1px solid var(--rule); }
td { text-align: right; padding: 6px 10px; border-bottom: 1px solid var(--rule); }
tr:last-child td { border-bottom: 0; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
.key { font-size: 13px; color: var(--soft); margin: 0 0 10px; }
.key i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin: 0 5px 0 14px;
  vertical-align: -1px; }
.key i:first-child { margin-left: 0; }
.key i.tick { width: 2px; height: 13px; border-radius: 0; vertical-align: -3px; }
.key i.swatch-main { background: var(--main); } .key i.swatch-light { background: var(--light); }
.key i.tick { background: var(--ink); } .key i.swatch-gap { background: var(--gap);
  outline: 1px solid var(--bad); }
svg text { fill: var(--ink); font-size: 13px; }
svg text.soft { fill: var(--soft); font-size: 12px; }
svg text.end { text-anchor: end; } svg text.soft.middle, svg text.middle { text-anchor: middle; }
svg text.kill { fill: var(--bad); font-size: 12px; } svg text.start { fill: var(--good); font-size: 12px; }
svg .main { fill: var(--main); } svg .light { fill: var(--light); } svg .gap { fill: var(--gap); }
svg .rule { stroke: var(--rule); stroke-width: 1; } svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .target { stroke: var(--ink); stroke-width: 2; }
svg .area { fill: var(--fill); } svg .curve { fill: none; stroke: var(--main); stroke-width: 1.6;
  stroke-linejoin: round; }
svg .curve.thin { stroke: var(--light); stroke-width: 1.2; }
svg .kill { stroke: var(--bad); stroke-width: 1.5; } svg .start { stroke: var(--good);
  stroke-width: 1.5; stroke-dasharray: 4 3; }
svg text.kill, svg text.start { stroke: none; }
)css";

std::string percent(double share, int decimals = 2) {
  return fixed(100 * share, decimals) + "\u00a0%";
}
double in_seconds(synod::instant at) { return static_cast<double>(at.ns) / 1e9; }
std::string in_milliseconds(synod::duration span) {
  return fixed(static_cast<double>(span.ns) / 1e6, 0) + " ms";
}

// --- pieces of the page ---

std::string element(std::string_view tag, std::string_view content) {
  std::string const name{tag};
  return "<" + name + ">" + escaped(content) + "</" + name + ">";
}

std::string figure(std::string_view number, std::string_view what, std::string_view look = {}) {
  return "<div class=\"figure\"><b class=\"" + std::string{look} + "\">" + escaped(number) +
         "</b><span>" + escaped(what) + "</span></div>\n";
}

std::string row(std::vector<std::string> const& cells, std::string_view cell = "td") {
  std::string out = "<tr>";
  for (std::string const& each : cells) out += element(cell, each);
  return out + "</tr>\n";
}

std::string card(std::string_view title, std::string const& content) {
  return "<div class=\"card\">" + element("h3", title) + "\n" + content + "</div>\n";
}

/// The least of 1, 2, 5, 10, 20 ... that divides `span` into at most `parts`.
double step_of(double span, int parts) {
  for (double step = 1;; step *= 10) {
    for (double const factor : {1.0, 2.0, 5.0}) {
      if (span <= step * factor * parts) return step * factor;
    }
  }
}

// --- place ---

struct share_row {
  placed_node const* node;
  double target;
  double exact;
  double observed;
};

std::vector<share_row> rows_of(place_result const& placed, bool after) {
  std::vector<share_row> rows;
  double weights = 0;
  for (placed_node const& n : placed.nodes) {
    if (!after && &n == &placed.nodes.back()) continue;
    weights += n.weight;
    auto const keys = static_cast<double>(after ? n.keys_after : n.keys_before);
    rows.push_back({&n, n.weight, after ? n.share_after : n.share_before,
                    keys / static_cast<double>(placed.keys)});
  }
  for (share_row& row : rows) row.target /= weights;
  return rows;
}

/// Two bars a node, exact share and keys, and a mark where its weight puts it.
std::string shares(std::vector<share_row> const& rows, std::string_view title) {
  constexpr double left = 150, right = 150, top = 26, pitch = 40, bar = 12;
  double most = 0;
  for (share_row const& r : rows) most = std::max({most, r.target, r.exact, r.observed});
  double const step = step_of(100 * most, 6);
  double const end = 100 * most + step / 2;
  double const scale = (width - left - right) / end;
  double const bottom = top + pitch * static_cast<double>(rows.size());
  drawing d(width, bottom + 4, title);
  for (double at = 0; at <= end; at += step) {
    d.line(left + at * scale, top - 6, left + at * scale, bottom, "rule");
    d.text(left + at * scale, top - 11, fixed(at, 0) + " %", "soft middle");
  }
  double y = top + 4;
  for (share_row const& r : rows) {
    d.text(left - 14, y + 12, r.node->name, "end");
    d.text(left - 14, y + 27, "weight " + fixed(r.node->weight, 2), "soft end");
    d.rect(left, y, 100 * r.exact * scale, bar, "main", "exact share " + percent(r.exact));
    d.rect(left, y + bar + 2, 100 * r.observed * scale, bar, "light",
           "share of the keys " + percent(r.observed));
    double const target = left + 100 * r.target * scale;
    d.line(target, y - 4, target, y + 2 * bar + 6, "target");
    d.text(width - right + 10, y + 11, percent(r.exact) + " exact", "soft");
    d.text(width - right + 10, y + 26, percent(r.observed) + " of the keys", "soft");
    y += pitch;
  }
  return d.svg();
}

/// Where the keys of the new node come from.
std::string sources(place_result const& placed) {
  constexpr double left = 150, right = 260, pitch = 30, bar = 18;
  std::size_t const old_nodes = placed.nodes.size() - 1;
  std::size_t most = 1;
  for (std::size_t i = 0; i < old_nodes; ++i) most = std::max(most, placed.nodes[i].keys_lost);
  double const scale = (width - left - right) / static_cast<double>(most);
  drawing d(width, pitch * static_cast<double>(old_nodes) + 4, "keys that moved, by node");
  double y = 4;
  for (std::size_t i = 0; i < old_nodes; ++i) {
    placed_node const& n = placed.nodes[i];
    double const part = static_cast<double>(n.keys_lost) / static_cast<double>(n.keys_before);
    double const length = static_cast<double>(n.keys_lost) * scale;
    d.text(left - 14, y + 14, "from " + n.name, "end");
    d.rect(left, y, length, bar, "main", n.name);
    d.text(left + length + 10, y + 14,
           grouped(n.keys_lost) + " keys, " + percent(part, 1) + " of its own", "soft");
    y += pitch;
  }
  return d.svg();
}

std::string place_part(place_result const& placed) {
  std::string const newest = placed.nodes.back().name;
  double const part = static_cast<double>(placed.keys_moved) / static_cast<double>(placed.keys);
  std::string out = element("h2", "Place") + "\n";
  out += element("p", grouped(placed.keys) + " keys (" + placed.keys_from + ") on " +
                          std::to_string(placed.nodes.size() - 1) +
                          " weighted nodes of a hash ring; then one more node comes.");
  out += "<div class=\"figures\">\n";
  out += figure(grouped(placed.keys), "keys placed");
  out += figure(grouped(placed.keys_moved), "keys moved to " + newest + ", " + percent(part));
  out += figure(percent(placed.share_moved), "of the hash space moved, exactly");
  out += figure(grouped(placed.strays), "keys or intervals moved elsewhere",
                placed.strays == 0 ? "good" : "bad");
  out += "</div>\n";
  std::string const key =
      "<p class=\"key\"><i class=\"swatch-main\"></i>exact share of the ring"
      "<i class=\"swatch-light\"></i>share of the keys<i class=\"tick\"></i>share of the "
      "weight</p>\n";
  out += card("Shares before", key + shares(rows_of(placed, false), "shares before"));
  out += card("Shares with " + newest, key + shares(rows_of(placed, true), "shares after"));
  out += card("What moved to " + newest, sources(placed));
  return out;
}

// --- agree ---

/// Time from left to right, something else from bottom to top, the kills marked.
class over_time {
 public:
  over_time(timeline const& of, double most, std::string_view title)
      : of_(of), seconds_(1e-9 * static_cast<double>(of.took.ns)), most_(most), title_(title) {}

  /// One value for each bucket; what is below zero interrupts the curve.
  void curve(std::vector<double> const& values, bool filled, std::string_view look) {
    std::string line;
    double first = 0;
    double last = 0;
    bool is_down = false;
    for (std::size_t i = 0; i < values.size() && bucket_end(i) <= seconds_; ++i) {
      if (values[i] < 0) {
        is_down = false;
        continue;
      }
      if (line.empty()) first = bucket_end(i);
      last = bucket_end(i);
      line += (is_down ? " L" : " M") + coordinate(x(last)) + " " + coordinate(y(values[i]));
      is_down = true;
    }
    if (line.empty()) return;
    if (filled) {
      curves_.path(line + " L" + coordinate(x(last)) + " " + coordinate(bottom) + " L" +
                       coordinate(x(first)) + " " + coordinate(bottom) + " Z",
                   "area");
    }
    curves_.path(line, look);
  }

  std::string svg(std::string_view unit = {}) {
    grid(unit);
    for (leader_kill const& k : of_.kills) gap(k);
    d_.add(curves_);
    for (leader_kill const& k : of_.kills) marks(k);
    return d_.svg();
  }

 private:
  static constexpr double left = 64, right = 16, top = 40, bottom = 270;

  double x(double seconds) const { return left + seconds / seconds_ * (width - left - right); }
  double y(double value) const {
    return bottom - std::min(value, 1.08 * most_) / (1.08 * most_) * (bottom - top);
  }
  double bucket_end(std::size_t i) const {
    return static_cast<double>((i + 1) * of_.bucket.ns) / 1e9;
  }

  void grid(std::string_view unit) {
    double const step = step_of(most_, 5);
    for (double value = 0; value <= 1.08 * most_; value += step) {
      d_.line(left, y(value), width - right, y(value), value == 0 ? "axis" : "rule");
      d_.text(left - 8, y(value) + 4,
              grouped(static_cast<std::uint64_t>(value)) + std::string{unit}, "soft end");
    }
    for (double at = 0; at <= seconds_; at += step_of(seconds_, 12)) {
      d_.line(x(at), bottom, x(at), bottom + 5, "axis");
      d_.text(x(at), bottom + 20, fixed(at, 0) + " s", "soft middle");
    }
  }
  void gap(leader_kill const& k) {
    double const from = x(in_seconds(k.last_answer_before));
    d_.rect(from, top, x(in_seconds(k.first_answer_after)) - from, bottom - top, "gap",
            "no answer for " + in_milliseconds(k.without_leader()));
  }
  void marks(leader_kill const& k) {
    double const killed = x(in_seconds(k.at));
    double const restarted = x(in_seconds(k.restarted));
    std::string const name = "node " + std::to_string(k.node);
    d_.line(killed, top - 6, killed, bottom, "kill");
    d_.text(killed, top - 26, name + " killed", "kill");
    d_.text(killed, top - 11, in_milliseconds(k.without_leader()) + " without a leader", "kill");
    d_.line(restarted, top + 14, restarted, bottom, "start");
    d_.text(restarted + 5, top + 10, name + " is back", "start");
  }

  timeline const& of_;
  double seconds_;
  double most_;
  std::string title_;
  drawing d_{width, bottom + 30, title_};
  drawing curves_{width, bottom + 30, title_};
};

std::string throughput(timeline const& of) {
  std::vector<double> rates;
  double most = 1;
  for (std::uint64_t const n : of.answers) {
    rates.push_back(static_cast<double>(n) * 1e9 / static_cast<double>(of.bucket.ns));
    most = std::max(most, rates.back());
  }
  over_time chart(of, most, "answers a second");
  chart.curve(rates, true, "curve");
  return chart.svg();
}

std::string kills(timeline const& of, bool with_disks) {
  std::vector<std::string> heads{"killed", "at", "requests in flight"};
  if (with_disks) heads.push_back("writes not on its disk");
  heads.insert(heads.end(), {"without a leader", "back at"});
  std::string out = "<div class=\"scroll\"><table>\n" + row(heads, "th");
  for (leader_kill const& k : of.kills) {
    std::vector<std::string> cells{"node " + std::to_string(k.node),
                                   fixed(in_seconds(k.at), 2) + " s", std::to_string(k.in_flight)};
    if (with_disks) cells.push_back(std::to_string(k.unsynced_writes));
    cells.push_back(in_milliseconds(k.without_leader()));
    cells.push_back(fixed(in_seconds(k.restarted), 2) + " s");
    out += row(cells);
  }
  return out + "</table></div>\n";
}

std::string agree_part(agree_result const& r) {
  auto const zero = [](std::uint64_t n) { return n == 0 ? "good" : "bad"; };
  std::string out = element("h2", "Agree") + "\n";
  out += element("p", std::to_string(r.sessions) +
                          " clients raise a counter on three nodes, each with one request out. The "
                          "node that leads loses its power twice: its process ends, what its disk "
                          "had not synced is gone. A second later it starts again from its disk.");
  out += "<div class=\"figures\">\n";
  out += figure(grouped(r.acknowledged), "acknowledged");
  out += figure(grouped(r.found), "found on all nodes", r.found == r.acknowledged ? "good" : "bad");
  out += figure(grouped(r.lost), "lost", zero(r.lost));
  out += figure(grouped(r.duplicated), "duplicated", zero(r.duplicated));
  out += "</div>\n";
  out += card("Answers a second, every " + in_milliseconds(r.bucket), throughput(r));
  out += card("The kills", kills(r, true));
  out += element(
      "p", "A sync of a disk takes " + in_milliseconds(r.sync_delay) +
               " here. All nodes share one process and one thread: while one is slow, for instance "
               "because its log grows into new memory or it catches up, all are. " +
               grouped(r.repeated) +
               " requests stand in the log more than once, because their clients could "
               "not know whether they had been counted. They were counted once.");
  return out;
}

// --- serve ---

std::string waits(serve_result const& r) {
  std::vector<double> median;
  std::vector<double> slow;
  std::vector<double> all;
  auto const in_ms = [](synod::duration span) {
    return span.ns == 0 ? -1.0 : static_cast<double>(span.ns) / 1e6;
  };
  for (synod::duration const each : r.median_wait) median.push_back(in_ms(each));
  for (synod::duration const each : r.slow_wait) {
    slow.push_back(in_ms(each));
    if (slow.back() >= 0) all.push_back(slow.back());
  }
  // Who waits through an election waits long: the axis ends where most of the time is below it.
  std::sort(all.begin(), all.end());
  double const most = all.empty() ? 1 : std::max(1.0, 2 * all[all.size() * 8 / 10]);
  over_time chart(r, most, "time to an answer");
  chart.curve(slow, false, "curve thin");
  chart.curve(median, false, "curve");
  return chart.svg(" ms");
}

std::string plain_clients(serve_result const& r) {
  std::string out =
      "<div class=\"scroll\"><table>\n" + row({"program", "rounds", "broken off", "commands",
                                               "acknowledged", "unknown", "certainly not executed"},
                                              "th");
  auto const line = [](std::string const& name, plain_counts const& c) {
    return row({name, grouped(c.rounds), grouped(c.broken_rounds), grouped(c.commands),
                grouped(c.acknowledged), grouped(c.unknown), grouped(c.refused)});
  };
  out += line("redis-benchmark", r.benchmark) + line("redis-cli", r.cli) + line("both", r.plain);
  return out + "</table></div>\n";
}

std::string serve_part(serve_result const& r) {
  std::string out = element("h2", "Serve") + "\n";
  out += element("p",
                 "Three processes of synod-server on loopback, each with its log on the disk, "
                 "where every write is synced before it counts. " +
                     std::to_string(r.sessions) +
                     " clients raise a counter through sessions, each with one request out; "
                     "redis-benchmark and redis-cli raise two more, as they do with any "
                     "server. SIGKILL ends the process that leads, twice. A second later it "
                     "starts again from its disk.");
  out += "<div class=\"figures\">\n";
  out += figure(grouped(r.acknowledged), "acknowledged to sessions");
  out += figure(grouped(r.found), "found of them", r.found == r.acknowledged ? "good" : "bad");
  bool const plain_agrees = r.plain.acknowledged <= r.plain_found &&
                            r.plain_found <= r.plain.acknowledged + r.plain.unknown;
  out += figure(grouped(r.plain.acknowledged), "acknowledged to plain clients");
  out += figure(grouped(r.plain_found), "found of them", plain_agrees ? "good" : "bad");
  out += figure(grouped(r.plain.unknown), "may or may not have been executed");
  out += "</div>\n";
  out += card("Answers a second to sessions, every " + in_milliseconds(r.bucket), throughput(r));
  std::string const key =
      "<p class=\"key\"><i class=\"swatch-main\"></i>half of them waited less"
      "<i class=\"swatch-light\"></i>99 of 100 waited less; cut off at the top</p>\n";
  out += card("Time to an answer, with all attempts", key + waits(r));
  out += card("The kills", kills(r, false));
  out += card("Plain clients", plain_clients(r));
  out += element("p", "A session client repeats a request until it is answered, " +
                          grouped(r.retries) +
                          " times here, and its number makes the cluster count it once. A plain "
                          "client cannot know whether a request without an answer was executed. "
                          "redis-benchmark ends at the first error and does not tell how far it "
                          "was; redis-cli repeats a command when its connection breaks: so a round "
                          "that was broken off counts as unknown as a whole.");
  return out;
}

std::string page_of(place_result const& placed, std::string const& second) {
  std::string out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<meta name=\"color-scheme\" content=\"light dark\">\n";
  out += element("title", "synod: the demo") + "\n<style>" + style +
         "</style>\n</head>\n<body><main>\n";
  out += element("h1", "synod: the demo") + "\n";
  out += element("p", "Measured on this machine, in one run.") + "\n";
  out += place_part(placed) + second;
  return out + "</main></body>\n</html>\n";
}

}  // namespace

std::string page_of(place_result const& placed, agree_result const& agreed) {
  return page_of(placed, agree_part(agreed));
}

std::string page_of(place_result const& placed, serve_result const& served) {
  return page_of(placed, serve_part(served));
}

bool write_page(std::string const& file, std::string const& page) {
  std::filesystem::path const path{file};
  std::error_code failed;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failed);
  std::ofstream out(path, std::ios::binary);
  out << page << std::flush;
  return out.good();
}

}  // namespace demo
