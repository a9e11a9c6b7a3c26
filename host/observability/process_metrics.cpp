#include "host/observability/process_metrics.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

namespace connector_host::observability {
namespace {

// proc(5), /proc/[pid]/stat, counted from the state, which is the first after the name in parentheses.
constexpr int threads_field = 17, start_field = 19;

std::optional<double> stat_field(int field) {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');  // the name may hold anything, parentheses too
  if (name_end == line.npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  std::string word;
  for (int i = 0; i <= field; ++i)
    if (!(rest >> word)) return std::nullopt;
  return std::stod(word);
}

std::optional<double> boot_time() {
  std::ifstream file("/proc/stat");
  std::string word;
  double value = 0;
  while (file >> word)
    if (word == "btime" && file >> value) return value;
  return std::nullopt;
}

std::optional<double> start_time() {
  const auto boot = boot_time(), ticks = stat_field(start_field);
  if (!boot || !ticks) return std::nullopt;
  return *boot + *ticks / double(sysconf(_SC_CLK_TCK));
}

std::optional<double> cpu_seconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
  const auto seconds = [](const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::optional<double> statm_bytes(int field) {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  for (int i = 0; i <= field; ++i)
    if (!(file >> pages)) return std::nullopt;
  return pages * double(sysconf(_SC_PAGESIZE));
}

std::optional<double> open_descriptors() {
  const auto close = [](DIR* directory) { closedir(directory); };
  const std::unique_ptr<DIR, decltype(close)> directory(opendir("/proc/self/fd"), close);
  if (!directory) return std::nullopt;
  double count = 0;
  while (const dirent* entry = readdir(directory.get()))
    if (entry->d_name[0] != '.') ++count;
  return count - 1;  // the one that reads the directory
}

std::optional<double> most_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return double(limit.rlim_cur);
}

void add(std::vector<Family>& out, const char* name, const char* help, MetricKind kind, std::optional<double> value) {
  if (!value) return;
  Sample sample;
  sample.value = *value;
  out.push_back({name, help, kind, {std::move(sample)}});
}

}  // namespace

ProcessMetrics::ProcessMetrics() : start_time_(start_time()) {}

void ProcessMetrics::collect(std::vector<Family>& out) const {
  add(out, "process_cpu_seconds_total", "User and system CPU time spent, in seconds.", MetricKind::counter, cpu_seconds());
  add(out, "process_resident_memory_bytes", "Resident memory, in bytes.", MetricKind::gauge, statm_bytes(1));
  add(out, "process_virtual_memory_bytes", "Virtual memory, in bytes.", MetricKind::gauge, statm_bytes(0));
  add(out, "process_open_fds", "Open file descriptors.", MetricKind::gauge, open_descriptors());
  add(out, "process_max_fds", "Most file descriptors that may be open.", MetricKind::gauge, most_descriptors());
  add(out, "process_threads", "Threads of the process.", MetricKind::gauge, stat_field(threads_field));
  add(out, "process_start_time_seconds", "Start of the process, in seconds since the Unix epoch.", MetricKind::gauge, start_time_);
}

}  // namespace connector_host::observability
