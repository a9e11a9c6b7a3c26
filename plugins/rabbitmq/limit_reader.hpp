#pragma once
// LimitReader: reads the delivery limit of one queue from the management API, at its start and then
// at intervals.
//
// It has a thread of its own between start and stop; stop ends a request under way. A failure is
// logged once, until a read succeeds again, and changes nothing: the latest value stays, also after
// stop. It does not decide which limit holds: DeliveryLimit does. limit is thread-safe; everything
// else is for one thread. Owned by DeliveryLimit.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "connector/host.hpp"
#include "plugins/net/cancellation.hpp"
#include "plugins/rabbitmq/management_api.hpp"

namespace connector_host_plugins::rabbitmq {

class LimitReader {
 public:
  static constexpr std::chrono::seconds usual_interval{60};

  // path: of the queue, behind /api.
  LimitReader(connector::Host host, ManagementApi api, std::string path,
              std::chrono::milliseconds interval = usual_interval);
  LimitReader(const LimitReader&) = delete;
  LimitReader& operator=(const LimitReader&) = delete;
  ~LimitReader() { stop(); }

  // Both do nothing when it is done already.
  void start();
  void stop();
  // Nothing: not read yet, or none is set. 0: the queue discards nothing.
  std::optional<std::uint32_t> limit() const;

 private:
  void run();
  void read();
  void failed(const std::string& why);

  const connector::Host host_;
  const ManagementApi api_;
  const std::string path_;
  const std::chrono::milliseconds interval_;
  static constexpr std::int64_t unknown = -1;
  std::atomic<std::int64_t> limit_ = unknown;
  bool failing_ = false;  // of the thread
  net::Cancellation ended_;
  std::thread thread_;
};

// The path of a queue's description in the management API.
std::string queue_path(std::string_view virtual_host, std::string_view queue);

}  // namespace connector_host_plugins::rabbitmq
