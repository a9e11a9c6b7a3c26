#pragma once
// ConnectorOffsets: what a connector's source says of how far it is, and forgetting it.
//
// A running task is asked on its intake thread; of a connector without tasks an instance is made for the question. Blocks
// the caller for a few seconds at most. Any thread.
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include "host/runtime/connector.hpp"

namespace connector_host::runtime {

// Why not; for whoever asked.
class OffsetsRefused : public std::runtime_error {
 public:
  enum class Why { not_stopped, not_possible, busy, failed };  // busy: for the moment
  OffsetsRefused(Why why, const std::string& what) : std::runtime_error(what), why(why) {}
  const Why why;
};

class ConnectorOffsets {
 public:
  explicit ConnectorOffsets(HostServices& services);
  ~ConnectorOffsets();

  // JSON arrays of {"partition":{…},"offset":{…}}, one of each task, or one for all where there is none. A source that has
  // no offsets gives none. Throws OffsetsRefused.
  std::vector<std::string> read(const Connector& connector) const;
  // Both need a connector that is STOPPED. set: the same form as read gives.
  void set(const Connector& connector, const std::string& json) const;
  // Also forgets the ids of the connector's dedup scope: what was moved before is moved again. A store with many ids takes
  // its time: then it is `busy`, and the next call goes on where this one had to end.
  void forget(const Connector& connector);

 private:
  template <class Handle>
  class Borrowed;
  class ClearingStore;
  void clear_ids(const topology::ConnectorConfig& config);

  HostServices& services_;
  std::mutex mutex_;                                                // guards clearing_
  std::map<std::string, std::unique_ptr<ClearingStore>> clearing_;  // by connector: those that are not through yet
};

}  // namespace connector_host::runtime
