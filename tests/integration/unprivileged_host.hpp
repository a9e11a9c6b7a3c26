#pragma once
// UnprivilegedHost: a copy of the program with its plugins and its module for traces, which a user
// without rights can run: nobody where the test is root, else the test's own user.
//
// The build tree may lie where that user cannot read. The copy lives in the folder that it is
// given, which comes to belong to the user, and is removed with it.
#include <string>
#include <vector>

namespace integration {

class UnprivilegedHost {
 public:
  explicit UnprivilegedHost(const std::string& folder);

  // The command line of a program that runs as this user, beginning with its path.
  static std::vector<std::string> as_user(std::vector<std::string> command);
  // Of the program itself, with these arguments.
  std::vector<std::string> command(std::vector<std::string> arguments) const;
  std::vector<std::string> run_command(const std::string& topology) const;
  // A folder for further plugins, which run_command names; empty at first.
  std::string more_plugins() const { return folder_ + "/more"; }

 private:
  const std::string folder_;
};

}  // namespace integration
