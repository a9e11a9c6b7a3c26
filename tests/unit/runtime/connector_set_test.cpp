// Connectors on real threads, asked for one thing after the other while others look at them.
// ThreadSanitizer is a judge too.
#include "host/runtime/connector_set.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <connector/plugin.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "host/runtime/connector_offsets.hpp"
#include "tests/unit/runtime/skipping_world.hpp"

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
using topology::FlatConfig;

// What the components of these tests do; one test at a time.
struct Behaviour {
  std::atomic<bool> refuse = false, slow_ack = false;
  std::atomic<bool> silent = false, poll_hangs = false, write_hangs = false;
  std::atomic<int> waiting = 0;  // records in the source that a silent one does not give
  std::atomic<int> made = 0, there = 0;
  std::atomic<bool> odd_ones_end_and_even_ones_break = false;
};
Behaviour behaviour;

class CountingSource : public connector::Source {
 public:
  static constexpr std::string_view type = "counting", description = "Hands out empty records.";
  CountingSource(connector::Host, const connector::Config&) {
    if (behaviour.refuse) throw connector::bad_config("not today");
    number_ = ++behaviour.made;
    ++behaviour.there;
  }
  ~CountingSource() override { --behaviour.there; }

  connector::PollResult poll(std::uint32_t max_records, std::uint64_t, connector_batch& out,
                             connector::Call& call) override {
    while (behaviour.poll_hangs) std::this_thread::sleep_for(1ms);
    if (behaviour.odd_ones_end_and_even_ones_break) {
      if (number_ % 2 == 1) return connector::PollResult::end;
      throw connector::Error(CONNECTOR_FATAL, "broken");
    }
    auto batch = pool_.take();
    if (max_records > 0 && !behaviour.silent) batch->add().position = ++position_;
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock,
                    std::min(call.timeout(), std::chrono::milliseconds(max_records > 0 ? 1 : 5)),
                    [&] { return wake_; });
    wake_ = false;
    pool_.finish(std::move(batch), out);
    return connector::PollResult::more;
  }
  void wake() override {
    std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_one();
  }
  void ack(std::span<const std::uint64_t> positions, connector::Call&) override {
    if (behaviour.slow_ack) std::this_thread::sleep_for(20ms);  // a connection that takes its time
    acked_ += positions.size();
  }
  void nack(std::span<const std::uint64_t>, bool, connector::Call&) override {}
  std::uint64_t backlog(connector::Call&) override { return std::uint64_t(behaviour.waiting); }
  std::string offsets(connector::Call&) override {
    return R"([{"partition":{"p":1},"offset":{"acked":)" + std::to_string(acked_) + "}}]";
  }

 private:
  connector::BatchPool pool_;
  int number_ = 0;
  std::uint64_t position_ = 0, acked_ = 0;
  std::mutex mutex_;  // guards wake_
  std::condition_variable woken_;
  bool wake_ = false;
};

class TakingSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "taking", description = "Takes everything.";
  TakingSink(connector::Host, const connector::Config&) {}
  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    while (behaviour.write_hangs) std::this_thread::sleep_for(1ms);
    for (std::size_t i = 0; i < records.size(); ++i) outcomes.delivered(i);
  }
};

class PassingTransform : public connector::Transform {
 public:
  static constexpr std::string_view type = "passing", description = "Passes everything on.";
  PassingTransform(connector::Host, const connector::Config&) {}
  void apply(connector::Records records, connector::Outputs& outputs, connector::Outcomes&,
             connector::Call&) override {
    for (std::size_t i = 0; i < records.size(); ++i) outputs.emit(i);
  }
};

// Cannot clear a scope in the time of one call, or two.
class SlowStore : public connector::DedupStore {
 public:
  static constexpr std::string_view type = "slow", description = "Remembers nothing.";
  SlowStore(connector::Host, const connector::Config&) {}
  void claim(std::string_view, std::chrono::milliseconds, connector::Ids,
             std::span<connector::Claim> states, connector::Call&) override {
    std::fill(states.begin(), states.end(), connector::Claim::is_new);
  }
  void renew(std::string_view owner, std::chrono::milliseconds lease, connector::Ids ids,
             std::span<connector::Claim> states, connector::Call& call) override {
    claim(owner, lease, ids, states, call);
  }
  void commit(connector::Ids, connector::Call&) override {}
  void release(std::string_view, connector::Ids, connector::Call&) override {}
  void clear(std::string_view, connector::Call&) override {
    if (++clears_ < 3) throw connector::retriable("there are many");
  }

 private:
  int clears_ = 0;
};

