// The document of GET /openapi.json against the host that serves it: nothing is in one of them
// alone. Needs no server.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/integration/line_fixture.hpp"
#include "tests/integration/openapi_document.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const std::string no_route = "HTTP 404 Not Found";
const std::pair<std::string, std::string> is_json = {"Content-Type", "application/json"};
const json works = {
    {"connector.class", "generator"}, {"id", "none"}, {"source.rate", "10"}, {"sink.type", "null"}};

class OpenApiTest : public LineTest {
 protected:
  void SetUp() override {
    admin_port = free_port();
    http_port = free_port();
    std::ofstream(folder + "/t.yaml")
        << "connectors:\n  numbers:\n    id: none\n    source: { type: generator, count: 0, rate: "
           "100 }\n    sink: { type: 'null' }\n"
        << "http: { listen: 127.0.0.1:" << http_port
        << " }\nadmin: { unauthenticated: admin, listen: 127.0.0.1:" << admin_port
        << " }\nstate_dir: " << folder << "/state\n";
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", folder + "/t.yaml"}, Environment{},
        folder + "/host.log");
    ASSERT_TRUE(eventually(
        [&] { return http_get(admin_port, "/connectors/numbers/tasks/0/status").status == 200; },
        20s))
        << log();
    send("POST", "/admin/plugins/rescan");  // the logger that tells of changes is there from now on
    document.emplace(json::parse(http_get(admin_port, "/openapi.json").body));
  }
  Answer send(const std::string& method, const std::string& path,
              const std::string& body = "") const {
    return http_ask(admin_port, {method, path, body, {is_json}});
  }
  // The answer, which the document has to know.
  Answer documented(const Question& question) const {
    Answer answer = http_ask(admin_port, question);
    EXPECT_EQ(document->mismatch(question.method, question.path, answer.status, answer.body), "")
        << question.method << " " << question.path << " -> " << answer.status << " " << answer.body;
    return answer;
  }
  Answer documented(const std::string& method, const std::string& path,
                    const std::string& body = "") const {
    return documented(Question{method, path, body, {is_json}});
  }
  // All that a change could change.
  std::string state() const {
    return http_get(admin_port, "/admin/config").body + http_get(admin_port, "/connectors").body +
           http_get(admin_port, "/admin/loggers").body +
           json::parse(http_get(admin_port, "/connectors/numbers/status").body)["wanted"].dump();
  }

  std::uint16_t admin_port = 0;
  std::optional<OpenApiDocument> document;
};

// A path of this template, with names of nothing that there is.
std::string somewhere(std::string path) {
  for (std::size_t from = path.find('{'); from != std::string::npos; from = path.find('{'))
    path.replace(from, path.find('}') - from + 1, "nobody");
  return path;
}

std::set<std::string> words_of(std::string list) {
  std::set<std::string> out;
  for (std::size_t comma = list.find(", "); comma != std::string::npos; comma = list.find(", ")) {
    out.insert(list.substr(0, comma));
    list.erase(0, comma + 2);
  }
  out.insert(list);
  return out;
}

std::string nested(int levels, const std::string& inside = "") {
  return std::string(std::size_t(levels), '[') + inside + std::string(std::size_t(levels), ']');
}

