#include "host/pipeline/intake_window.hpp"

#include <algorithm>
#include <chrono>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto sample_time = 1s;

double in_seconds(world::Duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

IntakeWindow::IntakeWindow(std::uint32_t most, std::uint64_t most_bytes, world::Duration hold_max)
    : most_(std::max(most, 1u)), most_bytes_(double(most_bytes)), seconds_(std::max(in_seconds(hold_max) / 2, in_seconds(sample_time))) {}

std::uint32_t IntakeWindow::size() const {
  double bound = std::min(double(grown_), settleable());
  if (received_bytes_ > 0) bound = std::min(bound, most_bytes_ * received_ / received_bytes_);
  return std::uint32_t(std::max(bound, 1.0));
}

double IntakeWindow::settleable() const {
  const double measured = rate();
  return measured > 0 ? measured * seconds_ : double(most_);
}

void IntakeWindow::received(std::uint64_t records, std::uint64_t bytes) {
  constexpr double weight_of_before = 0.95;
  received_ = received_ * weight_of_before + double(records);
  received_bytes_ = received_bytes_ * weight_of_before + double(bytes);
}

void IntakeWindow::restart() {
  grown_ = 1;
  in_window_ = 0;
}

void IntakeWindow::busy(world::Time now) {
  if (is_busy_) return;
  is_busy_ = true;
  busy_since_ = now;
}

void IntakeWindow::settled(std::uint64_t records, bool idle, world::Time now) {
  in_window_ += records;
  in_sample_ += records;
  const world::Duration busy = busy_before_ + (is_busy_ ? now - busy_since_ : world::Duration{});
  const bool window_is_over = in_window_ >= size();
  if (in_sample_ > 0 && busy > world::Duration{} && (window_is_over || busy >= sample_time)) take_sample(busy, now);
  if (window_is_over) {
    grown_ = std::uint32_t(std::min<std::uint64_t>(std::uint64_t(grown_) * 2, most_));
    in_window_ = 0;
  }
  if (!idle || !is_busy_) return;
  is_busy_ = false;
  busy_before_ += now - busy_since_;
}

// Records and times are added up and then divided: lanes settle at the same moment, and one such sample has no length.
void IntakeWindow::take_sample(world::Duration busy, world::Time now) {
  constexpr double weight_of_before = 0.8;
  records_ = records_ * weight_of_before + double(in_sample_);
  busy_seconds_ = busy_seconds_ * weight_of_before + in_seconds(busy);
  estimates_[next_estimate_] = records_ / busy_seconds_;
  next_estimate_ = (next_estimate_ + 1) % estimates_.size();
  in_sample_ = 0;
  busy_before_ = {};
  busy_since_ = now;
}

}  // namespace connector_host::pipeline
