// SPDX-License-Identifier: BSL-1.0
#include "examples/table/csv.hpp"

#include <utility>

namespace table {
namespace {

class reader {
 public:
  explicit reader(std::string_view content) : rest_(content) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
  }

  csv_file read() {
    csv_file file;
    while (!rest_.empty() && error_.line == 0) {
      csv_row row{line_, {}};
      do row.fields.push_back(field());
      while (error_.line == 0 && take(','));
      if (error_.line == 0 && !rest_.empty() && !take_line_end())
        fail("text after a closing quote");
      bool const blank = row.fields.size() == 1 && row.fields[0].empty();
      if (error_.line == 0 && !blank) file.rows.push_back(std::move(row));
    }
    file.error = std::move(error_);
    return file;
  }

 private:
  bool take(char wanted) {
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    ++column_;
    return true;
  }

  bool take_line_end() {
    bool const returned = take('\r');
    if (!take('\n') && !returned) return false;
    ++line_;
    column_ = 1;
    return true;
  }

  std::string field() { return take('"') ? quoted() : plain(); }

  std::string plain() {
    std::string made;
    while (!rest_.empty() && std::string_view{",\r\n"}.find(rest_[0]) == std::string_view::npos) {
      if (rest_[0] == '"') fail("a quote within a field that does not begin with one");
      if (rest_[0] == '\0') fail("a byte of zero");
      if (error_.line != 0) return made;
      made += next();
    }
    return made;
  }

  std::string quoted() {
    std::size_t const line = line_;
    std::size_t const column = column_ - 1;
    std::string made;
    while (!rest_.empty()) {
      if (take('"')) {
        if (!take('"')) return made;
        made += '"';
        continue;
      }
      if (rest_[0] == '\0') {
        fail("a byte of zero");
        return made;
      }
      bool const line_ends = rest_[0] == '\n';
      made += next();
      if (line_ends) {
        ++line_;
        column_ = 1;
      }
    }
    error_ = {line, column, "a quote that is never closed"};
    return made;
  }

  char next() {
    char const c = rest_[0];
    rest_.remove_prefix(1);
    ++column_;
    return c;
  }

  void fail(char const* what) { error_ = {line_, column_, what}; }

  std::string_view rest_;
  std::size_t line_ = 1;
  std::size_t column_ = 1;
  csv_error error_;
};

}  // namespace

csv_file parse_csv(std::string_view content) { return reader{content}.read(); }

}  // namespace table
