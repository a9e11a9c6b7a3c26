#include "plugins/kafka/fault.hpp"

namespace connector_host_plugins::kafka {
namespace {

bool contains(const std::string& text, const char* word) {
  return text.find(word) != std::string::npos;
}

// A broker that restarts cuts handshakes, which librdkafka reports with the codes of a refused one.
bool is_cut_handshake(const std::string& text) {
  return contains(text, "isconnect") || contains(text, "reset by peer") ||
         contains(text, "timed out") || contains(text, "Broken pipe");
}

const char* fix_for(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return "create it, or correct the name";
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return "grant the login DESCRIBE and WRITE on the topic";
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return "grant the login IDEMPOTENT_WRITE on the cluster (brokers older than 2.8), or CREATE "
             "for option 'create_topic'";
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
      return "check options 'sasl_mechanism', 'sasl_username' and 'sasl_password'";
    case RD_KAFKA_RESP_ERR__SSL:
      return "check option 'security_protocol' and the properties ssl.*";
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
      return "the brokers have to be Kafka 0.11 or newer, and the topic's message format too";
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
      return "the clock of this host and the broker's lie further apart than the topic's "
             "message.timestamp.*.max.ms allow: set the clock";
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE:
      return "choose another option 'compression'";
    default:
      return "see the brokers' log";
  }
}

}  // namespace

Verdict judge(rd_kafka_resp_err_t error, rd_kafka_msg_status_t status) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return Verdict::delivered;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:  // what brokers before 2.4 say to a message without key in
                                         // a compacted topic
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
      return Verdict::suspect;
    default:
      return status == RD_KAFKA_MSG_STATUS_NOT_PERSISTED ? Verdict::retry : Verdict::undecided;
  }
}

bool is_misconfiguration(const Fault& fault) {
  switch (fault.code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
      return true;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
      return !is_cut_handshake(fault.text);
    default:
      return false;
  }
}

bool is_unknown_topic(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

std::string describe(const Fault& fault, const std::string& topic) {
  std::string out = is_unknown_topic(fault.code)
                        ? "topic '" + topic + "' does not exist"
                        : "topic '" + topic + "': " + rd_kafka_err2str(fault.code);
  if (!fault.text.empty()) out += " (" + fault.text + ")";
  return out + "; " + fix_for(fault.code);
}

}  // namespace connector_host_plugins::kafka
