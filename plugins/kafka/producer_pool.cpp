#include "plugins/kafka/producer_pool.hpp"

namespace connector_host_plugins::kafka {

void ProducerPool::open(std::unique_ptr<Producer> first) {
  close();
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(first));
  open_ = true;
}

// Producers are destroyed outside the lock: that may take as long as a name server does.
void ProducerPool::close() {
  std::vector<std::unique_ptr<Producer>> closing;
  std::lock_guard lock(mutex_);
  closing.swap(idle_);
  ++generation_;
  open_ = false;
}

bool ProducerPool::is_open() const {
  std::lock_guard lock(mutex_);
  return open_;
}

ProducerPool::Lease ProducerPool::take() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return Lease(*this, generation_, nullptr);
  std::unique_ptr<Producer> producer = std::move(idle_.back());
  idle_.pop_back();
  return Lease(*this, generation_, std::move(producer));
}

void ProducerPool::serve_idle() {
  std::lock_guard lock(mutex_);
  for (const auto& each : idle_) each->serve();
}

void ProducerPool::give_back(std::unique_ptr<Producer> producer, std::uint64_t generation) {
  if (!producer || producer->gave_up()) return;
  std::lock_guard lock(mutex_);
  if (open_ && generation == generation_) idle_.push_back(std::move(producer));
}

}  // namespace connector_host_plugins::kafka