const connector_component* find(std::uint32_t kind, const std::string&) {
  if (kind == CONNECTOR_DEDUP) return &connector::detail::component_table<SlowStore>;
  if (kind == CONNECTOR_TRANSFORM) return &connector::detail::component_table<PassingTransform>;
  return kind == CONNECTOR_SOURCE ? &connector::detail::component_table<CountingSource>
                                  : &connector::detail::component_table<TakingSink>;
}

class OneCatalog : public topology::ComponentCatalog {
 public:
  void use_directories(const std::vector<std::string>&) override {}
  std::vector<std::string> directories() override { return {}; }
  const connector_component* find(std::uint32_t kind, std::string_view type) override {
    return runtime::find(kind, std::string(type));
  }
  std::vector<std::string> types(std::uint32_t) override {
    return {"counting", "taking", "slow", "passing"};
  }
  std::string why_missing(std::uint32_t, std::string_view) override { return ""; }
};

class ConnectorSetTest : public testing::Test {
 protected:
  ConnectorSetTest() {
    char path[] = "/tmp/connector-set-XXXXXX";
    root_ = ::mkdtemp(path);
    behaviour.odd_ones_end_and_even_ones_break = false;
    behaviour.refuse = behaviour.slow_ack = behaviour.silent = behaviour.poll_hangs =
        behaviour.write_hangs = false;
    behaviour.made = behaviour.waiting = 0;
    begin();
  }
  ~ConnectorSetTest() override {
    end();
    EXPECT_EQ(behaviour.there, 0) << "instances that nobody destroyed";
    std::filesystem::remove_all(root_);
  }

  void begin() {
    state_dir_ = std::make_unique<StateDir>(root_);
    services_ = std::make_unique<HostServices>(HostServices{
        world_, *state_dir_, scrubber_, [](auto, const auto&, const auto&, const auto&) {}, find,
        [this](const std::string& name, const FlatConfig& flat, Origin) {
          return load(name, flat);
        }});
    set_ = std::make_unique<ConnectorSet>(*services_, [] {});
  }
  void end() {
    if (set_) set_->leave_all();
    set_.reset();
    services_.reset();
    state_dir_.reset();
  }
  topology::LoadedConnector load(const std::string& name, const FlatConfig& flat) {
    std::lock_guard lock(loading_);
    const auto variables = [this](const std::string& variable) {
      return variables_.contains(variable) ? std::optional(variables_[variable]) : std::nullopt;
    };
    return topology::ConnectorLoader(catalog_, {}, topology::References(variables, ""))
        .load(name, flat);
  }
  void set_variable(const std::string& name, const std::string& value) {
    std::lock_guard lock(loading_);
    value.empty() ? void(variables_.erase(name)) : void(variables_[name] = value);
  }
  static FlatConfig flat(const FlatConfig& more = {}) {
    FlatConfig all = {{"connector.class", "counting"}, {"sink.type", "taking"}, {"id", "none"}};
    for (const auto& [key, value] : more) all[key] = value;
    std::erase_if(all, [](const auto& each) { return each.second.empty(); });
    return all;
  }
  ConnectorView view(const std::string& name) const { return set_->find(name)->view(); }
  template <class F>
  static bool eventually(F so) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!so()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(1ms);  // between two questions
    }
    return true;
  }
  bool runs(const std::string& name) const {
    return eventually([&] {
      const ConnectorView now = view(name);
      return now.failure.empty() && !now.tasks.empty() &&
             now.tasks[0].status.state == pipeline::TaskState::running && !now.tasks[0].restarting;
    });
  }
  // A task that is ending has that state, too, but receives nothing any more.
  bool moves(const std::string& name) const {
    const std::uint64_t before = view(name).totals.received;
    return eventually([&] { return view(name).totals.received > before + 100; });
  }
  bool rests(const std::string& name) const {
    return eventually([&] { return view(name).at_target; });
  }

  // Time goes by in leaps, between which everybody looks at the clock.
  bool stalls(const std::string& name, const std::string& why) {
    return eventually([&] {
      world_.skip(15s);
      std::this_thread::sleep_for(20ms);
      return view(name).tasks.at(0).stalled == why;
    });
  }

  SkippingWorld world_;
  observability::Scrubber scrubber_;
  OneCatalog catalog_;
  std::mutex loading_;  // guards variables_
  std::map<std::string, std::string> variables_;
  std::string root_;
  std::unique_ptr<StateDir> state_dir_;
  std::unique_ptr<HostServices> services_;
  std::unique_ptr<ConnectorSet> set_;
};

TEST_F(ConnectorSetTest,
       What_is_refused_since_the_host_is_stopping_is_not_carried_out_after_the_next_start) {
  set_->adopt({});
  set_->start();
  set_->leave_all();
  EXPECT_THROW(set_->create("late", flat(), Target::running), ChangeRefused);
  EXPECT_THROW(set_->configure("later", flat()), ChangeRefused);
  end();
  begin();
  set_->adopt({});
  EXPECT_EQ(set_->find("late"), nullptr);
  EXPECT_EQ(set_->find("later"), nullptr);
}

