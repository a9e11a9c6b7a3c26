#include "tests/simulation/sim_components.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <unordered_set>
#include <vector>

#include "connector/delivery_window.hpp"
#include "connector/view.hpp"
#include "tests/simulation/sim_instance.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

// ---- source

struct Source : SimInstance {
  using SimInstance::SimInstance;

  struct Lease {
    std::vector<connector_record> records;
    std::vector<std::unique_ptr<std::string>> texts;
  };

  connector_code open(connector_call* call) {
    if (const connector_code code = fault_before(call)) return code;
    connection = context.queue.connect();
    window.restart();
    ahead.clear();
    paused = consuming = false;
    return CONNECTOR_OK;
  }
  void cancel() { short_point(); }
  void close() {
    short_point();
    if (!dead()) context.queue.disconnect(connection);
    ahead.clear();
    connection = 0;
  }
  bool connected() const { return connection != 0 && context.queue.connected(connection); }
  connector_code gone(connector_call* call) {
    return answer(call, CONNECTOR_NOT_CONNECTED, "the connection is gone");
  }
  connector_code cut(connector_call* call) {
    context.queue.disconnect(connection);
    return gone(call);
  }

  connector_code poll(std::uint32_t max_records, connector_batch* out, connector_call* call) {
    point();
    if (dead() || !connected()) return gone(call);
    if (chance(context.faults.cut)) return cut(call);
    if (chance(context.faults.error))
      return answer(call, CONNECTOR_RETRIABLE, "injected: an error");
    if (!flush(true)) return cut(call);
    const bool takes = max_records > 0 && !paused;
    consuming = consuming || takes;
    context.scheduler.wait_until(context.scheduler.now() + call->timeout_ms * 1ms, [&] {
      return woken || !connected() || (takes && (!ahead.empty() || may_deliver()));
    });
    woken = false;
    if (!connected()) return gone(call);
    fetch();
    if (takes) fill(max_records, *out);
    return CONNECTOR_OK;
  }
  bool may_deliver() const {
    return consuming && context.queue.has_ready() &&
           context.queue.unacked(connection) <
               std::min<std::size_t>(context.prefetch, most_unsettled);
  }
  // What the broker sends to a consumer, whether or not anybody polls.
  void fetch() {
    while (may_deliver()) ahead.push_back(context.queue.deliver(connection));
  }
  void return_ahead() {
    for (const auto& [tag, index] : ahead) {
      window.answer(window.deliver(tag));
      context.queue.requeue(connection, tag);
    }
    ahead.clear();
  }
  void fill(std::uint32_t max_records, connector_batch& out) {
    auto lease = std::make_unique<Lease>();
    std::uint64_t wanted = 1 + context.scheduler.random() % max_records;
    for (; wanted > 0 && !ahead.empty(); --wanted) add(*lease);
    if (lease->records.empty()) return;
    out.records = lease->records.data();
    out.record_count = lease->records.size();
    for (const connector_record& record : lease->records) out.byte_count += record.value.size;
    out.producer_data = lease.release();
    out.release = release;
  }
  void add(Lease& lease);
  // Whoever looks into a released lease finds nothing of use, and a sanitizer finds him.
  static void release(connector_batch* batch) {
    std::unique_ptr<Lease> lease(static_cast<Lease*>(batch->producer_data));
    for (const auto& each : lease->texts) std::fill(each->begin(), each->end(), '?');
    batch->release = nullptr;
  }

  connector_code ack(const std::uint64_t* positions, std::uint64_t count, connector_call* call) {
    point();
    if (dead() || !connected()) return gone(call);
    if (chance(context.faults.cut)) return cut(call);
    for (std::uint64_t i = 0; i < count; ++i) window.settle(positions[i]);
    if (!flush(!context.faults.active || context.scheduler.chance(0.5))) return cut(call);
    if (chance(context.faults.lost_reply)) return cut(call);
    fetch();
    return CONNECTOR_OK;
  }
  bool flush(bool also_stragglers) {
    bool known = true;
    if (const std::uint64_t tag = window.take_prefix())
      known = context.queue.ack(connection, tag, true);
    if (!also_stragglers) return known;
    window.take_stragglers(stragglers);
    for (const std::uint64_t tag : stragglers)
      known = known && context.queue.ack(connection, tag, false);
    if (!known) context.scheduler.violated("an unknown delivery tag was acknowledged");
    return known;
  }
  connector_code nack(const std::uint64_t* positions, std::uint64_t count, connector_call* call) {
    point();
    if (dead() || !connected()) return gone(call);
    if (chance(context.faults.cut)) return cut(call);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (window.answer(positions[i]) != connector::DeliveryWindow::Settled::now) continue;
      context.queue.requeue(connection, connector::DeliveryWindow::tag_of(positions[i]));
    }
    fetch();
    return CONNECTOR_OK;
  }
  connector_code set_window(std::uint32_t deliveries, connector_call* call) {
    point();
    if (dead() || !connected()) return gone(call);
    most_unsettled = deliveries;
    fetch();
    return CONNECTOR_OK;
  }
  connector_code set_paused(bool on, connector_call* call) {
    point();
    if (dead() || !connected()) return gone(call);
    paused = on;
    if (on) consuming = false;
    if (on) return_ahead();
    return CONNECTOR_OK;
  }

  std::uint64_t connection = 0;
  connector::DeliveryWindow window;
  std::vector<std::uint64_t> stragglers;
  std::deque<std::pair<std::uint64_t, std::size_t>>
      ahead;  // tag and message of what was sent and not handed out
  std::size_t most_unsettled = 1'000'000;
  bool paused = false, woken = false, consuming = false;
};