TEST_F(OpenApiTest, The_document_is_of_this_version_and_is_JSON) {
  const Answer answer = http_get(admin_port, "/openapi.json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  const json text = json::parse(answer.body);
  EXPECT_EQ(text["openapi"], "3.1.0");
  EXPECT_EQ(text["info"]["version"], json::parse(http_get(admin_port, "/").body)["host_version"]);
}

TEST_F(OpenApiTest, Every_documented_operation_is_routed_and_answers_as_documented) {
  for (const std::string& path : document->paths()) {
    for (const std::string& method : document->methods(path)) {
      const Answer answer = documented(method, somewhere(path));
      EXPECT_NE(answer.status, 405) << method << " " << path;
      EXPECT_EQ(answer.body.find(no_route), std::string::npos) << method << " " << path;
    }
  }
}

TEST_F(OpenApiTest, A_405_names_the_documented_methods) {
  for (const std::string& path : document->paths()) {
    const Answer answer = send("BREW", somewhere(path));
    EXPECT_EQ(answer.status, 405) << path;
    EXPECT_EQ(words_of(answer.header("Allow")), document->methods(path)) << path;
  }
}

TEST_F(OpenApiTest, Whatever_Kafka_Connect_was_seen_to_do_is_documented) {
  std::ifstream recorded(WALK_RECORDING);
  for (const json& each : json::parse(recorded)) {
    const std::string ask = each["ask"], path = ask.substr(ask.find(' ') + 1);
    if (each["status"] >= 300 || path.find("{{") != std::string::npos) continue;
    const std::string shape = document->template_of(path);
    ASSERT_NE(shape, "") << ask;
    EXPECT_TRUE(document->methods(shape).contains(ask.substr(0, ask.find(' ')))) << ask;
  }
}

TEST_F(OpenApiTest, The_answers_of_a_walk_are_as_documented) {
  for (const char* path : {"/",
                           "/health",
                           "/connectors",
                           "/connectors/",
                           "/connectors?expand=info&expand=status",
                           "/connectors/numbers",
                           "/connectors/numbers/config",
                           "/connectors/numbers/status",
                           "/connectors/numbers/tasks",
                           "/connectors/numbers/tasks/0/status",
                           "/connectors/numbers/topics",
                           "/connectors/numbers/offsets",
                           "/connector-plugins",
                           "/connector-plugins?connectorsOnly=false",
                           "/connector-plugins/generator/config",
                           "/connector-plugins/kafka/config",
                           "/admin/loggers",
                           "/admin/loggers/root",
                           "/admin/plugins",
                           "/admin/config"})
    EXPECT_EQ(documented("GET", path).status, 200) << path;
  EXPECT_EQ(documented("PUT", "/connector-plugins/generator/config/validate", works.dump()).status,
            200);
  EXPECT_EQ(documented("PUT", "/connector-plugins/generator/config/validate",
                       R"({"connector.class":"generator","sauce":1})")
                .status,
            200);
  EXPECT_EQ(
      documented("POST", "/connectors",
                 json{{"name", "more"}, {"config", works}, {"initial_state", "PAUSED"}}.dump())
          .status,
      201);
  EXPECT_EQ(
      documented("POST", "/connectors", json{{"name", "more"}, {"config", works}}.dump()).status,
      409);
  EXPECT_EQ(documented("PUT", "/connectors/more/config", works.dump()).status, 200);
  EXPECT_EQ(documented("PATCH", "/connectors/more/config", R"({"source.rate":20})").status, 200);
  EXPECT_EQ(documented("PUT", "/connectors/most/config", works.dump()).status, 201);
  EXPECT_EQ(documented("POST", "/connectors/most/restart?includeTasks=true").status, 202);
  EXPECT_EQ(documented("POST", "/connectors/most/restart").status, 204);
  EXPECT_EQ(documented("PUT", "/connectors/most/topics/reset").status, 202);
  EXPECT_EQ(documented("DELETE", "/connectors/most/offsets").status, 400);
  EXPECT_EQ(documented("PUT", "/connectors/most/stop").status, 204);
  EXPECT_TRUE(eventually(
      [&] { return documented("DELETE", "/connectors/most/offsets").status == 200; }, 20s));
  EXPECT_EQ(documented("PUT", "/connectors/most/resume").status, 202);
  EXPECT_EQ(documented("DELETE", "/connectors/most").status, 204);
  EXPECT_EQ(documented("PUT", "/admin/loggers/task", R"({"level":"warn"})").status, 200);
  EXPECT_EQ(documented("PUT", "/admin/loggers/task?scope=cluster", R"({"level":"INFO"})").status,
            204);
  EXPECT_EQ(documented("POST", "/admin/plugins/rescan").status, 200);
  EXPECT_EQ(documented("POST", "/admin/reload").status, 200);
  std::ofstream(folder + "/t.yaml") << "connectors: { numbers: { sauce: 1 } }\n";
  EXPECT_EQ(documented("POST", "/admin/reload").status, 400);
}

TEST_F(OpenApiTest, An_answer_without_a_body_names_no_type_of_it) {
  const Answer answer = send("PUT", "/connectors/numbers/pause");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.header("Content-Length"), "0");
  EXPECT_EQ(answer.header("Content-Type"), "");
}

