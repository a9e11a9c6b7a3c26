#pragma once
// DedupTask: one open instance of a dedup store, with its calls in the words of a test. A call that fails is a failed test.
//
// It links GoogleTest. Thread rule: that of the store.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "connector/testing/plugin_under_test.hpp"

namespace connector::testing {

class DedupTask {
 public:
  using States = std::vector<int>;
  static constexpr std::uint32_t lease_ms = 30'000;

  DedupTask(const connector_component& component, const std::string& config) : driver_(component, config, host_) { driver_.open(); }

  States claim(std::string_view owner, const std::vector<std::string>& ids, std::uint32_t lease = lease_ms) {
    return ask(driver_.ops().claim, owner, ids, lease);
  }
  States renew(std::string_view owner, const std::vector<std::string>& ids, std::uint32_t lease = lease_ms) {
    return ask(driver_.ops().renew, owner, ids, lease);
  }
  void commit(const std::vector<std::string>& ids) {
    TestCall call;
    const auto asked = views(ids);
    EXPECT_EQ(driver_.ops().commit(driver_.self(), asked.data(), asked.size(), call), CONNECTOR_OK) << call.message();
  }
  void release(std::string_view owner, const std::vector<std::string>& ids) {
    TestCall call;
    const auto asked = views(ids);
    EXPECT_EQ(driver_.ops().release(driver_.self(), view(owner), asked.data(), asked.size(), call), CONNECTOR_OK) << call.message();
  }
  bool can_clear() const { return driver_.ops().clear != nullptr; }
  // A store that looks through all that it has may need several calls: RETRIABLE, and the next goes on where the last one ended.
  void clear(std::string_view scope) {
    constexpr int most_calls = 60;
    for (int calls = 1;; ++calls) {
      TestCall call;
      const connector_code code = driver_.ops().clear(driver_.self(), view(scope), call);
      if (code == CONNECTOR_RETRIABLE && calls < most_calls) continue;
      EXPECT_EQ(code, CONNECTOR_OK) << call.message();
      return;
    }
  }
  bool can_bind() const { return has_operation(driver_.ops(), &connector_dedup_ops::bind); }
  // Each returns the identity that the scope has afterwards.
  std::string bind(std::string_view scope, std::string_view identity) { return bound(scope, identity, 0); }
  std::string replace_binding(std::string_view scope, std::string_view identity) { return bound(scope, identity, 1); }
  DedupDriver& driver() { return driver_; }
  FakeHost& host() { return host_; }

  static std::vector<connector_view> views(const std::vector<std::string>& ids) {
    std::vector<connector_view> out;
    for (const std::string& id : ids) out.push_back(view(id));
    return out;
  }

 private:
  template <class Operation>
  States ask(Operation operation, std::string_view owner, const std::vector<std::string>& ids, std::uint32_t lease) {
    TestCall call;
    const auto asked = views(ids);
    std::vector<std::uint8_t> states(ids.size(), 255);
    EXPECT_EQ(operation(driver_.self(), view(owner), lease, asked.data(), asked.size(), states.data(), call), CONNECTOR_OK) << call.message();
    return {states.begin(), states.end()};
  }

  std::string bound(std::string_view scope, std::string_view identity, std::uint32_t replace) {
    TestCall call;
    OneText answer;
    EXPECT_EQ(driver_.ops().bind(driver_.self(), view(scope), view(identity), replace, OneText::take, &answer, call), CONNECTOR_OK) << call.message();
    EXPECT_EQ(answer.calls, 1) << "bind calls with() once";
    return answer.text;
  }

  FakeHost host_;
  DedupDriver driver_;
};

}  // namespace connector::testing
