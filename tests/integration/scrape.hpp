#pragma once
// Scrape: one answer of a host's /metrics, taken apart. Each that is made of a running host is held
// against the conservation law: a scrape at which it does not hold fails the test that made it.
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace integration {

class Scrape {
 public:
  struct Family {
    std::string type;
    std::set<std::string> labels;  // of all its series, without le
  };
  using Labels = std::map<std::string, std::string>;

  explicit Scrape(std::string page);
  // Of the host on this port; empty when nobody answers.
  static Scrape of(std::uint16_t port);

  const std::string& text() const { return text_; }
  const std::map<std::string, Family>& families() const { return families_; }
  // The first series of this name with these labels among its own; -1: there is none.
  double value(const std::string& name, const Labels& labels = {}) const;
  // What the law says is wrong; empty: it holds, for every task.
  std::string breach() const;

 private:
  struct Series {
    Labels labels;
    double value;
  };
  void take_sample(const std::string& line);

  std::string text_;
  std::map<std::string, Family> families_;
  std::multimap<std::string, Series> series_;
};

// The value of the first series of this name, or -1.
double metric(std::uint16_t port, const std::string& name);

}  // namespace integration
