#include "plugins/rabbitmq/rabbitmq_source.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>

#include "plugins/rabbitmq/queue_declaration.hpp"
#include "plugins/rabbitmq/queue_identity.hpp"
#include "plugins/rabbitmq/queue_type_probe.hpp"
#include "plugins/rabbitmq/source_offsets.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds goodbye_limit{1000};
// What was acknowledged reaches the broker behind the deliveries that are on their way here: a
// goodbye waits while those arrive.
constexpr milliseconds longest_goodbye{10'000};
constexpr milliseconds longest_silence{5000};  // of a broker that is to confirm a cancel
// Sends of a poll may take this long even when the poll itself is shorter: a socket that is full
// for once is not a broken one.
constexpr milliseconds send_limit{1000};

connector::Error cancelled() {
  return connector::not_connected("opening the connection to RabbitMQ was cancelled");
}

}  // namespace

RabbitmqSource::RabbitmqSource(connector::Host host, const connector::Config& config)
    : host_(host),
      settings_(SourceSettings::read(config, host.instance())),
      property_headers_(settings_.property_headers),
      acknowledger_(host),
      census_(host, settings_.census_every),
      counts_(settings_),
      delivery_limit_(host, settings_, counts_),
      window_(settings_.prefetch) {}

RabbitmqSource::~RabbitmqSource() {
  close();
}

template <class F>
auto RabbitmqSource::watched(F&& f) {
  try {
    return f();
  } catch (const connector::Error& error) {
    if (error.code() == CONNECTOR_NOT_CONNECTED) turn_from(broker_);
    throw;
  } catch (const std::exception& error) {
    close();
    throw connector::not_connected(
        "the connection to RabbitMQ was closed, because what came over it may be lost in part: " +
        std::string(error.what()));
  }
}

void RabbitmqSource::open(connector::Call& call) {
  close();
  interruption_.reset();
  paused_ = false;
  const net::Deadline deadline(call.timeout());
  std::size_t tried = broker_;
  std::unique_ptr<Connection> connection;
  try {
    connection = connect(deadline, interruption_, "", tried);
    host_.add(SourceMetrics::connects);
    prepare(*connection, deadline.at_most(settings_.connect_timeout));
    interruption_.unwatch();  // a cancel from here on finds nothing to end
    if (interruption_.cancelled()) throw cancelled();
  } catch (const connector::Error& error) {
    interruption_.unwatch();
    if (error.code() != CONNECTOR_NOT_CONNECTED) throw;
    turn_from(tried);
    if (interruption_.cancelled()) throw cancelled();
    throw;
  }
  broker_ = tried;
  delivery_limit_.start();
  remember_identity(*connection, settings_.brokers[tried]);
  host_.info("connected to RabbitMQ at " + connection->where() + ", queue " + settings_.queue);
  session_ = std::make_unique<ConsumerSession>(host_, settings_, property_headers_,
                                               std::move(connection), acknowledger_, census_,
                                               counts_, window_, queue_known_, stream_.get());
}

void RabbitmqSource::remember_identity(const Connection& connection, const BrokerAddress& broker) {
  const std::string name = connection.cluster_name();
  const std::lock_guard lock(identity_mutex_);
  identity_ = queue_identity(name.empty() ? broker.host + ':' + std::to_string(broker.port) : name,
                             broker.virtual_host, settings_.queue);
}

std::string RabbitmqSource::identity(connector::Call&) {
  const std::lock_guard lock(identity_mutex_);
  return identity_;
}

std::string RabbitmqSource::keep_order(connector::Call&) {
  acknowledger_.keep_order();
  const std::pair<std::string, std::string> single{"x-single-active-consumer", "true"};
  const bool declares_it = std::find(settings_.arguments.begin(), settings_.arguments.end(),
                                     single) != settings_.arguments.end();
  if (settings_.declare == SourceSettings::Declare::active && declares_it) return {};
  return "the order is that of one consumer: where others may consume queue '" + settings_.queue +
         "', another host's among them, it needs the argument x-single-active-consumer: true";
}