TEST_F(ConnectorSetTest,
       One_of_whose_tasks_one_has_ended_and_the_other_is_not_started_again_is_over) {
  behaviour.odd_ones_end_and_even_ones_break = true;
  set_->adopt({});
  set_->start();
  set_->create("a", flat({{"tasks.max", "2"}, {"restart.limit", "0"}}), Target::running);
  EXPECT_TRUE(eventually([&] { return set_->find("a")->given_up(); }));
  EXPECT_FALSE(set_->find("a")->ended());
}

TEST_F(ConnectorSetTest, No_transform_gets_the_counts_of_the_one_that_was_at_its_place_before) {
  set_->adopt({});
  set_->start();
  set_->create("a",
               flat({{"transforms", "one,two"},
                     {"transforms.one.type", "passing"},
                     {"transforms.two.type", "passing"}}),
               Target::running);
  const auto transforms = [&] { return set_->find("a")->figures().at(0).counts.transforms; };
  ASSERT_TRUE(runs("a"));
  ASSERT_TRUE(eventually([&] { return transforms().at(0).passed > 100; }));
  set_->want("a", Target::stopped);
  ASSERT_TRUE(rests("a"));
  ASSERT_EQ(transforms().size(), 2u) << "what has been counts on";
  set_->configure("a", flat({{"transforms", "two"}, {"transforms.two.type", "passing"}}));
  EXPECT_TRUE(transforms().empty());
}

TEST_F(ConnectorSetTest, Whoever_changes_his_mind_while_it_ends_gets_what_he_wanted_last) {
  behaviour.slow_ack = true;
  set_->adopt({});
  set_->start();
  set_->create("a", flat(), Target::running);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(runs("a"));
    set_->want("a", Target::stopped);
    std::this_thread::sleep_for(std::chrono::milliseconds(i));  // anywhere in its ending
    set_->want("a", i % 2 ? Target::running : Target::paused);
    if (i % 2 == 0) {
      ASSERT_TRUE(rests("a"));
      set_->want("a", Target::running);
    }
  }
  EXPECT_TRUE(runs("a"));
  EXPECT_TRUE(moves("a"));
}

TEST_F(ConnectorSetTest, Restarting_and_looking_at_once_harm_nobody) {
  set_->adopt({});
  set_->start();
  set_->create("a", flat({{"tasks.max", "3"}, {"workers", "2"}}), Target::running);
  std::jthread watcher([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      for (const auto& each : set_->all()) {
        (void)each->view();
        each->each_task([](RunningTask& task) { (void)task.task().counts(); });
      }
    }
  });
  for (std::uint32_t i = 0; i < 60; ++i) {
    EXPECT_TRUE(runs("a"));
    if (i % 3 == 0)
      set_->find("a")->restart({true, false});
    else
      set_->find("a")->restart_task(i % 3);
  }
  EXPECT_TRUE(runs("a"));
  set_->remove("a");
  EXPECT_TRUE(eventually([&] { return set_->reap(); }));
}

TEST_F(ConnectorSetTest, A_restart_that_cannot_make_the_task_is_tried_again) {
  set_variable("SIZE", "5");
  set_->adopt({});
  set_->start();
  set_->create("a", flat({{"max_in_flight", "${SIZE}"}, {"restart.initial", "10ms"}}),
               Target::running);
  ASSERT_TRUE(runs("a"));
  set_variable("SIZE", "");
  set_->find("a")->restart_task(0);
  ASSERT_TRUE(eventually([&] { return !view("a").tasks[0].status.failure.empty(); }));
  EXPECT_NE(view("a").tasks[0].status.failure.find("SIZE is not set"), std::string::npos)
      << view("a").tasks[0].status.failure;
  EXPECT_TRUE(view("a").tasks[0].again);
  set_variable("SIZE", "7");
  EXPECT_TRUE(runs("a"));
  EXPECT_EQ(view("a").config->max_in_flight, 7u);
}

TEST_F(ConnectorSetTest,
       One_whose_tasks_cannot_be_made_is_no_failure_once_it_is_stopped_and_begins_anew_then) {
  set_->adopt({});
  set_->start();
  set_->create("a", flat({{"restart.limit", "0"}}), Target::stopped);
  behaviour.refuse = true;
  set_->want("a", Target::running);
  ASSERT_TRUE(eventually([&] { return !view("a").failure.empty(); }));
  EXPECT_FALSE(view("a").again) << "a limit of 0";
  set_->want("a", Target::stopped);
  EXPECT_TRUE(eventually([&] { return view("a").failure.empty() && view("a").at_target; }));
  behaviour.refuse = false;
  set_->want("a", Target::running);
  EXPECT_TRUE(runs("a"));
  set_->find("a")->leave();
  EXPECT_TRUE(eventually([&] { return set_->find("a")->finished(); }));
  EXPECT_FALSE(set_->find("a")->left_failed());
}

