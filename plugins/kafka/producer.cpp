#include "plugins/kafka/producer.hpp"

#include <algorithm>

#include "plugins/kafka/client_conf.hpp"
#include "plugins/kafka/topic_limits_query.hpp"

namespace connector_host_plugins::kafka {
namespace {

using std::chrono::milliseconds;

// What is queued is abandoned this long before what is in flight: an answer on its way is worth
// waiting for, because without it the message may have to be sent twice.
constexpr milliseconds longest_grace{200};
// A flush cannot be interrupted, so it is done in slices: the longest that a cancel goes unseen.
constexpr milliseconds slice{50};
// So long what was purged may stay away without a word in the log.
constexpr milliseconds longest_silence{1000};

// What a Produce request holds beside its messages: under 120 bytes, the topic (249 at most) and
// the client's name. A little more, as versions differ.
constexpr std::size_t longest_request_fields = 512;
constexpr milliseconds longest_limits_query{2000}, longest_leader_query{500};
// A new leader is elected in less, as a rule; the other records of a write wait so long for those
// of a partition without.
constexpr milliseconds leader_patience{2000};

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

// As one object of our own and not as VTYPE_HEADER each: librdkafka before 2.12 frees those twice
// when produce fails for an unknown topic.
Headers copy_headers(std::span<const connector_header> from) {
  if (from.empty()) return nullptr;
  Headers out(rd_kafka_headers_new(from.size()));
  for (const connector_header& header : from)
    rd_kafka_header_add(out.get(), header.name.data, ssize_t(header.name.size), header.value.data,
                        ssize_t(header.value.size));
  return out;
}

}  // namespace

Producer::Producer(Conf conf, const KafkaSettings& settings, LeaderlessPartitions& leaderless,
                   ClientLog& log, const Cancellation& cancellation, StatisticsBoard* board)
    : log_(log),
      cancellation_(cancellation),
      events_(log, board),
      client_(make_client(RD_KAFKA_PRODUCER, std::move(conf), events_)),
      limits_(read_limits()),
      compresses_(property("compression.type") != "none"),
      partitioning_{leaderless, property("partitioner"), settings.spreads_keyless} {}

Producer::~Producer() {
  for (auto& [name, each] : topics_) each.handle.reset();
  rd_kafka_destroy(client_);
}

RequestLimits Producer::read_limits() const {
  const auto number = [this](const char* name) { return std::size_t(std::stoull(property(name))); };
  const std::size_t fields = longest_request_fields + property("client.id").size();
  const std::size_t bytes = std::min(number("batch.size"), number("message.max.bytes"));
  return {number("batch.num.messages"), bytes > fields ? bytes - fields : 0};
}

void Producer::connect(const std::string& name, const Deadline& deadline) {
  Topic& own = topic(name);
  const Metadata answer = metadata_of(own, deadline);
  if (!answer) return;
  own.known = answer->topic_cnt == 1 && answer->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR &&
              answer->topics[0].partition_cnt > 0;
  learn_limits({&own}, deadline);
}

Metadata Producer::metadata_of(const Topic& topic, const Deadline& deadline) {
  for (milliseconds patience{250}; !deadline.passed() && !cancellation_.cancelled();
       patience = std::min(patience * 2, milliseconds(1000))) {
    const rd_kafka_metadata_t* answer = nullptr;
    if (rd_kafka_metadata(client_, 0, topic.handle.get(), &answer,
                          std::max(1, deadline.slice_ms(patience))) != RD_KAFKA_RESP_ERR_NO_ERROR)
      continue;
    broker_ = answer->orig_broker_id;
    return Metadata(answer);
  }
  return nullptr;
}

void Producer::begin() {
  serve();
  events_.clear();
}

Topic& Producer::topic(const std::string& name) {
  Topic& out = topics_[name];
  if (out.handle) return out;
  out.partitioner = std::make_unique<Partitioner>(partitioning_);
  rd_kafka_topic_conf_t* const conf = rd_kafka_default_topic_conf_dup(client_);
  rd_kafka_topic_conf_set_opaque(conf, out.partitioner.get());
  rd_kafka_topic_conf_set_partitioner_cb(conf, Partitioner::choose);
  out.handle.reset(rd_kafka_topic_new(client_, name.c_str(), conf));  // which takes the conf over
  if (!out.handle)
    throw connector::bad_config("topic '" + name + "': " + rd_kafka_err2str(rd_kafka_last_error()));
  return out;
}

void Producer::learn_limits(const std::vector<Topic*>& topics, const Deadline& deadline) {
  if (topics.empty()) return;
  std::vector<std::string> names;
  for (const Topic* each : topics) names.emplace_back(each->name());
  const Deadline soon = earlier_of(deadline, Deadline(longest_limits_query));
  if (broker_ < 0) metadata_of(*topics[0], soon);
  const TopicLimitsAnswer answer = query_topic_limits(client_, broker_, names, soon, cancellation_);
  for (std::size_t i = 0; i < topics.size(); ++i) {
    const auto found = answer.topics.find(names[i]);
    topics[i]->limits_known = found != answer.topics.end();
    topics[i]->limits = topics[i]->limits_known ? found->second : TopicLimits();
    topics[i]->limits_read = Deadline::Clock::now();
  }
  if (answer.problem.empty()) return;
  broker_ = -1;
  log_.line(6, "the configuration of topic '" + names[0] + "' or others is not known (" +
                   answer.problem +
                   "); only the brokers check sizes and timestamps of records there");
}

rd_kafka_resp_err_t Producer::produce(const Message& message, Report& report) {
  rd_kafka_vu_t parts[6];
  std::size_t count = 0;
  parts[count++] = pointer(RD_KAFKA_VTYPE_RKT, message.topic->handle.get());
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

// rd_kafka_flush serves the reports on this thread, and makes librdkafka send at once whatever
// linger.ms says.
bool Producer::flush(int milliseconds) {
  return rd_kafka_flush(client_, milliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void Producer::settle(const Deadline& deadline,
                      const std::function<bool(const Deadline&)>& abandons) {
  ++partitioning_.portion;
  const Deadline queued_until = deadline.earlier_by(std::min(longest_grace, deadline.left() / 4));
  Deadline review(leader_patience);
  while (!flush(queued_until.slice_ms(slice))) {
    if (queued_until.passed() || ended()) return give_up(deadline);
    if (!review.passed()) continue;
    if (abandons(earlier_of(queued_until, Deadline(longest_leader_query))))
      return give_up(deadline);
    review = Deadline(leader_patience);
  }
}

std::set<std::int32_t> Producer::leaderless(const Topic& topic, const Deadline& deadline) {
  std::set<std::int32_t> out;
  const Metadata answer = metadata_of(topic, deadline);
  if (!answer || answer->topic_cnt != 1) return out;
  const rd_kafka_metadata_topic_t& found = answer->topics[0];
  for (int i = 0; i < found.partition_cnt; ++i)
    if (found.partitions[i].leader < 0) out.insert(found.partitions[i].id);
  if (out.size() == std::size_t(found.partition_cnt)) out.clear();
  return out;
}

// A purge that meets a partition on its way from one broker to another misses it, so it is repeated
// until all is in. A producer that failed for good empties its queue itself, but what it takes back
// from requests after that stays there; what it has in flight for other partitions is none the
// worse for it, and has the whole time.
void Producer::give_up(const Deadline& deadline) {
  const Deadline soon = earlier_of(deadline, Deadline(longest_grace));
  if (!failed()) gave_up_ = true;
  Deadline in_flight_until = gave_up_ ? soon : deadline;
  bool explained = false;
  do {
    if (cancellation_.cancelled())
      in_flight_until = earlier_of(in_flight_until, Deadline(longest_grace));
    const int in_flight_too = in_flight_until.passed() ? RD_KAFKA_PURGE_F_INFLIGHT : 0;
    rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING | in_flight_too);
    if (!explained && Deadline(in_flight_until.at() + longest_silence).passed()) {
      log_.line(4, "a write waits for " + std::to_string(rd_kafka_outq_len(client_)) +
                       " messages that librdkafka does not give back; a name server that does not "
                       "answer can be the reason");
      explained = true;
    }
  } while (!flush(int(slice.count())));
}

std::string Producer::property(const char* name) const {
  return property_of(rd_kafka_conf(client_), name);
}

Fault Producer::fatal() const {
  char text[512] = "";
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(client_, text, sizeof text);
  return {code, text};
}

}  // namespace connector_host_plugins::kafka
