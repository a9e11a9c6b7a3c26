#include "plugins/kafka/producer.hpp"

#include <algorithm>

#include "plugins/kafka/client_conf.hpp"

namespace connector_host_plugins::kafka {
namespace {

using std::chrono::milliseconds;

// What is queued is given up this long before what is in flight: an answer on its way is worth waiting for, because
// without it the message may have to be sent twice.
constexpr milliseconds longest_grace{200};
constexpr milliseconds purge_interval{50};

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

Producer::Producer(Conf conf, const std::string& topic, Cancellation& cancellation)
    : cancellation_(cancellation),
      client_(make_client(RD_KAFKA_PRODUCER, std::move(conf))),
      topic_(rd_kafka_topic_new(client_, topic.c_str(), nullptr)),
      reports_(client_, cancellation) {}

Producer::~Producer() {
  reports_.stop();
  topic_.reset();
  rd_kafka_destroy(client_);
}

void Producer::connect(const Deadline& deadline) {
  for (milliseconds slice{250}; !deadline.passed() && !cancellation_.cancelled(); slice = std::min(slice * 2, milliseconds(1000))) {
    const rd_kafka_metadata_t* answer = nullptr;
    if (rd_kafka_metadata(client_, 0, topic_.get(), &answer, std::max(1, deadline.slice_ms(slice))) == RD_KAFKA_RESP_ERR_NO_ERROR)
      return Metadata(answer).reset();
  }
}

rd_kafka_resp_err_t Producer::produce(const Message& message, PendingWrite& write, Slot& slot, const Deadline& deadline) {
  rd_kafka_resp_err_t error = offer(message, slot);
  while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    const std::uint64_t seen = reports_.rounds();
    error = offer(message, slot);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && !reports_.await_room(write, seen, deadline)) break;
  }
  return error;
}

rd_kafka_resp_err_t Producer::offer(const Message& message, Slot& slot) {
  rd_kafka_vu_t parts[6];
  std::size_t count = 0;
  parts[count++] = message.topic ? pointer(RD_KAFKA_VTYPE_TOPIC, const_cast<char*>(message.topic)) : pointer(RD_KAFKA_VTYPE_RKT, topic_.get());
  parts[count++] = memory(RD_KAFKA_VTYPE_VALUE, message.value);
  parts[count++] = memory(RD_KAFKA_VTYPE_KEY, message.key);
  parts[count++] = pointer(RD_KAFKA_VTYPE_OPAQUE, &slot);
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

// A purge that meets a partition on its way from one broker to another misses it, so it is repeated until all is in.
void Producer::settle(PendingWrite& write, std::size_t accepted, const Deadline& deadline) {
  const milliseconds grace = std::min(longest_grace, deadline.left() / 4);
  if (reports_.await_all(write, accepted, deadline.earlier_by(grace))) return;
  bool cancelled = false;
  Deadline in_flight_until = deadline;
  do {
    if (!cancelled && cancellation_.cancelled()) {
      cancelled = true;
      in_flight_until = Deadline(std::min(deadline.at(), Deadline(longest_grace).at()));
    }
    purge(in_flight_until.passed());
  } while (!reports_.await_all_stubbornly(write, Deadline(purge_interval)));
}

// A producer that failed for good empties its queue itself, but what it takes back from requests after that stays there.
void Producer::purge(bool in_flight_too) {
  if (rd_kafka_fatal_error(client_, nullptr, 0) == RD_KAFKA_RESP_ERR_NO_ERROR) gave_up_ = true;
  rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING | (in_flight_too ? RD_KAFKA_PURGE_F_INFLIGHT : 0));
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
