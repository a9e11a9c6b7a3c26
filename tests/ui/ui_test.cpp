// The page of a running host, as a person uses it. Needs a browser and no server: generator to
// null.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/integration/http_get.hpp"
#include "tests/ui/browser.hpp"

namespace ui {
namespace {

using namespace std::chrono_literals;
using integration::eventually;
using integration::http_ask;
using integration::Program;

class UiTest : public testing::Test {
 protected:
  UiTest() {
    char path[] = "/tmp/connector-ui-XXXXXX";
    folder = ::mkdtemp(path);
  }
  ~UiTest() override {
    browser.reset();
    host.reset();
    if (HasFailure()) std::cerr << "--- the host's log\n" << host_log << "\n---\n";
    std::filesystem::remove_all(folder);
  }
  void SetUp() override {
    if (!Browser::is_there())
      GTEST_SKIP() << "needs CONNECTOR_TEST_CHROMIUM and CONNECTOR_TEST_CHROMEDRIVER";
    http_port = integration::free_port();
    admin_port = integration::free_port();
    browser = std::make_unique<Browser>(folder);
  }
  // What the tests have in common: nothing on the console but what they name, and no request to
  // anybody else.
  void TearDown() override {
    if (host) host_log = host->output();
    if (!browser) return;
    for (const std::string& each : browser->console_errors())
      EXPECT_TRUE(!expected_error.empty() && each.find(expected_error) != std::string::npos)
          << each;
    const auto requests = browser->requests();
    EXPECT_GT(requests.size(), 1u);
    for (const std::string& each : requests)
      EXPECT_TRUE(each.starts_with(url("/")) || each.starts_with("data:")) << each;
  }

  // With this below 'admin'.
  void start_host(const std::string& admin = "") {
    std::ofstream(folder + "/t.yaml")
        << "connectors:\n  numbers:\n    id: none\n    source: { type: generator, count: 0, rate: "
           "1000 }\n    sink: { type: 'null' }\n"
        << "http: { listen: 127.0.0.1:" << http_port << " }\nstate_dir: " << folder
        << "/state\nadmin:\n  listen: 127.0.0.1:" << admin_port << "\n"
        << admin;
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", folder + "/t.yaml"},
        integration::Environment{}, folder + "/host.log");
    ASSERT_TRUE(
        eventually([&] { return integration::http_get(http_port, "/livez").status == 200; }, 30s))
        << host->output();
  }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(admin_port) + path;
  }
  void open_page() { browser->open(url("/ui")); }
  bool shows(const std::string& selector, const std::string& text) {
    return eventually([&] { return browser->text(selector).find(text) != std::string::npos; }, 30s);
  }
  bool is_shown(const std::string& selector) {
    return browser
        ->run("return !!document.querySelector(arguments[0])?.checkVisibility()", {selector})
        .get<bool>();
  }
  bool comes(const std::string& selector) {
    return eventually([&] { return is_shown(selector); }, 30s);
  }
  // Without what groups its digits.
  double number(const std::string& selector) {
    std::string text = browser->text(selector);
    std::erase(text, ',');
    return std::atof(text.c_str());
  }
  bool may_press(const std::string& action) {
    return browser->enabled("[data-action=" + action + "]");
  }
  void press(const std::string& action) {
    ASSERT_TRUE(eventually([&] { return may_press(action); }, 30s)) << action;
    browser->click("[data-action=" + action + "]");
  }
  void sign_in(const std::string& token) {
    ASSERT_TRUE(comes("#token"));
    browser->type("#token", token + enter_key);
  }

  std::string folder, host_log, expected_error;
  std::uint16_t http_port = 0, admin_port = 0;
  std::unique_ptr<Program> host;
  std::unique_ptr<Browser> browser;
};

