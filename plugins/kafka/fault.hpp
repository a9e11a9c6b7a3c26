#pragma once
// What an error of librdkafka means for a record, and for the sink. Pure functions; any thread.
#include <librdkafka/rdkafka.h>

#include <connector/error.hpp>
#include <string>

namespace connector_host_plugins::kafka {

// The latest word of a client about its brokers. code NO_ERROR: it has said nothing.
struct Fault {
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;
};

enum class Verdict {
  delivered,
  retry,      // certainly not in the topic
  undecided,  // nobody knows
  suspect  // the broker refused the batch for a fault that is one record's: it has to be sent alone
           // to know whose
};

Verdict judge(rd_kafka_resp_err_t, rd_kafka_msg_status_t);

// True for what requires the user: permission, login, certificates, a missing topic, the
// clock.
bool is_misconfiguration(const Fault&);
bool is_unknown_topic(rd_kafka_resp_err_t);

// One line: what is wrong and what to do about it.
std::string describe(const Fault&, const std::string& topic);

}  // namespace connector_host_plugins::kafka
