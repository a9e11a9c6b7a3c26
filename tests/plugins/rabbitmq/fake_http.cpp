#include "fake_http.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/plugins/rabbitmq/loopback.hpp"

namespace rabbitmq_test {

std::string FakeHttp::ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

std::string FakeHttp::status(const std::string& code_and_reason, const std::string& headers) {
  return "HTTP/1.1 " + code_and_reason + "\r\n" + headers +
         "Content-Length: 0\r\nConnection: close\r\n\r\n";
}

FakeHttp::FakeHttp(std::string answer)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      answer_(std::move(answer)) {
  port_ = listen_on_loopback(listener_);
  thread_ = std::thread([this] { run(); });
}

FakeHttp::~FakeHttp() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_, &one, sizeof one);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

void FakeHttp::set_answer(std::string answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<std::string> FakeHttp::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void FakeHttp::run() {
  for (;;) {
    pollfd waiting[] = {{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
    ::poll(waiting, 2, -1);
    if (waiting[0].revents) return;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    serve(client);
    ::close(client);
  }
}

void FakeHttp::serve(int client) {
  std::string request, answer;
  while (answer.empty()) {
    pollfd waiting[] = {{stop_, POLLIN, 0}, {client, POLLIN, 0}};
    ::poll(waiting, 2, -1);
    if (waiting[0].revents) return;
    char bytes[4096];
    const ssize_t got = ::recv(client, bytes, sizeof bytes, 0);
    if (got <= 0) return;
    request.append(bytes, std::size_t(got));
    if (!request.ends_with("\r\n\r\n")) continue;
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    answer = answer_;
  }
  for (std::size_t sent = 0; sent < answer.size();) {
    const ssize_t some = ::send(client, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
    if (some <= 0) return;
    sent += std::size_t(some);
  }
}

}  // namespace rabbitmq_test
