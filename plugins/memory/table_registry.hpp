#pragma once
// TableRegistry: the tables of this process, by name.
//
// A table outlives the stores that use it, so that a connector that is started again still knows
// its ids; it goes once no store uses it and every id in it has expired. Thread-safe; one in the
// process, for as long as it lives.
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "plugins/memory/id_table.hpp"

namespace connector_host_plugins::memory {

class TableRegistry {
 public:
  static TableRegistry& of_process();
  std::shared_ptr<IdTable> table(const std::string& name, std::uint64_t max_ids,
                                 std::int64_t now_ms);

 private:
  std::mutex mutex_;  // guards tables_
  std::map<std::string, std::shared_ptr<IdTable>> tables_;
};

}  // namespace connector_host_plugins::memory
