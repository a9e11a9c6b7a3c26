#include "plugins/rabbitmq/limit_reader.hpp"

#include <poll.h>

#include "connector/percent_encoding.hpp"
#include "plugins/net/sigpipe_guard.hpp"
#include "plugins/rabbitmq/queue_limit.hpp"

namespace connector_host_plugins::rabbitmq {

constexpr std::chrono::seconds request_limit{10};

std::string queue_path(std::string_view virtual_host, std::string_view queue) {
  return "/queues/" + connector::percent_encoded(virtual_host) + '/' +
         connector::percent_encoded(queue);
}

LimitReader::LimitReader(connector::Host host, ManagementApi api, std::string path,
                         std::chrono::milliseconds interval)
    : host_(host), api_(std::move(api)), path_(std::move(path)), interval_(interval) {}

void LimitReader::start() {
  if (thread_.joinable()) return;
  ended_.reset();
  thread_ = std::thread([this] { run(); });
}

void LimitReader::stop() {
  if (!thread_.joinable()) return;
  ended_.cancel();
  thread_.join();
}

std::optional<std::uint32_t> LimitReader::limit() const {
  const std::int64_t limit = limit_;
  return limit == unknown ? std::nullopt : std::optional(std::uint32_t(limit));
}

void LimitReader::run() {
  const net::SigpipeGuard no_sigpipe;
  while (!ended_.cancelled()) {
    try {
      read();
    } catch (const std::exception& error) {
      if (!ended_.cancelled()) failed(error.what());
    }
    pollfd ended{ended_.descriptor(), POLLIN, 0};
    ::poll(&ended, 1, net::Deadline(interval_).poll_timeout());
  }
}

void LimitReader::read() {
  const auto limit = delivery_limit_in(api_.get(path_, {net::Deadline(request_limit), &ended_}));
  limit_ = limit ? std::int64_t(*limit) : unknown;
  failing_ = false;
}

void LimitReader::failed(const std::string& why) {
  if (!failing_)
    host_.warn("delivery limit of the queue not read from " + api_.address().describe() +
               ", tried again every minute: " + why);
  failing_ = true;
}

}  // namespace connector_host_plugins::rabbitmq
