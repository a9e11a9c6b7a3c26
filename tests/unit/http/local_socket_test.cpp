#include "host/http/local_socket.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "host/http/client.hpp"
#include "host/http/listen_error.hpp"
#include "host/http/server.hpp"
#include "tests/unit/http/raw_client.hpp"

namespace connector_host::http {
namespace {

class LocalSocketTest : public testing::Test {
 protected:
  LocalSocketTest() { std::filesystem::create_directories(folder); }
  ~LocalSocketTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<LocalSocket> bind_it() const {
    return std::make_unique<LocalSocket>(path, std::nullopt);
  }
  std::string refusal() const {
    try {
      bind_it();
    } catch (const ListenError& error) {
      return error.what();
    }
    return "";
  }
  mode_t mode() const {
    struct stat status{};
    return lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }

  const std::string folder = testing::TempDir() + "/local-socket-" + std::to_string(getpid());
  const std::string path = folder + "/s";
};

TEST_F(LocalSocketTest, Its_name_is_its_users_alone_whatever_the_umask_and_goes_with_it) {
  const mode_t before = umask(0);
  {
    const auto socket = bind_it();
    EXPECT_EQ(mode(), 0600u);
  }
  umask(before);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(LocalSocketTest, A_group_can_be_let_in) {
  const LocalSocket socket(path, getegid());
  EXPECT_EQ(mode(), 0660u);
}

TEST_F(LocalSocketTest, A_name_that_a_dead_process_left_is_taken_over) {
  const int left = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(left);
  ASSERT_TRUE(std::filesystem::exists(path));
  EXPECT_EQ(refusal(), "");
}

TEST_F(LocalSocketTest, A_name_with_a_listener_and_a_file_are_left_alone) {
  {
    const auto first = bind_it();
    EXPECT_NE(refusal().find("another process listens there"), std::string::npos) << refusal();
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  std::ofstream(path) << "precious";
  EXPECT_NE(refusal().find("there is a file of that name"), std::string::npos) << refusal();
  EXPECT_EQ(std::filesystem::file_size(path), 8u);
}

TEST_F(LocalSocketTest, A_socket_that_took_its_name_over_keeps_it) {
  auto first = bind_it();
  std::filesystem::remove(path);
  const auto second = bind_it();
  first.reset();
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(LocalSocketTest, What_cannot_be_bound_is_one_line_with_the_key) {
  for (const std::string& bad :
       {folder + "/missing/s", std::string(108, 'x'), folder + "/" + std::string(100, 'y')}) {
    try {
      const LocalSocket socket(bad, std::nullopt);
      ADD_FAILURE() << bad;
    } catch (const ListenError& error) {
      EXPECT_NE(std::string(error.what()).find("'admin.socket'"), std::string::npos)
          << error.what();
    }
  }
}

TEST_F(LocalSocketTest, A_server_knows_who_asks_there_and_that_others_came_over_loopback) {
  Server server(
      {},
      [](const Request& request) {
        const Peer& peer = request.peer;
        return Response{200,
                        "text/plain",
                        std::to_string(int(peer.kind)) + " " + std::to_string(int(peer.user)) +
                            (peer.is_in(getegid()) ? " group" : ""),
                        {}};
      },
      bind_it());
  server.start();
  ClientSettings settings;
  settings.url.port = server.port();
  settings.url.host = "127.0.0.1";
  EXPECT_EQ(Client(settings).ask({"GET", "/", {}, {}}).body,
            std::to_string(int(Peer::Kind::loopback)) + " -1");
  settings.local_socket = path;
  const ClientResponse answer = Client(settings).ask({"GET", "/", {}, {}});
  EXPECT_EQ(answer.body, std::to_string(int(Peer::Kind::local_process)) + " " +
                             std::to_string(geteuid()) + " group");
  EXPECT_EQ(answer.header("content-TYPE"), "text/plain");
  RawClient kept(path);
  for (int i = 0; i < 3; ++i) {
    kept.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(kept.read().status, 200) << "the connection is kept";
  }
  server.stop();
  EXPECT_FALSE(std::filesystem::exists(path));
  settings.local_socket = path;
  EXPECT_THROW(Client(settings).ask({"GET", "/", {}, {}}), ClientFailure);
}

TEST_F(LocalSocketTest, The_name_of_a_server_that_never_started_is_removed) {
  {
    const Server server({}, [](const Request&) { return Response{}; }, bind_it());
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PeerTest, An_address_of_the_machine_that_others_reach_and_no_socket_at_all_are_remote) {
  EXPECT_EQ(Peer::of(-1).kind, Peer::Kind::remote);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(Peer::of(ends[0]).kind, Peer::Kind::remote);
  close(ends[0]);
  close(ends[1]);
}

TEST(PeerTest, Loopback_has_three_spellings) {
  Server both({.host = "::"}, [](const Request& request) {
    return Response{200, "text/plain", std::to_string(int(request.peer.kind)), {}};
  });
  both.start();
  RawClient v4(both.port()), v6(both.port(), "::1");  // 127.0.0.1 arrives as ::ffff:127.0.0.1
  for (RawClient* each : {&v4, &v6}) {
    each->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(each->read().body, std::to_string(int(Peer::Kind::loopback)));
  }
}

}  // namespace
}  // namespace connector_host::http
