#pragma once
// KeySweep: deletes the keys of a pattern, but for bindings, page by page, and remembers where a
// call had to stop.
//
// One call's time limit may be too short for a large database, so the next one for the same pattern
// goes on from there: it would never come to the end otherwise. A place is good for the server
// process that gave it (its cursor means nothing to another one, which could leave keys behind),
// for ten minutes, and where INFO tells which process it is; else the sweep begins anew. UNLINK is
// Redis 4.0 and frees memory beside the server's main thread. Thread-safe; owned by the store.
#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "plugins/redis/connection.hpp"

namespace connector_host_plugins::redis {

class KeySweep {
 public:
  // Returns when every key is gone that was there when the sweep began and does not begin with
  // `kept`. Throws RedisError.
  void run(Connection&, const net::Limit&, const std::string& pattern, const std::string& kept);

 private:
  struct Place {
    std::string server, cursor;
    net::Deadline::Clock::time_point left_at;
  };
  std::string cursor_of(const std::string& pattern, const std::string& server);
  void leave(const std::string& pattern, Place place);

  std::mutex mutex_;  // guards places_
  std::map<std::string, Place> places_;
};

}  // namespace connector_host_plugins::redis