TEST_F(OpenApiTest, A_body_that_is_not_as_documented_changes_nothing) {
  const std::string before = state(), config = "/connectors/numbers/config",
                    huge = "123456789012345678901234567890";
  for (const auto& [method, path, body] :
       {std::tuple<std::string, std::string, std::string>{"POST", "/connectors",
                                                          R"({"config":{},"name":"x","tasks":1})"},
        {"POST", "/connectors",
         json{{"name", "x"}, {"config", works}, {"initial_state", "ASLEEP"}}.dump()},
        {"POST", "/connectors",
         json{{"name", "x"}, {"config", works}, {"initial_state", 1}}.dump()},
        {"POST", "/connectors", json{{"name", json::array()}, {"config", works}}.dump()},
        {"POST", "/connectors", json{{"name", nullptr}, {"config", works}}.dump()},
        {"POST", "/connectors", json{{"name", " "}, {"config", works}}.dump()},
        {"POST", "/connectors", json{{"name", "a\u0001b"}, {"config", works}}.dump()},
        {"POST", "/connectors", json{{"name", std::string(256, 'a')}, {"config", works}}.dump()},
        {"POST", "/connectors", R"({"name":"x","config":[]})"},
        {"POST", "/connectors", "[]"},
        {"POST", "/connectors", "null"},
        {"PUT", config, ""},
        {"PUT", config, "{"},
        {"PUT", config, "{} {}"},
        {"PUT", config, "{\"a\":\"\xff\"}"},
        {"PUT", config, R"({"a":"\ud800"})"},
        {"PUT", config, R"({"":"x"})"},
        {"PUT", config, R"({"a\u0000b":"x"})"},
        {"PUT", config, R"({"source.rate":1e400})"},
        {"PUT", config, R"({"name":"other"})"},
        {"PATCH", config, R"({"source.rate":)" + huge + "}"},
        {"PATCH", config, R"({"tasks.max":)" + huge + "}"},
        {"PATCH", config, R"({"tasks.max":-1})"},
        {"PATCH", config, R"({"source.rate":["10"]})"},
        {"PATCH", config, R"({"source":{"rate":10}})"},
        {"PATCH", config, R"({"sauce":"10"})"},
        {"PATCH", config, R"({"connector.class":null})"},
        {"PATCH", "/connectors/numbers/offsets", R"({"offsets":[]})"},
        {"PATCH", "/connectors/numbers/offsets", R"({"offsets":[{"partition":1,"offset":2}]})"},
        {"PUT", "/connector-plugins/generator/config/validate", R"({"connector.class":"nothing"})"},
        {"PUT", "/connector-plugins/null/config/validate", works.dump()},
        {"PUT", "/admin/loggers/root", "{}"},
        {"PUT", "/admin/loggers/root", R"({"level":null})"}})
    EXPECT_EQ(documented(method, path, body).status, 400) << method << " " << path << " " << body;
  EXPECT_EQ(documented("PUT", "/admin/loggers/root", R"({"level":7})").status, 404);
  EXPECT_EQ(documented("PUT", "/admin/loggers/not%20a%20logger", R"({"level":"DEBUG"})").status,
            404);
  EXPECT_EQ(state(), before);
}

TEST_F(OpenApiTest, Deep_JSON_is_refused_and_changes_nothing) {
  const std::string before = state(), too_deep = "nested deeper than 32 levels";
  for (const std::string& body :
       {nested(33), nested(33, "1"), std::string(64 * 1024, '['), R"({"a":)" + nested(32) + "}"}) {
    for (const auto& [method, path] : {std::pair{"POST", "/connectors"},
                                       {"PUT", "/connectors/numbers/config"},
                                       {"PATCH", "/connectors/numbers/offsets"}}) {
      const Answer answer = documented(method, path, body);
      EXPECT_EQ(answer.status, 400) << path;
      EXPECT_NE(answer.body.find(too_deep), std::string::npos) << answer.body;
    }
  }
  EXPECT_EQ(documented("PUT", "/connectors/numbers/config", nested(32, "1")).body.find(too_deep),
            std::string::npos);
  EXPECT_EQ(state(), before);
}

