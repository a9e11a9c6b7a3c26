// A plugin with a transform that changes nothing: we ship none, and a host without one has no
// metrics of transforms. It may say that it has begun, and wait until it may go on.
#include <connector/plugin.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace {

class PassingTransform : public connector::Transform {
 public:
  static constexpr std::string_view type = "passing", description = "Hands on what it gets.";
  static constexpr connector::Option options[] = {
      connector::Option::string("begins", "File that it makes when it begins."),
      connector::Option::string("waits_for", "File that has to be there before it goes on.")};

  PassingTransform(connector::Host, const connector::Config& config)
      : begins_(config.string_or("begins", "")), waits_for_(config.string_or("waits_for", "")) {}

  void apply(connector::Records in, connector::Outputs& out, connector::Outcomes&,
             connector::Call&) override {
    if (!begins_.empty()) std::ofstream(begins_) << in.size() << '\n';
    while (!waits_for_.empty() && !std::filesystem::exists(waits_for_))
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (std::size_t i = 0; i < in.size(); ++i) out.emit(i) = in[i].raw();
  }

 private:
  const std::string begins_, waits_for_;
};

}  // namespace

CONNECTOR_PLUGIN("passing", "1.0.0", connector::component<PassingTransform>())
