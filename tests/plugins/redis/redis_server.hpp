#pragma once
// RedisServer: a redis-server process of one test, on a Unix socket in a directory of its own.
//
// Ended by its pid when the object goes, and by the kernel when the test dies. Not thread-safe.
#include <string>
#include <vector>

struct redisContext;

namespace connector_tests {

class RedisServer {
 public:
  using Arguments = std::vector<std::string>;  // as on redis-server's command line

  explicit RedisServer(Arguments arguments = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string address() const { return "unix:" + socket_path(); }
  std::string directory() const { return directory_; }
  // Answers as text: "nil", a number, or the string; an array's elements one a line.
  std::string command(const std::vector<std::string>& arguments);
  void kill();
  // Keeps the directory, and so the data that was saved. Returns once the socket answers, even if
  // only with LOADING.
  void start(Arguments more = {});
  void pause();  // SIGSTOP
  void resume();

 private:
  std::string socket_path() const { return directory_ + "/redis.sock"; }
  bool answers();

  Arguments arguments_;
  std::string directory_;
  int pid_ = -1;
};

// One command to a server anywhere, by hiredis' own client.
std::string run_command(redisContext* context, const std::vector<std::string>& arguments);
// A port of 127.0.0.1 that was free a moment ago, for servers that cannot do with a socket file.
int free_port();

}  // namespace connector_tests
