#include "host/cli/text_table.hpp"

#include <algorithm>
#include <utility>

#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

constexpr std::size_t gap = 2;

// Characters, not bytes: names are in any language.
std::size_t characters_in(const std::string& text) {
  return std::size_t(std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

TextTable::TextTable(std::vector<std::string> headings) {
  for (std::string& each : headings) {
    const bool at_the_right = each.starts_with('>');
    columns_.push_back({each.substr(at_the_right ? 1 : 0), at_the_right});
  }
}

void TextTable::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& each : cells) each = observability::one_line(each);
  rows_.push_back(std::move(cells));
}

std::size_t TextTable::width(std::size_t column) const {
  std::size_t most = 0;
  for (const auto& row : rows_) most = std::max(most, characters_in(row[column]));
  return std::max(most, characters_in(columns_[column].heading));
}

void TextTable::append(std::string& line, const std::string& cell, std::size_t width, bool at_the_right) const {
  const std::size_t missing = width - characters_in(cell);
  if (at_the_right) line.append(missing, ' ');
  line += cell;
  if (!at_the_right) line.append(missing, ' ');
  line.append(gap, ' ');
}

std::string TextTable::text() const {
  std::string heading, out;
  std::vector<std::string> lines(rows_.size());
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const std::size_t wide = width(column);
    const bool at_the_right = columns_[column].at_the_right;
    append(heading, columns_[column].heading, wide, at_the_right);
    for (std::size_t row = 0; row < rows_.size(); ++row) append(lines[row], rows_[row][column], wide, at_the_right);
  }
  lines.insert(lines.begin(), heading);
  for (std::string& line : lines) {
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace connector_host::cli
