#include "host/cli/reloader.hpp"

#include <sys/stat.h>

#include "host/admin/admin_settings.hpp"
#include "host/admin/config_keys.hpp"
#include "host/topology/listen_address.hpp"

namespace connector_host::cli {
namespace {

using namespace std::chrono_literals;
using admin::Json;
constexpr auto look_every = 1s;
using topology::TopologyConfig;

// What a running process cannot take over.
Json fixed_keys(const TopologyConfig& before, const TopologyConfig& now) {
  Json keys = Json::array();
  if (topology::text_of(before.http.listen) != topology::text_of(now.http.listen)) keys.push_back("http.listen");
  if (before.http.ready != now.http.ready) keys.push_back("http.ready");
  if (before.metrics.compat != now.metrics.compat) keys.push_back("metrics.compat");
  if (topology::text_of(before.admin.listen) != topology::text_of(now.admin.listen)) keys.push_back("admin.listen");
  if (!(before.admin == now.admin) && topology::text_of(before.admin.listen) == topology::text_of(now.admin.listen)) keys.push_back("admin");
  if (before.log.format != now.log.format) keys.push_back("log.format");
  if (before.state_dir != now.state_dir) keys.push_back("state_dir");
  if (before.debuggable != now.debuggable) keys.push_back("debuggable");
  return keys;
}

std::string sentence(const Json& report) {
  std::string out = "the topology was read again";
  for (const auto& [what, names] : report.items()) {
    if (names.empty() || what == "unchanged") continue;
    out += "; " + what + ":";
    for (const Json& each : names) out += " " + each.get<std::string>();
  }
  return out;
}

}  // namespace

Reloader::Reloader(TopologyInput& input, TopologyConfig config, std::string file, runtime::Runtime& runtime, world::World& world, observability::Log& log)
    : input_(input), file_(std::move(file)), runtime_(runtime), world_(world), log_(log), config_(std::move(config)), seen_(stamp()) {
  counts_.last_taken = std::chrono::duration<double>(world_.unix_time()).count();
}

Json Reloader::reload() {
  std::lock_guard lock(mutex_);
  try {
    Json report = read_and_apply();
    std::lock_guard counting(counts_mutex_);
    ++counts_.taken;
    counts_.last_refused = false;
    counts_.last_taken = std::chrono::duration<double>(world_.unix_time()).count();
    return report;
  } catch (const std::exception&) {
    std::lock_guard counting(counts_mutex_);
    ++counts_.refused;
    counts_.last_refused = true;
    throw;
  }
}

ReloadCounts Reloader::counts() const {
  std::lock_guard lock(counts_mutex_);
  return counts_;
}

Json Reloader::read_and_apply() {
  seen_ = stamp();
  const topology::LoadedTopology loaded = input_.read();
  if (loaded.config) return apply(loaded);
  input_.use_accepted_plugins();
  Json problems = Json::array();
  for (const topology::Problem& each : loaded.problems) problems.push_back(Json::parse(each.json()));
  throw admin::ReloadRefused(
      "the topology file has " + std::to_string(problems.size()) + " problem(s), the first: " + loaded.problems.front().line() + "; nothing was changed",
      problems);
}

Json Reloader::apply(const topology::LoadedTopology& loaded) {
  runtime::ReloadReport report;
  try {
    report = runtime_.connectors().reload(*loaded.config);
  } catch (const std::runtime_error& error) {
    input_.use_accepted_plugins();
    throw admin::ReloadRefused(std::string(error.what()) + "; nothing was changed", Json::array());
  }
  input_.accept(loaded);
  const Json needs_restart = fixed_keys(config_, *loaded.config);
  if (config_.log.level != loaded.config->log.level) {
    log_.set_level("root", observability::parse_level(loaded.config->log.level).value_or(observability::Level::info));
  }
  config_.log.level = loaded.config->log.level;  // everything else of the host is as it was at its start
  return {{"added", report.added}, {"changed", report.changed}, {"removed", report.removed}, {"unchanged", report.unchanged}, {"needs_restart", needs_restart}};
}

void Reloader::reload_and_log(const std::string& why, const Around& around) {
  auto logger = log_.logger("host");
  around.before();
  try {
    logger.write(observability::Level::info, why + ": " + sentence(reload()));
  } catch (const std::exception& error) {
    logger.write(observability::Level::error, why + ": " + error.what());
  }
  around.after();
}

void Reloader::request(const std::string& why) {
  {
    std::lock_guard lock(requests_);
    requested_ = why;
  }
  asked_.notify_one();
}

void Reloader::start(Around around, bool watch) {
  thread_ = std::jthread([this, around = std::move(around), watch](std::stop_token stop) { run(around, watch, stop); });
}

void Reloader::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Reloader::run(const Around& around, bool watch, std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::string why;
    {
      std::unique_lock lock(requests_);
      asked_.wait_for(lock, stop, look_every, [&] { return !requested_.empty(); });
      why = std::exchange(requested_, {});
    }
    if (stop.stop_requested()) return;
    if (watch) say_whether_gone();
    if (why.empty() && watch && file_changed()) why = "the topology file has changed";
    if (!why.empty()) reload_and_log(why, around);
  }
}

// What runs goes on without its file, so that nobody would see it before the next start.
void Reloader::say_whether_gone() {
  const bool gone = stamp().empty();
  if (gone == std::exchange(gone_, gone)) return;
  auto logger = log_.logger("host");
  if (gone)
    logger.write(observability::Level::warn, "the topology file " + file_ + " is gone; what runs goes on");
  else
    logger.write(observability::Level::info, "the topology file " + file_ + " is back");
}

// Gone for a moment is no change: it is being replaced.
bool Reloader::file_changed() const {
  std::lock_guard lock(mutex_);
  const std::string now = stamp();
  return !now.empty() && now != seen_;
}

// Also for a file behind a link that is exchanged, as Kubernetes does it.
std::string Reloader::stamp() const {
  struct stat status{};
  if (::stat(file_.c_str(), &status) != 0) return "";
  return std::to_string(status.st_dev) + " " + std::to_string(status.st_ino) + " " + std::to_string(status.st_size) + " " +
         std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

Json Reloader::effective_config() const {
  std::lock_guard lock(mutex_);
  Json connectors = Json::object();
  for (const auto& each : runtime_.connectors().all()) connectors[each->name()] = admin::ConfigKeys::effective(input_.components(), *each->config());
  return {{"file", file_},
          {"connectors", connectors},
          {"http", {{"listen", topology::text_of(config_.http.listen)}, {"ready", config_.http.ready}}},
          {"metrics", {{"compat", config_.metrics.compat}}},
          {"admin", admin::shown(config_.admin)},
          {"log", {{"level", config_.log.level}, {"format", config_.log.format}}},
          {"state_dir", config_.state_dir},
          {"plugin_dirs", input_.plugin_dirs()},
          {"debuggable", config_.debuggable}};
}

}  // namespace connector_host::cli
