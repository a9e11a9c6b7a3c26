#include "host/runtime/connector.hpp"

#include <algorithm>
#include <exception>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "host/runtime/task_mapping.hpp"

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
using pipeline::TaskState;

constexpr auto look_again = 5s;
constexpr auto longest_try = 5s;

// Nothing: its instances could be made, and have gone again.
std::optional<std::string> why_not(HostServices& services, const topology::ConnectorConfig& config) {
  try {
    ConnectorShared shared(services.world, config);
    RunningTask(services, config, 0, shared, false, [] {});
    return std::nullopt;
  } catch (const std::exception& error) {
    return error.what();
  }
}

bool same_names(const std::vector<topology::ComponentConfig>& some, const std::vector<topology::ComponentConfig>& others) {
  return std::equal(some.begin(), some.end(), others.begin(), others.end(), [](const auto& one, const auto& other) { return one.name == other.name; });
}

}  // namespace

Connector::Group::Group(world::World& world, const topology::ConnectorConfig& config) : shared(world, config) {}

Connector::Connector(HostServices& services, topology::ConnectorConfig config, Origin origin, bool fresh, Links links)
    : services_(services),
      name_(config.name),
      links_(std::move(links)),
      gate_(services.world.make_gate()),
      config_(std::make_shared<const topology::ConnectorConfig>(std::move(config))),
      origin_(origin),
      fresh_(fresh),
      supervision_(config_->restart) {}

Connector::~Connector() {
  leave();
  if (thread_) thread_->join();
}

// On a thread of its own, because a plugin may hang; that one is left to itself then. It hands over a text, not its
// exception, which two threads would own.
void Connector::try_out(HostServices& services, const topology::ConnectorConfig& config) {
  auto refusal = std::make_shared<std::promise<std::optional<std::string>>>();
  std::future<std::optional<std::string>> over = refusal->get_future();
  std::thread([refusal, &services, config] { refusal->set_value(why_not(services, config)); }).detach();
  if (over.wait_for(longest_try) != std::future_status::ready)
    throw std::runtime_error("connectors." + config.name + ": a plugin of it hangs while an instance is made");
  if (const auto why = over.get()) throw std::runtime_error(*why);
}

// ---- orders

void Connector::start(Target target) {
  std::lock_guard lock(mutex_);
  target_ = target;
  thread_ = services_.world.start("connector/" + name_, [this] { run(); });
}

void Connector::want(Target target) {
  {
    std::lock_guard lock(mutex_);
    target_ = target;
  }
  gate_->open();
}

void Connector::configure(topology::ConnectorConfig config, Origin origin) {
  {
    std::lock_guard lock(mutex_);
    supervision_ = Supervision(config.restart);
    other_transforms_ = other_transforms_ || !same_names(config.transforms, config_->transforms);
    if (!group_) forget_other_transforms();
    config_ = std::make_shared<const topology::ConnectorConfig>(std::move(config));
    origin_ = origin;
    fresh_ = renew_ = true;
    ++configured_;
    clear_failure();
  }
  gate_->open();
}

