// What REST makes, changes, deletes, stops and restarts, what of it outlives the process, and how
// it goes together with the topology file. Needs no server.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

using LifecycleTest = RestTest;

TEST_F(LifecycleTest, What_was_made_changed_stopped_and_deleted_over_REST_is_so_after_a_kill) {
  write_topology(connector("a") + connector("b") + connector("c"));
  start();
  EXPECT_EQ(
      ask("POST", "/connectors", {{"name", "made here"}, {"config", config({{"tasks.max", 2}})}})
          .status,
      201);
  EXPECT_EQ(ask("POST", "/connectors", {{"name", "gone"}, {"config", config()}}).status, 201);
  EXPECT_EQ(ask("PUT", "/connectors/a/config", config({{"source.rate", "77"}})).status, 200);
  EXPECT_EQ(ask("DELETE", "/connectors/b").status, 204);
  EXPECT_EQ(ask("DELETE", "/connectors/gone").status, 204);
  EXPECT_EQ(ask("PUT", "/connectors/c/stop").status, 204);
  kill_and_start();
  EXPECT_EQ(get("/connectors"), json::array({"a", "c", "made here"}));
  EXPECT_TRUE(reaches("made%20here", "RUNNING")) << log();
  EXPECT_EQ(get("/connectors/made%20here/config")["tasks.max"], "2");
  EXPECT_EQ(get("/connectors/a/config")["source.rate"], "77");
  EXPECT_TRUE(reaches("a", "RUNNING")) << log();
  EXPECT_TRUE(reaches("c", "STOPPED")) << log();
  EXPECT_EQ(ask("PUT", "/connectors/c/resume").status, 202);
  EXPECT_TRUE(reaches("c", "RUNNING")) << log();
}

TEST_F(LifecycleTest, What_is_made_is_answered_without_tasks_however_soon_they_come) {
  write_topology(connector("a"));
  start();
  for (int i = 0; i < 50; ++i) {
    const std::string name = "made " + std::to_string(i);
    const Answer by_post = ask("POST", "/connectors", {{"name", name}, {"config", config()}});
    const Answer by_put =
        ask("PUT", "/connectors/put%20" + std::to_string(i) + "/config", config());
    for (const Answer* const each : {&by_post, &by_put}) {
      ASSERT_EQ(each->status, 201) << each->body;
      EXPECT_EQ(json::parse(each->body)["tasks"], json::array());
    }
  }
}

TEST_F(LifecycleTest, The_last_change_wins_whichever_side_made_it) {
  write_topology(connector("a") + connector("b") + connector("c"));
  start();
  EXPECT_EQ(ask("PUT", "/connectors/a/config", config({{"source.rate", "77"}})).status, 200);
  EXPECT_EQ(ask("DELETE", "/connectors/b").status, 204);
  EXPECT_EQ(ask("PUT", "/connectors/c/pause").status, 202);
  EXPECT_EQ(json::parse(ask("POST", "/admin/reload").body)["unchanged"],
            json::array({"a", "b", "c"}))
      << "the file says nothing new";
  EXPECT_EQ(get("/connectors/a/config")["source.rate"], "77");
  EXPECT_EQ(get("/connectors"), json::array({"a", "c"}));

  write_topology(connector("a", "5") + connector("b", "6") + connector("c", "7") +
                 connector("d", "8"));
  const json report = json::parse(ask("POST", "/admin/reload").body);
  EXPECT_EQ(report["changed"], json::array({"a", "c"})) << report;
  EXPECT_EQ(report["added"], json::array({"b", "d"}));
  EXPECT_EQ(get("/connectors/a/config")["source.rate"], "5");
  EXPECT_TRUE(reaches("b", "RUNNING")) << log();
  EXPECT_TRUE(reaches("c", "PAUSED")) << "a wish is no configuration: " << log();
  kill_and_start();
  EXPECT_EQ(get("/connectors/a/config")["source.rate"], "5");
  EXPECT_EQ(get("/connectors"), json::array({"a", "b", "c", "d"}));
}