void Source::add(Lease& lease) {
  const auto [tag, index] = ahead.front();
  ahead.pop_front();
  const Message& message = context.queue.message(index);
  connector_record record{};
  record.value =
      connector::view(*lease.texts.emplace_back(std::make_unique<std::string>(message.value)));
  if (!message.key.empty())
    record.key =
        connector::view(*lease.texts.emplace_back(std::make_unique<std::string>(message.key)));
  record.position = window.deliver(tag);
  record.flags = message.redelivered ? CONNECTOR_REDELIVERED : 0;
  record.delivery_count = message.deliveries - 1;  // this is one of them
  lease.records.push_back(record);
}

connector_code delivery_limit(void* self, std::uint32_t* limit, connector_call*) {
  *limit = of<Source>(self).context.queue.limit();
  return CONNECTOR_OK;
}

constexpr connector_source_ops source_ops = {
    sizeof(connector_source_ops),
    0,
    &lifecycle<Source>,
    [](void* self, std::uint32_t max, std::uint64_t, connector_batch* out, connector_call* call) {
      return of<Source>(self).poll(max, out, call);
    },
    [](void* self) { of<Source>(self).woken = true; },
    [](void* self, const std::uint64_t* positions, std::uint64_t count, connector_call* call) {
      return of<Source>(self).ack(positions, count, call);
    },
    [](void* self, const std::uint64_t* positions, std::uint64_t count, std::uint32_t,
       connector_call* call) { return of<Source>(self).nack(positions, count, call); },
    [](void* self, connector_call* call) { return of<Source>(self).set_paused(true, call); },
    [](void* self, connector_call* call) { return of<Source>(self).set_paused(false, call); },
    nullptr,
    nullptr,
    nullptr,
    [](void* self, std::uint32_t deliveries, connector_call* call) {
      return of<Source>(self).set_window(deliveries, call);
    },
    delivery_limit};

// ---- sinks

struct Sink : SimInstance {
  using SimInstance::SimInstance;

  connector_code open(connector_call* call) {
    cancelled = false;
    return question(call);
  }
  void cancel() {
    cancelled = true;
    short_point();
  }
  void close() { short_point(); }

  // As an idempotent producer does it: after a record that failed, no later one of its key is
  // written in the same call. put: false for a record that can never be written.
  template <class F>
  connector_code write(const connector_record* records, std::uint64_t count,
                       connector_outcome* outcomes, connector_call* call, F&& put) {
    std::fill(outcomes, outcomes + count, connector_outcome{CONNECTOR_RETRIABLE, 0, 0, 0});
    const Time begun = context.scheduler.now(), limit = begun + call->timeout_ms * 1ms;
    if (const connector_code code = fault_before(call)) return code;
    std::unordered_set<std::string_view> failed_keys;
    static constexpr std::string_view of_group = "of the order group";
    for (std::uint64_t i = 0; i < count; ++i) {
      if (context.scheduler.chance(0.2)) context.scheduler.point();
      const bool stubborn = part == Part::sink && never_succeeds(text(records[i].value));
      if (context.faults.record_time > Duration{} && !stubborn)
        context.scheduler.sleep(context.faults.record_time);
      if (dead()) return CONNECTOR_OK;
      if (context.scheduler.now() > limit) {
        std::fill(outcomes + i, outcomes + count,
                  connector_outcome{CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0});
        return CONNECTOR_OK;
      }
      if (cancelled) return end_early(records + i, count - i, begun, put);
      const std::string_view key = records[i].order != 0 ? of_group
                                   : records[i].key.size > 0
                                       ? text(records[i].key)
                                       : text(records[i].id);  // parts of one record stay in order
      if (failed_keys.contains(key) || chance(context.faults.error) || stubborn) {
        failed_keys.insert(key);
        continue;
      }
      outcomes[i] = put(records[i]) ? connector_outcome{CONNECTOR_OK, 0, 0, 0}
                                    : connector_outcome{CONNECTOR_REJECTED, 0, 0, 0};
      if (outcomes[i].code == CONNECTOR_OK && chance(context.faults.lost_reply)) {
        outcomes[i] = {CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0};
        failed_keys.insert(key);
        ++context.tolerated;
      }
    }
    for (std::uint64_t points = 1 + context.scheduler.random() % 4; points > 0; --points)
      context.scheduler.point();  // the answer is on its way
    return CONNECTOR_OK;
  }

