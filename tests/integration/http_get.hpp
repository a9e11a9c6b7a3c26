#pragma once
// One request to the host, and one number of its metrics page.
#include <cstdint>
#include <string>

namespace integration {

struct Answer {
  int status = 0;  // 0: nobody answered
  std::string body;
};

Answer http_get(std::uint16_t port, const std::string& path);
Answer http_send(std::uint16_t port, const std::string& method, const std::string& path, const std::string& host = "localhost");
// The value of the first series of this name, or -1.
double metric(std::uint16_t port, const std::string& name);
// A port that was free a moment ago.
std::uint16_t free_port();

}  // namespace integration
