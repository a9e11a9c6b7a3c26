#pragma once
// TextTable: rows of text in columns as wide as their widest cell, two blanks between them. Plain; one thread.
#include <cstddef>
#include <string>
#include <vector>

namespace connector_host::cli {

class TextTable {
 public:
  // A column whose heading begins with '>' has its cells at the right; the '>' is not shown.
  explicit TextTable(std::vector<std::string> headings);

  // One cell for each column. Cells are made printable; a line break in one stays within it.
  void add(std::vector<std::string> cells);
  // Lines end with '\n', and with no blank before it.
  std::string text() const;
  bool empty() const { return rows_.empty(); }

 private:
  struct Column {
    std::string heading;
    bool at_the_right;
  };
  std::size_t width(std::size_t column) const;
  void append(std::string& line, const std::string& cell, std::size_t width, bool at_the_right) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace connector_host::cli
