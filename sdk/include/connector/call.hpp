#pragma once
// Call: the time limit of one call and the reasons it gives back. Outcomes: what became of each record of a write.
//
// Both are the caller's and valid until the call returns. Of one call, one thread uses them at a time.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "connector/abi.h"
#include "connector/error.hpp"
#include "connector/view.hpp"

namespace connector {

class Call {
 public:
  explicit Call(connector_call& call) : call_(&call) {}

  std::chrono::milliseconds timeout() const { return std::chrono::milliseconds(call_->timeout_ms); }
  void explain(std::uint64_t index, std::string_view why) {
    if (call_->explain) call_->explain(call_, index, view(why));
  }
  void fail(std::string_view why, std::uint32_t retry_after_ms = 0) noexcept {
    const std::size_t size = std::min(why.size(), sizeof call_->message - 1);
    std::memcpy(call_->message, why.data(), size);
    call_->message[size] = '\0';
    call_->retry_after_ms = retry_after_ms;
  }
  connector_call& raw() { return *call_; }

 private:
  connector_call* call_;
};

// A record nobody speaks of stays what it arrived as: RETRIABLE and maybe delivered. So forgetting one loses nothing.
class Outcomes {
 public:
  Outcomes(connector_outcome* first, std::uint64_t count, Call& call) : first_(first), count_(count), call_(&call) {}

  std::size_t size() const { return count_; }
  // Only on the destination's own word.
  void delivered(std::size_t index) { first_[index] = {CONNECTOR_OK, 0, 0, 0}; }
  void all_delivered() { std::fill(first_, first_ + count_, connector_outcome{CONNECTOR_OK, 0, 0, 0}); }
  // It can never succeed: dead-letter it. For a fault of this record only, never of the system.
  void reject(std::size_t index, std::string_view why) { set(index, {CONNECTOR_REJECTED, 0, 0, 0}, why); }
  // Certainly not delivered; may succeed later.
  void retry(std::size_t index, std::string_view why, std::uint32_t after_ms = 0) { set(index, {CONNECTOR_RETRIABLE, 0, after_ms, 0}, why); }
  // Nobody knows: a repeat may make a duplicate.
  void undecided(std::size_t index, std::string_view why) { set(index, {CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0}, why); }
  connector_code code(std::size_t index) const { return first_[index].code; }

 private:
  void set(std::size_t index, connector_outcome outcome, std::string_view why) {
    first_[index] = outcome;
    call_->explain(index, why);
  }

  connector_outcome* first_;
  std::uint64_t count_;
  Call* call_;
};

// Runs one operation of a plugin so that no exception leaves it: f(Call&) returns a code or throws.
template <class F>
connector_code guarded(connector_call* raw, F&& f) noexcept {
  Call call(*raw);
  try {
    return std::forward<F>(f)(call);
  } catch (const Error& error) {
    call.fail(error.what(), error.retry_after_ms());
    return error.code();
  } catch (const std::bad_alloc&) {
    call.fail("out of memory");
  } catch (const std::exception& error) {
    call.fail(error.what());
  } catch (...) {
    call.fail("the plugin threw something that is not a std::exception");
  }
  return CONNECTOR_RETRIABLE;
}

// The same for operations that have no call to answer in.
template <class F>
void guarded_void(F&& f) noexcept {
  try {
    std::forward<F>(f)();
  } catch (...) {  // cancel, wake, close and destroy have nobody to tell; what they could not do shows in the next call
  }
}

}  // namespace connector