TEST_F(UiTest, A_connector_is_seen_at_work) {
  start_host();
  open_page();
  ASSERT_TRUE(shows(".card h2", "numbers"));
  EXPECT_TRUE(shows(".card .state", "RUNNING"));
  EXPECT_TRUE(shows(".card .health", "healthy"));
  EXPECT_TRUE(shows(".card .title", "from the topology file"));
  EXPECT_TRUE(shows(".card .route", "generator → null"));
  EXPECT_TRUE(shows("#caller", "no login, role operate"));
  EXPECT_TRUE(shows("#summary", "1 connector: 1 healthy"));
  EXPECT_TRUE(shows(".rows .name", "task 0"));
  const double before = number(".card .delivered");
  EXPECT_TRUE(eventually([&] { return number(".card .delivered") > before + 500; }, 30s));
  EXPECT_TRUE(eventually([&] { return number(".card .rate") > 100; }, 30s))
      << browser->text(".card .rate");
  EXPECT_TRUE(shows(".card .latency", " ms / "));
  EXPECT_TRUE(eventually(
      [&] {
        return browser
            ->run("return document.querySelector('.curve').getAttribute('d').includes('L')")
            .get<bool>();
      },
      30s));
}

TEST_F(UiTest, It_is_paused_resumed_and_stopped_by_its_buttons) {
  start_host();
  open_page();
  ASSERT_TRUE(shows(".card .state", "RUNNING"));
  EXPECT_FALSE(may_press("resume"));
  press("pause");
  EXPECT_TRUE(shows(".card .state", "PAUSED"));
  EXPECT_TRUE(eventually([&] { return !may_press("pause"); }, 30s));
  press("resume");
  EXPECT_TRUE(shows(".card .state", "RUNNING"));

  // To stop asks first, and is done by the keyboard here.
  ASSERT_TRUE(eventually([&] { return may_press("stop"); }, 30s));
  browser->type("[data-action=stop]", enter_key);
  ASSERT_TRUE(comes("#confirm"));
  EXPECT_EQ(browser->text("#confirm-title"), "Stop numbers?");
  EXPECT_EQ(browser->run("return document.activeElement.id"), "confirm-no")
      << "what does no harm has the focus";
  browser->type("#confirm-no", escape_key);
  EXPECT_TRUE(eventually([&] { return !is_shown("#confirm"); }, 30s));
  EXPECT_EQ(browser->text(".card .state"), "RUNNING");
  browser->type("[data-action=stop]", enter_key);
  ASSERT_TRUE(comes("#confirm"));
  browser->type("#confirm-yes", enter_key);
  EXPECT_TRUE(shows(".card .state", "STOPPED"));
  EXPECT_EQ(browser->run("return document.activeElement.tagName"), "BUTTON")
      << "the keyboard is not lost with the button";
}

TEST_F(UiTest, A_task_is_restarted_after_a_question) {
  start_host();
  open_page();
  ASSERT_TRUE(shows(".rows .badge", "RUNNING"));
  ASSERT_TRUE(eventually([&] { return browser->enabled(".rows button"); }, 30s));
  browser->click(".rows button");
  ASSERT_TRUE(comes("#confirm"));
  browser->click("#confirm-yes");
  EXPECT_TRUE(shows(".answer", "Restart: the host has taken it."));
}

TEST_F(UiTest, Who_may_only_look_has_no_button_to_press) {
  expected_error = " 401 ";
  start_host(
      "  tokens: { ci: admin-token-0123456789 }\n  read_only: { tokens: { grafana: "
      "read-token-0123456789 } }\n");
  open_page();
  ASSERT_TRUE(comes("#sign-in"));
  EXPECT_EQ(browser->text("#connectors"), "");
  EXPECT_TRUE(is_shown("#use-browser")) << "user admin has the generated secret";
  sign_in("wrong-token-0123456789");
  EXPECT_TRUE(shows("#sign-in-why", "Not accepted: this login is not known"));
  sign_in("read-token-0123456789");
  EXPECT_TRUE(shows(".card .state", "RUNNING"));
  EXPECT_TRUE(shows("#caller", "signed in as grafana, role read"));
  EXPECT_TRUE(
      browser
          ->run(
              "return [...document.querySelectorAll('.card button')].every(each => each.disabled)")
          .get<bool>());
  EXPECT_FALSE(is_shown("#sign-in"));
  browser->click("#sign-out");
  sign_in("admin-token-0123456789");
  EXPECT_TRUE(shows("#caller", "signed in as ci, role admin"));
  EXPECT_TRUE(eventually([&] { return may_press("pause"); }, 30s));
  browser->run("location.reload()");
  EXPECT_TRUE(shows("#caller", "signed in as ci")) << "the tab remembers it";
}