std::unique_ptr<Connection> RabbitmqSource::connect(const net::Deadline& deadline,
                                                    Interruption& interruption,
                                                    const std::string& suffix,
                                                    std::size_t& broker) const {
  ConnectionSettings settings = settings_.connection;
  settings.name += suffix;
  std::string why;
  const std::size_t first = broker;
  for (std::size_t i = 0; i < settings_.brokers.size() && !interruption.cancelled(); ++i) {
    // With too little time left for the next one it would only lose its turn: it comes first in the
    // next open.
    if (i > 0 && deadline.left() < settings_.connect_timeout / 2) break;
    broker = (first + i) % settings_.brokers.size();
    if (settings_.brokers[broker].tls && !settings.credentials)
      settings.credentials.emplace(host_, settings.tls.files);
    try {
      return std::make_unique<Connection>(settings_.brokers[broker], settings,
                                          deadline.at_most(settings_.connect_timeout),
                                          interruption);
    } catch (const connector::Error& error) {
      if (error.code() != CONNECTOR_NOT_CONNECTED) throw;
      why += (why.empty() ? "" : "; ") + std::string(error.what());
    }
  }
  if (interruption.cancelled()) throw cancelled();
  throw connector::not_connected(why);
}

void RabbitmqSource::prepare(Connection& connection, const net::Deadline& deadline) {
  try {
    if (settings_.declare == SourceSettings::Declare::active)
      declare_queue(connection, settings_, queue_known_, deadline);
    if (settings_.declare == SourceSettings::Declare::passive)
      expect_queue(connection, settings_, queue_known_, deadline);
    if (settings_.declare != SourceSettings::Declare::none) {
      queue_known_ = true;
      census_.seen();
    }
    follow(type_of_queue(connection, deadline));
  } catch (const connector::Error&) {
    connection.shut(net::Deadline(goodbye_limit));
    throw;
  }
}

QueueType RabbitmqSource::type_of_queue(Connection& connection,
                                        const net::Deadline& deadline) const {
  const QueueType declared = declared_type(settings_);
  return declared != QueueType::unknown ? declared
                                        : ask_queue_type(connection, settings_, deadline);
}

// A queue may have been declared again with another type.
void RabbitmqSource::follow(QueueType type) {
  counts_.queue_type(type);
  if (type == QueueType::unknown) return;
  if (type != QueueType::stream) return stream_.reset();
  if (!host_.instance().ends_with("/0")) {
    throw connector::bad_config(
        "queue '" + settings_.queue +
        "' is a stream, which every task would read as a whole: set tasks: 1");
  }
  if (!stream_) stream_ = std::make_unique<StreamProgress>(host_, settings_);
}

// A queue that `declare: active` has still to make is not missed.
void RabbitmqSource::check(connector::Call& call) {
  const net::Deadline deadline(call.timeout());
  Interruption never;
  std::size_t broker = broker_;
  const std::unique_ptr<Connection> connection = connect(deadline, never, " check", broker);
  try {
    if (settings_.declare == SourceSettings::Declare::passive ||
        (settings_.declare == SourceSettings::Declare::active && queue_known_)) {
      const net::Deadline limit = deadline.at_most(settings_.connect_timeout);
      expect_queue(*connection, settings_, queue_known_, limit);
      expect_readable(*connection, settings_, limit);
    }
  } catch (const connector::Error&) {
    connection->shut(deadline.at_most(goodbye_limit));
    throw;
  }
  connection->shut(deadline.at_most(goodbye_limit));
}

void RabbitmqSource::close() {
  interruption_.unwatch();
  if (session_) session_->end(Patience(net::Deadline(longest_goodbye), goodbye_limit));
  session_.reset();
  if (stream_) stream_->keep();
  batch_.reset();
  delivery_limit_.stop();
}

ConsumerSession& RabbitmqSource::session() {
  if (!session_) throw connector::not_connected("the connection to RabbitMQ is not open");
  return *session_;
}

connector::PollResult RabbitmqSource::poll(std::uint32_t max_records, std::uint64_t max_bytes,
                                           connector_batch& out, connector::Call& call) {
  session();
  const net::Deadline deadline(call.timeout());
  if (!batch_) batch_ = pool_.take();
  watched([&] { collect(max_records, max_bytes, deadline); });
  if (session_->complete_in(*batch_) > 0) pool_.finish(std::move(batch_), out);
  return connector::PollResult::more;
}

void RabbitmqSource::collect(std::uint32_t max_records, std::uint64_t max_bytes,
                             const net::Deadline& deadline) {
  const bool takes_records = max_records > 0 && !session_->withholds();
  session_->ask_for_census();
  if (delivery_limit_.is_set()) counts_.queue_counts();
  if (takes_records && !paused_) session_->start();
  ReadTurn turn(deadline, wake_);
  for (;;) {
    if (takes_records) session_->collect(*batch_, max_records, max_bytes, turn);
    if (!takes_records) session_->keep_alive(turn);
    if (session_->queue_known()) queue_known_ = true;
    if (stream_) stream_->keep_if_due();
    acknowledger_.review(net::Deadline(send_limit));
    advance(net::Deadline(send_limit));
    if (wake_.take() || session_->complete_in(*batch_) > 0 || deadline.over()) return;
    wait(deadline, takes_records);
  }
}

