#pragma once
// NotifyListener: the socket of a service manager (sd_notify(3)), and what was said to it, in the
// order of its coming.
#include <chrono>
#include <string>
#include <vector>

namespace integration {

class NotifyListener {
 public:
  // A path, or a name of the abstract namespace behind an @.
  explicit NotifyListener(const std::string& address);
  ~NotifyListener();
  NotifyListener(const NotifyListener&) = delete;
  NotifyListener& operator=(const NotifyListener&) = delete;

  // All messages so far.
  const std::vector<std::string>& messages();
  // How many have a line that begins so.
  long count(const std::string& beginning);
  // The rest of the last line that begins so, or an empty text.
  std::string last(const std::string& beginning);

 private:
  int socket_ = -1;
  std::vector<std::string> messages_;
};

}  // namespace integration
