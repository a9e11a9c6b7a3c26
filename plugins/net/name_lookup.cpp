#include "plugins/net/name_lookup.hpp"

#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

#include "plugins/net/connect_failure.hpp"

namespace connector_host_plugins::net {
namespace {

constexpr std::size_t most_unfinished = 8;

ConnectFailure failed(const std::string& why) {
  return {ConnectFailure::Kind::unreachable, why};
}

// One getaddrinfo in its thread. The destructor waits for it, so it is destroyed only once it is
// over.
class Lookup {
 public:
  Lookup(std::string host, std::string port)
      : host_(std::move(host)), port_(std::move(port)), thread_([this] { run(); }) {}
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup() { thread_.join(); }

  bool is_over() {
    std::lock_guard lock(mutex_);
    return over_;
  }
  // cancel cannot reach this wait, so it is looked for every 20 ms. Only names that are slow to
  // resolve get here.
  bool wait(const Limit& limit) {
    std::unique_lock lock(mutex_);
    while (!over_ && !limit.deadline.over() && !limit.cancelled()) {
      changed_.wait_for(lock, std::chrono::milliseconds(20));
    }
    return over_;
  }
  Addresses take() {
    if (error_ != 0) throw failed("cannot look up '" + host_ + "': " + gai_strerror(error_));
    return std::move(found_);
  }

 private:
  void run() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host_.c_str(), port_.c_str(), &hints, &found);
    std::lock_guard lock(mutex_);
    error_ = error;
    found_.reset(error == 0 ? found : nullptr);
    over_ = true;
    changed_.notify_all();
  }

  const std::string host_, port_;
  std::mutex mutex_;  // guards error_, found_ and over_ until it is over
  std::condition_variable changed_;
  int error_ = 0;
  Addresses found_;
  bool over_ = false;
  std::thread thread_;  // the last member: it uses all others
};

struct Unfinished {
  std::mutex mutex;  // guards lookups
  std::list<std::unique_ptr<Lookup>> lookups;
};

// Never destroyed: the end of the process does not wait for a name server.
Unfinished& unfinished() {
  static auto* all = new Unfinished;
  return *all;
}

void make_room() {
  std::lock_guard lock(unfinished().mutex);
  unfinished().lookups.remove_if([](const auto& lookup) { return lookup->is_over(); });
  if (unfinished().lookups.size() >= most_unfinished)
    throw failed("name lookups do not answer: is the name server down?");
}

std::unique_ptr<Lookup> start(const std::string& host, const std::string& port) {
  try {
    return std::make_unique<Lookup>(host, port);
  } catch (const std::system_error&) {
    throw failed("cannot look up '" + host + "': no thread is left");
  }
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
  std::unique_ptr<Lookup> lookup = start(host, port);
  if (lookup->wait(limit)) return lookup->take();
  {
    std::lock_guard lock(unfinished().mutex);
    unfinished().lookups.push_back(std::move(lookup));
  }
  if (limit.cancelled()) throw ConnectFailure(ConnectFailure::Kind::cancelled, "cancelled");
  throw failed("the lookup of the name '" + host + "' did not end in time");
}

}  // namespace connector_host_plugins::net
