#include "tests/ui/browser.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/integration/http_get.hpp"

namespace ui {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 60s;  // a browser starts slowly on a machine that builds

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The port that chromedriver has chosen and says.
std::uint16_t port_in(const std::string& output) {
  static const std::string said = "started successfully on port ";
  const std::size_t at = output.find(said);
  return at == std::string::npos ? 0 : std::uint16_t(std::atoi(output.c_str() + at + said.size()));
}

// Nothing but 127.0.0.1 has an address for it, and it asks nobody for updates.
Json capabilities(const std::string& folder) {
  Json arguments = {"--headless",
                    "--disable-gpu",
                    "--disable-quic",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--window-size=1200,900",
                    "--lang=en",
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                    "--user-data-dir=" + folder + "/profile"};
  if (::geteuid() == 0)
    arguments.push_back("--no-sandbox");  // Chromium refuses to be root's otherwise
  return {{"capabilities",
           {{"alwaysMatch",
             {{"goog:loggingPrefs", {{"browser", "ALL"}, {"performance", "ALL"}}},
              {"goog:chromeOptions",
               {{"binary", variable("CONNECTOR_TEST_CHROMIUM")}, {"args", arguments}}}}}}}};
}

}  // namespace

bool Browser::is_there() {
  return !variable("CONNECTOR_TEST_CHROMIUM").empty() &&
         !variable("CONNECTOR_TEST_CHROMEDRIVER").empty();
}

Browser::Browser(const std::string& folder)
    : driver_({variable("CONNECTOR_TEST_CHROMEDRIVER"), "--port=0"}, {},
              folder + "/chromedriver.log") {
  if (!integration::eventually([&] { return (port_ = port_in(driver_.output())) != 0; }, patience))
    throw std::runtime_error("chromedriver does not start: " + driver_.output());
  session_ =
      "/session/" + ask("POST", "/session", capabilities(folder))["sessionId"].get<std::string>();
  open("about:blank");
  requests();  // those of the browser's own first page
}

Browser::~Browser() {
  try {
    ask("DELETE", session_);
  } catch (const std::exception&) {
    // It has ended already.
  }
}

Json Browser::ask(const std::string& method, const std::string& path, const Json& body) {
  const std::string text = body.is_null() ? "" : body.dump();
  const integration::Answer answer = integration::http_ask(port_,
                                                           {method,
                                                            path,
                                                            text,
                                                            {{"Content-Type", "application/json"}},
                                                            "127.0.0.1:" + std::to_string(port_)},
                                                           patience);
  const Json json = Json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !json.is_object())
    throw std::runtime_error(method + " " + path + ": " + std::to_string(answer.status) + " " +
                             answer.body);
  return json["value"];
}

void Browser::open(const std::string& url) {
  ask("POST", session_ + "/url", {{"url", url}});
}

Json Browser::run(const std::string& script, Json arguments) {
  return ask("POST", session_ + "/execute/sync",
             {{"script", script}, {"args", std::move(arguments)}});
}

std::string Browser::text(const std::string& selector) {
  return run("const found = document.querySelector(arguments[0]); return found?.checkVisibility() "
             "? found.innerText : ''",
             {selector})
      .get<std::string>();
}

bool Browser::enabled(const std::string& selector) {
  return run("const found = document.querySelector(arguments[0]); return !!found && "
             "!found.disabled",
             {selector})
      .get<bool>();
}

std::string Browser::element(const std::string& selector) {
  const Json found =
      ask("POST", session_ + "/element", {{"using", "css selector"}, {"value", selector}});
  return session_ + "/element/" + found.begin().value().get<std::string>();
}

void Browser::click(const std::string& selector) {
  ask("POST", element(selector) + "/click", Json::object());
}

void Browser::type(const std::string& selector, const std::string& keys) {
  ask("POST", element(selector) + "/value", {{"text", keys}});
}

Json Browser::log(const std::string& kind) {
  return ask("POST", session_ + "/se/log", {{"type", kind}});
}

std::vector<std::string> Browser::console_errors() {
  std::vector<std::string> out;
  for (const Json& each : log("browser")) {
    if (each["level"] == "SEVERE" || each["level"] == "WARNING") out.push_back(each["message"]);
  }
  return out;
}

std::vector<std::string> Browser::requests() {
  std::vector<std::string> out;
  for (const Json& each : log("performance")) {
    const Json event = Json::parse(each["message"].get<std::string>())["message"];
    if (event["method"] == "Network.requestWillBeSent")
      out.push_back(event["params"]["request"]["url"]);
  }
  return out;
}

}  // namespace ui
