#pragma once
// Scrubber: takes secrets out of texts, whoever wrote them. It holds the resolved secrets of the topology; every log
// line goes through it, and so should every text that a plugin gives the host.
//
// Secrets shorter than 4 bytes are not looked for: "1" or "no" would turn half of every text into [hidden] and so tell
// more than they hide. Occurrences that overlap are hidden whole. A secret in another spelling (percent-encoded, as
// JSON) is found only if that spelling is added as well. Thread-safe; the memory of removed secrets is overwritten.
#include <cstddef>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace connector_host::observability {

class Scrubber {
 public:
  static constexpr std::string_view hidden = "[hidden]";
  static constexpr std::size_t shortest = 4;

  Scrubber() = default;
  ~Scrubber();
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

  // A secret that was added twice is hidden until it was removed twice.
  void add(std::string_view secret);
  void remove(std::string_view secret);
  std::string scrub(std::string_view text) const;

 private:
  std::size_t longest_match(std::string_view rest) const;

  mutable std::shared_mutex mutex_;                          // guards secrets_
  std::map<std::string, std::size_t, std::less<>> secrets_;  // how often it was added
};

}  // namespace connector_host::observability
