#pragma once
// Option and Metric: what a component declares as data, built at compile time.
//
//   static constexpr connector::Option options[] = {
//       connector::Option::string("queue", "The queue to consume.").required(),
//       connector::Option::integer("prefetch", "Unacknowledged deliveries.").otherwise("2000").between(1, 65535)};
//
// From them the host validates, documents and redacts the topology and builds its JSON schema. Everything here lives in
// the plugin's read-only data for as long as the process.
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "connector/abi.h"
#include "connector/view.hpp"

namespace connector {

struct Option : connector_option {
  static constexpr Option string(std::string_view name, std::string_view description) { return {CONNECTOR_OPT_STRING, name, description}; }
  static constexpr Option integer(std::string_view name, std::string_view description) { return {CONNECTOR_OPT_INTEGER, name, description}; }
  static constexpr Option number(std::string_view name, std::string_view description) { return {CONNECTOR_OPT_NUMBER, name, description}; }
  static constexpr Option boolean(std::string_view name, std::string_view description) { return {CONNECTOR_OPT_BOOLEAN, name, description}; }
  static constexpr Option duration(std::string_view name, std::string_view description) { return {CONNECTOR_OPT_DURATION, name, description}; }
  static constexpr Option size(std::string_view name, std::string_view description) { return {CONNECTOR_OPT_SIZE, name, description}; }
  static constexpr Option list(std::string_view name, std::string_view description) { return {CONNECTOR_OPT_LIST, name, description}; }
  static constexpr Option map(std::string_view name, std::string_view description) { return {CONNECTOR_OPT_MAP, name, description}; }

  constexpr Option required() const { return with(CONNECTOR_OPT_REQUIRED); }
  constexpr Option secret() const { return with(CONNECTOR_OPT_SECRET); }
  constexpr Option advanced() const { return with(CONNECTOR_OPT_ADVANCED); }
  // It decides whom the component's secrets are sent to, or who is believed to be that.
  constexpr Option endpoint() const { return with(CONNECTOR_OPT_ENDPOINT); }
  // The path of a file of records, or of credentials. Open it with Host::open_file or
  // Host::read_file only.
  constexpr Option data_path() const { return with(CONNECTOR_OPT_DATA_PATH); }
  constexpr Option credential_path() const { return with(CONNECTOR_OPT_CREDENTIAL_PATH); }
  // The default, as a user would write it.
  constexpr Option otherwise(std::string_view value) const {
    Option copy = *this;
    copy.default_value = view(value);
    return copy;
  }
  // Inclusive; milliseconds of a duration, bytes of a size.
  constexpr Option between(double low, double high) const {
    Option copy = *this;
    copy.minimum = low;
    copy.maximum = high;
    return copy;
  }
  constexpr Option at_least(double low) const { return between(low, std::numeric_limits<double>::quiet_NaN()); }
  // values must have static storage.
  constexpr Option one_of(std::span<const connector_view> values) const {
    Option copy = *this;
    copy.allowed = values.data();
    copy.allowed_count = values.size();
    return copy;
  }

 private:
  constexpr Option(std::uint32_t option_type, std::string_view option_name, std::string_view about)
      : connector_option{sizeof(connector_option),
                         option_type,
                         0,
                         0,
                         view(option_name),
                         null_view(),
                         view(about),
                         null_view(),
                         nullptr,
                         0,
                         std::numeric_limits<double>::quiet_NaN(),
                         std::numeric_limits<double>::quiet_NaN()} {}
  constexpr Option with(std::uint32_t flag) const {
    Option copy = *this;
    copy.flags |= flag;
    return copy;
  }
};

struct Metric : connector_metric {
  static constexpr Metric counter(std::string_view name, std::string_view help) { return {CONNECTOR_COUNTER, name, help, {}}; }
  static constexpr Metric gauge(std::string_view name, std::string_view help) { return {CONNECTOR_GAUGE, name, help, {}}; }
  // buckets must have static storage.
  static constexpr Metric histogram(std::string_view name, std::string_view help, std::span<const double> buckets) {
    return {CONNECTOR_HISTOGRAM, name, help, buckets};
  }

 private:
  constexpr Metric(std::uint32_t kind, std::string_view name, std::string_view help, std::span<const double> buckets)
      : connector_metric{sizeof(connector_metric), kind, view(name), view(help), buckets.data(), buckets.size()} {}
};

}  // namespace connector
