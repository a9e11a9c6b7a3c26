// A plugin with a transform that changes nothing: we ship none, and a host without one has no metrics of transforms.
#include <connector/plugin.hpp>

namespace {

class PassingTransform : public connector::Transform {
 public:
  static constexpr std::string_view type = "passing", description = "Hands on what it gets.";
  PassingTransform(connector::Host, const connector::Config&) {}
  void apply(connector::Records in, connector::Outputs& out, connector::Outcomes&, connector::Call&) override {
    for (std::size_t i = 0; i < in.size(); ++i) out.emit(i) = in[i].raw();
  }
};

}  // namespace

CONNECTOR_PLUGIN("passing", "1.0.0", connector::component<PassingTransform>())
