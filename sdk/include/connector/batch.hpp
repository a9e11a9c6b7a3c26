#pragma once
// BatchPool and BatchBuilder: how a source makes the lease that poll returns.
//
// A builder is one batch's memory: an arena for bodies, keys and headers, and the array of records. finish() hands it to
// the host as a lease; release (any thread) returns the memory to the pool, which keeps it for the next batch, so a
// source in its stride allocates nothing. A batch of one small record takes 4 KiB; chunks double up to 64 KiB. A lease
// pins what it uses and no more, and says so in byte_count.
// Neither is for sharing: one thread fills a builder; the pool is thread-safe and outlives its leases, because every
// builder that it has given away shares its state.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/abi.h"
#include "connector/call.hpp"
#include "connector/view.hpp"

namespace connector {

class BatchBuilder;

namespace detail {

struct BatchChunk {
  std::unique_ptr<char[]> data;
  std::size_t size = 0;
};

// What a pool and its leases share: builders and chunks that nobody uses. Thread-safe. Giving back allocates nothing.
class BatchStock {
 public:
  BatchStock() { idle_.reserve(most), spare_.reserve(most); }
  inline std::unique_ptr<BatchBuilder> take_builder();
  inline void put_back(std::unique_ptr<BatchBuilder>);
  // Empty when there is none.
  BatchChunk take_chunk() {
    std::lock_guard lock(mutex_);
    if (spare_.empty()) return {};
    BatchChunk out = std::move(spare_.back());
    spare_.pop_back();
    return out;
  }
  // Keeps those of this size behind the first `used`; the others go.
  void put_back(std::vector<BatchChunk>& chunks, std::size_t used, std::size_t size) {
    std::lock_guard lock(mutex_);
    for (; chunks.size() > used; chunks.pop_back()) {
      if (chunks.back().size == size && spare_.size() < most) spare_.push_back(std::move(chunks.back()));
    }
  }

 private:
  static constexpr std::size_t most = 64;
  std::mutex mutex_;  // guards the next two
  std::vector<std::unique_ptr<BatchBuilder>> idle_;
  std::vector<BatchChunk> spare_;
};

}  // namespace detail

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
  // To be filled, and set as the origin of a record of this batch.
  connector_origin* origin() { return new (allocate(sizeof(connector_origin))) connector_origin{sizeof(connector_origin), 0, {}, {}}; }
  connector_header* headers(std::size_t count) { return new (allocate(count * sizeof(connector_header))) connector_header[count]{}; }
  // A record that is all null and zero, to be filled. The reference is good until the next add.
  connector_record& add() { return records_.emplace_back(connector_record{}); }
  connector_record& last() { return records_.back(); }
  std::size_t record_count() const { return records_.size(); }
  bool empty() const { return records_.empty(); }
  // What was allocated so far: to be compared with poll's max_bytes.
  std::uint64_t bytes() const { return full_ + used_; }
  // The memory behind it, the array of records and what is left over in chunks included.
  std::uint64_t held_bytes() const {
    std::uint64_t sum = records_.capacity() * sizeof(connector_record);
    for (const detail::BatchChunk& each : chunks_) sum += each.size;
    return sum;
  }
  // Makes it the memory of this batch: what it does not use is given up, and byte_count is what is left. No allocation.
  void fill(connector_batch& out) {
    give_up_from(std::min(chunk_ + 1, chunks_.size()));
    out.records = records_.data();
    out.record_count = records_.size();
    out.byte_count = held_bytes();
  }

 private:
  friend class BatchPool;
  friend class detail::BatchStock;
  static constexpr std::size_t first_chunk = 4 * 1024, usual_chunk = 64 * 1024, most_kept = 16;

  void next_chunk(std::size_t at_least) {
    if (chunk_ < chunks_.size()) full_ += used_, ++chunk_;
    used_ = 0;
    if (chunk_ < chunks_.size() && chunks_[chunk_].size >= at_least) return;
    chunks_.insert(chunks_.begin() + std::ptrdiff_t(chunk_), make_chunk(at_least));
  }
  detail::BatchChunk make_chunk(std::size_t at_least) const {
    std::size_t size = chunk_ == 0 ? first_chunk : std::min(chunks_[chunk_ - 1].size * 2, usual_chunk);
    while (size < at_least && size < usual_chunk) size *= 2;
    size = std::max(size, at_least);
    detail::BatchChunk spare;
    if (size == usual_chunk && home_) spare = home_->take_chunk();
    return spare.data ? std::move(spare) : detail::BatchChunk{std::unique_ptr<char[]>(new char[size]), size};
  }
  void give_up_from(std::size_t used) {
    if (chunks_.size() <= used) return;
    home_ ? home_->put_back(chunks_, used, usual_chunk) : chunks_.resize(used);
  }
  // Large chunks go, so that one burst of large bodies is not held for ever.
  void reset() {
    records_.clear();
    std::erase_if(chunks_, [](const detail::BatchChunk& chunk) { return chunk.size > usual_chunk; });
    give_up_from(!chunks_.empty() && chunks_[0].size > first_chunk ? 0 : most_kept);  // the next batch may be a small one
    chunk_ = used_ = full_ = 0;
  }

  std::vector<detail::BatchChunk> chunks_;
  std::size_t chunk_ = 0, used_ = 0;
  std::uint64_t full_ = 0;
  std::vector<connector_record> records_;
  std::shared_ptr<detail::BatchStock> home_;  // null: it is nobody's, or it is idle
};

inline std::unique_ptr<BatchBuilder> detail::BatchStock::take_builder() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<BatchBuilder>();
  auto out = std::move(idle_.back());
  idle_.pop_back();
  return out;
}

inline void detail::BatchStock::put_back(std::unique_ptr<BatchBuilder> builder) {
  builder->reset();
  builder->home_.reset();  // whoever calls this holds the stock by another pointer
  std::lock_guard lock(mutex_);
  if (idle_.size() < most) idle_.push_back(std::move(builder));
}

class BatchPool {
 public:
  std::unique_ptr<BatchBuilder> take() {
    auto out = stock_->take_builder();
    out->home_ = stock_;
    return out;
  }
  // Fills out; an empty builder goes straight back. Allocates nothing, so it does not fail with records in hand.
  void finish(std::unique_ptr<BatchBuilder> builder, connector_batch& out) {
    if (builder->empty()) return stock_->put_back(std::move(builder));
    builder->home_ = stock_;
    builder->fill(out);
    out.producer_data = builder.release();
    out.release = [](connector_batch* batch) {
      guarded_void([&] {
        std::unique_ptr<BatchBuilder> returned(static_cast<BatchBuilder*>(std::exchange(batch->producer_data, nullptr)));
        batch->release = nullptr;
        const std::shared_ptr<detail::BatchStock> home = returned->home_;
        home->put_back(std::move(returned));
      });
    };
  }

 private:
  std::shared_ptr<detail::BatchStock> stock_ = std::make_shared<detail::BatchStock>();
};

}  // namespace connector
