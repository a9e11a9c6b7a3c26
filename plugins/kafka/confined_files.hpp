#pragma once
// ConfinedFiles: the files of credentials that librdkafka properties name, where the host confines
// the sink.
//
// librdkafka opens the files of its properties by path, and a confined sink may open files through
// the host only. So it gets their content (ssl.ca.pem instead of ssl.ca.location), read anew for
// each client. Where the host confines nothing, librdkafka opens them: a folder, "probe" and the
// chain of a certificate work with a path only (before librdkafka 2.8 the content of a certificate
// is sent without its chain). Immutable; any thread.
#include <connector/host.hpp>
#include <string>
#include <utility>
#include <vector>

namespace connector_host_plugins::kafka {

using Properties = std::vector<std::pair<std::string, std::string>>;

class ConfinedFiles {
 public:
  ConfinedFiles() = default;  // none
  // Takes the properties whose files have to be read out of connection. Throws BAD_CONFIG for a
  // property that cannot be used in a confined sink.
  ConfinedFiles(connector::Host host, Properties& connection);

  // The properties with the content of the files. Throws connector::Error naming the one whose file
  // cannot be read.
  Properties read() const;
  // The certificate has a chain that this librdkafka does not send.
  bool loses_chain() const;

 private:
  struct File {
    std::string location, content;  // names of properties
    std::string path;
  };
  std::string read(const File& file) const;

  connector::Host host_{nullptr};  // used where there are files only
  std::vector<File> files_;
};

}  // namespace connector_host_plugins::kafka
