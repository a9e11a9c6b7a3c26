#include "plugins/kafka/confined_files.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <connector/error.hpp>
#include <iterator>
#include <string_view>

namespace connector_host_plugins::kafka {
namespace {

constexpr std::pair<std::string_view, std::string_view> contents[] = {
    {"ssl.ca.location", "ssl.ca.pem"},
    {"ssl.certificate.location", "ssl.certificate.pem"},
    {"ssl.key.location", "ssl.key.pem"}};
constexpr std::string_view opened_by_librdkafka[] = {"ssl.crl.location", "sasl.kerberos.keytab"};
constexpr int sends_chain_of_content = 0x02080000;

std::string place(std::string_view property) {
  return "option 'properties." + std::string(property) + "': ";
}

}  // namespace

ConfinedFiles::ConfinedFiles(connector::Host host, Properties& connection) : host_(host) {
  const auto is_set = [&](std::string_view name) {
    return std::any_of(connection.begin(), connection.end(),
                       [&](const auto& each) { return each.first == name; });
  };
  for (const auto& property : connection) {
    const auto& name = property.first;
    const auto* const content = std::find_if(std::begin(contents), std::end(contents),
                                             [&](const auto& each) { return each.first == name; });
    const bool only_by_path =
        std::find(std::begin(opened_by_librdkafka), std::end(opened_by_librdkafka), name) !=
        std::end(opened_by_librdkafka);
    if ((content == std::end(contents) && !only_by_path) ||
        !host.confines(connector::FilePurpose::credential, property.second))
      continue;
    if (only_by_path)
      throw connector::bad_config(place(name) +
                                  "librdkafka opens this file by itself, which a connector made "
                                  "over REST may not do; define the connector in the "
                                  "topology file");
    if (is_set(content->second))
      throw connector::bad_config(place(name) + "excludes " + std::string(content->second) +
                                  "; remove one of them");
    files_.push_back({name, std::string(content->second), property.second});
  }
  std::erase_if(connection, [&](const auto& each) {
    return std::any_of(files_.begin(), files_.end(),
                       [&](const File& file) { return file.location == each.first; });
  });
}

Properties ConfinedFiles::read() const {
  Properties out;
  for (const File& each : files_) out.emplace_back(each.content, read(each));
  return out;
}

std::string ConfinedFiles::read(const File& file) const {
  try {
    return host_.read_file(connector::FilePurpose::credential, file.path);
  } catch (const connector::Error& error) {
    throw connector::Error(error.code(), place(file.location) + error.what());
  }
}

bool ConfinedFiles::loses_chain() const {
  const auto certificate = std::find_if(files_.begin(), files_.end(), [](const File& each) {
    return each.location == "ssl.certificate.location";
  });
  if (certificate == files_.end() || rd_kafka_version() >= sends_chain_of_content) return false;
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  const std::string pem = read(*certificate);
  return pem.find(begin) != pem.rfind(begin);
}

}  // namespace connector_host_plugins::kafka
