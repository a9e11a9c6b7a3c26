// An ordinary plugin in C++, with strings, exceptions and a member of every kind. Built several
// times: as it is, with the old std::string, and with a C++ library of its own.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "connector/plugin.hpp"

namespace {

using connector::Call;
using connector::Config;
using connector::Host;

// Hands out `count` records, then ends.
class Count : public connector::Source {
 public:
  static constexpr std::string_view type = "count", description = "Counts from 1.";
  static constexpr connector::Option options[] = {
      connector::Option::integer("count", "How many records.").otherwise("10")};
  static constexpr connector::Metric metrics[] = {
      connector::Metric::counter("handed_out_total", "Records handed out.")};
  Count(Host host, const Config& config)
      : host_(host), count_(std::uint64_t(config.integer("count"))) {}

  connector::PollResult poll(std::uint32_t max_records, std::uint64_t, connector_batch& out,
                             Call&) override {
    auto builder = pool_.take();
    while (builder->record_count() < max_records && next_ < count_) {
      const std::string number = std::to_string(++next_);
      connector_record& record = builder->add();
      record.value = builder->copy("a value that is too long for a short string: " + number);
      record.key = builder->copy(number);
      record.position = next_;
    }
    host_.add(0, double(builder->record_count()));
    pool_.finish(std::move(builder), out);
    return next_ == count_ ? connector::PollResult::end : connector::PollResult::more;
  }
  void wake() override {}
  void ack(std::span<const std::uint64_t>, Call&) override {}
  void nack(std::span<const std::uint64_t>, bool, Call&) override {}

 private:
  Host host_;
  std::uint64_t count_, next_ = 0;
  connector::BatchPool pool_;
};

// Takes every record but those whose value is empty.
class Take : public connector::Sink {
 public:
  static constexpr std::string_view type = "take", description = "Takes what is not empty.";
  Take(Host, const Config&) {}
  void write(connector::Records records, connector::Outcomes& outcomes, Call&) override {
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::string value(records[i].value());
      if (value.empty())
        outcomes.reject(i,
                        "record " + std::to_string(i) + " is empty, which this sink never takes");
      else
        outcomes.delivered(i);
    }
  }
};

// Turns a value round.
class Reverse : public connector::Transform {
 public:
  static constexpr std::string_view type = "reverse", description = "Turns values round.";
  Reverse(Host, const Config&) {}
  void apply(connector::Records records, connector::Outputs& outputs, connector::Outcomes&,
             Call&) override {
    for (std::size_t i = 0; i < records.size(); ++i) {
      std::string value(records[i].value());
      std::reverse(value.begin(), value.end());
      connector_record& out = outputs.emit(i);
      out = records[i].raw();
      out.value = outputs.memory().copy(value);
    }
  }
};

}  // namespace

#ifndef VARIANT_VERSION
#define VARIANT_VERSION "1.0.0"
#endif
CONNECTOR_PLUGIN("modern", VARIANT_VERSION, connector::component<Count>(),
                 connector::component<Take>(), connector::component<Reverse>())
