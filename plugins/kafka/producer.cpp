#include "plugins/kafka/producer.hpp"

#include <algorithm>

#include "plugins/kafka/client_conf.hpp"

namespace connector_host_plugins::kafka {
namespace {

using std::chrono::milliseconds;

// What is queued is given up this long before what is in flight: an answer on its way is worth waiting for, because
// without it the message may have to be sent twice.
constexpr milliseconds longest_grace{200};
// A flush cannot be interrupted, so it is done in slices: the longest that a cancel goes unseen.
constexpr milliseconds slice{50};

rd_kafka_vu_t memory(rd_kafka_vtype_t type, connector_view view) {
  rd_kafka_vu_t out;
  out.vtype = type;
  out.u.mem.ptr = const_cast<char*>(view.data);  // librdkafka's signature; it does not write there
  out.u.mem.size = view.size;
  return out;
}

rd_kafka_vu_t pointer(rd_kafka_vtype_t type, void* value) {
  rd_kafka_vu_t out;
  out.vtype = type;
  out.u.ptr = value;
  return out;
}

// As one object of our own and not as VTYPE_HEADER each: librdkafka before 2.12 frees those twice when produce fails for
// an unknown topic.
Headers copy_headers(std::span<const connector_header> from) {
  if (from.empty()) return nullptr;
  Headers out(rd_kafka_headers_new(from.size()));
  for (const connector_header& header : from)
    rd_kafka_header_add(out.get(), header.name.data, ssize_t(header.name.size), header.value.data, ssize_t(header.value.size));
  return out;
}

}  // namespace

Producer::Producer(Conf conf, const std::string& topic, ClientLog& log, const Cancellation& cancellation)
    : cancellation_(cancellation),
      events_(log),
      client_(make_client(RD_KAFKA_PRODUCER, std::move(conf), events_)),
      topic_(rd_kafka_topic_new(client_, topic.c_str(), nullptr)) {}

Producer::~Producer() {
  topic_.reset();
  rd_kafka_destroy(client_);
}

void Producer::connect(const Deadline& deadline) {
  for (milliseconds patience{250}; !deadline.passed() && !cancellation_.cancelled(); patience = std::min(patience * 2, milliseconds(1000))) {
    const rd_kafka_metadata_t* answer = nullptr;
    if (rd_kafka_metadata(client_, 0, topic_.get(), &answer, std::max(1, deadline.slice_ms(patience))) == RD_KAFKA_RESP_ERR_NO_ERROR)
      return Metadata(answer).reset();
  }
}

rd_kafka_resp_err_t Producer::produce(const Message& message, Report& report, const Deadline& deadline) {
  rd_kafka_resp_err_t error = offer(message, report);
  while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && !deadline.passed() && !ended()) {
    flush(deadline.slice_ms(slice));
    error = offer(message, report);
  }
  return error;
}

rd_kafka_resp_err_t Producer::offer(const Message& message, Report& report) {
  rd_kafka_vu_t parts[6];
  std::size_t count = 0;
  parts[count++] = message.topic ? pointer(RD_KAFKA_VTYPE_TOPIC, const_cast<char*>(message.topic)) : pointer(RD_KAFKA_VTYPE_RKT, topic_.get());
  parts[count++] = memory(RD_KAFKA_VTYPE_VALUE, message.value);
  parts[count++] = memory(RD_KAFKA_VTYPE_KEY, message.key);
  parts[count++] = pointer(RD_KAFKA_VTYPE_OPAQUE, &report);
  if (message.timestamp_ms > 0) {
    parts[count].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    parts[count++].u.i64 = message.timestamp_ms;
  }
  Headers headers = copy_headers(message.headers);
  if (headers) parts[count++] = pointer(RD_KAFKA_VTYPE_HEADERS, headers.get());
  const ClientError error(rd_kafka_produceva(client_, parts, count));
  if (error) return rd_kafka_error_code(error.get());
  (void)headers.release();  // the message's from here on
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

// rd_kafka_flush serves the reports on this thread, and makes librdkafka send at once whatever linger.ms says.
bool Producer::flush(int milliseconds) {
  return rd_kafka_flush(client_, milliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Producer::settle(const Deadline& deadline) {
  const Deadline queued_until = deadline.earlier_by(std::min(longest_grace, deadline.left() / 4));
  while (!flush(queued_until.slice_ms(slice)))
    if (queued_until.passed() || ended()) return give_up(deadline);
  events_.clear();
}

// A purge that meets a partition on its way from one broker to another misses it, so it is repeated until all is in. A
// producer that failed for good empties its queue itself, but what it takes back from requests after that stays there.
void Producer::give_up(const Deadline& deadline) {
  if (!failed()) gave_up_ = true;
  const Deadline in_flight_until(std::min(deadline.at(), Deadline(longest_grace).at()));
  do {
    const int in_flight_too = in_flight_until.passed() ? RD_KAFKA_PURGE_F_INFLIGHT : 0;
    rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING | in_flight_too);
  } while (!flush(int(slice.count())));
}

std::string Producer::limit() const {
  char value[32] = "";
  std::size_t size = sizeof value;
  rd_kafka_conf_get(rd_kafka_conf(client_), "message.max.bytes", value, &size);
  return value;
}

Fault Producer::fatal() const {
  char text[512] = "";
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(client_, text, sizeof text);
  return {code, text};
}

}  // namespace connector_host_plugins::kafka
