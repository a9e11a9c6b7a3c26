// Spans as OTLP has them, read again with the messages of OpenTelemetry's own libraries.
#include "host/tracing/otlp/span_encoder.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace connector_host::tracing {
namespace {

using namespace std::chrono_literals;
using google::protobuf::Message;
using nlohmann::json;

// Whether there is a field in it, however deep, that OpenTelemetry does not know.
bool has_unknown_fields(const Message& message) {
  const auto* reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty()) return true;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (has_unknown_fields(reflection->GetMessage(message, field))) return true;
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i)
      if (has_unknown_fields(reflection->GetRepeatedMessage(message, field, i))) return true;
  }
  return false;
}

json decoded(std::string_view request) {
  const auto* type = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
      "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest");
  if (!type) throw std::runtime_error("OpenTelemetry's messages are not linked");
  const std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  EXPECT_TRUE(message->ParseFromArray(request.data(), int(request.size())));
  EXPECT_FALSE(has_unknown_fields(*message));
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(*message, &text).ok());
  return json::parse(text);
}

FinishedSpan span() {
  FinishedSpan out;
  out.name = "publish orders";
  out.kind = SpanKind::producer;
  for (std::size_t i = 0; i < 16; ++i) out.self.trace_id[i] = std::uint8_t(i + 1);
  out.self.span_id = {1, 2, 3, 4, 5, 6, 7, 8};
  out.self.sampled = true;
  out.start = 1700000000000000001ns;
  out.length = 1500ns;
  return out;
}

