#pragma once
// MockCluster: librdkafka's own cluster of fake brokers, in this process, on free ports of
// 127.0.0.1.
//
// Speaks the real protocol and injects errors, delays and outages. It does not recognise a repeated
// batch as one (librdkafka 2.0 to 2.8), so duplicates are never counted on it. One thread.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

namespace kafka_test {

class MockCluster {
 public:
  static constexpr std::int16_t produce_api = 0;
  static constexpr std::int16_t init_producer_id_api = 22;

  explicit MockCluster(int brokers = 1) {
    char reason[512];
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), reason, sizeof reason);
    if (!client_) throw std::runtime_error(reason);
    cluster_ = rd_kafka_mock_cluster_new(client_, brokers);
  }
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(client_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void create_topic(const std::string& name, int partitions) {
    rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
  }
  void topic_error(const std::string& name, rd_kafka_resp_err_t error) {
    rd_kafka_mock_topic_set_error(cluster_, name.c_str(), error);
  }
  // leader -1: none.
  void set_leader(const std::string& name, int partition, int leader) {
    rd_kafka_mock_partition_set_leader(cluster_, name.c_str(), partition, leader);
  }
  // The next requests of this kind fail so, in this order, before they take effect.
  void fail(std::int16_t api, const std::vector<rd_kafka_resp_err_t>& errors) {
    rd_kafka_mock_push_request_errors_array(cluster_, api, errors.size(), errors.data());
  }
  // The next request of this kind is answered so, and as late as that.
  void answer_after(std::int16_t api, rd_kafka_resp_err_t error, int ms) {
    rd_kafka_mock_broker_push_request_error_rtts(cluster_, 1, api, 1, error, ms);
  }
  void fail_forever(std::int16_t api, rd_kafka_resp_err_t error) {
    fail(api, std::vector<rd_kafka_resp_err_t>(10000, error));
  }
  void heal(std::int16_t api) { rd_kafka_mock_clear_request_errors(cluster_, api); }
  void delay_all(int ms) { rd_kafka_mock_broker_set_rtt(cluster_, 1, ms); }
  void down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void up() { rd_kafka_mock_broker_set_up(cluster_, 1); }

 private:
  rd_kafka_t* client_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace kafka_test
