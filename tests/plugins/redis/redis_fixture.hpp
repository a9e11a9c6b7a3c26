#pragma once
// RedisStoreTest: a store from the built plugin, whatever server it talks to.
//
// Calls answer with codes here, for tests of what fails; DedupTask of the conformance suite is for
// what works.
#include <gtest/gtest.h>

#include <chrono>
#include <connector/testing/dedup_task.hpp>
#include <connector/testing/plugin_under_test.hpp>
#include <connector/testing/with_defaults.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace connector_tests {

inline constexpr int is_new = CONNECTOR_CLAIM_NEW, done = CONNECTOR_CLAIM_DONE,
                     held = CONNECTOR_CLAIM_HELD, lost = CONNECTOR_CLAIM_LOST;

inline const connector_component& redis_component() {
  static const connector::testing::PluginUnderTest plugin(REDIS_PLUGIN);
  return plugin.component(CONNECTOR_DEDUP, "redis");
}

inline std::string redis_config(const std::string& address,
                                connector::testing::Settings settings = {}) {
  settings.emplace("address", address);
  return connector::testing::with_defaults(redis_component(), std::move(settings));
}

// Why create refused; empty when it did not.
inline std::string refusal(connector::testing::Settings settings) {
  connector::testing::FakeHost host;
  try {
    connector::testing::DedupDriver driver(
        redis_component(),
        connector::testing::with_defaults(redis_component(), std::move(settings)), host);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

struct Answer {
  connector_code code;
  std::string message;
  std::vector<int> states;
  std::chrono::milliseconds took;
  std::string bound = {};
};

class Store {
 public:
  using Ids = std::vector<std::string>;

  explicit Store(const std::string& address, connector::testing::Settings settings = {})
      : driver_(redis_component(), redis_config(address, std::move(settings)), host_) {}

  Answer open(std::uint32_t timeout_ms = 5000) {
    return timed(timeout_ms, {}, [&](auto&, auto&, auto& call) {
      return driver_.lifecycle().open(driver_.self(), call);
    });
  }
  Answer check(std::uint32_t timeout_ms = 5000) {
    return timed(timeout_ms, {}, [&](auto&, auto&, auto& call) {
      return driver_.lifecycle().check(driver_.self(), call);
    });
  }
  Answer claim(const Ids& ids, std::uint32_t timeout_ms = 5000, std::string_view owner = "a",
               std::uint32_t lease_ms = 30'000) {
    return timed(timeout_ms, ids, [&](auto& views, auto& states, auto& call) {
      return driver_.ops().claim(driver_.self(), connector::view(owner), lease_ms, views.data(),
                                 views.size(), states.data(), call);
    });
  }
  Answer renew(const Ids& ids, std::uint32_t timeout_ms = 5000) {
    return timed(timeout_ms, ids, [&](auto& views, auto& states, auto& call) {
      return driver_.ops().renew(driver_.self(), connector::view("a"), 30'000, views.data(),
                                 views.size(), states.data(), call);
    });
  }
  Answer commit(const Ids& ids, std::uint32_t timeout_ms = 5000) {
    return timed(timeout_ms, ids, [&](auto& views, auto&, auto& call) {
      return driver_.ops().commit(driver_.self(), views.data(), views.size(), call);
    });
  }
  Answer release(const Ids& ids, std::uint32_t timeout_ms = 5000) {
    return timed(timeout_ms, ids, [&](auto& views, auto&, auto& call) {
      return driver_.ops().release(driver_.self(), connector::view("a"), views.data(), views.size(),
                                   call);
    });
  }
  Answer clear(std::string_view scope, std::uint32_t timeout_ms = 5000) {
    return timed(timeout_ms, {}, [&](auto&, auto&, auto& call) {
      return driver_.ops().clear(driver_.self(), connector::view(scope), call);
    });
  }
  Answer bind(std::string_view scope, std::string_view identity, std::uint32_t timeout_ms = 5000) {
    return bound(scope, identity, 0, timeout_ms);
  }
  Answer replace_binding(std::string_view scope, std::string_view identity) {
    return bound(scope, identity, 1, 5000);
  }
  void cancel() { driver_.lifecycle().cancel(driver_.self()); }
  void close() { driver_.lifecycle().close(driver_.self()); }
  connector::testing::FakeHost& host() { return host_; }

 private:
  Answer bound(std::string_view scope, std::string_view identity, std::uint32_t replace,
               std::uint32_t timeout_ms) {
    using connector::testing::OneText;
    OneText text;
    Answer answer = timed(timeout_ms, {}, [&](auto&, auto&, auto& call) {
      return driver_.ops().bind(driver_.self(), connector::view(scope), connector::view(identity),
                                replace, OneText::take, &text, call);
    });
    answer.bound = text.text;
    return answer;
  }
  template <class F>
  static Answer timed(std::uint32_t timeout_ms, const Ids& ids, F&& f) {
    connector::testing::TestCall call(timeout_ms);
    const auto views = connector::testing::DedupTask::views(ids);
    std::vector<std::uint8_t> states(ids.size(), 255);
    const auto start = std::chrono::steady_clock::now();
    const connector_code code = f(views, states, call);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start);
    return {code, call.message(), {states.begin(), states.end()}, took};
  }

  connector::testing::FakeHost host_;
  connector::testing::DedupDriver driver_;
};

template <class F>
bool eventually(F&& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

#define EXPECT_CODE(answer, expected) EXPECT_EQ((answer).code, expected) << (answer).message

}  // namespace connector_tests
