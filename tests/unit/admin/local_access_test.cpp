#include "host/admin/local_access.hpp"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "host/admin/generated_secret.hpp"
#include "host/http/listen_error.hpp"

namespace connector_host::admin {
namespace {

namespace fs = std::filesystem;

class LocalAccessTest : public testing::Test {
 protected:
  LocalAccessTest() {
    for (const char* each : {"state", "run", "tmp"}) fs::create_directories(folder + "/" + each);
  }
  ~LocalAccessTest() override { fs::remove_all(folder); }

  static std::string content(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static mode_t mode(const std::string& path) {
    struct stat status{};
    return lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }

  const std::string folder = testing::TempDir() + "/local-access-" + std::to_string(getpid());
  const std::string state = folder + "/state", run = folder + "/run", tmp = folder + "/tmp",
                    secret_file = state + "/admin-secret";
  const LocalAccess::Folders all{state, run, tmp};
};

TEST_F(LocalAccessTest, Is_in_the_state_directory) {
  std::string secret;
  {
    LocalAccess access("", all);
    EXPECT_EQ(access.socket_path(), state + "/admin.sock");
    EXPECT_EQ(access.secret_path(), secret_file);
    EXPECT_EQ(access.trouble(), "");
    EXPECT_TRUE(fs::is_socket(state + "/admin.sock"));
    EXPECT_EQ(mode(secret_file), 0600u);
    secret = access.secret();
    EXPECT_EQ(secret.size(), 64u);
    EXPECT_EQ(content(secret_file), secret + "\n");
    EXPECT_NE(access.instance(), secret);
    EXPECT_TRUE(access.take_socket());
    EXPECT_FALSE(access.take_socket());
  }
  EXPECT_FALSE(fs::exists(state + "/admin.sock"));
  EXPECT_EQ(LocalAccess("", all).secret(), secret) << "it is kept across restarts";
}

TEST_F(LocalAccessTest, Without_a_state_directory_is_in_the_users_runtime_folder) {
  const LocalAccess first("", {"", run, tmp});
  EXPECT_EQ(first.socket_path(), run + "/connector-host/admin.sock");
  EXPECT_EQ(mode(run + "/connector-host"), 0700u);
  const LocalAccess second("", {"", run, tmp});
  EXPECT_TRUE(second.socket_path().starts_with(tmp + "/connector-host-"))
      << "the folder is another host's: " << second.socket_path();
  EXPECT_NE(first.secret(), second.secret());
}

TEST_F(LocalAccessTest, Without_both_is_in_a_folder_of_its_own_that_goes_with_it) {
  {
    const LocalAccess access("", {"", "", tmp});
    EXPECT_EQ(mode(fs::path(access.secret_path()).parent_path().string()), 0700u);
    EXPECT_TRUE(fs::is_socket(access.socket_path()));
  }
  EXPECT_TRUE(fs::is_empty(tmp));
}

TEST_F(LocalAccessTest, A_folder_that_will_not_do_is_passed_over) {
  fs::create_directories(run + "/connector-host");
  chmod((run + "/connector-host").c_str(), 0777);
  const LocalAccess access("", {folder + "/missing", run, tmp});
  EXPECT_TRUE(access.socket_path().starts_with(tmp))
      << "others could put files there: " << access.socket_path();
  const std::string deep = folder + "/" + std::string(100, 'd');
  fs::create_directories(deep);
  EXPECT_TRUE(LocalAccess("", {deep, "", tmp}).socket_path().starts_with(tmp))
      << "too long for a socket";
  const LocalAccess none("", {"", "", folder + "/missing"});
  EXPECT_EQ(none.socket_path() + none.secret_path() + none.secret(), "");
  EXPECT_NE(none.trouble().find("no folder can be made"), std::string::npos) << none.trouble();
}

TEST_F(LocalAccessTest, A_path_that_was_set_is_the_only_one) {
  const std::string socket = run + "/door";
  const LocalAccess access(socket, all);
  EXPECT_EQ(access.socket_path(), socket);
  EXPECT_EQ(access.secret_path(), run + "/admin-secret");
  EXPECT_THROW(LocalAccess(folder + "/missing/door", all), http::ListenError);
  fs::create_directories(tmp + "/admin-secret");
  EXPECT_THROW(LocalAccess(tmp + "/door", all), http::ListenError) << "no secret can be kept there";
}

TEST_F(LocalAccessTest, None_leaves_the_secret) {
  LocalAccess access("none", all);
  EXPECT_EQ(access.socket_path(), "");
  EXPECT_FALSE(access.take_socket());
  EXPECT_EQ(access.secret_path(), secret_file);
}

TEST_F(LocalAccessTest, A_secret_that_others_could_know_is_replaced) {
  const std::string first = GeneratedSecret::at(secret_file);
  chmod(secret_file.c_str(), 0640);
  const std::string second = GeneratedSecret::at(secret_file);
  EXPECT_NE(second, first);
  EXPECT_EQ(mode(secret_file), 0600u);
  fs::rename(secret_file, folder + "/elsewhere");
  fs::create_symlink(folder + "/elsewhere", secret_file);
  const std::string third = GeneratedSecret::at(secret_file);
  EXPECT_NE(third, second) << "a link is another's choice";
  EXPECT_FALSE(fs::is_symlink(secret_file));
  EXPECT_EQ(content(folder + "/elsewhere"), second + "\n");
  for (const std::string& bad : {std::string(), std::string("short\n"),
                                 std::string("0123456789 0123456789\n"), std::string(2000, 'x')}) {
    std::ofstream(secret_file) << bad;
    EXPECT_EQ(GeneratedSecret::at(secret_file).size(), 64u);
    EXPECT_NE(content(secret_file), bad);
  }
  std::ofstream(secret_file) << "chosen-by-hand-0123456789\n";
  EXPECT_EQ(GeneratedSecret::at(secret_file), "chosen-by-hand-0123456789");
  std::ofstream(secret_file + ".new") << "left by a crash";
  fs::remove(secret_file);
  EXPECT_EQ(GeneratedSecret::at(secret_file).size(), 64u);
  EXPECT_FALSE(fs::exists(secret_file + ".new"));
}

}  // namespace
}  // namespace connector_host::admin
