#include "tests/integration/scrape.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/integration/http_get.hpp"

namespace integration {
namespace {

const std::string prefix = "connector_host_";

// a="x",b="y" with escapes, up to the closing brace.
Scrape::Labels labels_in(const std::string& line, std::size_t& at) {
  Scrape::Labels labels;
  while (at < line.size() && line[at] != '}') {
    const std::size_t equals = line.find('=', at);
    const std::string name = line.substr(at, equals - at);
    std::string& value = labels[name];
    for (at = equals + 2; at < line.size() && line[at] != '"'; ++at) {
      if (line[at] == '\\') ++at;
      value += line[at];
    }
    at += at + 1 < line.size() && line[at + 1] == ',' ? 2 : 1;
  }
  return labels;
}

// A histogram's series bear its name and one of these.
std::string without_suffix(const std::string& name,
                           const std::map<std::string, Scrape::Family>& families) {
  for (const char* suffix : {"_bucket", "_sum", "_count"}) {
    if (!name.ends_with(suffix)) continue;
    const std::string family = name.substr(0, name.size() - std::string(suffix).size());
    const auto found = families.find(family);
    if (found != families.end() && found->second.type == "histogram") return family;
  }
  return name;
}

}  // namespace

Scrape::Scrape(std::string page) : text_(std::move(page)) {
  std::istringstream lines(text_);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      std::istringstream words(line.substr(7));
      std::string name;
      words >> name >> families_[name].type;
    } else if (!line.empty() && line[0] != '#') {
      take_sample(line);
    }
  }
}

void Scrape::take_sample(const std::string& line) {
  std::size_t at = line.find_first_of("{ ");
  const std::string name = line.substr(0, at);
  Series series{{}, 0};
  if (line[at] == '{') series.labels = labels_in(line, ++at);
  series.value = std::atof(line.c_str() + line.find(' ', at));
  Family& family = families_[without_suffix(name, families_)];
  for (const auto& [label, value] : series.labels)
    if (label != "le") family.labels.insert(label);
  series_.emplace(name, std::move(series));
}

Scrape Scrape::of(std::uint16_t port) {
  Scrape scrape(http_get(port, "/metrics").body);
  const std::string breach = scrape.breach();
  EXPECT_EQ(breach, "") << "the conservation law is broken";
  return scrape;
}

double Scrape::value(const std::string& name, const Labels& labels) const {
  const auto [first, last] = series_.equal_range(name);
  const auto found = std::find_if(first, last, [&](const auto& each) {
    return std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
      const auto own = each.second.labels.find(label.first);
      return own != each.second.labels.end() && own->second == label.second;
    });
  });
  return found == last ? -1 : found->second.value;
}

std::string Scrape::breach() const {
  std::string all;
  const auto [first, last] = series_.equal_range(prefix + "source_record_poll_total");
  for (auto each = first; each != last; ++each) {
    const Labels& task = each->second.labels;
    double settled = 0;
    std::string parts;
    for (const char* name :
         {"records_delivered_total", "records_duplicate_total", "records_dead_lettered_total",
          "records_dropped_total", "records_returned_total", "source_record_active"}) {
      const double part = value(prefix + name, task);
      settled += part;
      parts += (parts.empty() ? "" : " + ") + std::string(name) + " " + std::to_string(part);
    }
    if (settled != each->second.value)
      all += task.at("connector") + "/" + task.at("task") + ": received " +
             std::to_string(each->second.value) + ", but " + parts + "\n";
  }
  return all;
}

double metric(std::uint16_t port, const std::string& name) {
  return Scrape::of(port).value(name);
}

}  // namespace integration
