#include "tests/unit/pipeline/scripted_task.hpp"

#include <algorithm>
#include <condition_variable>
#include <set>
#include <stdexcept>

namespace connector_host::pipeline {

Script* script = nullptr;

namespace {

class ScriptedSource : public connector::Source {
 public:
  static constexpr std::string_view type = "scripted", description = "Gives what the script has.";
  ScriptedSource(connector::Host, const connector::Config&) {}

  connector::PollResult poll(std::uint32_t max_records, std::uint64_t, connector_batch& out,
                             connector::Call& call) override {
    auto batch = pool_.take();
    bool over = false;
    {
      std::lock_guard lock(script->mutex);
      for (auto& left = script->to_give; batch->record_count() < max_records && !left.empty();
           left.pop_front()) {
        connector_record& record = batch->add();
        record.value = batch->copy("{\"event_id\":\"" + left.front() + "\"}" +
                                   std::string(script->padding, ' '));
        record.position = ++position_;
        if (const auto encoded = script->values.find(left.front());
            encoded != script->values.end()) {
          record.value = batch->copy(encoded->second);
          connector_header* const header = batch->headers(1);
          *header = {connector::view("content-encoding"), connector::view("gzip"), CONNECTOR_TEXT,
                     0};
          record.headers = header;
          record.header_count = 1;
        }
        if (left.front() == "unreadable") record.flags = CONNECTOR_UNREADABLE;
      }
      over = script->ends && script->to_give.empty();
    }
    if (batch->empty() && !over) {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, std::min<std::chrono::milliseconds>(call.timeout(), 20ms),
                      [&] { return wake_; });
      wake_ = false;
    }
    pool_.finish(std::move(batch), out);
    return over ? connector::PollResult::end : connector::PollResult::more;
  }
  void wake() override {
    std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_one();
  }
  void pause(connector::Call&) override { ++script->pauses; }
  void ack(std::span<const std::uint64_t>, connector::Call&) override {}
  void nack(std::span<const std::uint64_t>, bool, connector::Call&) override {
    ++script->nacks;
    if (script->nack_fails) throw connector::not_connected("cut");
  }

 private:
  connector::BatchPool pool_;
  std::uint64_t position_ = 0;
  std::mutex mutex_;  // guards wake_
  std::condition_variable woken_;
  bool wake_ = false;
};

class ScriptedSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "scripted", description = "Writes into the script.";
  ScriptedSink(connector::Host, const connector::Config&) {}
  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    while (script->sink_waits && !cancelled_) std::this_thread::yield();
    if (cancelled_) throw connector::retriable("cancelled");
    std::lock_guard lock(script->mutex);
    std::set<std::uint64_t> held_up;  // order groups
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::uint64_t group = records[i].raw().order;
      if (held_up.contains(group)) {
        outcomes.retry(i, "behind one that is not written");
        continue;
      }
      const bool bad = records[i].id() == "bad";
      if (bad && script->sink_throws_of_bad) throw std::out_of_range("no such column");
      if (bad && script->sink_rejects_bad) {
        outcomes.reject(i, "never");
        continue;
      }
      if (bad && script->sink_never_takes_bad) {
        if (group != 0) held_up.insert(group);
        outcomes.retry(i, "not now");
        continue;
      }
      ++script->written[std::string(records[i].id())];
      script->in_order.emplace_back(records[i].id());
      script->taken[std::string(records[i].id())] = records[i].value();
      outcomes.delivered(i);
    }
  }
  void cancel() override { cancelled_ = true; }

 private:
  std::atomic<bool> cancelled_ = false;
};

// Refuses all letters for now, or those over a limit for good.
class ScriptedDeadLetter : public connector::Sink {
 public:
  static constexpr std::string_view type = "letters", description = "Takes letters.";
  ScriptedDeadLetter(connector::Host, const connector::Config&) {}
  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    std::lock_guard lock(script->mutex);
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::size_t size = records[i].value().size();
      if (script->letters_are_refused) {
        outcomes.retry(i, "not now");
      } else if (size > script->letter_limit) {
        outcomes.reject(i, "too large");
      } else {
        script->letters.push_back(size);
        outcomes.delivered(i);
      }
    }
  }
};

class ScriptedStore : public connector::DedupStore {
 public:
  static constexpr std::string_view type = "scripted", description = "Claims everything.";
  ScriptedStore(connector::Host, const connector::Config&) {}
  void open(connector::Call&) override { check_there(); }
  void check(connector::Call&) override { check_there(); }
  void claim(std::string_view, std::chrono::milliseconds, connector::Ids ids,
             std::span<connector::Claim> states, connector::Call&) override {
    for (std::size_t i = 0; script->store_throws_of_bad && i < ids.size(); ++i) {
      if (ids[i].ends_with("bad")) throw std::out_of_range("no such slot");
    }
    std::fill(states.begin(), states.end(), connector::Claim::is_new);
  }
  void renew(std::string_view, std::chrono::milliseconds, connector::Ids,
             std::span<connector::Claim> states, connector::Call&) override {
    ++script->renewals;
    std::fill(states.begin(), states.end(), connector::Claim::is_new);
  }
  void commit(connector::Ids, connector::Call&) override {
    if (script->commits_are_slow) std::this_thread::sleep_for(100ms);  // as a slow store is
    script->renewals_before_last_commit = script->renewals.load();
    ++script->commits;
    check_there();
    if (script->commits_to_fail > 0) {
      --script->commits_to_fail;
      throw connector::retriable("not now");
    }
  }
  void release(std::string_view, connector::Ids, connector::Call&) override {}

 private:
  static void check_there() {
    if (script->store_away && script->commits > 0) throw connector::not_connected("gone");
  }
};

// Throws of "bad" for all that it was given; waits on "endless" until it is cancelled.
class ScriptedTransform : public connector::Transform {
 public:
  static constexpr std::string_view type = "scripted", description = "Passes on what is good.";
  ScriptedTransform(connector::Host, const connector::Config&) {}
  void apply(connector::Records records, connector::Outputs& outputs, connector::Outcomes&,
             connector::Call&) override {
    ++script->transforming;
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (records[i].value().find("bad") != std::string_view::npos)
        throw std::out_of_range("no such field");
      while (records[i].value().find("endless") != std::string_view::npos && !cancelled_)
        std::this_thread::yield();
      if (cancelled_) throw connector::retriable("cancelled");
      outputs.emit(i).value = outputs.memory().copy(records[i].value());
    }
  }
  void cancel() override { cancelled_ = true; }

 private:
  std::atomic<bool> cancelled_ = false;
};

}  // namespace

ScriptedComponents components() {
  using connector::detail::component_table;
  return {component_table<ScriptedSource>, component_table<ScriptedSink>,
          component_table<ScriptedDeadLetter>, component_table<ScriptedStore>,
          component_table<ScriptedTransform>};
}

}  // namespace connector_host::pipeline
