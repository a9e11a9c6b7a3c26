#pragma once
// Browser: a headless Chromium with one page, driven by its chromedriver (WebDriver, W3C). Both end
// with it. What the driver refuses is thrown as std::runtime_error. One thread.
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/integration/program.hpp"

namespace ui {

using Json = nlohmann::json;

class Browser {
 public:
  // CONNECTOR_TEST_CHROMIUM and CONNECTOR_TEST_CHROMEDRIVER are set.
  static bool is_there();

  // folder: for its profile and its logs.
  explicit Browser(const std::string& folder);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void open(const std::string& url);
  // The body of a function of `arguments`; what it returns.
  Json run(const std::string& script, Json arguments = Json::array());
  // Of the first element that the selector finds: what is seen of it, "" when it is hidden or not
  // there.
  std::string text(const std::string& selector);
  bool enabled(const std::string& selector);
  // As a person does it: it fails when the element is hidden or covered.
  void click(const std::string& selector);
  void type(const std::string& selector, const std::string& keys);

  // Errors on the page's console since the last call.
  std::vector<std::string> console_errors();
  // The URLs that the page has asked for since the last call.
  std::vector<std::string> requests();

 private:
  Json ask(const std::string& method, const std::string& path, const Json& body = nullptr);
  std::string element(const std::string& selector);
  Json log(const std::string& kind);

  integration::Program driver_;
  std::uint16_t port_ = 0;
  std::string session_;  // a path
};

inline constexpr const char* enter_key = "\uE007";
inline constexpr const char* escape_key = "\uE00C";

}  // namespace ui