void Connector::leave() {
  {
    std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  gate_->open();
}

void Connector::poke() {
  gate_->open();
}

ConnectorView Connector::restart(Restart what) {
  ConnectorView view;
  {
    std::lock_guard lock(mutex_);
    restart_wanted_ = !what.only_failed || !failure_.empty();
    if (what.tasks) {
      if (group_) group_->shared.flood_guard.forget();
      for (const auto& slot : slots()) {
        if (!what.only_failed || !slot->view().status.failure.empty()) slot->restart();
      }
    }
    view = view_now();
  }
  gate_->open();
  return view;
}

bool Connector::restart_task(std::uint32_t index) {
  {
    std::lock_guard lock(mutex_);
    if (!group_ || index >= group_->slots.size()) return false;
    group_->shared.flood_guard.forget();
    group_->slots[index]->restart();
  }
  gate_->open();
  return true;
}

// ---- what it is

Target Connector::target() const {
  std::lock_guard lock(mutex_);
  return target_;
}

Origin Connector::origin() const {
  std::lock_guard lock(mutex_);
  return origin_;
}

std::shared_ptr<const topology::ConnectorConfig> Connector::config() const {
  std::lock_guard lock(mutex_);
  return config_;
}

ConnectorView Connector::view() const {
  std::lock_guard lock(mutex_);
  return view_now();
}

const std::vector<std::unique_ptr<TaskSlot>>& Connector::slots() const {
  static const std::vector<std::unique_ptr<TaskSlot>> none;
  return group_ ? group_->slots : none;
}

ConnectorView Connector::view_now() const {
  ConnectorView view{
      .name = name_, .config = config_, .origin = origin_, .target = target_, .restarting = restart_wanted_, .failure = failure_, .again = again_};
  for (const pipeline::TaskCounts& each : retired_) view.totals += totals_of(each);
  for (const auto& slot : slots()) {
    view.tasks.push_back(slot->view());
    view.totals += view.tasks.back().totals;
  }
  const auto at_rest = [](const TaskView& each) { return each.status.over || each.status.state == TaskState::paused; };
  view.at_target = target_ == Target::running || (target_ == Target::stopped ? !group_ : std::all_of(view.tasks.begin(), view.tasks.end(), at_rest));
  return view;
}

void Connector::each_task(const std::function<void(RunningTask&)>& with) const {
  std::lock_guard lock(mutex_);
  for (const auto& slot : slots()) slot->look(with);
}

std::vector<Connector::TaskFigures> Connector::figures() const {
  std::lock_guard lock(mutex_);
  std::vector<TaskFigures> all(std::max(retired_.size(), slots().size()));
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    all[i].index = i;
    if (i < slots().size()) all[i].counts = slots()[i]->counts(&all[i].gauges);
    if (i < retired_.size()) all[i].counts += retired_[i];
  }
  return all;
}

// ---- its thread

void Connector::run() {
  while (!step()) gate_->wait_until(next_);
  finished_.store(true, std::memory_order_release);
  links_.changed();
}

// True: it is over.
bool Connector::step() {
  next_ = services_.world.now() + look_again;
  std::unique_lock lock(mutex_);
  const bool leaving = leaving_, renew = renew_;
  const Target target = target_;
  if (!group_) {
    renew_ = false;
    if (leaving && !failure_.empty()) left_failed_.store(true, std::memory_order_release);
    if (target == Target::stopped) {
      begun_ = false;
      clear_failure();
    }
    if (target != Target::running) restart_wanted_ = false;
    lock.unlock();
    if (leaving) return true;
    if (target == Target::running || (target == Target::paused && begun_)) make_group(target == Target::paused);
    return false;
  }
  restart_wanted_ = false;
  lock.unlock();
  // Once it is ending it does, whatever is wanted meanwhile.
  if (ending_ || leaving || renew || target == Target::stopped)
    end_group(leaving);
  else
    tend_group(target == Target::paused);
  return false;
}

void Connector::clear_failure() {
  failure_.clear();
  again_.reset();
  supervision_.reset();
}

// False: it is not to be tried now.
bool Connector::may_make() {
  std::lock_guard lock(mutex_);
  if (std::exchange(restart_wanted_, false)) {
    supervision_.reset();
    return true;
  }
  if (again_ && services_.world.now() < *again_) {
    next_ = std::min(next_, *again_);
    return false;
  }
  if (again_) supervision_.started(services_.world.now());
  return failure_.empty() || again_;  // else it stays FAILED
}

void Connector::make_group(bool paused) {
  if (!links_.may_begin() || !may_make()) return;
  std::uint64_t configured = 0;
  {
    std::lock_guard lock(mutex_);
    configured = configured_;
  }
  std::unique_ptr<Group> made;
  std::string failure;
  try {
    made = new_group();
  } catch (const std::exception& error) {
    failure = services_.scrubber.scrub(error.what());
    services_.log(LogLevel::error, "connector", {name_, {}}, "FAILED: " + failure);
  }
  next_ = {};
  {
    std::lock_guard lock(mutex_);
    again_.reset();
    failure_.clear();
    group_ = std::move(made);
    if (!group_ && configured == configured_) {  // else there is another configuration by now, which may do
      failure_ = failure;
      again_ = supervision_.failed(services_.world.now());
    }
    if (group_ && configured == configured_) fresh_ = false;
  }
  links_.changed();
  if (!group_) return;
  begun_ = true;
  for (const auto& slot : group_->slots) slot->start(paused);
}