TEST_F(LifecycleTest, A_reload_touches_only_what_changed_and_a_bad_file_changes_nothing) {
  write_topology(connector("a") + connector("b"));
  start();
  ASSERT_TRUE(reaches("a", "RUNNING") && reaches("b", "RUNNING")) << log();
  write_topology(connector("a") +
                 "  b: { source: { type: generator, rat: 1 }, sink: { type: nul } }\n");
  const Answer refused = ask("POST", "/admin/reload");
  EXPECT_EQ(refused.status, 400);
  EXPECT_GE(json::parse(refused.body)["problems"].size(), 2u) << refused.body;
  EXPECT_NE(refused.body.find("did you mean"), std::string::npos) << refused.body;
  EXPECT_EQ(get("/connectors/b/config")["source.rate"], "1000");

  const std::int64_t before = records("a", "received");
  write_topology(connector("a") + connector("c"));
  host->signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return get("/connectors") == json::array({"a", "c"}); }, 20s))
      << log();
  EXPECT_GE(records("a", "received"), before) << "counted on: it was not made anew";
  EXPECT_EQ(status("a")["tasks"][0]["restarts"], 0);
  EXPECT_TRUE(moves("a"));
  EXPECT_EQ(ask("GET", "/connectors/b/status").status, 404);
}

TEST_F(LifecycleTest, A_watched_file_is_read_again_when_it_changes_also_behind_a_link) {
  write_topology(connector("a"));
  const std::string real = topology;
  std::filesystem::create_symlink(real, folder + "/link.yaml");
  topology = folder + "/link.yaml";
  start({"--watch"});
  topology = folder + "/next.yaml";
  write_topology(connector("a", "5"));
  std::filesystem::create_symlink(topology, folder + "/link.new");
  std::filesystem::rename(folder + "/link.new", folder + "/link.yaml");
  EXPECT_TRUE(eventually([&] { return get("/connectors/a/config")["source.rate"] == "5"; }, 20s))
      << log();
}

