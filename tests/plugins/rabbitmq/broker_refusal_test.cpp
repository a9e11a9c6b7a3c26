#include "plugins/rabbitmq/broker_refusal.hpp"

#include <gtest/gtest.h>

namespace {

using connector_host_plugins::rabbitmq::Doing;
using connector_host_plugins::rabbitmq::refusal;

struct Row {
  std::uint16_t code;
  const char* text;
  Doing doing;
  connector_code means;
};

class RabbitmqRefusal : public testing::TestWithParam<Row> {};

TEST_P(RabbitmqRefusal, Means_what_the_user_can_do_about_it) {
  const Row& row = GetParam();
  const connector::Error error = refusal(row.code, row.text, "mq:5672", row.doing);
  EXPECT_EQ(error.code(), row.means) << error.what();
  EXPECT_NE(std::string(error.what()).find(row.text), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Codes, RabbitmqRefusal,
    testing::Values(
        Row{403, "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.",
            Doing::login, CONNECTOR_BAD_CONFIG},
        Row{530, "NOT_ALLOWED - vhost x not found", Doing::login, CONNECTOR_BAD_CONFIG},
        Row{530,
            "NOT_ALLOWED - access to vhost '/' refused for user 'u': connection limit (1) is "
            "reached",
            Doing::login, CONNECTOR_NOT_CONNECTED},
        Row{541, "INTERNAL_ERROR - access to vhost '/' refused for user 'u': vhost '/' is down",
            Doing::login, CONNECTOR_NOT_CONNECTED},
        Row{404, "NOT_FOUND - no queue 'q' in vhost '/'", Doing::declaring, CONNECTOR_BAD_CONFIG},
        Row{404, "NOT_FOUND - no queue 'q' in vhost '/'", Doing::declaring_known,
            CONNECTOR_NOT_CONNECTED},
        Row{404,
            "NOT_FOUND - home node 'b@x' of durable queue 'q' in vhost '/' is down or inaccessible",
            Doing::declaring, CONNECTOR_NOT_CONNECTED},
        Row{404, "NOT_FOUND - no queue 'q' in vhost '/'", Doing::consuming, CONNECTOR_BAD_CONFIG},
        Row{404, "NOT_FOUND - no queue 'q' in vhost '/'", Doing::consuming_known,
            CONNECTOR_NOT_CONNECTED},
        Row{404, "NOT_FOUND - no queue 'rate-limit-events' in vhost '/'", Doing::declaring,
            CONNECTOR_BAD_CONFIG},
        Row{404, "NOT_FOUND - no queue 'q' in vhost 'exclusive timeout'", Doing::declaring,
            CONNECTOR_BAD_CONFIG},
        Row{404, "NOT_FOUND - no queue 'it's stopped' in vhost '/'", Doing::declaring,
            CONNECTOR_BAD_CONFIG},
        Row{404, "NOT_FOUND - no queue '' in vhost 'the limit'", Doing::declaring,
            CONNECTOR_BAD_CONFIG},
        Row{404, "NOT_FOUND - queue 'q' in vhost '/' process is stopped by supervisor",
            Doing::declaring, CONNECTOR_NOT_CONNECTED},
        Row{403,
            "ACCESS_REFUSED - access to queue 'limits' in vhost '/' refused for user 'timeout'",
            Doing::declaring, CONNECTOR_BAD_CONFIG},
        Row{406,
            "PRECONDITION_FAILED - inequivalent arg 'x-timed out' for queue 'is down' in vhost '/'",
            Doing::declaring, CONNECTOR_BAD_CONFIG},
        Row{406,
            "PRECONDITION_FAILED - cannot declare queue 'q' in vhost '/': queue limit (10) is "
            "reached",
            Doing::declaring, CONNECTOR_NOT_CONNECTED},
        Row{405, "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q'",
            Doing::declaring, CONNECTOR_NOT_CONNECTED},
        Row{406, "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q'", Doing::declaring,
            CONNECTOR_BAD_CONFIG},
        Row{406,
            "PRECONDITION_FAILED - invalid arg 'x-consumer-timeout' for queue 'q' in vhost '/': "
            "\"x\"",
            Doing::starting_consumer, CONNECTOR_BAD_CONFIG},
        Row{406, "PRECONDITION_FAILED - unknown delivery tag 7", Doing::consuming_known,
            CONNECTOR_NOT_CONNECTED},
        Row{406, "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out",
            Doing::consuming_known, CONNECTOR_NOT_CONNECTED},
        Row{403, "ACCESS_REFUSED - read access to queue 'q' in vhost '/' refused for user 'u'",
            Doing::consuming_known, CONNECTOR_BAD_CONFIG},
        Row{403, "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use", Doing::consuming_known,
            CONNECTOR_NOT_CONNECTED},
        Row{320, "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
            Doing::consuming_known, CONNECTOR_NOT_CONNECTED}));

}  // namespace
