#include "fake_lookup.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <atomic>

namespace connector_tests {
namespace {

using Lookup = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

std::atomic<FakeLookup*> current = nullptr;

int real_lookup(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<Lookup>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(name, service, hints, found);
}

}  // namespace

FakeLookup::FakeLookup(std::string name, std::vector<int> ports)
    : name_(std::move(name)), ports_(std::move(ports)) {
  current = this;
}

FakeLookup::~FakeLookup() {
  let_go();
  current = nullptr;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return inside_ == 0; });
}

void FakeLookup::wait_until_asked() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return asked_; });
}

void FakeLookup::let_go() {
  std::lock_guard lock(mutex_);
  let_go_ = true;
  changed_.notify_all();
}

FakeLookup* FakeLookup::of(const char* name) {
  FakeLookup* const fake = current;
  return fake && name && fake->name_ == name ? fake : nullptr;
}

int FakeLookup::answer(const addrinfo* hints, addrinfo** found) {
  std::unique_lock lock(mutex_);
  if (hints && hints->ai_flags & AI_NUMERICHOST) return EAI_NONAME;
  asked_ = true;
  ++inside_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return let_go_ || !ports_.empty(); });
  --inside_;
  changed_.notify_all();
  addrinfo** end = found;  // freeaddrinfo frees a list one by one, so lists may be joined
  for (const int port : ports_) {
    addrinfo number{};
    number.ai_socktype = SOCK_STREAM;
    number.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    if (real_lookup("127.0.0.1", std::to_string(port).c_str(), &number, end) != 0) return EAI_FAIL;
    end = &(*end)->ai_next;
  }
  return ports_.empty() ? EAI_AGAIN : 0;
}

}  // namespace connector_tests

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (connector_tests::FakeLookup* const fake = connector_tests::FakeLookup::of(name))
    return fake->answer(hints, found);
  return connector_tests::real_lookup(name, service, hints, found);
}