TEST_F(LifecycleTest, A_watched_file_that_is_gone_is_told_once_and_that_it_is_back_once) {
  write_topology(connector("a"));
  start({"--watch"});
  const auto times = [&](const std::string& what) {
    const std::string all = log();
    int found = 0;
    for (std::size_t at = 0; (at = all.find(what, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  const std::string gone = "the topology file " + topology + " is gone; what runs goes on",
                    back = "the topology file " + topology + " is back";
  std::filesystem::rename(topology, folder + "/elsewhere");
  ASSERT_TRUE(eventually([&] { return times(gone) == 1; }, 20s)) << log();
  for (int asked = 1; asked <= 2; ++asked) {  // it looks each time
    host->signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return times("nothing was changed") == asked; }, 20s)) << log();
  }
  EXPECT_TRUE(moves("a"));
  std::filesystem::rename(folder + "/elsewhere", topology);
  ASSERT_TRUE(eventually([&] { return times(back) == 1; }, 20s)) << log();
  write_topology(connector("a", "5"));
  EXPECT_TRUE(eventually([&] { return get("/connectors/a/config")["source.rate"] == "5"; }, 20s))
      << log();
  EXPECT_EQ(times(gone), 1) << log();
  EXPECT_EQ(times(back), 1) << log();
}

TEST_F(LifecycleTest, A_task_that_fails_says_why_and_when_it_is_started_again) {
  write_topology(
      "  a:\n    restart: { initial: 100ms, limit: 2 }\n    source: { type: generator, rate: 100, "
      "poison: 1 }\n    sink: { type: 'null' }\n" +
      connector("b"));
  start();
  const auto gave_up = [&](std::size_t times) {
    const std::string all = log();
    std::size_t found = 0;
    for (std::size_t at = 0;
         (at = all.find("it stays so until it is restarted", at)) != std::string::npos; ++at)
      ++found;
    return found == times;
  };
  ASSERT_TRUE(eventually([&] { return gave_up(1); }, 20s)) << log();
  EXPECT_EQ(status("a")["tasks"][0]["restarts"], 2);
  json task = status("a")["tasks"][0];
  EXPECT_EQ(task["state"], "FAILED");
  EXPECT_EQ(task["health"], "unhealthy");
  EXPECT_NE(task["trace"].get<std::string>().find("configure dead_letter"), std::string::npos)
      << task["trace"];
  EXPECT_NE(task["trace"].get<std::string>().find("stays FAILED until somebody restarts it"),
            std::string::npos)
      << task["trace"];
  EXPECT_EQ(http_get(http_port, "/health").status, 503);
  EXPECT_TRUE(moves("b")) << "the other one is not disturbed";
  EXPECT_EQ(ask("POST", "/connectors/a/tasks/0/restart").status, 204);
  EXPECT_TRUE(eventually([&] { return gave_up(2); }, 20s)) << "it counts anew: " << log();
  EXPECT_EQ(status("a")["tasks"][0]["restarts"], 2);
}

// The source never acknowledges what is not settled, so what the connector leaves alone stays in
// its queue.
TEST_F(LifecycleTest,
       A_flood_of_rejected_records_fails_the_connector_before_the_queue_is_in_the_dead_letter) {
  write_topology(
      "  a:\n    restart: { initial: 100ms, limit: 2 }\n    source: { type: generator, count: "
      "20000, poison: 1 }\n    sink: { type: 'null' }\n"
      "    dead_letter: { type: 'null' }\n");
  start();
  const auto stays_failed = [&] {
    return status("a")["tasks"][0]["trace"].dump().find(
               "stays FAILED until somebody restarts it") != std::string::npos;
  };
  ASSERT_TRUE(eventually(stays_failed, 20s)) << log();
  const json task = status("a")["tasks"][0];
  EXPECT_NE(task["trace"].get<std::string>().find(
                "more than 500 of the latest 1000 records were rejected"),
            std::string::npos)
      << task["trace"];
  EXPECT_EQ(task["restarts"], 2);
  const std::int64_t first = records("a", "dead_lettered");
  EXPECT_LE(first, 1000) << "two lanes may go over 500 together, the starts by itself add nothing";
  EXPECT_EQ(records("a", "dropped"), 0);
  EXPECT_EQ(ask("PUT", "/connectors/a/config",
                config({{"source.poison", "1"},
                        {"source.count", "3000"},
                        {"id.json", "/event_id"},
                        {"dead_letter.type", "null"},
                        {"errors.max_rejected", "1000"}}))
                .status,
            200);
  EXPECT_TRUE(eventually([&] { return records("a", "dead_lettered") >= 3000; }, 30s))
      << "who wants all of them there can have it: " << log();
}

TEST_F(LifecycleTest,
       A_reload_tells_which_changes_need_a_restart_and_a_refused_one_touches_no_plugin) {
  write_topology(connector("a"));
  start();
  const std::string before = run({"/bin/cat", topology}).output;
  std::string text = before;
  text.replace(text.find("admin: {"), 8, "admin: { tokens: { t: 0123456789abcdef },");
  std::ofstream(topology) << text;
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(json::parse(ask("POST", "/admin/reload").body)["needs_restart"],
              json::array({"admin"}))
        << "each time, as long as it is so";
  std::ofstream(topology) << before << "plugin_dirs: [/nowhere]\nlog: { level: loud }\n";
  EXPECT_EQ(ask("POST", "/admin/reload").status, 400);
  EXPECT_EQ(get("/admin/config")["plugin_dirs"], json::array({"/usr/lib/connector-host/plugins"}));
  EXPECT_EQ(ask("POST", "/connectors/a/restart?includeTasks=true").status, 202);
  EXPECT_TRUE(moves("a")) << log();
}

TEST_F(LifecycleTest, Over_REST_only_files_and_variables_of_the_topology_may_be_named) {
  std::ofstream(folder + "/allowed") << "1000\n";
  write_topology("  a:\n    id: none\n    source: { type: generator, rate: '${file:" + folder +
                 "/allowed}' }\n    sink: { type: 'null' }\n");
  start();
  EXPECT_EQ(ask("PUT", "/connectors/b/config",
                config({{"source.rate", "${file:" + folder + "/allowed}"}}))
                .status,
            201)
      << log();
  EXPECT_EQ(get("/connectors/b/config")["source.rate"], "${file:" + folder + "/allowed}");
  const Answer file =
      ask("PUT", "/connectors/c/config", config({{"source.rate", "${file:/etc/hostname}"}}));
  EXPECT_EQ(file.status, 400);
  EXPECT_NE(file.body.find("may not be used over REST"), std::string::npos) << file.body;
  EXPECT_EQ(ask("PUT", "/connectors/c/config", config({{"source.rate", "${PATH}"}})).status, 400);
  EXPECT_EQ(
      ask("PUT", "/connectors/a/config", config({{"source.rate", "${file:/etc/hostname}"}})).status,
      400)
      << "also where the file made it";
}

TEST_F(LifecycleTest,
       Further_files_and_variables_are_allowed_by_the_topology_and_none_by_way_of_the_admin_keys) {
  std::filesystem::create_directories(folder + "/secrets/deep");
  for (const char* name : {"/token", "/secrets/rate", "/secrets/deep/rate", "/outside"})
    std::ofstream(folder + name) << "1000000000000000\n";
  write_topology(connector("a"));
  std::string text = run({"/bin/cat", topology}).output;
  const std::string open = "admin: { unauthenticated: admin,";
  text.replace(text.find(open), open.size(),
               "admin: { variables: { RATE: generator.rate }, files: { secrets/: [generator.rate] "
               "}, read_only: { tokens: { t: '${file:token}' } }, users: { "
               "ann: pass }, ");
  std::ofstream(topology) << text;
  host = std::make_unique<Program>(std::vector<std::string>{CONNECTOR_HOST, "--topology", topology},
                                   Environment{{"RATE", "5"}}, folder + "/host.log");
  ASSERT_TRUE(eventually([&] { return http_get(admin_port, "/").status == 401; }, 20s)) << log();
  const auto put = [&](const std::string& rate) {
    return http_ask(
               admin_port,
               {"PUT",
                "/connectors/b/config",
                config({{"source.rate", rate}}).dump(),
                {{"Content-Type", "application/json"}, {"Authorization", "Basic YW5uOnBhc3M="}}},
               20s)
        .status;
  };
  EXPECT_EQ(put("${RATE}"), 201) << log();
  EXPECT_EQ(put("${file:secrets/rate}"), 400) << "allowed, but its content is no rate: " << log();
  EXPECT_EQ(put("${file:secrets/deep/rate}"), 400);
  EXPECT_EQ(put("${file:secrets/../outside}"), 400);
  EXPECT_EQ(put("${file:token}"), 400);
  const std::string validated =
      http_ask(admin_port,
               {"PUT",
                "/connector-plugins/generator/config/validate",
                config({{"name", "x"},
                        {"source.rate", "${file:secrets/rate}"},
                        {"source.count", "${file:secrets/../outside}"},
                        {"source.seed", "${file:token}"}})
                    .dump(),
                {{"Content-Type", "application/json"}, {"Authorization", "Basic YW5uOnBhc3M="}}},
               20s)
          .body;
  const auto said = [&](const std::string& file) {
    return validated.find("file " + file + " may not be used over REST") != std::string::npos;
  };
  EXPECT_FALSE(said("secrets/rate")) << validated;
  EXPECT_TRUE(said("secrets/../outside")) << validated;
  EXPECT_TRUE(said("token")) << validated;
  EXPECT_EQ(validated.find("1000000000000000"), std::string::npos)
      << "what a file holds is not told";
}

TEST_F(LifecycleTest, A_secret_in_a_file_is_read_afresh_when_a_task_is_started_again) {
  std::ofstream(folder + "/rate") << "1\n";
  write_topology("  a:\n    id: none\n    source: { type: generator, rate: '${file:" + folder +
                 "/rate}' }\n    sink: { type: 'null' }\n");
  start();
  ASSERT_TRUE(reaches("a", "RUNNING")) << log();
  std::ofstream(folder + "/rate") << "100000\n";
  EXPECT_EQ(ask("POST", "/connectors/a/restart?includeTasks=true").status, 202);
  EXPECT_TRUE(eventually([&] { return records("a", "delivered") > 1000; }, 20s)) << log();
}

TEST_F(LifecycleTest,
       A_plugin_is_usable_as_soon_as_it_lies_in_the_folder_and_a_broken_one_harms_nobody) {
  const std::string plugins = folder + "/plugins",
                    built =
                        std::filesystem::path(CONNECTOR_HOST).parent_path().parent_path().string() +
                        "/lib/connector-host/plugins";
  std::filesystem::create_directories(plugins);
  std::filesystem::create_directories(folder + "/bin");
  std::filesystem::copy_file(CONNECTOR_HOST,
                             folder + "/bin/connector-host");  // finds no plugins beside itself
  for (const char* name : {"generator.so", "null.so"})
    std::filesystem::copy_file(built + "/" + name, plugins + "/" + name);
  std::filesystem::create_directories(folder + "/data");
  admin_keys = "file_roots: [" + folder + "/data]";
  write_topology(connector("a"), "plugin_dirs: [" + plugins + "]\n");
  host = std::make_unique<Program>(
      std::vector<std::string>{folder + "/bin/connector-host", "--topology", topology},
      Environment{}, folder + "/host.log");
  ASSERT_TRUE(eventually([&] { return http_get(admin_port, "/").status == 200; }, 20s)) << log();

  const json to_file = config({{"sink.type", "file"}, {"sink.path", folder + "/data/out"}});
  EXPECT_EQ(ask("PUT", "/connectors/b/config", to_file).status, 400);
  std::ofstream(plugins + "/file.so") << "not a library";
  std::filesystem::permissions(plugins + "/file.so", std::filesystem::perms(0755));
  EXPECT_EQ(ask("POST", "/admin/plugins/rescan").status, 200);
  json found = get("/admin/plugins");
  const auto broken = std::find_if(found["plugins"].begin(), found["plugins"].end(),
                                   [](const json& each) { return !each["usable"].get<bool>(); });
  ASSERT_NE(broken, found["plugins"].end()) << found;
  EXPECT_FALSE((*broken)["error"].get<std::string>().empty());
  EXPECT_TRUE(moves("a"));
  std::filesystem::copy_file(built + "/file.so", plugins + "/new");
  std::filesystem::rename(plugins + "/new", plugins + "/file.so");
  EXPECT_EQ(ask("PUT", "/connectors/b/config", to_file).status, 201) << log();
  EXPECT_TRUE(moves("b")) << log();
  std::filesystem::resize_file(plugins + "/generator.so", 100);
  EXPECT_TRUE(moves("a")) << "what runs has a copy of its own: " << log();
}

long threads_of(pid_t pid) {
  return std::distance(
      std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"), {});
}

bool has_thread_of_a_connector(pid_t pid) {
  for (const auto& each :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::ifstream in(each.path() / "comm");
    std::string name;
    std::getline(in, name);
    for (const char* begin : {"connector/", "in/", "lane", "open "}) {
      if (name.starts_with(begin)) return true;
    }
  }
  return false;
}

TEST_F(LifecycleTest, Two_hundred_connectors_come_and_go_and_leave_nothing_behind) {
  write_topology(connector("a", "10"));
  start();
  ASSERT_TRUE(reaches("a", "RUNNING")) << log();
  ASSERT_TRUE(has_thread_of_a_connector(host->pid()));
  const auto come_and_go = [&](int count) {
    for (int i = 0; i < count; ++i)
      EXPECT_EQ(ask("PUT", "/connectors/n" + std::to_string(i) + "/config",
                    config({{"source.rate", "10"}}))
                    .status,
                201);
    for (int i = 0; i < count; ++i)
      EXPECT_EQ(ask("PUT", "/connectors/n" + std::to_string(i) + "/pause").status, 202);
    for (int i = 0; i < count; ++i)
      EXPECT_EQ(ask("DELETE", "/connectors/n" + std::to_string(i)).status, 204);
    EXPECT_EQ(get("/connectors"), json::array());
  };
  const auto back_to = [&](long threads) {
    return eventually([&] { return threads_of(host->pid()) == threads; }, 60s);
  };
  EXPECT_EQ(ask("DELETE", "/connectors/a").status, 204);
  ASSERT_TRUE(eventually([&] { return !has_thread_of_a_connector(host->pid()); }, 20s));
  const long threads = threads_of(host->pid());
  const double before = resident_bytes();
  come_and_go(200);
  EXPECT_TRUE(back_to(threads)) << threads_of(host->pid()) << " threads, before " << threads;
  // It is given back where the connectors are reaped, a moment after their threads have ended.
  const auto falls_to = [&](double bytes) {
    return eventually([&] { return resident_bytes() < bytes; }, 10s);
  };
  EXPECT_TRUE(falls_to(before + 64e6)) << resident_bytes() << " bytes, before " << before;
  const double after = resident_bytes();
  for (int again = 0; again < 2; ++again) come_and_go(200);
  EXPECT_TRUE(back_to(threads)) << threads_of(host->pid()) << " threads, before " << threads;
  // What an allocator keeps differs from one time to the next: glibc's malloc_trim leaves the top
  // of each thread's arena.
  EXPECT_TRUE(falls_to(std::max(after + 5e6, before + 16e6)))
      << resident_bytes()
      << " bytes: it must not grow with what came and went; after the first there were " << after;
  const double at_last = resident_bytes();
  std::cout << "memory before, after 200 and after 600 connectors: " << before / 1e6 << ", "
            << after / 1e6 << " and " << at_last / 1e6 << " MB, threads " << threads << "\n";
  EXPECT_EQ(ask("PUT", "/connectors/n/config", config()).status, 201);
  EXPECT_TRUE(moves("n")) << log();
}

TEST_F(LifecycleTest,
       Lines_for_machines_name_connector_and_task_and_a_flood_of_bad_records_is_a_few_lines) {
  write_topology(
      "  bad:\n    source: { type: generator, rate: 2000, poison: 1 }\n    sink: { type: 'null' "
      "}\n    dead_letter: { type: 'null' }\n"
      "    errors: { max_rejected: 1000 }\n",
      "log: { format: json }\n");
  start();
  ASSERT_TRUE(eventually([&] { return records("bad", "dead_lettered") > 3000; }, 30s)) << log();
  std::istringstream lines(log());
  int told = 0;
  for (std::string line; std::getline(lines, line);) {
    const json entry = json::parse(line, nullptr, false);
    ASSERT_TRUE(entry.is_object()) << line;
    EXPECT_TRUE(entry["ts"].get<std::string>().ends_with("Z")) << line;
    if (entry["message"].get<std::string>().find("dead-lettered") == std::string::npos) continue;
    ++told;
    EXPECT_EQ(entry["connector"], "bad") << line;
    EXPECT_EQ(entry["task"], 0) << line;
    EXPECT_EQ(entry["level"], "warn") << line;
  }
  EXPECT_GT(told, 0);
  EXPECT_LE(told, 60) << "at most a few for each reason and ten seconds";
}

}  // namespace
}  // namespace integration
