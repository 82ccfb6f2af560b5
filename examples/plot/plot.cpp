// SPDX-License-Identifier: BSL-1.0
#include "examples/plot/plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "examples/plot/svg.hpp"

namespace plot {

namespace {

constexpr double line_height = 18;
constexpr double dot = 3.5;

struct box {
  double left, top, right, bottom;

  double x(double part) const { return left + part * (right - left); }
  double y(double part) const { return bottom - part * (bottom - top); }
};

std::string color(std::size_t series) { return "s" + std::to_string(series % 8); }

// Together with the shapes of marks, so that series are told apart without colours too.
std::string dashes(std::size_t series) {
  return series % 4 == 0 ? "" : " d" + std::to_string(series % 4);
}

double widest(std::vector<std::string> const& texts) {
  double width = 0;
  for (std::string const& text : texts) width = std::max(width, width_of(text));
  return width;
}

std::vector<std::string> numbers(std::vector<double> const& ticks) {
  std::vector<std::string> texts;
  for (double const tick : ticks) texts.push_back(number(tick));
  return texts;
}

// --- the legend: entries side by side, in as many rows as they need
// --------------------------------
struct legend_entry {
  double x, y;
  std::string_view name;
};

std::vector<legend_entry> legend_of(std::vector<std::string_view> const& names, double width) {
  std::vector<legend_entry> entries;
  if (names.size() < 2 && (names.empty() || names.front().empty())) return entries;
  double x = 0;
  double y = 0;
  for (std::string_view const name : names) {
    double const needed = 36 + width_of(name) + 16;
    if (x > 0 && x + needed > width) {
      x = 0;
      y += line_height;
    }
    entries.push_back({x, y, name});
    x += needed;
  }
  return entries;
}

double height_of(std::vector<legend_entry> const& legend) {
  return legend.empty() ? 0 : legend.back().y + line_height + 6;
}

// --- marks: another shape for each series
// ----------------------------------------------------------
void mark(drawing& svg, double x, double y, std::size_t series) {
  auto const at = [x, y](double dx, double dy) {
    return coordinate(x + dx) + " " + coordinate(y + dy);
  };
  std::string shape;
  switch ((series / 4 + series) % 4) {
    case 0:  // a circle, of two arcs
      shape = "M" + at(-dot, 0) + "a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0Z";
      break;
    case 1: shape = "M" + at(-dot, -dot) + "h7v7h-7Z"; break;
    case 2:
      shape = "M" + at(0, -dot - 1) + "L" + at(dot + 1, dot) + "H" + coordinate(x - dot - 1) + "Z";
      break;
    default: shape = "M" + at(0, -dot - 1) + "l4.5 4.5l-4.5 4.5l-4.5-4.5Z"; break;
  }
  svg.path(shape, "mark " + color(series));
}

enum class kind { curves, marks, bars };

void draw_legend(drawing& svg, std::vector<legend_entry> const& legend, double left, double top,
                 kind of) {
  for (std::size_t i = 0; i < legend.size(); ++i) {
    double const x = left + legend[i].x;
    double const y = top + legend[i].y;
    if (of == kind::bars) {
      svg.rect(x + 14, y - 9, 14, 10, "bar " + color(i));
    } else {
      if (of == kind::curves) {
        svg.line(x, y - 4, x + 28, y - 4, "curve " + color(i) + dashes(i));
      }
      mark(svg, x + 14, y - 4, i);
    }
    svg.text(x + 34, y, legend[i].name, "");
  }
}

// --- axes
// ------------------------------------------------------------------------------------------ Ticks
// as numbers along the bottom; fewer of them where they would run into each other.
void draw_x_ticks(drawing& svg, box const& inner, scale const& along) {
  auto const texts = numbers(along.ticks());
  double const room = (inner.right - inner.left) / static_cast<double>(texts.size() + 1);
  auto const every = static_cast<std::size_t>(std::ceil((widest(texts) + 6) / room));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    double const x = inner.x(along(along.ticks()[i]));
    svg.line(x, inner.top, x, inner.bottom, "grid");
    if (i % std::max<std::size_t>(every, 1) == 0) {
      svg.text(x, inner.bottom + 16, texts[i], "mid");
    }
  }
}

void draw_y_ticks(drawing& svg, box const& inner, scale const& along) {
  for (double const tick : along.ticks()) {
    double const y = inner.y(along(tick));
    svg.line(inner.left, y, inner.right, y, "grid");
    svg.text(inner.left - 6, y + 4, number(tick), "end");
  }
}

void draw_frame(drawing& svg, frame const& around, box const& inner, std::string_view x_label,
                std::string_view y_label) {
  svg.text(around.width / 2, 20, around.title, "title mid");
  svg.text((inner.left + inner.right) / 2, inner.bottom + 36, x_label, "mid");
  svg.text(16, (inner.top + inner.bottom) / 2, y_label, "mid", true);
  svg.path("M" + coordinate(inner.left) + " " + coordinate(inner.top) + "V" +
               coordinate(inner.bottom) + "H" + coordinate(inner.right),
           "axis");
}

// The inside of the frame, where the texts at its left are so wide.
box inside(frame const& around, double left_texts) {
  double const left = std::min(34 + left_texts, around.width / 2);
  return {left, 36, std::max(around.width - 24, left + 1), std::max(around.height - 48, 37.0)};
}

std::string points_chart(frame const& around, std::vector<series> const& all, kind of) {
  std::vector<double> xs;
  std::vector<double> ys;
  std::vector<std::string_view> names;
  for (series const& one : all) {
    names.push_back(one.name);
    for (point const& at : one.points) {
      xs.push_back(at.x);
      ys.push_back(at.y);
    }
  }
  scale const x(around.x, xs, false);
  scale const y(around.y, ys, false);
  auto const legend = legend_of(names, around.width - 40);
  drawing svg(around.width, around.height + height_of(legend), around.title);
  box const inner = inside(around, widest(numbers(y.ticks())));
  draw_x_ticks(svg, inner, x);
  draw_y_ticks(svg, inner, y);

  // A little wider than the frame, so that marks on its border stay whole.
  svg.clip(inner.left - 6, inner.top - 6, inner.right - inner.left + 12,
           inner.bottom - inner.top + 12);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::string commands;
    bool drawing_on = false;
    for (point const& at : all[i].points) {
      bool const shown = x.shows(at.x) && y.shows(at.y);
      if (shown) {
        commands += drawing_on ? 'L' : 'M';
        commands += coordinate(inner.x(x(at.x))) + " " + coordinate(inner.y(y(at.y)));
      }
      drawing_on = shown;
    }
    if (of == kind::curves && !commands.empty()) {
      svg.path(commands, "curve " + color(i) + dashes(i));
    }
    // On long curves marks only now and then: they tell the series apart.
    std::size_t const count = all[i].points.size();
    std::size_t const every = of == kind::marks ? 1 : std::max<std::size_t>(1, count / 8);
    for (std::size_t p = every / 2; p < count; p += every) {
      point const& at = all[i].points[p];
      if (x.shows(at.x) && y.shows(at.y)) mark(svg, inner.x(x(at.x)), inner.y(y(at.y)), i);
    }
  }
  svg.unclip();
  draw_frame(svg, around, inner, around.x.label, around.y.label);
  draw_legend(svg, legend, 24, around.height + 12, of);
  return svg.finished();
}

}  // namespace

