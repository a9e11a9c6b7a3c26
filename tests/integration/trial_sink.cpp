// A plugin with a sink that appends each record's value to a file as a line, that may take its
// time, and that fails for the records with a certain text in them each time, as if that were a
// failure of the moment.
#include <fcntl.h>
#include <unistd.h>
#include <connector/plugin.hpp>

#include <chrono>
#include <mutex>
#include <string>
#include <thread>

namespace {

class TrialSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "trial",
                                    description = "Appends values to a file, slowly or not at all.";
  static constexpr connector::Option options[] = {
      connector::Option::string("path", "File to append to.").required(),
      connector::Option::duration("record_time", "Time that each record takes.")
          .otherwise("0ms")
          .between(0, 600'000),
      connector::Option::string("stubborn",
                                "Records with this text in their value fail each time."),
      connector::Option::boolean("unordered", "It keeps no order.").otherwise("false")};

  TrialSink(connector::Host, const connector::Config& config)
      : path_(config.string("path")),
        record_time_(config.duration("record_time")),
        stubborn_(config.string_or("stubborn", "")),
        unordered_(config.boolean("unordered")) {}

  std::string keep_order(connector::Call&) override {
    if (unordered_) throw connector::bad_config("option 'unordered': there is no order to keep");
    return {};
  }
  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::string value(records[i].value());
      if (!stubborn_.empty() && value.find(stubborn_) != std::string::npos) {
        outcomes.retry(i, "not now");
        continue;
      }
      std::this_thread::sleep_for(record_time_);
      append(value + '\n');
      outcomes.delivered(i);
    }
  }

 private:
  void append(const std::string& line) const {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const auto written = ::write(file, line.data(), line.size());
    ::close(file);
    if (written != ssize_t(line.size())) throw connector::fatal("cannot append to " + path_);
  }

  const std::string path_;
  const std::chrono::milliseconds record_time_;
  const std::string stubborn_;
  const bool unordered_;
};

}  // namespace

CONNECTOR_PLUGIN("trial", "1.0.0", connector::component<TrialSink>())