void RabbitmqSource::advance(const net::Deadline& deadline) {
  if (!session_) return;
  // An unfinished record stands alone in its batch. It is returned with the rest.
  if ((session_->returning() || session_->withholds()) && batch_ &&
      session_->complete_in(*batch_) == 0)
    batch_ = pool_.take();
  session_->advance(deadline);
}

// Not longer than half a heartbeat, because heartbeats are sent by reading, nor than until
// something is due.
void RabbitmqSource::wait(const net::Deadline& deadline, bool takes_records) {
  const Connection& connection = session_->connection();
  milliseconds limit = milliseconds(connection.heartbeat()) / 2;
  for (const auto due : {acknowledger_.review_due(), session_->due()})
    limit = std::min(limit, due.value_or(limit));
  const bool reads = takes_records || !session_->reading_suspended();
  pollfd waiting[] = {{connection.socket(), short(reads ? POLLIN : POLLRDHUP), 0},
                      {wake_.descriptor(), POLLIN, 0}};
  ::poll(waiting, 2,
         deadline.at_most(limit).poll_timeout());  // a signal ends it early: the loop looks again
  if (waiting[1].revents != 0) wake_.heard();
  // Reading reports the reason. A wait without reading would be woken for ever: an error cannot
  // be left out of events.
  if (!reads && waiting[0].revents != 0) session_->lost();
}

void RabbitmqSource::ack(std::span<const std::uint64_t> positions, connector::Call& call) {
  const net::Deadline deadline(call.timeout());
  watched([&] {
    acknowledger_.ack(positions, deadline);
    advance(deadline);
  });
}

void RabbitmqSource::nack(std::span<const std::uint64_t> positions, bool requeue,
                          connector::Call& call) {
  const net::Deadline deadline(call.timeout());
  watched([&] {
    acknowledger_.nack(positions, requeue, deadline);
    advance(deadline);
  });
}

void RabbitmqSource::pause(connector::Call& call) {
  paused_ = true;
  batch_.reset();  // the unfinished record in it goes back with the rest
  if (session_)
    watched([&] { session_->stop(Patience(net::Deadline(call.timeout()), longest_silence)); });
}

void RabbitmqSource::resume(connector::Call&) {
  paused_ = false;
}

void RabbitmqSource::set_window(std::uint32_t deliveries, connector::Call& call) {
  window_ = std::clamp<std::uint32_t>(deliveries, 1, settings_.prefetch);
  if (!session_) return;
  session_->set_window(window_);
  watched([&] { advance(net::Deadline(call.timeout())); });
}

std::uint32_t RabbitmqSource::delivery_limit(connector::Call&) {
  return stream_ ? 0 : delivery_limit_.value();
}

std::uint64_t RabbitmqSource::backlog(connector::Call& call) {
  return watched([&] { return session().count_ready(net::Deadline(call.timeout())); });
}

std::string RabbitmqSource::offsets(connector::Call&) {
  SourceOffsets out;
  out.acknowledged = acknowledger_.acknowledged();
  out.in_flight = session_ ? acknowledger_.in_flight() : 0;
  if (out.acknowledged > 0) out.last_ack = acknowledger_.last_ack();
  out.stream_offset =
      stream_ ? stream_->ledger().first_unsettled() : StreamProgress::stored(host_, settings_);
  return out.json(settings_.queue);
}

void RabbitmqSource::set_offsets(std::string_view json, connector::Call& call) {
  if (session_) throw connector::retriable("the offsets of a source that is open cannot be set");
  const auto offset = stream_offset_in(json, settings_.queue);
  if (offset) expect_stream(net::Deadline(call.timeout()));
  StreamProgress::store(host_, settings_, offset);
  stream_.reset();
}

void RabbitmqSource::expect_stream(const net::Deadline& deadline) {
  Interruption never;
  std::size_t broker = broker_;
  const std::unique_ptr<Connection> connection = connect(deadline, never, " offsets", broker);
  const QueueType type = type_of_queue(*connection, deadline);
  connection->shut(deadline.at_most(goodbye_limit));
  if (type == QueueType::stream) return;
  throw connector::bad_config("queue '" + settings_.queue +
                              "' is no stream: the broker keeps no offsets of it, and a message "
                              "that was acknowledged is gone");
}

}  // namespace connector_host_plugins::rabbitmq
