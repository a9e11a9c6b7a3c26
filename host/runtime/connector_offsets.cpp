#include "host/runtime/connector_offsets.hpp"

#include <future>
#include <memory>

#include "host/pipeline/id_rule.hpp"

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
using Why = OffsetsRefused::Why;

constexpr auto patience = 3s;  // with an intake that is opening its source, say
constexpr auto call_time = 2s;

void expect(const HostServices& services, const plugin::CallResult& result, const char* whose) {
  if (!result.ok()) throw OffsetsRefused(Why::failed, services.scrubber.scrub(std::string(whose) + ": " + result.message));
}

std::string offsets_of(const HostServices& services, plugin::SourceHandle& source) {
  std::string json = "[]";
  if (source.has_offsets()) expect(services, source.offsets(json, call_time), "source");
  return services.scrubber.scrub(json);
}

// With its secrets as they are now: one that was never begun in this process is not even read yet.
topology::ConnectorConfig config_of(const HostServices& services, const Connector& connector) {
  topology::LoadedConnector loaded = services.load_connector(connector.name(), topology::flat_of(*connector.config()), connector.origin());
  if (!loaded.config) throw OffsetsRefused(Why::failed, loaded.problems.front().line());
  return *std::move(loaded.config);
}

void expect_stopped(const Connector& connector) {
  const ConnectorView view = connector.view();
  if (view.target == Target::stopped && view.at_target) return;
  throw OffsetsRefused(
      Why::not_stopped,
      "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a "
      "'PUT' request to the '/connectors/" +
          connector.name() + "/stop' endpoint");
}

}  // namespace

// An instance of a component for one question, as the first task would have it.
template <class Handle>
class ConnectorOffsets::Borrowed {
 public:
  Borrowed(HostServices& services, const topology::ConnectorConfig& connector, const topology::ComponentConfig& config, std::uint32_t kind, const char* role) {
    const connector_component* component = services.find_component(kind, config.type);
    if (!component) throw OffsetsRefused(Why::failed, config.path + ": no plugin provides '" + config.type + "' any more");
    host_ = std::make_unique<InstanceHost>(services, *component, InstancePlace{connector.name, 0, role, {}}, config);
    try {
      handle_ = std::make_unique<Handle>(*component, host_->api(), config.json);
    } catch (const std::runtime_error& error) {
      throw OffsetsRefused(Why::failed, config.path + ": " + services.scrubber.scrub(error.what()));
    }
  }
  Handle* operator->() { return handle_.get(); }
  Handle& operator*() { return *handle_; }

 private:
  std::unique_ptr<InstanceHost> host_;
  std::unique_ptr<Handle> handle_;
};

std::vector<std::string> ConnectorOffsets::read(const Connector& connector) const {
  std::vector<std::future<std::string>> answers;
  connector.each_task([&](RunningTask& running) {
    if (running.status().over) return;
    auto answer = std::make_shared<std::promise<std::string>>();
    answers.push_back(answer->get_future());
    running.task().ask([answer, &services = services_](plugin::SourceHandle& source) {
      try {
        answer->set_value(offsets_of(services, source));
      } catch (const OffsetsRefused&) {
        answer->set_exception(std::current_exception());
      }
    });
  });
  if (answers.empty()) {
    const topology::ConnectorConfig config = config_of(services_, connector);
    return {offsets_of(services_, *Borrowed<plugin::SourceHandle>(services_, config, config.source, CONNECTOR_SOURCE, "source"))};
  }
  std::vector<std::string> out;
  const auto until = std::chrono::steady_clock::now() + patience;
  for (auto& each : answers) {
    if (each.wait_until(until) != std::future_status::ready) throw OffsetsRefused(Why::busy, "a task does not answer now; ask again in a while");
    try {
      out.push_back(each.get());
    } catch (const std::future_error&) {  // the task ended meanwhile
      throw OffsetsRefused(Why::busy, "a task is ending; ask again in a while");
    }
  }
  return out;
}

void ConnectorOffsets::set(const Connector& connector, const std::string& json) const {
  expect_stopped(connector);
  const topology::ConnectorConfig config = config_of(services_, connector);
  Borrowed<plugin::SourceHandle> source(services_, config, config.source, CONNECTOR_SOURCE, "source");
  if (!source->can_set_offsets()) {
    throw OffsetsRefused(Why::not_possible,
                         "the offsets of source '" + config.source.type + "' cannot be set: what it has still to give is known at its end only");
  }
  const plugin::CallResult result = source->set_offsets(json, call_time);
  if (result.code == CONNECTOR_BAD_CONFIG) throw OffsetsRefused(Why::not_possible, services_.scrubber.scrub("source: " + result.message));
  expect(services_, result, "source");
}

void ConnectorOffsets::forget(const Connector& connector) {
  expect_stopped(connector);
  const topology::ConnectorConfig config = config_of(services_, connector);
  if (config.dedup) clear_ids(config);
  Borrowed<plugin::SourceHandle> source(services_, config, config.source, CONNECTOR_SOURCE, "source");
  if (source->can_set_offsets()) expect(services_, source->set_offsets(std::nullopt, call_time), "source");
}

// A dedup store that remembers how far its last clear came, and what it was made of.
class ConnectorOffsets::ClearingStore {
 public:
  ClearingStore(HostServices& services, const topology::ConnectorConfig& config)
      : of_(made_of(config)),
        scope_(pipeline::IdRule::encode_scope(config.dedup->scope)),
        store_(services, config, config.dedup->component, CONNECTOR_DEDUP, "dedup") {
    if (!store_->can_clear()) throw OffsetsRefused(Why::not_possible, "dedup store '" + config.dedup->component.type + "' cannot forget a scope");
  }

  bool is_of(const topology::ConnectorConfig& config) const { return made_of(config) == of_; }
  // OK: all of them are forgotten.
  plugin::CallResult clear(const HostServices& services) {
    const plugin::CallResult opened = store_->open(call_time);
    if (!opened.ok()) store_->close();
    expect(services, opened, "dedup");
    plugin::CallResult result = store_->clear(scope_, patience);
    store_->close();
    return result;
  }

 private:
  static std::string made_of(const topology::ConnectorConfig& config) { return config.dedup->scope + "\n" + config.dedup->component.json; }

  const std::string of_, scope_;
  Borrowed<plugin::DedupHandle> store_;
};

ConnectorOffsets::ConnectorOffsets(HostServices& services) : services_(services) {}
ConnectorOffsets::~ConnectorOffsets() = default;

void ConnectorOffsets::clear_ids(const topology::ConnectorConfig& config) {
  if (config.dedup->scope.empty())
    throw OffsetsRefused(Why::not_possible, "this connector has no dedup scope of its own, so its ids cannot be told from those of others");
  std::lock_guard lock(mutex_);
  auto begun = clearing_.extract(config.name);
  auto store = begun && begun.mapped()->is_of(config) ? std::move(begun.mapped()) : std::make_unique<ClearingStore>(services_, config);
  const plugin::CallResult result = store->clear(services_);
  if (result.code != CONNECTOR_RETRIABLE && result.code != CONNECTOR_NOT_CONNECTED) return expect(services_, result, "dedup");
  clearing_[config.name] = std::move(store);
  throw OffsetsRefused(Why::busy,
                       "not all ids are forgotten yet (dedup: " + services_.scrubber.scrub(result.message) + "); ask again, and it goes on from there");
}

}  // namespace connector_host::runtime
