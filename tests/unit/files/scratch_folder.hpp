#pragma once
// ScratchFolder: an empty folder of a test's own, removed with it.
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace connector_host::files {

class ScratchFolder {
 public:
  ScratchFolder() {
    char path[] = "/tmp/confined-XXXXXX";
    path_ = ::mkdtemp(path);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() { std::filesystem::remove_all(path_); }

  std::string at(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::ofstream(at(name)) << text;
    return at(name);
  }
  std::string link(const std::string& name, const std::string& target) const {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::filesystem::create_symlink(target, at(name));
    return at(name);
  }

 private:
  std::string path_;
};

}  // namespace connector_host::files
