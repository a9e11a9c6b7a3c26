// A plugin with a transform that ends the process on a record with the header "crash", as a wild
// pointer would.
#include <connector/plugin.hpp>

#include <cstdlib>

namespace {

class CrashingTransform : public connector::Transform {
 public:
  static constexpr std::string_view type = "crashing",
                                    description = "Aborts on a record with the header 'crash'.";
  CrashingTransform(connector::Host, const connector::Config&) {}
  void apply(connector::Records in, connector::Outputs& out, connector::Outcomes&,
             connector::Call&) override {
    for (std::size_t i = 0; i < in.size(); ++i) {
      const connector_record& record = in[i].raw();
      for (std::uint64_t h = 0; h < record.header_count; ++h) {
        if (std::string_view(record.headers[h].name.data, record.headers[h].name.size) == "crash")
          std::abort();
      }
      out.emit(i) = record;
    }
  }
};

}  // namespace

CONNECTOR_PLUGIN("crashing", "1.0.0", connector::component<CrashingTransform>())
