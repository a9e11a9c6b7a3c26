#include "host/runtime/connector_set.hpp"

#include <malloc.h>

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "host/runtime/config_comparison.hpp"
#include "host/runtime/kept_secrets.hpp"
#include "host/runtime/plugin_refusal.hpp"

namespace connector_host::runtime {
namespace {

using topology::ConnectorConfig;
using topology::FlatConfig;

// Stands for a configuration that cannot be read now: a plugin, a file or a variable is not there. Nobody knows which of its values
// are secrets, so all of them are.
ConnectorConfig unread(const std::string& name, const FlatConfig& flat) {
  ConnectorConfig config;
  config.name = name;
  for (const auto& [key, text] : flat) config.raw[key] = {text, false, key != "name" && key != "connector.class"};
  return config;
}

// Freed memory stays with the allocator's arenas, of which every thread may have had one: 200 connectors left 250 MB.
void give_memory_back() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

std::string joined(const std::vector<topology::KeyProblem>& problems) {
  std::string out;
  for (const topology::KeyProblem& each : problems) out += (out.empty() ? "" : "\n") + each.line();
  return out;
}

}  // namespace

ConnectorSet::ConnectorSet(HostServices& services, std::function<void()> changed)
    : services_(services), changed_(std::move(changed)), store_(services.state_dir) {}

ConnectorSet::~ConnectorSet() {
  leave_all();
  std::map<std::string, std::shared_ptr<Connector>> connectors;
  std::vector<std::shared_ptr<Connector>> leaving;
  {
    std::lock_guard lock(mutex_);
    connectors.swap(connectors_);
    leaving.swap(leaving_);
  }
  // They end here, while everything that their threads may ask for is still there.
}

// ---- the file

void ConnectorSet::adopt(const topology::TopologyConfig& config) {
  std::lock_guard change(changes_);
  for (StoredConnector& each :
       store_.read([this](const std::string& why) { warn("what is stored about a connector cannot be understood and is left out: " + why); })) {
    kept_[each.name] = std::move(each);
  }
  for (const ConnectorConfig& each : config.connectors) adopt_entry(each);
  for (const auto& [name, connector] : std::map(kept_)) {
    if (file_.contains(name)) continue;
    if (overrides(connector, "") && connector.config) {
      changed_over_rest_.store(true, std::memory_order_release);
      adopt_stored(connector);
    } else {
      forget_or_warn(name);
    }
  }
}

void ConnectorSet::adopt_entry(const ConnectorConfig& config) {
  const std::string digest = file_[config.name] = digest_of(config);
  const StoredConnector connector = stored(config.name);
  if (overrides(connector, digest)) {
    changed_over_rest_.store(true, std::memory_order_release);
    if (!connector.deleted) adopt_stored(connector);
    return;
  }
  if (connector.config || connector.deleted) {
    warn(config.name + ": its entry in the topology file is another one than when it was changed over REST, and counts again");
    file_wins(config.name);
  }
  Connector::try_out(services_, config);
  add(config, Origin::file, connector.target, true);
}

// The connector itself reads it anew when it runs. Until then this is what is shown of it.
void ConnectorSet::adopt_stored(const StoredConnector& connector) {
  topology::LoadedConnector loaded = load(connector.name, *connector.config);
  add(loaded.config ? *std::move(loaded.config) : unread(connector.name, *connector.config), Origin::rest, connector.target, false);
}

ReloadReport ConnectorSet::reload(const topology::TopologyConfig& config) {
  std::lock_guard change(changes_);
  ReloadReport report;
  const std::vector<FileChange> changes = compare(config, report);
  for (const FileChange& each : changes) Connector::try_out(services_, *each.config);
  for (const std::string& name : report.removed) {
    forget_or_warn(name);
    drop(name);
    file_.erase(name);
  }
  for (const FileChange& each : changes) {
    const std::string& name = each.config->name;
    file_wins(name);
    if (const auto running = find(name))
      running->configure(*each.config, Origin::file);
    else
      add(*each.config, Origin::file, stored(name).target, true);
  }
  for (const ConnectorConfig& each : config.connectors) file_[each.name] = digest_of(each);
  return report;
}

std::vector<ConnectorSet::FileChange> ConnectorSet::compare(const topology::TopologyConfig& config, ReloadReport& report) const {
  std::vector<FileChange> changes;
  std::map<std::string, std::string> left = file_;
  for (const ConnectorConfig& each : config.connectors) {
    const auto before = left.extract(each.name);
    const bool is_same_entry = !before.empty() && before.mapped() == digest_of(each);
    const auto running = find(each.name);
    const bool untouched = is_same_entry && (overrides(stored(each.name), before.mapped()) || (running && same(*running->config(), each)));
    (untouched ? report.unchanged : running ? report.changed : report.added).push_back(each.name);
    if (!untouched) changes.push_back({&each, !running});
  }
  for (const auto& [name, digest] : left) report.removed.push_back(name);
  return changes;
}

// What REST said of its configuration does not count any more; whether it is paused still does.
void ConnectorSet::file_wins(const std::string& name) {
  StoredConnector connector = stored(name);
  if (!connector.config && !connector.deleted) return;
  connector.config.reset();
  connector.deleted = false;
  connector.base.clear();
  try {
    keep(std::move(connector));
  } catch (const ChangeRefused& error) {
    warn(error.what());
  }
}

// ---- REST

void ConnectorSet::create(const std::string& name, FlatConfig flat, Target target) {
  ConnectorConfig config = checked(name, flat);
  std::lock_guard change(changes_);
  if (find(name)) throw ChangeRefused(ChangeRefused::Why::exists, "Connector " + name + " already exists");
  make(std::move(config), std::move(flat), target);
}

void ConnectorSet::make(ConnectorConfig config, FlatConfig flat, Target target) {
  const std::string name = config.name;
  // Before it is kept: the next start would carry out what was refused.
  if (closing_.load(std::memory_order_acquire)) throw ChangeRefused(ChangeRefused::Why::not_kept, name + ": the host is stopping");
  const auto entry = file_.find(name);
  keep({name, target, std::move(flat), false, entry == file_.end() ? "" : entry->second});
  changed_over_rest_.store(true, std::memory_order_release);
  try {
    add(std::move(config), Origin::rest, target, true);
  } catch (const std::system_error& error) {  // no thread for it
    forget_or_warn(name);
    throw ChangeRefused(ChangeRefused::Why::not_kept, name + ": cannot be started: " + error.what());
  }
}

bool ConnectorSet::configure(const std::string& name, FlatConfig flat) {
  auto running = find(name);
  if (running) flat = with_kept_secrets(*running->config(), std::move(flat));
  ConnectorConfig config = checked(name, flat);
  std::lock_guard change(changes_);
  running = find(name);
  if (!running) {
    make(std::move(config), std::move(flat), Target::running);
    return true;
  }
  if (same(config, *running->config())) {
    running->restart({});  // which does nothing unless its tasks could not be made
    return false;
  }
  const auto entry = file_.find(name);
  keep({name, running->target(), std::move(flat), false, entry == file_.end() ? "" : entry->second});
  changed_over_rest_.store(true, std::memory_order_release);
  running->configure(std::move(config), Origin::rest);
  return false;
}

void ConnectorSet::remove(const std::string& name) {
  std::lock_guard change(changes_);
  if (!find(name)) throw ChangeRefused(ChangeRefused::Why::unknown, "Connector " + name + " not found");
  const auto entry = file_.find(name);
  if (entry == file_.end())
    forget(name);
  else
    keep({name, Target::running, std::nullopt, true, entry->second});
  changed_over_rest_.store(true, std::memory_order_release);
  drop(name);
}

void ConnectorSet::want(const std::string& name, Target target) {
  std::lock_guard change(changes_);
  const auto running = find(name);
  if (!running) throw ChangeRefused(ChangeRefused::Why::unknown, "Unknown connector " + name);
  StoredConnector connector = stored(name);
  connector.target = target;
  try {
    keep(std::move(connector));
  } catch (const ChangeRefused& error) {
    warn(std::string(error.what()) + ": that it is " + name_of(target) + " is forgotten at a restart");
  }
  running->want(target);
}

FlatConfig ConnectorSet::with_kept_secrets(const ConnectorConfig& before, FlatConfig changed) const {
  const auto problems = KeptSecrets(services_).problems(topology::shown_flat_of(before), changed);
  if (!problems.empty()) throw ChangeRefused(ChangeRefused::Why::invalid, joined(problems), problems);
  return topology::with_hidden_values_of(before, std::move(changed));
}

topology::LoadedConnector ConnectorSet::load(const std::string& name, const FlatConfig& flat) const {
  return services_.load_connector(name, flat, Origin::rest);
}

ConnectorConfig ConnectorSet::checked(const std::string& name, const FlatConfig& flat) const {
  using Why = ChangeRefused::Why;
  std::vector<topology::KeyProblem> problems;
  for (const auto& [key, value] : flat) {
    if (value.find(topology::hidden_value) == std::string::npos) continue;
    problems.push_back({key, "holds the marker of a hidden value, and there is none that it could stand for", "write the value itself, or better a reference"});
  }
  topology::LoadedConnector loaded = problems.empty() ? validate(name, flat) : load(name, flat);
  problems.insert(problems.end(), loaded.problems.begin(), loaded.problems.end());
  if (!problems.empty()) throw ChangeRefused(Why::invalid, joined(problems), problems);
  return *std::move(loaded.config);
}

topology::LoadedConnector ConnectorSet::validate(const std::string& name, const FlatConfig& flat) const {
  topology::LoadedConnector loaded = load(name, flat);
  if (!loaded.config) return loaded;
  try {
    Connector::try_out(services_, *loaded.config);
  } catch (const std::exception& error) {
    return {std::nullopt, {plugin_refusal(name, flat, error.what())}};
  }
  return loaded;
}

// ---- what is kept

StoredConnector ConnectorSet::stored(const std::string& name) const {
  const auto found = kept_.find(name);
  return found == kept_.end() ? StoredConnector{.name = name} : found->second;
}

bool ConnectorSet::overrides(const StoredConnector& connector, const std::string& digest) const {
  return (connector.config || connector.deleted) && connector.base == digest;
}

void ConnectorSet::keep(StoredConnector connector) {
  const bool says_nothing = !connector.config && !connector.deleted && connector.target == Target::running;
  if (says_nothing) return forget(connector.name);
  try {
    store_.write(connector);
  } catch (const std::exception& error) {
    throw ChangeRefused(ChangeRefused::Why::not_kept, connector.name + ": the change cannot be kept: " + error.what());
  }
  kept_[connector.name] = std::move(connector);
}

void ConnectorSet::forget(const std::string& name) {
  if (!kept_.contains(name)) return;
  try {
    store_.erase(name);
  } catch (const std::exception& error) {
    throw ChangeRefused(ChangeRefused::Why::not_kept, name + ": the change cannot be kept: " + error.what());
  }
  kept_.erase(name);
}

void ConnectorSet::forget_or_warn(const std::string& name) {
  try {
    forget(name);
  } catch (const ChangeRefused& error) {
    warn(error.what());
  }
}

// ---- those that there are

void ConnectorSet::add(ConnectorConfig config, Origin origin, Target target, bool fresh) {
  const std::string name = config.name;
  auto connector =
      std::make_shared<Connector>(services_, std::move(config), origin, fresh, Connector::Links{changed_, [this, name] { return !is_leaving(name); }});
  std::lock_guard lock(mutex_);
  if (started_) connector->start(target);
  if (!started_) waiting_[name] = target;
  connectors_[name] = std::move(connector);
}

void ConnectorSet::start() {
  std::lock_guard lock(mutex_);
  started_ = true;
  for (const auto& [name, target] : std::exchange(waiting_, {})) {
    try {
      connectors_.at(name)->start(target);
    } catch (const std::system_error& error) {
      services_.log(LogLevel::error, "connector", {name, {}}, std::string("cannot be started: ") + error.what());
      connectors_.erase(name);
    }
  }
}

void ConnectorSet::drop(const std::string& name) {
  std::lock_guard lock(mutex_);
  auto connector = connectors_.extract(name);
  if (connector.empty()) return;
  connector.mapped()->leave();
  leaving_.push_back(std::move(connector.mapped()));
}

std::shared_ptr<Connector> ConnectorSet::find(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = connectors_.find(name);
  return found == connectors_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Connector>> ConnectorSet::all() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Connector>> out;
  for (const auto& [name, connector] : connectors_) out.push_back(connector);
  return out;
}

bool ConnectorSet::changed_over_rest() const {
  return changed_over_rest_.load(std::memory_order_acquire);
}

bool ConnectorSet::is_leaving(const std::string& name) const {
  std::lock_guard lock(mutex_);
  return std::any_of(leaving_.begin(), leaving_.end(), [&](const auto& each) { return each->name() == name && !each->finished(); });
}

void ConnectorSet::leave_all() {
  closing_.store(true, std::memory_order_release);
  for (const auto& each : all()) each->leave();
}

bool ConnectorSet::reap() {
  std::vector<std::shared_ptr<Connector>> gone;
  bool none_left = true;
  {
    std::lock_guard lock(mutex_);
    const auto first = std::stable_partition(leaving_.begin(), leaving_.end(), [](const auto& each) { return !each->finished(); });
    gone.assign(std::make_move_iterator(first), std::make_move_iterator(leaving_.end()));
    leaving_.erase(first, leaving_.end());
    for (const auto& each : gone) {
      const auto successor = connectors_.find(each->name());
      if (successor != connectors_.end()) successor->second->poke();
    }
    none_left = leaving_.empty() && std::all_of(connectors_.begin(), connectors_.end(), [](const auto& each) { return each.second->finished(); });
  }
  const bool some_went = !gone.empty();
  gone.clear();
  if (some_went) give_memory_back();
  return none_left;
}

std::chrono::milliseconds ConnectorSet::longest_drain() const {
  std::chrono::milliseconds longest{0};
  std::lock_guard lock(mutex_);
  for (const auto& [name, connector] : connectors_) longest = std::max(longest, connector->config()->drain_timeout);
  for (const auto& connector : leaving_) longest = std::max(longest, connector->config()->drain_timeout);
  return longest;
}

bool ConnectorSet::any_left_failed() const {
  const auto connectors = all();
  return std::any_of(connectors.begin(), connectors.end(), [](const auto& each) { return each->left_failed(); });
}

}  // namespace connector_host::runtime
