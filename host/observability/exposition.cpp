#include "host/observability/exposition.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <string_view>
#include <utility>

namespace connector_host::observability {
namespace {

prometheus::MetricType type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::counter:
      return prometheus::MetricType::Counter;
    case MetricKind::gauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::histogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

// The serializer escapes label values but not the help, so a line break in it would begin a line of its own.
std::string escaped_help(std::string_view help) {
  std::string text;
  for (const char c : help) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\\') {
      text += "\\\\";
    } else {
      text += c == '\r' ? ' ' : c;
    }
  }
  return text;
}

prometheus::ClientMetric converted(const Sample& sample, MetricKind kind) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
  if (kind == MetricKind::counter) metric.counter.value = sample.value;
  if (kind == MetricKind::gauge) metric.gauge.value = sample.value;
  if (kind != MetricKind::histogram) return metric;
  metric.histogram.sample_count = sample.count;
  metric.histogram.sample_sum = sample.sum;
  for (const Bucket& bucket : sample.buckets) metric.histogram.bucket.push_back({bucket.count, bucket.upper_bound});
  return metric;
}

}  // namespace

std::string exposition(const std::vector<Family>& families) {
  std::vector<prometheus::MetricFamily> converted_families;
  for (const Family& family : families) {
    prometheus::MetricFamily one{family.name, escaped_help(family.help), type_of(family.kind), {}};
    for (const Sample& sample : family.samples) one.metric.push_back(converted(sample, family.kind));
    converted_families.push_back(std::move(one));
  }
  return prometheus::TextSerializer().Serialize(converted_families);
}

}  // namespace connector_host::observability
