#include <simdjson.h>

#include <optional>
#include <stdexcept>

#include "tests/bench/bare_clients.hpp"
#include "tests/bench/kafka_producer.hpp"
#include "tests/bench/redis_pipeline.hpp"
#include "tests/integration/event_tool/amqp_channel.hpp"

namespace bench {
namespace {

using event_tool::AmqpChannel;

constexpr std::size_t most_in_batch = 1000;
constexpr std::string_view prefix = "bare:";  // of the keys in Redis

// One thread, one batch at a time: what has come by now is claimed, written, committed and
// acknowledged, each step for the whole batch. Any error ends it.
class BareLine {
 public:
  explicit BareLine(const LineSettings& settings)
      : settings_(settings),
        channel_(settings.url),
        redis_("127.0.0.1", settings.redis_port),
        producer_(open_producer(settings.brokers, "1")) {
    reports_ = rd_kafka_queue_get_main(producer_.get());
    topic_ = rd_kafka_topic_new(producer_.get(), settings.topic.c_str(), nullptr);
    if (event_tool::partition_count(producer_.get(), settings.topic) == 0)
      throw std::runtime_error("Kafka: no topic " + settings.topic);
    amqp_basic_qos(amqp(), AmqpChannel::number, 0, settings.prefetch, 0);
    expect("the prefetch");
    amqp_basic_consume(amqp(), AmqpChannel::number, event_tool::bytes_of(settings.queue),
                       amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    expect("the consumer");
  }
  ~BareLine() {
    rd_kafka_topic_destroy(topic_);
    rd_kafka_queue_destroy(reports_);
  }
  BareLine(const BareLine&) = delete;
  BareLine& operator=(const BareLine&) = delete;

  Measured run() {
    for (std::uint64_t done = 0; done < settings_.count; done += size_) {
      read_batch();
      claim();
      write();
      commit();
      if (amqp_basic_ack(amqp(), AmqpChannel::number, batch_[size_ - 1].delivery_tag, 1) !=
          AMQP_STATUS_OK)
        throw std::runtime_error("RabbitMQ: the acknowledgement could not be sent");
      for (std::size_t i = 0; i < size_; ++i) amqp_destroy_envelope(&batch_[i]);
    }
    return measured(settings_.count, *watch_);
  }

 private:
  amqp_connection_state_t amqp() const { return channel_.handle(); }
  void expect(const char* what) const {
    if (amqp_get_rpc_reply(amqp()).reply_type != AMQP_RESPONSE_NORMAL)
      throw std::runtime_error(std::string("RabbitMQ did not accept: ") + what);
  }

  // Waits for the first one only.
  void read_batch() {
    amqp_maybe_release_buffers(amqp());
    for (size_ = 0; size_ < most_in_batch; ++size_) {
      timeval limit{size_ == 0 ? 60 : 0, 0};
      const auto reply = amqp_consume_message(amqp(), &batch_[size_], &limit, 0);
      if (!watch_) watch_.emplace();
      if (reply.reply_type == AMQP_RESPONSE_NORMAL) continue;
      if (size_ > 0 && reply.library_error == AMQP_STATUS_TIMEOUT) return;
      throw std::runtime_error("RabbitMQ: no message within 60 s; is the queue filled?");
    }
  }

  void claim() {
    ids_.clear();
    for (std::size_t i = 0; i < size_; ++i) {
      const amqp_bytes_t body = batch_[i].message.body;
      simdjson::dom::element id;
      if (parser_.parse(static_cast<const char*>(body.bytes), body.len)
              .at_pointer("/event_id")
              .get(id) != simdjson::SUCCESS)
        throw std::runtime_error("a message has no event_id");
      redis_.claim(ids_.emplace_back(prefix).append(id.get_c_str().value_unsafe()));
    }
    for (const bool is_new : redis_.replies()) {
      if (!is_new) throw std::runtime_error("an id was claimed before: each has to be another one");
    }
  }

  void write() {
    for (std::size_t i = 0; i < size_; ++i) {
      const amqp_bytes_t body = batch_[i].message.body;
      const std::string_view id = std::string_view(ids_[i]).substr(prefix.size());
      const auto error = rd_kafka_producev(producer_.get(), RD_KAFKA_V_RKT(topic_),
                                           RD_KAFKA_V_VALUE(body.bytes, body.len),
                                           RD_KAFKA_V_KEY(id.data(), id.size()), RD_KAFKA_V_END);
      if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw std::runtime_error(std::string("Kafka: ") + rd_kafka_err2str(error));
    }
    for (std::uint64_t confirmed = 0; confirmed < size_;) confirmed += take_reports(reports_, 100);
  }

  void commit() {
    for (const std::string& id : ids_) redis_.commit(id);
    redis_.replies();
  }

  const LineSettings& settings_;
  AmqpChannel channel_;
  RedisPipeline redis_;
  event_tool::KafkaClient producer_;
  rd_kafka_queue_t* reports_ = nullptr;
  rd_kafka_topic_t* topic_ = nullptr;
  simdjson::dom::parser parser_;
  std::optional<Stopwatch> watch_;
  std::vector<amqp_envelope_t> batch_ = std::vector<amqp_envelope_t>(most_in_batch);
  std::vector<std::string> ids_;
  std::size_t size_ = 0;
};

}  // namespace

Measured carry(const LineSettings& settings) {
  return BareLine(settings).run();
}

}  // namespace bench
