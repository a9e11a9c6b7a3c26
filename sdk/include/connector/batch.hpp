#pragma once
// BatchPool and BatchBuilder: how a source makes the lease that poll returns.
//
// A builder is one batch's memory: an arena for bodies, keys and headers, and the array of records. finish() hands it to
// the host as a lease; release (any thread) returns the memory to the pool, which keeps it for the next batch, so a
// source in its stride allocates nothing. Neither is for sharing: one thread fills a builder; the pool is thread-safe.
// The pool outlives its leases because every builder shares its state.
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/abi.h"
#include "connector/view.hpp"

namespace connector {

class BatchBuilder {
 public:
  // Memory that stays put until the lease ends, aligned for headers.
  char* allocate(std::size_t size) {
    size = (size + 7) & ~std::size_t(7);
    if (chunk_ == chunks_.size() || chunks_[chunk_].size - used_ < size) next_chunk(size);
    char* out = chunks_[chunk_].data.get() + used_;
    used_ += size;
    return out;
  }
  connector_view copy(std::string_view bytes) {
    char* out = allocate(bytes.size() + 1);
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    return {out, bytes.size()};
  }
  connector_header* headers(std::size_t count) { return new (allocate(count * sizeof(connector_header))) connector_header[count]{}; }
  // A record that is all null and zero, to be filled. The reference is good until the next add.
  connector_record& add() { return records_.emplace_back(connector_record{}); }
  connector_record& last() { return records_.back(); }
  std::size_t record_count() const { return records_.size(); }
  bool empty() const { return records_.empty(); }
  std::uint64_t bytes() const { return full_ + used_; }

 private:
  friend class BatchPool;
  struct Chunk {
    std::unique_ptr<char[]> data;
    std::size_t size;
  };
  static constexpr std::size_t chunk_size = 64 * 1024;

  void next_chunk(std::size_t at_least) {
    if (chunk_ < chunks_.size()) full_ += used_, ++chunk_;
    used_ = 0;
    if (chunk_ < chunks_.size() && chunks_[chunk_].size >= at_least) return;
    const std::size_t size = at_least > chunk_size ? at_least : chunk_size;
    chunks_.insert(chunks_.begin() + std::ptrdiff_t(chunk_), Chunk{std::unique_ptr<char[]>(new char[size]), size});
  }
  // Large chunks go, so that one burst of large bodies is not held for ever.
  void reset() {
    records_.clear();
    std::erase_if(chunks_, [](const Chunk& chunk) { return chunk.size > chunk_size; });
    if (chunks_.size() > 16) chunks_.resize(16);
    chunk_ = used_ = full_ = 0;
  }

  std::vector<Chunk> chunks_;
  std::size_t chunk_ = 0, used_ = 0;
  std::uint64_t full_ = 0;
  std::vector<connector_record> records_;
};

class BatchPool {
 public:
  std::unique_ptr<BatchBuilder> take() {
    std::lock_guard lock(state_->mutex);
    if (state_->idle.empty()) return std::make_unique<BatchBuilder>();
    auto out = std::move(state_->idle.back());
    state_->idle.pop_back();
    return out;
  }
  // Fills out; an empty builder goes straight back.
  void finish(std::unique_ptr<BatchBuilder> builder, connector_batch& out) {
    if (builder->empty()) return state_->put(std::move(builder));
    out.records = builder->records_.data();
    out.record_count = builder->records_.size();
    out.byte_count = builder->bytes();
    out.producer_data = new Lease{std::move(builder), state_};
    out.release = [](connector_batch* batch) {
      std::unique_ptr<Lease> lease(static_cast<Lease*>(batch->producer_data));
      batch->release = nullptr;
      batch->producer_data = nullptr;
      lease->state->put(std::move(lease->builder));
    };
  }

 private:
  struct State {
    std::mutex mutex;  // guards idle
    std::vector<std::unique_ptr<BatchBuilder>> idle;

    void put(std::unique_ptr<BatchBuilder> builder) {
      builder->reset();
      std::lock_guard lock(mutex);
      if (idle.size() < 64) idle.push_back(std::move(builder));
    }
  };
  struct Lease {
    std::unique_ptr<BatchBuilder> builder;
    std::shared_ptr<State> state;
  };

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace connector