TEST_F(OpenApiTest, What_is_too_large_or_no_JSON_is_refused_with_the_documented_status) {
  const std::string before = state(), config = "/connectors/numbers/config";
  const std::string large = json{{"a", std::string(64 * 1024, 'x')}}.dump();
  const std::string chunks = "8000\r\n" + std::string(0x8000, ' ') + "\r\n8000\r\n" +
                             std::string(0x8000, ' ') + "\r\n1\r\n \r\n0\r\n\r\n";
  EXPECT_EQ(documented("PUT", config, large).status, 413);
  EXPECT_EQ(documented("GET", config, large).status, 413);
  EXPECT_EQ(documented({"PUT", config, chunks, {is_json, {"Transfer-Encoding", "chunked"}}}).status,
            413);
  EXPECT_EQ(documented({"PUT", config, "", {is_json, {"Transfer-Encoding", "gzip"}}}).status, 501);
  EXPECT_EQ(documented({"PUT", config, "{}", {is_json, {"Expect", "a miracle"}}}).status, 417);
  EXPECT_EQ(documented({"PUT", config, "{}", {{"Content-Type", "text/plain"}}}).status, 415);
  EXPECT_EQ(documented({"DELETE",
                        "/connectors/numbers",
                        "a=b",
                        {{"Content-Type", "application/x-www-form-urlencoded"}}})
                .status,
            415);
  EXPECT_EQ(documented({"PUT", config, "{}", {is_json, {"Origin", "http://evil.example"}}}).status,
            403);
  EXPECT_EQ(documented({"GET", config, "", {{"X", std::string(9000, 'x')}}}).status, 431);
  EXPECT_EQ(documented("GET", config + "?" + std::string(3000, 'x')).status, 414);
  EXPECT_EQ(state(), before);
}

TEST_F(OpenApiTest, A_name_with_odd_characters_is_served_under_its_escapes) {
  for (const std::string name :
       {"a/b", "w\xc3\xa4lk \xf0\x9f\x90\x87", "a?b#c&d=e%2F+;\"\\'<x>", "null"}) {
    const Answer made =
        documented("POST", "/connectors",
                   json{{"name", name}, {"config", works}, {"initial_state", "STOPPED"}}.dump());
    ASSERT_EQ(made.status, 201) << name << made.body;
    const std::string path = made.header("Location");
    EXPECT_EQ(json::parse(documented("GET", path).body)["name"], name);
    EXPECT_EQ(json::parse(documented("GET", path + "/status").body)["name"], name);
    EXPECT_EQ(documented("DELETE", path).status, 204);
    EXPECT_EQ(documented("GET", path).status, 404);
  }
}

TEST_F(OpenApiTest, A_name_that_could_not_be_kept_as_it_is_makes_no_connector) {
  const std::string before = state();
  for (const char* name : {"%FF", "%C3", "a%ED%A0%80", "%00", "a%0Ab", "%7F", "%", "%zz", "%C0%AF"})
    EXPECT_EQ(
        documented("PUT", std::string("/connectors/") + name + "/config", works.dump()).status, 400)
        << name;
  EXPECT_EQ(
      documented("PUT", "/connectors/" + std::string(256, 'a') + "/config", works.dump()).status,
      400);
  EXPECT_EQ(state(), before);
}

// 409 is what clients ask again after; 500 they show.
TEST_F(OpenApiTest, Offsets_that_are_asked_for_while_tasks_end_are_no_error_of_the_host) {
  for (int round = 0; round < 100; ++round) {
    EXPECT_EQ(documented("POST", "/connectors/numbers/restart?includeTasks=true").status, 202);
    for (int i = 0; i < 3; ++i)
      EXPECT_LT(documented("GET", "/connectors/numbers/offsets").status, 500);
  }
}

TEST_F(OpenApiTest, Loggers_that_clients_make_up_have_a_limit) {
  int made = 0;
  while (made < 2000 &&
         send("PUT", "/admin/loggers/made.up." + std::to_string(made), R"({"level":"DEBUG"})")
                 .status == 200)
    ++made;
  EXPECT_LE(made, 1000);
  EXPECT_EQ(documented("PUT", "/admin/loggers/one.more", R"({"level":"DEBUG"})").status, 400);
  EXPECT_EQ(documented("PUT", "/admin/loggers/root", R"({"level":"INFO"})").status, 200);
}

}  // namespace
}  // namespace integration
