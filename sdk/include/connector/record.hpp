#pragma once
// Record and Records: read-only access to what the host hands to a sink or a transform.
//
// Neither owns anything: valid until the call that got them returns. Any thread that the call allows may read them.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "connector/abi.h"
#include "connector/view.hpp"

namespace connector {

class Record {
 public:
  explicit Record(const connector_record& record) : record_(&record) {}

  std::string_view id() const { return text(record_->id); }
  std::string_view destination() const { return text(record_->destination); }
  std::string_view key() const { return text(record_->key); }
  std::string_view value() const { return text(record_->value); }
  bool has_id() const { return !is_null(record_->id); }
  bool has_key() const { return !is_null(record_->key); }
  // The topology has a rule for keys: a null key means that the record is to have none.
  bool is_keyed_by_rule() const { return (record_->flags & CONNECTOR_KEYED_BY_RULE) != 0; }
  bool has_value() const { return !is_null(record_->value); }
  std::span<const connector_header> headers() const { return {record_->headers, record_->header_count}; }
  std::int64_t timestamp_ms() const { return record_->timestamp_ms; }
  const connector_record& raw() const { return *record_; }

 private:
  const connector_record* record_;
};

class Records {
 public:
  class Iterator {
   public:
    explicit Iterator(const connector_record* at) : at_(at) {}
    Record operator*() const { return Record(*at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const connector_record* at_;
  };

  Records(const connector_record* first, std::uint64_t count) : first_(first), count_(count) {}
  std::size_t size() const { return count_; }
  Record operator[](std::size_t index) const { return Record(first_[index]); }
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(first_ + count_); }

 private:
  const connector_record* first_;
  std::uint64_t count_;
};

}  // namespace connector
