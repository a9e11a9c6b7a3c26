#include "broker.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "plugins/rabbitmq/argument_table.hpp"

namespace rabbitmq_test {

using connector_host_plugins::rabbitmq::ArgumentTable;
using connector_host_plugins::rabbitmq::bytes_of;

std::uint16_t broker_port() {
  const char* address = std::getenv("CONNECTOR_TEST_RABBITMQ");
  const std::string text = address ? address : "";
  const std::size_t colon = text.rfind(':');
  return colon == text.npos ? std::uint16_t(0) : std::uint16_t(std::stoi(text.substr(colon + 1)));
}

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

Broker::Broker() : state_(amqp_new_connection()) {
  amqp_socket_t* socket = amqp_tcp_socket_new(state_);
  if (amqp_socket_open(socket, "127.0.0.1", broker_port()) != AMQP_STATUS_OK)
    throw std::runtime_error("no broker at CONNECTOR_TEST_RABBITMQ");
  const amqp_rpc_reply_t login =
      amqp_login(state_, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest");
  if (login.reply_type != AMQP_RESPONSE_NORMAL) throw std::runtime_error("the test cannot log in");
  amqp_channel_open(state_, 1);
  require("channel.open");
}

void Broker::require(const char* what) {
  if (amqp_get_rpc_reply(state_).reply_type != AMQP_RESPONSE_NORMAL)
    throw std::runtime_error(std::string("the broker refuses the test's ") + what);
  amqp_maybe_release_buffers(state_);
}

void Broker::declare(const std::string& queue, bool durable, QueueKind kind) {
  const bool single_active =
      kind == QueueKind::single_active || kind == QueueKind::single_active_quorum;
  const bool quorum = kind == QueueKind::quorum || kind == QueueKind::single_active_quorum;
  connector::Config::Map arguments;
  if (quorum || kind == QueueKind::stream)
    arguments.emplace_back("x-queue-type", quorum ? "quorum" : "stream");
  if (single_active) arguments.emplace_back("x-single-active-consumer", "true");
  declare_with(queue, arguments, durable);
}

void Broker::declare_with(const std::string& queue, const connector::Config::Map& arguments,
                          bool durable) {
  ArgumentTable table;
  table.add(arguments);
  amqp_queue_declare(state_, 1, bytes_of(queue), 0, durable, 0, 0, table.table());
  require("queue.declare");
}

void Broker::remove(const std::string& queue) {
  amqp_queue_delete(state_, 1, bytes_of(queue), 0, 0);
  require("queue.delete");
}

void Broker::publish(const std::string& queue, std::string_view body,
                     const amqp_basic_properties_t* properties) {
  publish_to("", queue, body, properties);
}

void Broker::publish_to(const std::string& exchange, const std::string& routing_key,
                        std::string_view body, const amqp_basic_properties_t* properties) {
  const int status = amqp_basic_publish(state_, 1, bytes_of(exchange), bytes_of(routing_key), 0, 0,
                                        properties, bytes_of(body));
  if (status != AMQP_STATUS_OK)
    throw std::runtime_error(std::string("the test cannot publish: ") + amqp_error_string2(status));
}

std::uint32_t Broker::ready(const std::string& queue) {
  const amqp_queue_declare_ok_t* answer =
      amqp_queue_declare(state_, 1, bytes_of(queue), 1, 0, 0, 0, amqp_empty_table);
  const std::uint32_t count = answer ? answer->message_count : 0;
  require("passive queue.declare");
  return count;
}

void Broker::bind_exchange(const std::string& exchange) {
  amqp_exchange_declare(state_, 1, bytes_of(exchange), bytes_of("direct"), 0, 0, 0, 0,
                        amqp_empty_table);
  require("exchange.declare");
}

void Broker::remove_exchange(const std::string& exchange) {
  amqp_exchange_delete(state_, 1, bytes_of(exchange), 0);
  require("exchange.delete");
}

std::string unique_name() {
  static int count = 0;
  return "connector_test_" + std::to_string(::getpid()) + '_' + std::to_string(++count);
}

Queue::Queue(QueueKind kind) : name_(unique_name()) {
  broker_.declare(name_, true, kind);
}

Queue::Queue(const connector::Config::Map& arguments) : name_(unique_name()) {
  broker_.declare_with(name_, arguments);
}

Queue::~Queue() {
  try {
    broker_.remove(name_);
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
}

void Queue::publish_numbers(int first, int count) {
  for (int i = 0; i < count; ++i) publish(std::to_string(first + i));
  EXPECT_TRUE(comes_to_hold(std::uint32_t(count)));
}

const connector_component& rabbitmq_component() {
  static const connector::testing::PluginUnderTest plugin(RABBITMQ_PLUGIN);
  return plugin.component(CONNECTOR_SOURCE, "rabbitmq");
}

std::string url_of(std::uint16_t port, const std::string& login, const std::string& path) {
  return "amqp://" + login + "@127.0.0.1:" + std::to_string(port) + path;
}

namespace {

std::string config(const std::string& queue, Settings settings, std::uint16_t port) {
  settings.emplace("url", url_of(port));
  settings.emplace("queue", queue);
  return connector::testing::with_defaults(rabbitmq_component(), std::move(settings));
}

}  // namespace

TestSource::TestSource(const std::string& queue, Settings settings, std::uint16_t port)
    : driver_(rabbitmq_component(), config(queue, std::move(settings), port), host_) {}

TestSource::TestSource(connector::testing::FakeHost& host, const std::string& queue,
                       Settings settings)
    : host_(host),
      driver_(rabbitmq_component(), config(queue, std::move(settings), broker_port()), host_) {}

connector_code TestSource::open(std::uint32_t timeout_ms) {
  TestCall call(timeout_ms);
  return noted(driver_.open(call), call);
}

connector_code TestSource::check(std::uint32_t timeout_ms) {
  TestCall call(timeout_ms);
  return noted(driver_.lifecycle().check(driver_.self(), call), call);
}

connector_code TestSource::poll(Lease& lease, std::uint32_t max_records, std::uint32_t timeout_ms,
                                std::uint64_t max_bytes) {
  TestCall call(timeout_ms);
  return noted(driver_.ops().poll(driver_.self(), max_records, max_bytes, lease.raw(), call), call);
}

Lease TestSource::take(std::uint32_t max_records, std::uint32_t timeout_ms) {
  Lease lease;
  EXPECT_EQ(poll(lease, max_records, timeout_ms), CONNECTOR_OK) << why_;
  return lease;
}

connector_code TestSource::polls_until_it_fails(std::uint32_t max_records) {
  connector_code code = CONNECTOR_OK;
  eventually([&] {
    Lease lease;
    code = poll(lease, max_records, 100);
    return code != CONNECTOR_OK;
  });
  return code;
}

connector_code TestSource::ack(const std::vector<std::uint64_t>& positions) {
  TestCall call;
  return noted(driver_.ops().ack(driver_.self(), positions.data(), positions.size(), call), call);
}

connector_code TestSource::nack(const std::vector<std::uint64_t>& positions, bool requeue) {
  TestCall call;
  return noted(
      driver_.ops().nack(driver_.self(), positions.data(), positions.size(), requeue, call), call);
}

connector_code TestSource::pause(std::uint32_t timeout_ms) {
  TestCall call(timeout_ms);
  return noted(driver_.ops().pause(driver_.self(), call), call);
}

connector_code TestSource::resume() {
  TestCall call;
  return noted(driver_.ops().resume(driver_.self(), call), call);
}

connector_code TestSource::set_window(std::uint32_t deliveries) {
  TestCall call;
  return noted(driver_.ops().set_window(driver_.self(), deliveries, call), call);
}

std::uint32_t TestSource::delivery_limit() {
  TestCall call(0);
  std::uint32_t limit = 0;
  EXPECT_EQ(driver_.ops().delivery_limit(driver_.self(), &limit, call), CONNECTOR_OK);
  return limit;
}

connector_code TestSource::backlog(std::uint64_t& records) {
  TestCall call;
  return noted(driver_.ops().backlog(driver_.self(), &records, call), call);
}

namespace {

void keep(void* arg, connector_view text) {
  *static_cast<std::string*>(arg) = connector::text(text);
}

}  // namespace

std::string TestSource::identity() {
  TestCall call;
  std::string text;
  EXPECT_EQ(driver_.lifecycle().identity(driver_.self(), keep, &text, call), CONNECTOR_OK);
  return text;
}

std::string TestSource::offsets() {
  TestCall call;
  std::string json;
  EXPECT_EQ(driver_.ops().offsets(driver_.self(), keep, &json, call), CONNECTOR_OK);
  return json;
}

connector_code TestSource::set_offsets(connector_view json) {
  TestCall call;
  return noted(driver_.ops().set_offsets(driver_.self(), json, call), call);
}

bool TestSource::has_logged(std::string_view part) const {
  for (const std::string& line : host_.logged()) {
    if (line.find(part) != line.npos) return true;
  }
  return false;
}

}  // namespace rabbitmq_test
