#include "host/tracing/tracing_settings.hpp"

#include <gtest/gtest.h>

#include <map>

namespace connector_host::tracing {
namespace {

using namespace std::chrono_literals;

TracingSettings settings_of(const std::map<std::string, std::string>& variables) {
  return TracingSettings::from([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

constexpr const char* endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

TEST(TracingSettings, Without_an_endpoint_there_are_no_traces) {
  EXPECT_FALSE(settings_of({}).on);
  EXPECT_FALSE(settings_of({{endpoint, ""}, {"OTEL_TRACES_SAMPLER", "nonsense"}}).on);
  EXPECT_TRUE(settings_of({{endpoint, "http://127.0.0.1:4318"}}).on);
  EXPECT_TRUE(
      settings_of({{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:4318/v1/traces"}}).on);
}

TEST(TracingSettings, It_can_be_switched_off_in_the_ways_that_OpenTelemetry_knows) {
  EXPECT_FALSE(settings_of({{endpoint, "x"}, {"OTEL_SDK_DISABLED", "True"}}).on);
  EXPECT_TRUE(settings_of({{endpoint, "x"}, {"OTEL_SDK_DISABLED", "1"}}).on);
  EXPECT_FALSE(settings_of({{endpoint, "x"}, {"OTEL_TRACES_EXPORTER", "none"}}).on);
  EXPECT_TRUE(settings_of({{endpoint, "x"}, {"OTEL_TRACES_EXPORTER", "otlp"}}).on);
}

TEST(TracingSettings, What_cannot_be_spoken_is_off_and_says_so) {
  const TracingSettings grpc =
      settings_of({{endpoint, "x"}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"}});
  EXPECT_FALSE(grpc.on);
  ASSERT_EQ(grpc.complaints.size(), 1u);
  EXPECT_NE(grpc.complaints[0].find("OTEL_EXPORTER_OTLP_PROTOCOL='grpc'"), std::string::npos)
      << grpc.complaints[0];
  EXPECT_FALSE(settings_of({{endpoint, "x"}, {"OTEL_TRACES_EXPORTER", "zipkin"}}).on);
}

TEST(TracingSettings, The_protocol_of_traces_comes_before_that_of_everything) {
  EXPECT_TRUE(settings_of({{endpoint, "x"},
                           {"OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"},
                           {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"}})
                  .json);
  EXPECT_FALSE(
      settings_of({{endpoint, "x"}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"}}).json);
}

TEST(TracingSettings, A_value_that_cannot_be_used_is_named_and_its_default_holds) {
  const TracingSettings settings = settings_of({{endpoint, "x"},
                                                {"OTEL_TRACES_SAMPLER", "sometimes"},
                                                {"OTEL_BSP_SCHEDULE_DELAY", "5s"},
                                                {"OTEL_BSP_MAX_QUEUE_SIZE", "0"},
                                                {"OTEL_PROPAGATORS", "b3,tracecontext"}});
  EXPECT_TRUE(settings.on);
  EXPECT_TRUE(settings.propagates);
  EXPECT_EQ(settings.export_every, 5s);
  EXPECT_EQ(settings.queue, 2'048u);
  EXPECT_TRUE(settings.sampler.keeps_root(~std::uint64_t(0)));
  EXPECT_EQ(settings.complaints.size(), 4u);
  EXPECT_EQ(settings_of({{endpoint, "x"},
                         {"OTEL_TRACES_SAMPLER", "traceidratio"},
                         {"OTEL_TRACES_SAMPLER_ARG", "1%"}})
                .complaints.size(),
            1u);
}

TEST(TracingSettings, What_is_set_holds) {
  const TracingSettings settings = settings_of({{endpoint, "x"},
                                                {"OTEL_TRACES_SAMPLER", "parentbased_traceidratio"},
                                                {"OTEL_TRACES_SAMPLER_ARG", "0.5"},
                                                {"OTEL_BSP_SCHEDULE_DELAY", "200"},
                                                {"OTEL_BSP_MAX_QUEUE_SIZE", "10"},
                                                {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100"},
                                                {"OTEL_EXPORTER_OTLP_TIMEOUT", "1000"},
                                                {"OTEL_PROPAGATORS", "none"}});
  EXPECT_TRUE(settings.complaints.empty());
  EXPECT_FALSE(settings.sampler.keeps_root(~std::uint64_t(0)));
  EXPECT_TRUE(settings.sampler.keeps_root(1));
  EXPECT_EQ(settings.export_every, 200ms);
  EXPECT_EQ(settings.export_timeout, 1s);
  EXPECT_EQ(settings.queue, 10u);
  EXPECT_EQ(settings.batch, 10u) << "a batch fits into the queue";
  EXPECT_FALSE(settings.propagates);
}

}  // namespace
}  // namespace connector_host::tracing
