#include "plugins/generator/generator_source.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <connector/percent_encoding.hpp>
#include <memory>
#include <string>
#include <utility>

namespace connector_host_plugins::generator {
namespace {

EventPlan::Fractions fractions_of(const connector::Config& config) {
  const EventPlan::Fractions fractions{config.number("duplicates"), config.number("poison")};
  if (fractions.duplicates + fractions.poison > 1)
    throw connector::bad_config(
        "duplicates and poison are shares of all records: together at most 1");
  return fractions;
}

// Ids stand in JSON as they are.
std::string id_prefix_of(const connector::Config& config) {
  const std::string prefix =
      config.string_or("id_prefix", "evt-" + std::to_string(config.integer("seed")) + "-");
  const auto plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (prefix.size() > 256 || !std::all_of(prefix.begin(), prefix.end(), plain)) {
    throw connector::bad_config(
        "id_prefix has to be at most 256 printable ASCII characters without \" and \\");
  }
  return prefix;
}

EventWriter::Shape shape_of(const connector::Config& config) {
  return {id_prefix_of(config), config.size("size"), std::uint64_t(config.integer("keys"))};
}

// In its shortest form, so that 0.10 and 1e-1 are the same.
std::string shortest(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

// count, rate and batch decide how many records come and when, not what they are.
std::string identity_of(const connector::Config& config) {
  const EventWriter::Shape shape = shape_of(config);
  const EventPlan::Fractions fractions = fractions_of(config);
  return "generator:id_prefix=" + connector::percent_encoded(shape.id_prefix) +
         "&seed=" + std::to_string(config.integer("seed")) + "&size=" + std::to_string(shape.size) +
         "&keys=" + std::to_string(shape.keys) + "&duplicates=" + shortest(fractions.duplicates) +
         "&poison=" + shortest(fractions.poison);
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

GeneratorSource::GeneratorSource(connector::Host host, const connector::Config& config)
    : host_(host),
      identity_(identity_of(config)),
      count_(std::uint64_t(config.integer("count"))),
      batch_(std::uint64_t(config.integer("batch"))),
      plan_(std::uint64_t(config.integer("seed")), fractions_of(config)),
      writer_(std::uint64_t(config.integer("seed")), shape_of(config)),
      pace_(config.number("rate")) {}

void GeneratorSource::open(connector::Call&) {
  for (const Event& event : handed_out_.take_all())
    again_.push({event.sequence, event.deliveries + 1});
  pace_.restart(Pace::Clock::now());
  open_ = true;
}

void GeneratorSource::require_open() const {
  if (!open_) throw connector::not_connected("the generator is closed");
}

connector::PollResult GeneratorSource::poll(std::uint32_t max_records, std::uint64_t max_bytes,
                                            connector_batch& out, connector::Call& call) {
  require_open();
  const auto deadline = Pace::Clock::now() + call.timeout();
  for (;;) {
    if (const std::uint64_t count = allowance(max_records)) {
      wake_.clear();
      hand_out(count, max_bytes, out);
      return connector::PollResult::more;
    }
    const bool nothing_left = exhausted();
    // What is in flight may still come back, so the end is only here when nothing is.
    if (nothing_left && handed_out_.size() == 0 && max_records > 0)
      return connector::PollResult::end;
    const bool only_wait = nothing_left || max_records == 0;
    if (wake_.wait_until(only_wait ? deadline : std::min(deadline, pace_.next_due())))
      return connector::PollResult::more;
    if (Pace::Clock::now() >= deadline) return connector::PollResult::more;
  }
}

std::uint64_t GeneratorSource::allowance(std::uint32_t max_records) {
  if (max_records == 0 || exhausted()) return 0;
  const std::uint64_t left = count_ == 0 ? batch_ : again_.size() + (count_ - next_);
  return std::min({std::uint64_t(max_records), batch_, left, pace_.due(Pace::Clock::now())});
}

void GeneratorSource::hand_out(std::uint64_t count, std::uint64_t max_bytes, connector_batch& out) {
  auto builder = pool_.take();
  const std::int64_t now = now_ms();
  do {
    const Event event = next_event();
    connector_record& record = builder->add();
    writer_.write(plan_, event.sequence, *builder, record);
    record.timestamp_ms = now;
    record.delivery_count = event.deliveries;
    record.flags = event.deliveries > 0 ? CONNECTOR_REDELIVERED : 0;
    record.position = handed_out_.add(event);
  } while (builder->record_count() < count && builder->bytes() < max_bytes);
  pace_.took(builder->record_count());
  pool_.finish(std::move(builder), out);
}

Event GeneratorSource::next_event() {
  if (again_.empty()) return {next_++, 0};
  const Event event = again_.top();
  again_.pop();
  return event;
}

void GeneratorSource::ack(std::span<const std::uint64_t> positions, connector::Call&) {
  settle(positions, false);
}

void GeneratorSource::nack(std::span<const std::uint64_t> positions, bool requeue,
                           connector::Call&) {
  settle(positions, requeue);
}

void GeneratorSource::settle(std::span<const std::uint64_t> positions, bool requeue) {
  require_open();
  std::uint64_t stale = 0;
  for (const std::uint64_t position : positions) {
    const auto event = handed_out_.settle(position);
    if (!event) {
      ++stale;
    } else if (requeue) {
      again_.push({event->sequence, event->deliveries + 1});
    }
  }
  if (stale > 0) host_.add(stale_positions, double(stale));
}

}  // namespace connector_host_plugins::generator
