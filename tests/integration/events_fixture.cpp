#include "tests/integration/events_fixture.hpp"

#include <algorithm>
#include <fstream>

#include "tests/integration/event_tool/topic_reader.hpp"

namespace integration {
namespace {

std::string url_of(const std::string& rabbitmq) {
  return "amqp://guest:guest@" + rabbitmq;
}

// The event id in a body, or the body where there is none.
std::string id_in(const std::string& body) {
  constexpr std::string_view marker = "\"event_id\":\"";
  const std::size_t at = body.find(marker);
  if (at == std::string::npos) return body;
  const std::size_t first = at + marker.size();
  return body.substr(first, body.find('"', first) - first);
}

}  // namespace

void EventsTest::make_quorum_queue(int delivery_limit) {
  queue_type = "quorum";
  event_tool::AmqpChannel(url_of(rabbitmq))
      .declare_queue(queue, event_tool::QueueType::quorum, delivery_limit);
}

std::vector<std::string> EventsTest::bodies_of(int events) const {
  std::vector<std::string> bodies;
  for (int i = 0; i < events; ++i) bodies.push_back(body_of(i));
  return bodies;
}

void EventsTest::publish_bodies(const std::vector<std::string>& bodies) {
  constexpr std::size_t window = 500;
  event_tool::AmqpChannel channel(url_of(rabbitmq));
  channel.select_confirms();
  std::uint64_t confirmed = 0;  // a broker confirms in order, or several at once
  for (std::size_t sent = 0; sent < bodies.size();) {
    for (const std::size_t end = std::min(sent + window, bodies.size()); sent < end; ++sent) {
      event_tool::Publication message;
      message.body = bodies[sent];
      channel.publish(queue, message);
    }
    while (confirmed < sent) {
      const auto frame = channel.read_frame(std::chrono::seconds(30));
      ASSERT_TRUE(frame) << "the broker does not confirm";
      if (frame->frame_type != AMQP_FRAME_METHOD ||
          frame->payload.method.id != AMQP_BASIC_ACK_METHOD)
        continue;
      const auto& ack = *static_cast<const amqp_basic_ack_t*>(frame->payload.method.decoded);
      confirmed = ack.multiple ? ack.delivery_tag : confirmed + 1;
    }
  }
}

std::unique_ptr<Program> EventsTest::host_of(const std::string& connector,
                                             const std::string& name) {
  http_port = free_port();
  admin_port = free_port();
  const std::string file = folder + "/" + name + ".yaml";
  std::ofstream(file) << "connectors:\n  c:\n"
                      << connector << "http: { listen: '127.0.0.1:" << http_port
                      << "' }\nadmin: { unauthenticated: admin, listen: '127.0.0.1:" << admin_port
                      << "' }\nstate_dir: " << folder << "/state-" << name
                      << "\nplugin_dirs: [" TRANSFORM_DIR "]\n";
  return std::make_unique<Program>(std::vector<std::string>{CONNECTOR_HOST, "--topology", file},
                                   Environment{}, folder + "/" + name + ".log");
}

bool EventsTest::stays_failed() const {
  const std::string now = status();
  return now.find("stays FAILED") != std::string::npos ||
         now.find("not restarted by itself") != std::string::npos;
}

Arrivals EventsTest::in_topic(const std::string& name) const {
  Arrivals arrivals;
  event_tool::TopicReader reader(kafka, name);
  reader.read_to_end([&](const rd_kafka_message_t& message) {
    ++arrivals[id_in({static_cast<const char*>(message.payload), message.len})];
  });
  return arrivals;
}

Arrivals EventsTest::in_file(const std::string& name) const {
  Arrivals arrivals;
  std::ifstream lines(folder + "/" + name);
  for (std::string line; std::getline(lines, line);) ++arrivals[id_in(line)];
  return arrivals;
}

long EventsTest::ready_in_queue() const {
  const auto state = event_tool::AmqpChannel(url_of(rabbitmq)).queue_state(queue);
  return state ? long(state->ready) : -1;
}

}  // namespace integration
