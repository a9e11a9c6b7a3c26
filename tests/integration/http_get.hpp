#pragma once
// One request to a server on 127.0.0.1.
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace integration {

struct Question {
  std::string method, path;  // as it goes over the wire: escaped already, with the query
  std::string body;          // as it goes over the wire
  std::vector<std::pair<std::string, std::string>>
      headers;  // beside Host, Content-Length (unless there is a Transfer-Encoding) and Connection
  std::string host = "localhost";
};

struct Answer {
  int status = 0;  // 0: nobody answered
  std::string body;
  std::string head = {};  // status line and headers

  // The value of the first header of this name, in any case; "" without one.
  std::string header(const std::string& name) const;
};

Answer http_ask(std::uint16_t port, const Question& question,
                std::chrono::seconds limit = std::chrono::seconds(5));

Answer http_get(std::uint16_t port, const std::string& path);
Answer http_send(std::uint16_t port, const std::string& method, const std::string& path,
                 const std::string& host = "localhost");
// A port that was free a moment ago.
std::uint16_t free_port();

}  // namespace integration