TEST_F(ConnectorSetTest, A_task_that_does_nothing_though_there_is_something_to_do_is_seen) {
  set_->adopt({});
  set_->start();
  set_->create("a", flat(), Target::running);
  ASSERT_TRUE(runs("a"));
  behaviour.write_hangs = true;
  EXPECT_TRUE(stalls("a", "records are in flight, and none was settled for a minute"));
  behaviour.write_hangs = false;
  behaviour.silent = true;
  EXPECT_TRUE(eventually([&] {
    return view("a").tasks[0].status.in_flight == 0 && view("a").tasks[0].stalled.empty();
  }));
  behaviour.waiting = 3;
  EXPECT_TRUE(stalls("a", "records wait in the source, and none came for a minute"));
  behaviour.waiting = 2;
  EXPECT_TRUE(stalls("a", "")) << "there are fewer: somebody takes them";
  behaviour.waiting = 0;
  behaviour.poll_hangs = true;
  EXPECT_TRUE(stalls("a", "a call of the source has not returned for a minute"));
  behaviour.poll_hangs = behaviour.silent = false;
  EXPECT_TRUE(stalls("a", ""));
}

TEST_F(ConnectorSetTest, What_a_plugin_refuses_is_refused_and_nothing_of_it_is_kept) {
  set_->adopt({});
  set_->start();
  behaviour.refuse = true;
  EXPECT_THROW(set_->create("a", flat(), Target::running), ChangeRefused);
  EXPECT_FALSE(set_->find("a"));
  behaviour.refuse = false;
  end();
  begin();
  set_->adopt({});
  EXPECT_TRUE(set_->all().empty());
}

TEST_F(ConnectorSetTest, One_that_was_deleted_and_made_anew_begins_when_the_other_is_over) {
  behaviour.slow_ack = true;
  set_->adopt({});
  set_->start();
  set_->create("a", flat(), Target::running);
  ASSERT_TRUE(runs("a"));
  for (int i = 0; i < 5; ++i) {
    set_->remove("a");
    set_->create("a", flat(), Target::running);
    EXPECT_TRUE(eventually([&] {
      set_->reap();
      EXPECT_LE(behaviour.there, 2) << "the one that runs, and one that is tried out";
      return !view("a").tasks.empty();
    }));
  }
  EXPECT_TRUE(runs("a"));
}

TEST_F(ConnectorSetTest, Offsets_are_asked_of_what_runs_and_of_what_does_not) {
  set_->adopt({});
  set_->start();
  set_->create("a", flat({{"tasks.max", "2"}}), Target::running);
  ASSERT_TRUE(runs("a"));
  EXPECT_EQ(ConnectorOffsets(*services_).read(*set_->find("a")).size(), 2u);
  EXPECT_THROW(ConnectorOffsets(*services_).forget(*set_->find("a")), OffsetsRefused);
  set_->want("a", Target::stopped);
  ASSERT_TRUE(rests("a"));
  end();
  begin();
  set_->adopt({});
  set_->start();
  ASSERT_TRUE(rests("a"));
  ConnectorOffsets offsets(*services_);  // of the services that begin() has made
  EXPECT_EQ(offsets.read(*set_->find("a")),
            std::vector<std::string>{R"([{"partition":{"p":1},"offset":{"acked":0}}])"});
  EXPECT_NO_THROW(offsets.forget(*set_->find("a")));
  EXPECT_THROW(offsets.set(*set_->find("a"), "[]"), OffsetsRefused);
}

TEST_F(ConnectorSetTest, Ids_that_are_not_all_forgotten_at_once_are_forgotten_from_there_on) {
  set_->adopt({});
  set_->start();
  set_->create("a", flat({{"id", ""}, {"id.message_id", "true"}, {"dedup.type", "slow"}}),
               Target::stopped);
  ASSERT_TRUE(rests("a"));
  ConnectorOffsets offsets(*services_);
  const auto asked = [&] {
    try {
      offsets.forget(*set_->find("a"));
      return std::string();
    } catch (const OffsetsRefused& refused) {
      EXPECT_EQ(refused.why, OffsetsRefused::Why::busy);
      return std::string(refused.what());
    }
  };
  EXPECT_EQ(asked(),
            "not all ids are forgotten yet (dedup: there are many); ask again, and it goes on from "
            "there");
  EXPECT_NE(asked(), "");
  EXPECT_EQ(asked(), "") << "the store that began is asked again";
  EXPECT_NE(asked(), "") << "what was through begins anew";
}

}  // namespace
}  // namespace connector_host::runtime
