#include <connector/plugin.hpp>
#include <fstream>
#include <mutex>

class LinesSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "lines", description = "Appends values to a file, one per line.";
  static constexpr connector::Option options[] = {connector::Option::string("path", "The file.").required()};

  LinesSink(connector::Host, const connector::Config& config) : file_(config.string("path"), std::ios::app) {}

  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    const std::lock_guard lock(mutex_);
    for (const connector::Record record : records) file_ << record.value() << '\n';
    if (!file_.flush()) throw connector::retriable("cannot write to the file");
    outcomes.all_delivered();
  }

 private:
  std::mutex mutex_;  // guards file_: write may run on several threads
  std::ofstream file_;
};

CONNECTOR_PLUGIN("lines", "1.0.0", connector::component<LinesSink>())
