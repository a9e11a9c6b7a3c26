#pragma once
// Caller: who asks, as Access has found. Plain data.
#include <string>

#include "host/admin/access_settings.hpp"

namespace connector_host::admin {

struct Caller {
  std::string who;  // empty: nobody in particular
  Role role = Role::none;
};

}  // namespace connector_host::admin