std::unique_ptr<Connector::Group> Connector::new_group() {
  bool fresh = false;
  {
    std::lock_guard lock(mutex_);
    fresh = fresh_;
  }
  if (!fresh) read_config_anew();
  const auto config = this->config();
  auto group = std::make_unique<Group>(services_.world, *config);
  bool first = true;
  for (std::uint32_t i = 0; i < config->tasks; ++i) {
    // The first of each slot works by the configuration that was just read.
    const auto make = [this, &shared = group->shared, first](std::uint32_t index, bool by_operator) mutable {
      if (!std::exchange(first, false)) read_config_anew();
      return new_task(index, shared, by_operator);
    };
    group->slots.push_back(std::make_unique<TaskSlot>(services_, i, config->restart, make));
  }
  return group;
}

std::unique_ptr<RunningTask> Connector::new_task(std::uint32_t index, ConnectorShared& shared, bool by_operator) {
  return std::make_unique<RunningTask>(services_, *config(), index, shared, by_operator, [this] { gate_->open(), links_.changed(); });
}

// What it refers to may have changed: a password in a file.
void Connector::read_config_anew() {
  std::shared_ptr<const topology::ConnectorConfig> before;
  Origin origin = Origin::file;
  {
    std::lock_guard lock(mutex_);
    before = config_;
    origin = origin_;
  }
  topology::LoadedConnector loaded = services_.load_connector(name_, topology::flat_of(*before), origin);
  if (!loaded.config) {
    std::string why;
    for (const topology::KeyProblem& each : loaded.problems) why += (why.empty() ? "" : "\n") + each.line();
    throw std::runtime_error(why);
  }
  std::lock_guard lock(mutex_);
  if (config_ != before) return;
  supervision_.configure(loaded.config->restart);
  config_ = std::make_shared<const topology::ConnectorConfig>(*std::move(loaded.config));
}

void Connector::end_group(bool leaving) {
  bool over = true;
  ending_ = true;
  for (const auto& slot : group_->slots) {
    slot->stop();
    over = over && slot->over();
  }
  if (!over) return;
  for (const auto& slot : group_->slots) {
    slot->join();
    if (leaving && slot->failed()) left_failed_.store(true, std::memory_order_release);
  }
  close_group();
  next_ = {};
}

void Connector::close_group() {
  std::unique_ptr<Group> old;
  {
    std::lock_guard lock(mutex_);
    retired_.resize(std::max(retired_.size(), group_->slots.size()));
    for (std::size_t i = 0; i < group_->slots.size(); ++i) retired_[i] += group_->slots[i]->counts();
    forget_other_transforms();
    old = std::exchange(group_, nullptr);
    renew_ = false;
  }
  ending_ = worked_ = false;
  ended_.store(false, std::memory_order_release);
  given_up_.store(false, std::memory_order_release);
  old.reset();
  links_.changed();
}

// They are counted by their places, which mean others from now on. With mutex_ held, when no task of the old ones is left.
void Connector::forget_other_transforms() {
  if (!std::exchange(other_transforms_, false)) return;
  for (pipeline::TaskCounts& each : retired_) each.transforms.clear();
}

void Connector::tend_group(bool paused) {
  for (const auto& slot : group_->slots) next_ = std::min(next_, slot->tend(paused));
  look_at_the_whole();
}

void Connector::look_at_the_whole() {
  bool over = true, failed = false;
  for (const auto& slot : group_->slots) {
    slot->look([&](const RunningTask& task) {
      const pipeline::TaskStatus status = task.status();
      worked_ = worked_ || status.worked;
      over = over && status.over && (status.state == TaskState::ended || !status.failure.empty());
      failed = failed || !status.failure.empty();
    });
  }
  ended_.store(over && !failed, std::memory_order_release);
  given_up_.store(over && failed && (!worked_ || config()->restart.limit == 0), std::memory_order_release);
  if (over) links_.changed();
}

}  // namespace connector_host::runtime