std::string line_chart(frame const& around, std::vector<series> const& all) {
  return points_chart(around, all, kind::curves);
}

std::string scatter_chart(frame const& around, std::vector<series> const& all) {
  return points_chart(around, all, kind::marks);
}

std::string bar_chart(frame const& around, std::vector<std::string> const& categories,
                      std::vector<bar_series> const& all, bar_layout layout) {
  auto const value = [&](std::size_t series, std::size_t category) {
    auto const& values = all[series].values;
    return category < values.size() ? values[category] : std::nan("");
  };
  bool stacked = layout.stacked && !around.y.logarithmic;
  for (bar_series const& one : all) {
    stacked = stacked &&
              std::none_of(one.values.begin(), one.values.end(), [](double v) { return v < 0; });
  }
  std::vector<double> reached;  // where bars end
  std::vector<std::string_view> names;
  for (std::size_t c = 0; c < categories.size(); ++c) {
    double sum = 0;
    for (std::size_t s = 0; s < all.size(); ++s) {
      if (std::isfinite(value(s, c))) sum += value(s, c);
      reached.push_back(stacked ? sum : value(s, c));
    }
  }
  for (bar_series const& one : all) names.push_back(one.name);

  scale const along(around.y, reached, true);
  auto const legend = legend_of(names, around.width - 40);
  drawing svg(around.width, around.height + height_of(legend), around.title);
  box const inner =
      inside(around, layout.horizontal ? widest(categories) : widest(numbers(along.ticks())));
  layout.horizontal ? draw_x_ticks(svg, inner, along) : draw_y_ticks(svg, inner, along);

  double const length = layout.horizontal ? inner.bottom - inner.top : inner.right - inner.left;
  double const room = length / static_cast<double>(std::max<std::size_t>(categories.size(), 1));
  auto const lanes = static_cast<double>(stacked || all.empty() ? 1 : all.size());
  double const thick = 0.8 * room / lanes;
  double const ground = std::clamp(0.0, along.from(), along.to());

  svg.clip(inner.left, inner.top, inner.right - inner.left, inner.bottom - inner.top);
  for (std::size_t c = 0; c < categories.size(); ++c) {
    double below = ground;
    for (std::size_t s = 0; s < all.size(); ++s) {
      double const height = value(s, c);
      if (!along.shows(height)) continue;
      double const low = along(stacked ? below : ground);
      double const high = along(stacked ? below + height : height);
      double const lane = stacked ? 0 : static_cast<double>(s);
      double const at = room * (static_cast<double>(c) + 0.1) + thick * lane;
      double const span = std::abs(high - low);
      std::string const hint =
          all[s].name + (all[s].name.empty() ? "" : ", ") + categories[c] + ": " + number(height);
      if (layout.horizontal) {
        svg.rect(inner.x(std::min(low, high)), inner.top + at, span * (inner.right - inner.left),
                 thick, "bar " + color(s), hint);
      } else {
        svg.rect(inner.left + at, inner.y(std::max(low, high)), thick,
                 span * (inner.bottom - inner.top), "bar " + color(s), hint);
      }
      if (stacked) below += height;
    }
  }
  svg.unclip();

  // Names of categories, fewer where they would run into each other.
  double const needed = layout.horizontal ? line_height : widest(categories) + 8;
  auto const every = static_cast<std::size_t>(std::max(1.0, std::ceil(needed / room)));
  for (std::size_t c = 0; c < categories.size(); c += every) {
    double const middle = room * (static_cast<double>(c) + 0.5);
    if (layout.horizontal) {
      svg.text(inner.left - 6, inner.top + middle + 4, categories[c], "end");
    } else {
      svg.text(inner.left + middle, inner.bottom + 16, categories[c], "mid");
    }
  }
  if (layout.horizontal) {
    draw_frame(svg, around, inner, around.y.label, around.x.label);
  } else {
    draw_frame(svg, around, inner, around.x.label, around.y.label);
  }
  draw_legend(svg, legend, 24, around.height + 12, kind::bars);
  return svg.finished();
}

}  // namespace plot
