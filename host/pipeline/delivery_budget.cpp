#include "host/pipeline/delivery_budget.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto highest_span = 5min;  // the highest of this span and of the one before are shown

}  // namespace

// The note: count, limit and digest of the configuration in the first line, why the record went back in the second.
std::string DeliveryBudget::refusal() {
  std::istringstream note(note_.read());
  std::uint32_t count = 0, limit = 0;
  std::string configuration, why;
  if (!(note >> count >> limit >> configuration)) return "";
  noted_ = true;
  if (count < limit) return "";
  const bool somebody_acted = start_.by_operator || configuration != start_.configuration;
  if (somebody_acted && start_.sets_rejects_aside) return "";
  std::getline(note >> std::ws, why);
  const std::string remedy = start_.sets_rejects_aside ? "correct the cause and restart the connector" : "configure dead_letter, and correct the cause";
  return "source: not consuming: a record was delivered " + std::to_string(count) + " times and the queue discards it after " + std::to_string(limit) + "; " +
         remedy + " (" + why + ")";
}

void DeliveryBudget::received(const connector_record& record, world::Time now) {
  if (now >= highest_until_) {
    highest_before_ = now < highest_until_ + highest_span ? highest_now_ : 0;
    highest_now_ = 0;
    highest_until_ = now + highest_span;
  }
  highest_now_ = std::max(highest_now_, record.delivery_count);
  highest_.store(std::max(highest_now_, highest_before_), std::memory_order_relaxed);
}

void DeliveryBudget::returned(const connector_record& record, const std::string& why) {
  count_ = std::max(count_, record.delivery_count + 1);
  noted_ = true;
  note_.write(std::to_string(count_) + ' ' + std::to_string(limit()) + ' ' + start_.configuration + '\n' + why);
}

void DeliveryBudget::progress() {
  count_ = 0;
  if (!noted_) return;
  noted_ = false;
  note_.write("");
}

}  // namespace connector_host::pipeline
