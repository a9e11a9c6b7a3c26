#include <connector/plugin.hpp>
#include <cstdio>
#include <string>

class StdoutSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "stdout", description = "Prints values, one per line.";
  static constexpr connector::Option options[] = {connector::Option::string("prefix", "What a line begins with.").otherwise("")};

  StdoutSink(connector::Host, const connector::Config& config) : prefix_(config.string("prefix")) {}

  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    std::string lines;
    for (const connector::Record record : records) lines.append(prefix_).append(record.value()).append("\n");
    if (std::fwrite(lines.data(), 1, lines.size(), stdout) < lines.size() || std::fflush(stdout) != 0) throw connector::retriable("cannot print");
    outcomes.all_delivered();
  }

 private:
  std::string prefix_;
};

CONNECTOR_PLUGIN("stdout", "1.0.0", connector::component<StdoutSink>())
