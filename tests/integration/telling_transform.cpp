// A plugin with a transform that tells its secret wherever a plugin can say something: in the log,
// as the reason of each record that it rejects, as the error of its start. The host has to hide it;
// ours do not tell theirs, so they cannot show that it does.
#include <connector/plugin.hpp>
#include <string>

namespace {

class TellingTransform : public connector::Transform {
 public:
  static constexpr std::string_view type = "telling",
                                    description = "Rejects every record, and tells its password.";
  static constexpr connector::Option options[] = {
      connector::Option::string("password", "What it tells.").required().secret(),
      connector::Option::boolean("fails", "It cannot be started.").otherwise("false")};

  TellingTransform(connector::Host host, const connector::Config& config)
      : host_(host), told_("the password is " + config.string("password")) {
    host.info("made: " + told_);
    if (config.boolean("fails")) throw connector::bad_config("cannot be made: " + told_);
  }
  void apply(connector::Records in, connector::Outputs&, connector::Outcomes& outcomes,
             connector::Call&) override {
    host_.debug("at work: " + told_);
    for (std::size_t i = 0; i < in.size(); ++i) outcomes.reject(i, told_);
  }

 private:
  const connector::Host host_;
  const std::string told_;
};

}  // namespace

CONNECTOR_PLUGIN("telling", "1.0.0", connector::component<TellingTransform>())
