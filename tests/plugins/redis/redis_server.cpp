#include "redis_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <thread>

namespace connector_tests {
namespace {

std::string text_of(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_NIL) return "nil";
  if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
  if (reply.type != REDIS_REPLY_ARRAY) return std::string(reply.str, reply.len);
  std::string out;
  for (std::size_t i = 0; i < reply.elements; ++i) out += text_of(*reply.element[i]) + "\n";
  return out;
}

[[noreturn]] void become(const std::vector<std::string>& arguments, const std::string& log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, 1);
  dup2(file, 2);
  std::vector<char*> raw;
  for (const std::string& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  execvp(raw[0], raw.data());
  _exit(127);
}

}  // namespace

RedisServer::RedisServer(Arguments arguments) : arguments_(std::move(arguments)) {
  std::string name = std::filesystem::temp_directory_path() / "connector-redis-XXXXXX";
  if (!mkdtemp(name.data())) throw std::runtime_error("no directory for a redis-server");
  directory_ = name;
  start();
}

RedisServer::~RedisServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void RedisServer::start(Arguments more) {
  std::vector<std::string> all = {"redis-server"};
  const std::string config = directory_ + "/sentinel.conf";
  if (!arguments_.empty() &&
      arguments_[0] == "--sentinel") {  // it insists on a file that it can write
    ::close(::open(config.c_str(), O_WRONLY | O_CREAT, 0600));
    all.push_back(config);
  }
  for (const std::string& each : arguments_) all.push_back(each);
  for (const std::string& each : more) all.push_back(each);
  for (const char* each : {"--unixsocket", "--dir", "--save", "--daemonize"}) {
    all.push_back(each);
    all.push_back(std::string(each) == "--unixsocket" ? socket_path()
                  : std::string(each) == "--dir"      ? directory_
                  : std::string(each) == "--save"     ? ""
                                                      : "no");
  }
  if (std::find(all.begin(), all.end(), "--port") == all.end())
    all.insert(all.end(), {"--port", "0"});
  const std::string log = directory_ + "/log";
  pid_ = fork();
  if (pid_ == 0) become(all, log);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!answers()) {
    if (std::chrono::steady_clock::now() > end || waitpid(pid_, nullptr, WNOHANG) == pid_)
      throw std::runtime_error("redis-server did not start, see " + log);
    std::this_thread::yield();
  }
}

bool RedisServer::answers() {
  const std::unique_ptr<redisContext, decltype(&redisFree)> context(
      redisConnectUnix(socket_path().c_str()), redisFree);
  if (!context || context->err) return false;
  const std::unique_ptr<void, decltype(&freeReplyObject)> reply(redisCommand(context.get(), "PING"),
                                                                freeReplyObject);
  return reply != nullptr;
}

std::string RedisServer::command(const std::vector<std::string>& arguments) {
  const std::unique_ptr<redisContext, decltype(&redisFree)> context(
      redisConnectUnix(socket_path().c_str()), redisFree);
  return run_command(context.get(), arguments);
}

void RedisServer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::pause() {
  ::kill(pid_, SIGSTOP);
  int status = 0;
  waitpid(pid_, &status, WUNTRACED);  // once this returns it runs no more
}

void RedisServer::resume() {
  ::kill(pid_, SIGCONT);
}

std::string run_command(redisContext* context, const std::vector<std::string>& arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& argument : arguments)
    texts.push_back(argument.data()), sizes.push_back(argument.size());
  const std::unique_ptr<void, decltype(&freeReplyObject)> reply(
      redisCommandArgv(context, int(texts.size()), texts.data(), sizes.data()), freeReplyObject);
  return reply ? text_of(*static_cast<const redisReply*>(reply.get())) : "no reply";
}

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&name), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0;
  ::close(fd);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(name.sin_port);
}

}  // namespace connector_tests
