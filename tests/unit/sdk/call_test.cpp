// The guard that stops exceptions, and outcomes: what a thrown error becomes, and what a forgotten
// record stays.
#include <gtest/gtest.h>
#include <connector/call.hpp>

#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using connector::Call;
using connector::guarded;
using connector::Outcomes;

struct RawCall : connector_call {
  RawCall() : connector_call{} {
    struct_size = sizeof(connector_call);
    timeout_ms = 250;
    self = this;
    explain = [](connector_call* call, std::uint64_t index, connector_view why) {
      static_cast<RawCall*>(call->self)->reasons[index] = connector::text(why);
    };
  }
  std::map<std::uint64_t, std::string> reasons;
};

TEST(Guarded, A_result_is_passed_on_and_the_call_shows_its_time_limit) {
  RawCall raw;
  EXPECT_EQ(guarded(&raw,
                    [](Call& call) {
                      return call.timeout().count() == 250 ? CONNECTOR_END : CONNECTOR_FATAL;
                    }),
            CONNECTOR_END);
}

TEST(Guarded, An_error_becomes_its_code_text_and_delay) {
  RawCall raw;
  const auto code = guarded(&raw, [](Call&) -> connector_code {
    throw connector::Error(CONNECTOR_NOT_CONNECTED, "cut off", 1500);
  });
  EXPECT_EQ(code, CONNECTOR_NOT_CONNECTED);
  EXPECT_STREQ(raw.message, "cut off");
  EXPECT_EQ(raw.retry_after_ms, 1500u);
}

TEST(Guarded, Each_named_error_has_its_code) {
  EXPECT_EQ(connector::retriable("x").code(), CONNECTOR_RETRIABLE);
  EXPECT_EQ(connector::not_connected("x").code(), CONNECTOR_NOT_CONNECTED);
  EXPECT_EQ(connector::bad_config("x").code(), CONNECTOR_BAD_CONFIG);
  EXPECT_EQ(connector::fatal("x").code(), CONNECTOR_FATAL);
}

TEST(Guarded, Any_other_exception_is_retriable_and_keeps_its_text) {
  RawCall standard, memory, odd;
  EXPECT_EQ(guarded(&standard, [](Call&) -> connector_code { throw std::out_of_range("beyond"); }),
            CONNECTOR_RETRIABLE);
  EXPECT_STREQ(standard.message, "beyond");
  EXPECT_EQ(guarded(&memory, [](Call&) -> connector_code { throw std::bad_alloc(); }),
            CONNECTOR_RETRIABLE);
  EXPECT_STREQ(memory.message, "out of memory");
  EXPECT_EQ(guarded(&odd, [](Call&) -> connector_code { throw 42; }), CONNECTOR_RETRIABLE);
  EXPECT_NE(std::string(odd.message).find("not a std::exception"), std::string::npos);
}

TEST(Guarded, A_call_without_an_answer_swallows_what_is_thrown) {
  EXPECT_NO_THROW(connector::guarded_void([] { throw 42; }));
}

TEST(Call, A_long_reason_is_cut_and_terminated) {
  RawCall raw;
  Call(raw).fail(std::string(1000, 'x'));
  EXPECT_EQ(std::string(raw.message).size(), sizeof raw.message - 1);
}

TEST(Call, A_caller_that_wants_no_reasons_gets_none) {
  RawCall raw;
  raw.explain = nullptr;
  Call(raw).explain(0, "nobody listens");
  EXPECT_TRUE(raw.reasons.empty());
}

TEST(Outcomes, A_record_that_nobody_speaks_of_stays_as_it_came) {
  RawCall raw;
  Call call(raw);
  std::vector<connector_outcome> all(5, {CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0});
  Outcomes outcomes(all.data(), all.size(), call);
  outcomes.delivered(0);
  outcomes.reject(1, "too large");
  outcomes.retry(2, "busy", 700);
  outcomes.undecided(3, "no answer");
  EXPECT_EQ(outcomes.size(), 5u);
  EXPECT_EQ(outcomes.code(0), CONNECTOR_OK);
  EXPECT_EQ(all[0].flags, 0u);
  EXPECT_EQ(outcomes.code(1), CONNECTOR_REJECTED);
  EXPECT_EQ(all[2].code, CONNECTOR_RETRIABLE);
  EXPECT_EQ(all[2].flags, 0u) << "certainly not delivered";
  EXPECT_EQ(all[2].retry_after_ms, 700u);
  EXPECT_EQ(all[3].flags, std::uint32_t(CONNECTOR_MAYBE_DELIVERED));
  EXPECT_EQ(all[4].code, CONNECTOR_RETRIABLE);
  EXPECT_EQ(all[4].flags, std::uint32_t(CONNECTOR_MAYBE_DELIVERED));
  EXPECT_EQ(raw.reasons, (std::map<std::uint64_t, std::string>{
                             {1, "too large"}, {2, "busy"}, {3, "no answer"}}));
}

}  // namespace