class SpanEncoderTest : public testing::Test {
 protected:
  json of(const FinishedSpan& one) {
    return decoded(encoder.request_of({&one, 1}))["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
  }

  SpanEncoder encoder{
      {{"service.name", "s"}, {"service.instance.id", "worker"}}, "connector-host", "1.2.3"};
};

TEST_F(SpanEncoderTest, A_request_says_who_made_the_spans_and_has_them_in_order) {
  std::vector<FinishedSpan> spans(300, span());
  for (std::size_t i = 0; i < spans.size(); ++i) spans[i].name = std::to_string(i);
  const json request = decoded(encoder.request_of(spans));
  ASSERT_EQ(request["resourceSpans"].size(), 1u);
  const json& resource = request["resourceSpans"][0];
  EXPECT_EQ(resource["resource"]["attributes"],
            json::parse(R"([{"key": "service.name", "value": {"stringValue": "s"}},
                                                                {"key": "service.instance.id", "value": {"stringValue": "worker"}}])"));
  ASSERT_EQ(resource["scopeSpans"].size(), 1u);
  const json& scope = resource["scopeSpans"][0];
  EXPECT_EQ(scope["scope"], json::parse(R"({"name": "connector-host", "version": "1.2.3"})"));
  ASSERT_EQ(scope["spans"].size(), 300u);
  for (std::size_t i = 0; i < spans.size(); ++i)
    EXPECT_EQ(scope["spans"][i]["name"], std::to_string(i));
}

TEST_F(SpanEncoderTest, A_span_has_its_ids_name_kind_times_and_flags) {
  EXPECT_EQ(
      of(span()),
      json::parse(
          R"({"traceId": "AQIDBAUGBwgJCgsMDQ4PEA==", "spanId": "AQIDBAUGBwg=", "name": "publish orders", "kind": "SPAN_KIND_PRODUCER",
    "startTimeUnixNano": "1700000000000000001", "endTimeUnixNano": "1700000000000001501", "flags": 1})"));
}

TEST_F(SpanEncoderTest, Each_kind_is_named_as_OpenTelemetry_has_it) {
  FinishedSpan one = span();
  one.kind = SpanKind::internal;
  EXPECT_EQ(of(one)["kind"], "SPAN_KIND_INTERNAL");
  one.kind = SpanKind::consumer;
  EXPECT_EQ(of(one)["kind"], "SPAN_KIND_CONSUMER");
}

TEST_F(SpanEncoderTest, One_with_a_parent_names_it) {
  FinishedSpan one = span();
  one.parent = {9, 9, 9, 9, 9, 9, 9, 9};
  EXPECT_EQ(of(one)["parentSpanId"], "CQkJCQkJCQk=");
}

TEST_F(SpanEncoderTest, Attributes_are_texts_and_numbers_zero_negative_and_empty_ones_among_them) {
  FinishedSpan one = span();
  const std::string longer(300, 'x');
  one.attributes = {{"text", std::string("gr\xC3\xBC\xC3\x9F")},
                    {"empty", std::string()},
                    {"long", longer},
                    {"number", std::int64_t(1) << 40},
                    {"zero", std::int64_t(0)},
                    {"negative", std::int64_t(-1)}};
  EXPECT_EQ(of(one)["attributes"],
            json({{{"key", "text"}, {"value", {{"stringValue", "gr\xC3\xBC\xC3\x9F"}}}},
                  {{"key", "empty"}, {"value", {{"stringValue", ""}}}},
                  {{"key", "long"}, {"value", {{"stringValue", longer}}}},
                  {{"key", "number"}, {"value", {{"intValue", "1099511627776"}}}},
                  {{"key", "zero"}, {"value", {{"intValue", "0"}}}},
                  {{"key", "negative"}, {"value", {{"intValue", "-1"}}}}}));
}

TEST_F(SpanEncoderTest, A_failure_has_its_words) {
  FinishedSpan one = span();
  one.failed = true;
  one.failure = "the topic is gone";
  EXPECT_EQ(of(one)["status"],
            json::parse(R"({"message": "the topic is gone", "code": "STATUS_CODE_ERROR"})"));
}

TEST_F(SpanEncoderTest, Links_name_the_spans_of_other_traces) {
  FinishedSpan one = span();
  one.links = {one.self, one.self};
  one.links[1].sampled = false;
  EXPECT_EQ(
      of(one)["links"],
      json::parse(R"([{"traceId": "AQIDBAUGBwgJCgsMDQ4PEA==", "spanId": "AQIDBAUGBwg=", "flags": 1},
                                              {"traceId": "AQIDBAUGBwgJCgsMDQ4PEA==", "spanId": "AQIDBAUGBwg="}])"));
}

TEST_F(SpanEncoderTest, One_may_have_all_of_that_at_once) {
  FinishedSpan one = span();
  one.parent = {9, 9, 9, 9, 9, 9, 9, 9};
  one.failed = true;
  one.failure = std::string(200, 'f');
  one.links.assign(130, one.self);
  one.attributes.assign(40, {"key", std::string(150, 'v')});
  const json all = of(one);
  EXPECT_EQ(all["parentSpanId"], "CQkJCQkJCQk=");
  EXPECT_EQ(all["status"]["message"], one.failure);
  EXPECT_EQ(all["links"].size(), 130u);
  EXPECT_EQ(all["attributes"].size(), 40u);
  EXPECT_EQ(all["flags"], 1);
}

TEST_F(SpanEncoderTest, A_text_that_is_no_UTF_8_costs_nothing_but_its_own_bytes) {
  FinishedSpan one = span();
  one.failed = true;
  one.failure = "no \xFF";
  one.name = "receive \xC3";
  one.attributes = {{"id", std::string("\xFFid\xC3\xBC")}};
  const json said = of(one);
  EXPECT_EQ(said["status"]["message"], "no ?");
  EXPECT_EQ(said["name"], "receive ?");
  EXPECT_EQ(said["attributes"][0]["value"]["stringValue"], "?id??");
}

TEST_F(SpanEncoderTest, A_request_may_have_no_spans) {
  EXPECT_EQ(decoded(encoder.request_of({}))["resourceSpans"][0]["scopeSpans"][0].contains("spans"),
            false);
}

TEST_F(SpanEncoderTest, Nothing_of_a_request_is_left_in_the_next) {
  const FinishedSpan one = span();
  const json first = of(one);
  FinishedSpan other = span();
  other.failed = true;
  other.links = {one.self};
  other.attributes = {{"a", std::string("b")}};
  of(other);
  EXPECT_EQ(of(one), first);
}

}  // namespace
}  // namespace connector_host::tracing