  // What is on its way is written all the same, and nobody hears of it. Whoever cancels before a
  // stop's time is over is the reason of these repeats.
  template <class F>
  connector_code end_early(const connector_record* rest, std::uint64_t count, Time begun, F&& put) {
    const bool in_good_time = context.scheduler.now() - begun < context.drain_timeout;
    for (std::uint64_t i = 0; i < count && context.scheduler.chance(0.5); ++i) {
      put(rest[i]);
      context.tolerated += !in_good_time;
    }
    return CONNECTOR_OK;
  }

  // Does not return: this thread ends as well.
  void end_process(std::string_view because) {
    context.log.killed(because);
    context.process.dead = true;
    context.scheduler.point();
  }

  bool cancelled = false;
};

constexpr connector_sink_ops sink_ops = {
    sizeof(connector_sink_ops), 0, &lifecycle<Sink>,
    [](void* self, const connector_record* records, std::uint64_t count,
       connector_outcome* outcomes, connector_call* call) {
      Sink& sink = of<Sink>(self);
      const LogModel::UnderWay under_way(sink.context.log, {records, count});
      return sink.write(records, count, outcomes, call, [&](const connector_record& record) {
        if (ends_the_process(text(record.value))) sink.end_process(text(record.value));
        if (sink_rejects(text(record.value))) return false;
        sink.context.log.write(text(record.value));
        return true;
      });
    }};

bool is_truncated(const connector_record& record) {
  return std::any_of(record.headers, record.headers + record.header_count,
                     [](const connector_header& header) {
                       return text(header.name) == "__connect.errors.truncated.size";
                     });
}

constexpr connector_sink_ops dead_letter_ops = {
    sizeof(connector_sink_ops), 0, &lifecycle<Sink>,
    [](void* self, const connector_record* records, std::uint64_t count,
       connector_outcome* outcomes, connector_call* call) {
      Sink& sink = of<Sink>(self);
      return sink.write(records, count, outcomes, call, [&](const connector_record& record) {
        const std::string_view value = text(record.value);
        if (sink.context.dead_letter_rejects(value, is_truncated(record))) return false;
        sink.context.log.dead_letter(value, is_truncated(record));
        return true;
      });
    }};

// ---- dedup store

struct Store : SimInstance {
  using SimInstance::SimInstance;

  connector_code open(connector_call* call) { return question(call); }
  void cancel() { short_point(); }
  void close() { short_point(); }

  template <class F>
  connector_code each(const connector_view* ids, std::uint64_t count, connector_call* call, F&& f) {
    if (const connector_code code = fault_before(call)) return code;
    for (std::uint64_t i = 0; i < count; ++i) f(i, std::string(text(ids[i])));
    return reply(call);
  }
};

constexpr connector_dedup_ops store_ops = {
    sizeof(connector_dedup_ops),
    0,
    &lifecycle<Store>,
    [](void* self, connector_view owner, std::uint32_t lease, const connector_view* ids,
       std::uint64_t count, std::uint8_t* states, connector_call* call) {
      Store& store = of<Store>(self);
      return store.each(ids, count, call, [&](std::uint64_t i, const std::string& id) {
        states[i] = store.context.store.claim(std::string(text(owner)), lease * 1ms, id);
      });
    },
    [](void* self, connector_view owner, std::uint32_t lease, const connector_view* ids,
       std::uint64_t count, std::uint8_t* states, connector_call* call) {
      Store& store = of<Store>(self);
      return store.each(ids, count, call, [&](std::uint64_t i, const std::string& id) {
        states[i] = store.context.store.renew(std::string(text(owner)), lease * 1ms, id);
      });
    },
    [](void* self, const connector_view* ids, std::uint64_t count, connector_call* call) {
      Store& store = of<Store>(self);
      return store.each(ids, count, call, [&](std::uint64_t, const std::string& id) {
        store.context.store.commit(id);
      });
    },
    [](void* self, connector_view owner, const connector_view* ids, std::uint64_t count,
       connector_call* call) {
      Store& store = of<Store>(self);
      return store.each(ids, count, call, [&](std::uint64_t, const std::string& id) {
        store.context.store.release(std::string(text(owner)), id);
      });
    },
    nullptr};

constexpr connector_component source_component =
    component<Source, Part::source>(CONNECTOR_SOURCE, "queue", &source_ops);
constexpr connector_component sink_component =
    component<Sink, Part::sink>(CONNECTOR_SINK, "log", &sink_ops);
constexpr connector_component dead_letter_component =
    component<Sink, Part::dead_letter>(CONNECTOR_SINK, "dead-letter", &dead_letter_ops);
constexpr connector_component store_component =
    component<Store, Part::store>(CONNECTOR_DEDUP, "store", &store_ops);

}  // namespace

bool SimContext::dead_letter_rejects(std::string_view value, bool truncated) const {
  if (!truncated) return whole_is_too_large(value);
  return !patient_dead_letter && never_a_dead_letter(value);
}

const connector_component& sim_source() {
  return source_component;
}
const connector_component& sim_sink() {
  return sink_component;
}
const connector_component& sim_dead_letter() {
  return dead_letter_component;
}
const connector_component& sim_store() {
  return store_component;
}

}  // namespace simulation
