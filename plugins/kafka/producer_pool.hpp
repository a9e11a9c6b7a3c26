#pragma once
// ProducerPool: the producers of an open sink, as many as writes have ever run at once.
//
// A write takes one for itself, the one used last, and gives it back when it ends; one that gave
// messages up or belongs to an earlier open is destroyed then. Thread-safe. Owned by KafkaSink,
// which outlives every Lease.
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "plugins/kafka/producer.hpp"

namespace connector_host_plugins::kafka {

class ProducerPool {
 public:
  // A producer while a write uses it. Empty: the pool had none.
  class Lease {
   public:
    Lease(ProducerPool& pool, std::uint64_t generation, std::unique_ptr<Producer> producer)
        : pool_(pool), generation_(generation), producer_(std::move(producer)) {}
    ~Lease() { pool_.give_back(std::move(producer_), generation_); }
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;

    explicit operator bool() const { return producer_ != nullptr; }
    Producer& operator*() const { return *producer_; }
    Producer* operator->() const { return producer_.get(); }
    void replace(std::unique_ptr<Producer> producer) { producer_ = std::move(producer); }

   private:
    ProducerPool& pool_;
    const std::uint64_t generation_;
    std::unique_ptr<Producer> producer_;
  };

  void open(std::unique_ptr<Producer> first);
  void close();
  bool is_open() const;
  Lease take();
  // Those that no write uses take in what librdkafka has for them. A write that begins meanwhile
  // waits, some microseconds.
  void serve_idle();

 private:
  void give_back(std::unique_ptr<Producer>, std::uint64_t generation);

  mutable std::mutex mutex_;  // guards all below
  std::vector<std::unique_ptr<Producer>> idle_;
  std::uint64_t generation_ = 0;
  bool open_ = false;
};

}  // namespace connector_host_plugins::kafka