TEST_F(UiTest, The_role_operate_presses_every_button_with_a_login_and_on_this_machine_without_one) {
  start_host();
  open_page();
  EXPECT_TRUE(shows("#caller", "no login, role operate"));
  ASSERT_TRUE(eventually([&] { return may_press("pause"); }, 30s));
  press("pause");
  EXPECT_TRUE(shows(".card .state", "PAUSED"));
  host.reset();
  expected_error = " 401 ";
  start_host("  operate: { tokens: { deploy: operate-token-0123456789 } }\n");
  open_page();
  ASSERT_TRUE(comes("#sign-in"));
  sign_in("operate-token-0123456789");
  EXPECT_TRUE(shows("#caller", "signed in as deploy, role operate"));
  ASSERT_TRUE(eventually([&] { return may_press("resume"); }, 30s)) << "the pause is kept";
  EXPECT_TRUE(may_press("stop"));
}

TEST_F(UiTest, A_login_that_ends_takes_everything_from_the_screen) {
  expected_error = " 401 ";
  std::ofstream(folder + "/token") << "first-token-0123456789";
  start_host("  tokens: { ci: '${file:token}' }\n");
  open_page();
  sign_in("first-token-0123456789");
  ASSERT_TRUE(shows(".card h2", "numbers"));
  std::ofstream(folder + "/token") << "fresh-token-0123456789";
  EXPECT_TRUE(comes("#sign-in"));
  EXPECT_EQ(browser->text("#connectors"), "");
  EXPECT_EQ(browser->run("return sessionStorage.length"), 0);
}

TEST_F(UiTest, A_name_is_text_whatever_it_holds) {
  start_host("  unauthenticated: admin\n");
  const std::string name = "<img src=x onerror=alert(1)>";
  const Json connector = {{"name", name},
                          {"config",
                           {{"connector.class", "generator"},
                            {"source.count", "0"},
                            {"source.rate", "10"},
                            {"sink.type", "null"},
                            {"id", "none"}}}};
  const auto made =
      http_ask(admin_port,
               {"POST", "/connectors", connector.dump(), {{"Content-Type", "application/json"}}});
  ASSERT_EQ(made.status, 201) << made.body;
  open_page();
  ASSERT_TRUE(shows(".card h2", name)) << browser->text("#connectors");
  EXPECT_TRUE(shows(".card .title", "made over the API"));
  EXPECT_EQ(browser->run("return document.querySelectorAll('img').length"), 0);
  press("pause");
  EXPECT_TRUE(shows(".card .state", "PAUSED")) << "its name in a path";
  press("stop");
  EXPECT_TRUE(shows("#confirm-title", "Stop " + name + "?"));
  EXPECT_EQ(browser->run("return document.querySelectorAll('img').length"), 0);
}

TEST_F(UiTest, Without_connectors_it_says_how_one_comes) {
  start_host("  unauthenticated: admin\n");
  open_page();
  ASSERT_TRUE(shows(".card h2", "numbers"));
  ASSERT_EQ(integration::http_send(admin_port, "DELETE", "/connectors/numbers").status, 204);
  EXPECT_TRUE(shows("#no-connectors", "There are no connectors."));
  EXPECT_FALSE(is_shown(".card"));
}

TEST_F(UiTest, A_host_that_is_gone_is_missed_and_found_again) {
  expected_error = "net::ERR_";
  start_host();
  open_page();
  ASSERT_TRUE(shows(".card .state", "RUNNING"));
  host->signal(SIGTERM);
  ASSERT_TRUE(host->wait(30s).has_value());
  EXPECT_TRUE(shows("#notice", "The host cannot be reached: nobody answers. What is shown is of "));
  EXPECT_FALSE(may_press("pause"));
  start_host();
  EXPECT_TRUE(eventually([&] { return !is_shown("#notice") && may_press("pause"); }, 30s));
}

}  // namespace
}  // namespace ui
