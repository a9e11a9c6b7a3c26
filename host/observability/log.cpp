#include "host/observability/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <mutex>
#include <utility>

#include "host/observability/line_queue.hpp"
#include "host/observability/log_channel.hpp"

namespace connector_host::observability {
namespace {

constexpr const char* root = "root";

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

void cut(std::string& message) {
  const std::size_t whole = message.size();
  if (whole <= Log::longest_message) return;
  std::size_t end = Log::longest_message;
  while (end > 0 && (message[end] & 0xc0) == 0x80) --end;  // not within a character
  message.resize(end);
  message += "… (cut, " + std::to_string(whole) + " bytes)";
}

std::string clean_name(std::string_view name) {
  std::string clean(name.substr(0, 100));
  for (char& c : clean) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!allowed) c = '_';
  }
  return clean.empty() ? root : clean;
}

std::unique_ptr<spdlog::formatter> formatter_for(LogFormat format) {
  const char* pattern = format == LogFormat::json ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %v";
  return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n");
}

std::string as_line(const LogLine& line, LogFormat format) {
  return format == LogFormat::json ? as_json_members(line) : as_text(line);
}

std::string line_of_lost(spdlog::formatter& formatter, LogFormat format, std::uint64_t lost) {
  const std::string said =
      as_line({Level::warn, "log", {}, std::to_string(lost) + (lost == 1 ? " line was" : " lines were") + " lost: the reader of the log was too slow"}, format);
  spdlog::memory_buf_t line;
  formatter.format(spdlog::details::log_msg("log", spdlog::level::warn, {said.data(), said.size()}), line);
  return {line.data(), line.size()};
}

bool is_below(const std::string& name, std::string_view above) {
  return above == root || (name.size() > above.size() && name.starts_with(above) && name[above.size()] == '.');
}

}  // namespace

class Log::Sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  Sink(int descriptor, LogFormat format)
      : queue_(descriptor,
               [formatter = std::shared_ptr(formatter_for(format)), format](std::uint64_t lost) { return line_of_lost(*formatter, format, lost); }) {
    set_formatter_(formatter_for(format));
  }
  const LineQueue& queue() const { return queue_; }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    queue_.write({line.data(), line.size()});
  }
  void flush_() override {}

  LineQueue queue_;
};

class Log::Channel final : public LogChannel {
 public:
  Channel(std::string name, Level level, LogFormat format, std::shared_ptr<Sink> sink, std::shared_ptr<const Scrubber> scrubber)
      : format_(format), scrubber_(std::move(scrubber)), logger_(std::move(name), std::move(sink)) {
    logger_.set_error_handler([](const std::string&) {});  // spdlog's own would write to stderr
    set_level(level);
  }
  void set_level(Level level) {
    level_.store(level, std::memory_order_relaxed);
    logger_.set_level(spdlog_level(level));
  }
  Level level() const { return level_.load(std::memory_order_relaxed); }
  bool enabled(Level level) const noexcept override { return level != Level::off && level >= this->level(); }

  void write(Level level, const LogPlace& place, std::string_view message) override {
    std::string clean = scrubber_->scrub(message);
    cut(clean);
    const LogPlace clean_place{scrubber_->scrub(place.connector), place.task, place.trace_id};
    const LogLine line{level, logger_.name(), clean_place, clean};
    const std::string said = as_line(line, format_);
    logger_.log(spdlog_level(level), spdlog::string_view_t(said.data(), said.size()));
  }

 private:
  const LogFormat format_;
  const std::shared_ptr<const Scrubber> scrubber_;
  std::atomic<Level> level_ = Level::info;
  spdlog::logger logger_;
};

class Log::Tree {
 public:
  Tree(LogSettings settings, std::shared_ptr<const Scrubber> scrubber)
      : settings_(settings), scrubber_(std::move(scrubber)), sink_(std::make_shared<Sink>(settings.descriptor, settings.format)) {
    channels_.emplace(root, make(root, settings.level));
  }

  std::shared_ptr<Channel> channel(const std::string& name) {
    std::lock_guard lock(mutex_);
    const auto found = channels_.find(name);
    return found != channels_.end() ? found->second : channels_.emplace(name, make(name, level_above(name))).first->second;
  }
  std::vector<std::string> set_level(std::string_view name, Level level) {
    std::lock_guard lock(mutex_);
    std::vector<std::string> set;
    for (const auto& [each, channel] : channels_) {
      if (each != name && !is_below(each, name)) continue;
      channel->set_level(level);
      set.push_back(each);
    }
    return set;
  }
  std::map<std::string, Level> levels() const {
    std::lock_guard lock(mutex_);
    std::map<std::string, Level> levels;
    for (const auto& [name, channel] : channels_) levels.emplace(name, channel->level());
    return levels;
  }
  const LineQueue& queue() const { return sink_->queue(); }

 private:
  std::shared_ptr<Channel> make(const std::string& name, Level level) const {
    return std::make_shared<Channel>(name, level, settings_.format, sink_, scrubber_);
  }
  Level level_above(std::string name) const {
    for (std::size_t dot = name.rfind('.'); dot != name.npos; dot = name.rfind('.')) {
      name.resize(dot);
      if (const auto found = channels_.find(name); found != channels_.end()) return found->second->level();
    }
    return channels_.at(root)->level();
  }

  const LogSettings settings_;
  const std::shared_ptr<const Scrubber> scrubber_;
  const std::shared_ptr<Sink> sink_;
  mutable std::mutex mutex_;  // guards channels_
  std::map<std::string, std::shared_ptr<Channel>> channels_;
};

Log::Log(LogSettings settings, std::shared_ptr<const Scrubber> scrubber) : tree_(std::make_shared<Tree>(settings, std::move(scrubber))) {}
Log::~Log() = default;

Logger Log::logger(std::string_view name, LogPlace place) {
  return Logger(tree_->channel(clean_name(name)), std::move(place));
}
std::vector<std::string> Log::set_level(std::string_view name, Level level) {
  return tree_->set_level(name, level);
}
std::map<std::string, Level> Log::levels() const {
  return tree_->levels();
}
std::uint64_t Log::lost() const {
  return tree_->queue().lost();
}
bool Log::flush(std::chrono::milliseconds limit) const {
  return tree_->queue().flush(limit);
}
std::optional<std::chrono::steady_clock::time_point> Log::stuck_since() const {
  return tree_->queue().stuck_since();
}

}  // namespace connector_host::observability
