#include "plugins/null/null_sink.hpp"

#include <algorithm>

namespace connector_host_plugins::null {

void NullSink::open(connector::Call&) {
  std::lock_guard lock(mutex_);
  cancelled_ = false;
}

void NullSink::cancel() {
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  changed_.notify_all();
}

void NullSink::write(connector::Records records, connector::Outcomes& outcomes,
                     connector::Call& call) {
  if (!pass_latency(call.timeout())) {
    for (std::size_t i = 0; i < records.size(); ++i)
      outcomes.retry(i, "the write ended before its latency had passed");
    return;
  }
  double bytes = 0;
  for (const connector::Record record : records) bytes += double(record.value().size());
  outcomes.all_delivered();
  host_.add(records_total, double(records.size()));
  host_.add(bytes_total, bytes);
}

// False when cancel or the time limit came first.
bool NullSink::pass_latency(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const bool cancelled =
      changed_.wait_for(lock, std::min(latency_, timeout), [&] { return cancelled_; });
  return !cancelled && latency_ <= timeout;
}

}  // namespace connector_host_plugins::null

CONNECTOR_PLUGIN("null", CONNECTOR_HOST_VERSION,
                 connector::component<connector_host_plugins::null::NullSink>())
