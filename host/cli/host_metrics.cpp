#include "host/cli/host_metrics.hpp"

#include <string>

#include "connector/kind.hpp"
#include "host/runtime/metrics_page.hpp"

namespace connector_host::cli {

HostMetrics::HostMetrics(const Reloader& reloader, const admin::Access& access, const plugin::PluginCatalog& catalog, const observability::Log& log,
                         observability::MetricsRegistry& registry)
    : reloader_(reloader),
      access_(access),
      catalog_(catalog),
      log_(log),
      registration_(registry.register_source([this](std::vector<observability::Family>& families) { collect(families); })) {}

void HostMetrics::collect(std::vector<observability::Family>& families) const {
  runtime::MetricsPage page(families);
  const ReloadCounts reloads = reloader_.counts();
  constexpr const char* reloads_help = "Readings of the topology file after the first, by what came of them.";
  page.counter("config_reloads_total", reloads_help, {{"result", "success"}}, double(reloads.taken));
  page.counter("config_reloads_total", reloads_help, {{"result", "failure"}}, double(reloads.refused));
  page.gauge("config_last_reload_success_timestamp_seconds", "When the configuration that runs was read.", {}, reloads.last_taken);
  page.counter("admin_failed_logins_total", "Requests to the admin API with a credential that is wrong.", {}, double(access_.failed_logins()));
  page.counter("log_lines_lost_total", "Lines of the log that were not written: its reader was too slow, or is gone.", {}, double(log_.lost()));
  for (const plugin::PluginEntry& library : catalog_.entries()) {
    for (const plugin::ComponentEntry& each : library.components) {
      if (!each.shadowed_by.empty()) continue;
      page.gauge("plugin_info", "Always 1; the labels are what a plugin provides, and its version.",
                 {{"plugin", each.type}, {"kind", std::string(connector::kind_name(each.kind))}, {"version", library.version}}, 1);
    }
  }
}

}  // namespace connector_host::cli
