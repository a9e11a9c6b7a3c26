#pragma once
// exported_symbols: the names that a built plugin offers to other libraries. There should be one: connector_plugin_v1.
//
// It asks nm(1), so it needs binutils. Any thread may call it.
#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace connector::testing {

inline std::vector<std::string> exported_symbols(const std::string& library) {
  const std::string command = "nm -D --defined-only --format=posix '" + library + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) throw std::runtime_error("cannot run nm");
  std::string text;
  char part[4096];
  while (const std::size_t got = std::fread(part, 1, sizeof part, pipe.get())) text.append(part, got);
  std::vector<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) names.push_back(line.substr(0, line.find(' ')));
  return names;
}

}  // namespace connector::testing
