#pragma once
// Canaries: made-up secrets that are nowhere else, and where they must not turn up. Each has
// characters in it that are spelled differently in URLs and in JSON; looked for is the part of it
// that is spelled alike everywhere.
#include <string>
#include <vector>

namespace integration {

class Canaries {
 public:
  explicit Canaries(std::string folder) : folder_(std::move(folder)) {}

  // A new secret; what it is for stands in it.
  std::string plain(const std::string& place);  // letters, digits and '-'
  std::string odd(const std::string& place) { return plain(place) + ":/\"\\ %+\u00fc"; }
  std::string odd_in_url(const std::string& place) {
    return plain(place) + "%3A%2F%22%5C%20%25%2B%C3%BC";
  }
  // ${file:…} of a file with this secret.
  std::string in_file(const std::string& place, const std::string& secret) const;

  // Fails for each that is in the text.
  void expect_none_in(const std::string& text, const std::string& where) const;

 private:
  const std::string folder_;
  std::vector<std::string> marks_;
};

}  // namespace integration
