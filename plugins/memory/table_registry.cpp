#include "plugins/memory/table_registry.hpp"

namespace connector_host_plugins::memory {

TableRegistry& TableRegistry::of_process() {
  static auto* registry = new TableRegistry;  // never destroyed: stores may outlive static objects
  return *registry;
}

std::shared_ptr<IdTable> TableRegistry::table(const std::string& name, std::uint64_t max_ids,
                                              std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  std::erase_if(tables_, [&](const auto& each) {
    return each.first != name && each.second.use_count() == 1 &&
           each.second->forget_expired(now_ms);
  });
  std::shared_ptr<IdTable>& found = tables_[name];
  if (!found) found = std::make_shared<IdTable>();
  found->set_max_ids(max_ids);
  return found;
}

}  // namespace connector_host_plugins::memory
