#include "plugins/redis/name_lookup.hpp"

#include <algorithm>
#include <list>
#include <mutex>
#include <utility>

#include "plugins/redis/redis_error.hpp"

namespace connector_host_plugins::redis {
namespace {

constexpr std::size_t most_unfinished = 8;

struct Lookup {
  Lookup(const std::string& name, const std::string& service) : host(name), port(service) {
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    request.ar_name = host.c_str();
    request.ar_service = port.c_str();
    request.ar_request = &hints;
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup() {
    if (request.ar_result) freeaddrinfo(request.ar_result);
  }

  std::string host, port;
  addrinfo hints{};
  gaicb request{};
};

std::mutex mutex;                                   // guards unfinished
std::list<std::unique_ptr<Lookup>>& unfinished() {  // glibc still writes into these
  static auto* list = new std::list<std::unique_ptr<Lookup>>;
  return *list;
}

void make_room() {
  std::lock_guard lock(mutex);
  std::erase_if(unfinished(), [](const auto& lookup) { return gai_error(&lookup->request) != EAI_INPROGRESS; });
  if (unfinished().size() >= most_unfinished)
    throw RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED, "name lookups do not answer: is the name server down?");
}

void abandon(std::unique_ptr<Lookup> lookup) {
  if (gai_cancel(&lookup->request) != EAI_NOTCANCELED) return;
  std::lock_guard lock(mutex);
  unfinished().push_back(std::move(lookup));
}

// A lookup cannot be woken by cancel, so it is looked at again every 20 ms. Only names that are slow to resolve get here.
bool wait_for(Lookup& lookup, const Limit& limit) {
  const gaicb* list[] = {&lookup.request};
  while (gai_error(&lookup.request) == EAI_INPROGRESS) {
    const int remaining = limit.deadline.remaining_ms();
    if (remaining == 0 || (limit.cancellation && limit.cancellation->cancelled())) return false;
    const timespec slice{0, std::min(remaining, 20) * 1'000'000L};
    gai_suspend(list, 1, &slice);
  }
  return true;
}

Addresses resolve_number(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  return Addresses(getaddrinfo(host.c_str(), port.c_str(), &hints, &found) == 0 ? found : nullptr);
}

}  // namespace

Addresses resolve(const std::string& host, const std::string& port, const Limit& limit) {
  if (Addresses number = resolve_number(host, port)) return number;
  make_room();
  auto lookup = std::make_unique<Lookup>(host, port);
  gaicb* list[] = {&lookup->request};
  if (getaddrinfo_a(GAI_NOWAIT, list, 1, nullptr) != 0)
    throw RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED, "cannot look up '" + host + "': no resources");
  if (!wait_for(*lookup, limit)) {
    abandon(std::move(lookup));
    throw RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED, "the lookup of the name '" + host + "' did not end in time");
  }
  if (const int error = gai_error(&lookup->request)) {
    throw RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED, "cannot look up '" + host + "': " + gai_strerror(error));
  }
  return Addresses(std::exchange(lookup->request.ar_result, nullptr));
}

}  // namespace connector_host_plugins::redis
