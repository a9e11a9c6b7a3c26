#include "host/topology/listen_reader.hpp"

#include "host/topology/listen_address.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {

ListenConfig ListenReader::read(const Node& section, const std::string& name, const OptionValues& values) const {
  if (auto address = parse_listen_address(values.get<std::string>("listen", ""))) return *address;
  const Node* written = section.find("listen");
  if (!written || !values.has("listen")) return {};
  problems_.add(written->at, code::listen_address, path_of(name, "listen"),
                "expected host:port" + (values.raw.at("listen").reference ? std::string() : ", got " + shown_value(written->text)),
                "write an address such as 127.0.0.1:8080, [::]:8080 or :8080");
  return {};
}

}  // namespace connector_host::topology
