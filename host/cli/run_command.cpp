#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "host/admin/access.hpp"
#include "host/admin/admin_settings.hpp"
#include "host/admin/connect_routes.hpp"
#include "host/admin/health_routes.hpp"
#include "host/admin/http_metrics.hpp"
#include "host/admin/local_access.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/host_metrics.hpp"
#include "host/cli/host_tracing.hpp"
#include "host/cli/reloader.hpp"
#include "host/cli/service_manager.hpp"
#include "host/cli/signal_watch.hpp"
#include "host/cli/topology_input.hpp"
#include "host/http/listen_error.hpp"
#include "host/http/server.hpp"
#include "host/observability/log.hpp"
#include "host/observability/metrics_registry.hpp"
#include "host/runtime/connector_metrics.hpp"
#include "host/runtime/runtime.hpp"
#include "host/world/real_world.hpp"

namespace connector_host::cli {
namespace {

using namespace std::chrono_literals;
constexpr auto state_patience = 5s;   // for the host before this one to end
constexpr auto after_drain = 15s;     // for what follows the drain: giving back, closing
constexpr auto longest_stuck = 2min;  // of the log or the main loop, before /livez says so
constexpr auto last_words = 1s;       // for the log, where the process ends at once

observability::LogSettings log_settings(const topology::LogConfig& config) {
  observability::LogSettings settings;
  settings.level = observability::parse_level(config.level).value_or(observability::Level::info);
  settings.format = config.format == "json" ? observability::LogFormat::json : observability::LogFormat::text;
  return settings;
}

std::string abi_version() {
  return std::to_string(CONNECTOR_ABI_MAJOR) + "." + std::to_string(CONNECTOR_ABI_MINOR);
}

std::string worker_of(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos && !host.starts_with('[');
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// The process while it runs a topology.
class Running {
 public:
  Running(TopologyInput& input, const topology::TopologyConfig& config, const CommandLine& command_line)
      : log_(log_settings(config.log), scrubber_),
        state_dir_(config.state_dir, state_patience),
        tracing_(world_, log_, state_dir_.worker_id()),
        services_{
            world_,
            state_dir_,
            *scrubber_,
            [this](runtime::LogLevel level, const std::string& logger, const observability::LogPlace& place, const std::string& message) {
              log_.logger(logger, place).write(observability::Level(int(level)), message);
            },
            [&input](std::uint32_t kind, const std::string& type) { return input.components().find(kind, type); },
            [&input](const std::string& name, const topology::FlatConfig& flat, runtime::Origin origin) { return input.load_connector(name, flat, origin); },
            tracing_.tracer()},
        service_manager_(ServiceManager::Environment::of_process(), world_, [this](const std::string& what) { write(runtime::LogLevel::warn, "host", what); }),
        runtime_(services_, config),
        routes_(runtime_, world_, config.http.ready, {[this] { return metrics_.text(); }, [this] { return what_is_stuck(); }}),
        reloader_(input, config, command_line.topology, runtime_, world_, log_),
        connect_routes_(runtime_, services_, input.catalog(), input.components(), log_,
                        {[this] { return reloader_.effective_config(); }, [this] { return reloader_.reload(); }}, CONNECTOR_HOST_VERSION),
        local_access_(config.admin.socket, admin::LocalAccess::Folders::of_process(state_dir_.usable() ? config.state_dir : "")),
        access_(admin::access_settings(config.admin, local_access_, [this](const std::string& what) { write(runtime::LogLevel::warn, "admin", what); }),
                [this] { return world_.now(); }),
        connector_metrics_(runtime_, world_, config.metrics, metrics_),
        host_metrics_(reloader_, access_, input.catalog(), log_, metrics_),
        http_metrics_({{"open", {"health", "livez", "readyz", "startupz", "metrics"}},
                       {"admin", {"", "health", "connectors", "connector-plugins", "admin", "openapi.json", "ui"}}},
                      world_, metrics_),
        server_(server_settings(config.http.listen, "health"), [this](const http::Request& request) { return answer_open(request); }),
        admin_server_(
            server_settings(config.admin.listen, "admin", admin::tls_settings(config.admin)),
            [this](const http::Request& request) { return http_metrics_.counted("admin", request, [&] { return answer_admin(request); }); },
            local_access_.take_socket()),
        admin_host_(config.admin.listen.host),
        exposure_(admin::exposure_warnings(config.admin)),
        watch_(command_line.watch) {
    for (const std::string& secret : admin::secrets_of(config.admin)) scrubber_->add(secret);
    scrubber_->add(local_access_.secret());
    tracing_.register_metrics(metrics_);
  }

  int run(SignalWatch& signals) {
    say("connector-host " CONNECTOR_HOST_VERSION ", worker " + state_dir_.worker_id() + ", health and metrics on port " + std::to_string(server_.port()) +
        ", admin API on port " + std::to_string(admin_server_.port()));
    say(ProcessPrivacy::text());
    connect_routes_.set_worker(worker_of(admin_host_, admin_server_.port()));
    if (!state_dir_.usable()) {
      write(runtime::LogLevel::warn, "host",
            state_dir_.why_not() +
                ": what was said over REST before (connectors, changes, pauses) does not count in this run and cannot be kept; and it has a random worker id, "
                "so after "
                "a crash its claims end only with their leases");
    }
    say_ways_in();
    runtime_.start();
    server_.start();
    admin_server_.start();
    signals.watch({[this] { runtime_.request_stop(); }, [this] { reloader_.request("SIGHUP"); }, [this](const std::string& what) { say(what); },
                   [this] { return longest_stop(); }, [this] { log_.flush(last_words); }});
    reloader_.start({[this] { service_manager_.reloading(); }, [this] { after_reload(); }}, watch_);
    const bool good = runtime_.run_until_over([this] { return tell_service_manager(); });
    tell_service_manager();  // that it stops, where the loop ended with the turn in which it was to
    reloader_.stop();
    say(good ? "ended" : "ended, with a failed task");
    admin_server_.stop();
    server_.stop();
    signals.end();
    const int code = good ? exit_ok : exit_runtime;
    if (tracing_.stop()) return code;
    log_.flush(last_words);
    std::_Exit(code);  // all is done, and only a collector that hangs would be waited for
  }

 private:
  void say(const std::string& what) { write(runtime::LogLevel::info, "host", what); }
  void say_ways_in() {
    const std::string &socket = local_access_.socket_path(), &secret = local_access_.secret_path();
    if (!secret.empty()) {
      say("role admin: " + (socket.empty() ? "" : "by the socket " + socket + " (connector-host's commands use it), or ") +
          "as user 'admin' with the password in " + secret);
    }
    if (!local_access_.trouble().empty()) write(runtime::LogLevel::warn, "admin", local_access_.trouble());
    for (const std::string& each : exposure_) write(runtime::LogLevel::warn, "admin", each);
  }
  void write(runtime::LogLevel level, const std::string& logger, const std::string& message) {
    log_.logger(logger).write(observability::Level(int(level)), message);
  }
  std::chrono::seconds longest_stop() { return std::chrono::ceil<std::chrono::seconds>(runtime_.connectors().longest_drain()) + after_drain; }
  // Empty: nothing. A restart helps, because it is not a dependency's fault.
  std::string what_is_stuck() {
    const auto seconds = [](auto time) { return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s"; };
    const world::Duration turned = world_.now() - runtime_.last_turn();
    if (turned > longest_stuck) return "the main loop has not turned for " + seconds(turned);
    const auto log_since = log_.stuck_since();
    if (!log_since) return "";
    const auto waited = std::chrono::steady_clock::now() - *log_since;
    return waited > longest_stuck ? "nobody has read the log for " + seconds(waited) : "";
  }
  world::Time tell_service_manager() {
    if (!service_manager_.listens()) return world::never;
    const admin::HealthReport health = routes_.report();
    const bool started = routes_.has_started(health);
    return service_manager_.look({started, runtime_.stopping(), server_.turns(), longest_stop(), started ? status_text(health) : "starting"});
  }
  std::string status_text(const admin::HealthReport& health) {
    if (runtime_.stopping()) return "stopping: what is in flight is finished first";
    return std::string(health.healthy ? "healthy" : "unhealthy, /health says why") + "; " + std::to_string(health.ready_connectors) + " of " +
           std::to_string(health.connectors) + " connectors ready" + (reloader_.counts().last_refused ? "; the last reload was refused" : "");
  }
  void after_reload() {
    try {
      admin_server_.reload_tls();
    } catch (const std::runtime_error& error) {
      write(runtime::LogLevel::error, "host", error.what());
    }
    service_manager_.reloaded();
  }
  void say_audit(const http::Request& request, int status, const std::string& who) {
    write(runtime::LogLevel::warn, "audit",
          (who.empty() ? "somebody" : who) + ": " + request.method + " " + request.path + " refused with " + std::to_string(status));
  }
  http::Response answer_open(const http::Request& request) {
    return http_metrics_.counted("open", request, [&] { return routes_.answer(request); });
  }
  http::Response answer_admin(const http::Request& request) {
    http::Response response = judge_and_answer(request);
    if (request.peer.kind == http::Peer::Kind::local_process) response.headers.emplace_back("Connector-Host-Instance", local_access_.instance());
    return response;
  }
  http::Response judge_and_answer(const http::Request& request) {
    const admin::Role needed = admin::ConnectRoutes::needed_for(request);
    admin::Access::Verdict verdict = access_.judge(request, needed);
    if (!verdict.refusal) return connect_routes_.answer(request, {std::move(verdict.who), verdict.role});
    if (needed >= admin::Role::operate) say_audit(request, verdict.refusal->status, verdict.who);
    return *std::move(verdict.refusal);
  }
  http::ServerSettings server_settings(const topology::ListenConfig& listen, const char* thread_name, std::optional<http::TlsSettings> tls = std::nullopt) {
    http::ServerSettings settings;
    settings.host = listen.host;
    settings.port = listen.port;
    settings.thread_name = thread_name;
    settings.tls = std::move(tls);
    settings.report = [this](const std::string& what) { write(runtime::LogLevel::warn, "http", what); };
    return settings;
  }

  world::RealWorld world_;
  const std::shared_ptr<observability::Scrubber> scrubber_ = std::make_shared<observability::Scrubber>();
  observability::Log log_;
  runtime::StateDir state_dir_;
  HostTracing tracing_;
  runtime::HostServices services_;
  ServiceManager service_manager_;
  observability::MetricsRegistry metrics_{{CONNECTOR_HOST_VERSION, CONNECTOR_HOST_COMMIT, abi_version()}};
  runtime::Runtime runtime_;
  admin::HealthRoutes routes_;
  Reloader reloader_;
  admin::ConnectRoutes connect_routes_;
  admin::LocalAccess local_access_;
  admin::Access access_;
  runtime::ConnectorMetrics connector_metrics_;
  HostMetrics host_metrics_;
  admin::HttpMetrics http_metrics_;
  http::Server server_, admin_server_;
  const std::string admin_host_;
  const std::vector<std::string> exposure_;
  const bool watch_;
};

}  // namespace

int run_command(const CommandLine& command_line, ProcessPrivacy& privacy) {
  SignalWatch signals;  // before any thread
  TopologyInput input(command_line);
  const auto config = input.load();
  if (!config) return exit_config;
  if (config->debuggable)
    privacy.allow_debugging();
  else
    privacy.make_permanent();
  const auto refused = [](const std::runtime_error& error, ExitCode code) {
    std::cerr << "connector-host: " << error.what() << std::endl;
    return code;
  };
  std::unique_ptr<Running> running;
  try {
    running = std::make_unique<Running>(input, *config, command_line);
  } catch (const http::ListenError& error) {
    return refused(error, exit_runtime);  // whoever starts it again may find the port free
  } catch (const std::runtime_error& error) {
    return refused(error, exit_config);
  }
  return running->run(signals);
}

}  // namespace connector_host::cli
