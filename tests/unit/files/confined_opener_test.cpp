// What a confined path may lead to: files below a root, by whatever links of that root, and nothing
// else.
#include "host/files/confined_opener.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "tests/unit/files/scratch_folder.hpp"

namespace connector_host::files {
namespace {

class ConfinedOpenerTest : public testing::Test {
 protected:
  ConfinedOpenerTest() {
    folder.write("root/inside.txt", "inside");
    folder.write("outside.txt", "outside");
  }

  // The text of the file, or the refusal, or "errno N".
  static std::string read(const ConfinedOpener& opener, const std::string& path) {
    const Opened opened = opener.open(path, O_RDONLY, 0);
    if (opened.refusal)
      return opened.fd == -1 && opened.error == EACCES ? opened.refusal->what
                                                       : "a refusal with a descriptor";
    if (opened.error != 0) return "errno " + std::to_string(opened.error);
    char text[64];
    const ssize_t size = ::read(opened.fd, text, sizeof text);
    ::close(opened.fd);
    return size < 0 ? "unreadable" : std::string(text, std::size_t(size));
  }
  std::string read(const std::string& path) const { return read(opener, path); }

  ScratchFolder folder;
  const std::string root = folder.at("root");
  const ConfinedOpener opener{{root}, "admin.file_roots"};
};

TEST_F(ConfinedOpenerTest, Opens_a_file_below_the_root) {
  EXPECT_EQ(read(root + "/inside.txt"), "inside");
  EXPECT_EQ(read(root + "/./sub/..//inside.txt"), "inside");
}

TEST_F(ConfinedOpenerTest, Creates_a_file_below_the_root) {
  const Opened opened = opener.open(root + "/new.txt", O_WRONLY | O_CREAT, 0640);
  ASSERT_EQ(opened.error, 0);
  EXPECT_EQ(::fcntl(opened.fd, F_GETFD), FD_CLOEXEC);
  struct stat status{};
  EXPECT_EQ(::fstat(opened.fd, &status), 0);
  EXPECT_EQ(status.st_mode & 07137, 0u);
  ::close(opened.fd);
}

TEST_F(ConfinedOpenerTest, Follows_the_links_of_a_Kubernetes_Secret) {
  folder.write("root/..2026_11_30/tls.crt", "certificate");
  folder.link("root/..data", "..2026_11_30");
  folder.link("root/tls.crt", "..data/tls.crt");
  EXPECT_EQ(read(root + "/tls.crt"), "certificate");
}

TEST_F(ConfinedOpenerTest, Refuses_a_link_that_leaves_the_root) {
  folder.link("root/relative", "../outside.txt");
  folder.link("root/absolute", folder.at("outside.txt"));
  folder.link("root/absolute_inside", root + "/inside.txt");
  folder.link("root/folder", "..");
  for (const char* name : {"/relative", "/absolute", "/absolute_inside", "/folder/outside.txt"})
    EXPECT_EQ(read(root + name), "leaves " + root + " by a link or '..'") << name;
}

TEST_F(ConfinedOpenerTest, Refuses_a_path_outside_the_roots) {
  const std::string refusal = "is not below a folder of admin.file_roots";
  for (const std::string& path :
       {folder.at("outside.txt"), root + "/../outside.txt", root + "er/inside.txt",
        std::string("/etc/passwd"), std::string("/")})
    EXPECT_EQ(read(path), refusal) << path;
  EXPECT_EQ(read(ConfinedOpener({}, "admin.file_roots"), root + "/inside.txt"),
            refusal + ", which is empty");
}

TEST_F(ConfinedOpenerTest, Refuses_relative_paths_and_standard_streams) {
  EXPECT_EQ(read("inside.txt"), "is a relative path");
  EXPECT_EQ(read(""), "is a relative path");
  EXPECT_EQ(read("-"), "is standard input or output, which a connector made over REST may not use");
}

TEST_F(ConfinedOpenerTest, Refuses_a_text_with_a_nul) {
  EXPECT_EQ(read(root + std::string("/inside.txt\0.log", 16)), "errno " + std::to_string(EINVAL));
}

TEST_F(ConfinedOpenerTest, Takes_the_longest_root_that_holds_the_path) {
  folder.write("root/deep/file", "deep");
  folder.link("root/deep/up", "../inside.txt");
  const ConfinedOpener both({root, root + "/deep"}, "admin.file_roots");
  EXPECT_EQ(read(both, root + "/deep/file"), "deep");
  EXPECT_EQ(read(both, root + "/deep/up"), "leaves " + root + "/deep by a link or '..'");
  EXPECT_EQ(read(root + "/deep/up"), "inside");
}

TEST_F(ConfinedOpenerTest, Refuses_magic_links) {
  const ConfinedOpener all({"/proc"}, "admin.file_roots");
  EXPECT_EQ(read(all, "/proc/" + std::to_string(::getpid()) + "/exe"),
            "has a link that may not be followed");
}

TEST_F(ConfinedOpenerTest, Refuses_the_file_systems_of_the_kernel_whatever_the_roots_are) {
  const ConfinedOpener all({"/proc", "/sys", "/dev"}, "admin.file_roots");
  const std::string refusal = "is on a file system of the kernel, such as procfs";
  EXPECT_EQ(read(all, "/proc/self/environ"), refusal);
  EXPECT_EQ(read(all, "/proc/cmdline"), refusal);
  EXPECT_EQ(read(all, "/dev/null"), "is not a regular file");
  const Opened folder = all.open("/proc/self", O_PATH | O_DIRECTORY, 0);
  ASSERT_TRUE(folder.refusal);
  EXPECT_EQ(folder.refusal->what, refusal);
}

TEST_F(ConfinedOpenerTest, Refuses_a_FIFO_at_once) {
  ASSERT_EQ(::mkfifo((root + "/fifo").c_str(), 0600), 0);
  for (const int flags : {O_RDONLY, O_WRONLY, O_RDWR, O_PATH}) {
    const Opened opened = opener.open(root + "/fifo", flags, 0);
    ASSERT_TRUE(opened.refusal) << flags;
    EXPECT_EQ(opened.refusal->what, "is not a regular file");
  }
}

TEST_F(ConfinedOpenerTest, Opens_a_folder_only_as_a_folder) {
  EXPECT_EQ(read(root), "is not a regular file");
  for (const int flags : {O_RDONLY | O_DIRECTORY, O_PATH, O_PATH | O_DIRECTORY}) {
    const Opened opened = opener.open(root + "/", flags, 0);
    EXPECT_EQ(opened.error, 0) << flags;
    ::close(opened.fd);
  }
}

TEST_F(ConfinedOpenerTest, Reports_a_missing_file_as_missing) {
  EXPECT_EQ(read(root + "/none.txt"), "errno " + std::to_string(ENOENT));
  EXPECT_EQ(read(ConfinedOpener({folder.at("none")}, "k"), folder.at("none/file")),
            "errno " + std::to_string(ENOENT));
}

TEST_F(ConfinedOpenerTest, Never_opens_in_another_way_where_openat2_is_not_available) {
  const auto without = [&](int error) {
    return ConfinedOpener({root}, "admin.file_roots",
                          [error](int, const char*, const open_how&) { return errno = error, -1; });
  };
  EXPECT_EQ(read(without(ENOSYS), root + "/inside.txt"),
            "cannot be confined, because openat2(2) is missing here");
  EXPECT_EQ(read(without(EPERM), root + "/inside.txt"),
            "cannot be confined, because openat2(2) is forbidden here");
}

TEST_F(ConfinedOpenerTest, Takes_EPERM_of_one_file_for_what_it_is) {
  const ConfinedOpener marked({root}, "admin.file_roots",
                              [](int folder, const char* path, const open_how& how) {
                                if (std::string(path) != "inside.txt")
                                  return ConfinedOpener::openat2_of_the_kernel(folder, path, how);
                                return errno = EPERM, -1;
                              });
  EXPECT_EQ(read(marked, root + "/inside.txt"), "errno " + std::to_string(EPERM));
}

TEST_F(ConfinedOpenerTest, Tries_again_when_something_was_renamed_meanwhile) {
  int calls = 0;
  const ConfinedOpener busy(
      {root}, "admin.file_roots", [&](int folder, const char* path, const open_how& how) {
        return ++calls < 5 ? (errno = EAGAIN, -1)
                           : ConfinedOpener::openat2_of_the_kernel(folder, path, how);
      });
  EXPECT_EQ(read(busy, root + "/inside.txt"), "inside");
}

TEST_F(ConfinedOpenerTest, Reads_nothing_outside_when_a_link_is_exchanged_before_the_opening) {
  const std::string path = folder.link("root/link", "inside.txt");
  EXPECT_EQ(read(path), "inside");
  const ConfinedOpener late({root}, "admin.file_roots",
                            [&](int folder_fd, const char* name, const open_how& how) {
                              std::filesystem::remove(path);
                              folder.link("root/link", "../outside.txt");
                              return ConfinedOpener::openat2_of_the_kernel(folder_fd, name, how);
                            });
  EXPECT_EQ(read(late, path), "leaves " + root + " by a link or '..'");
}

TEST_F(ConfinedOpenerTest, Reads_nothing_outside_while_a_link_is_exchanged_all_the_time) {
  const std::string path = folder.link("root/link", "inside.txt");
  folder.link("to_inside", "inside.txt");
  folder.link("to_outside", "../outside.txt");
  std::atomic<bool> done = false;
  std::thread exchanging([&] {
    for (bool outside = true; !done; outside = !outside) {
      std::error_code ignored;
      std::filesystem::copy_symlink(folder.at(outside ? "to_outside" : "to_inside"),
                                    folder.at("root/next"), ignored);
      std::filesystem::rename(folder.at("root/next"), path, ignored);
    }
  });
  int opened = 0, refused = 0;
  for (int i = 0; i < 200'000 && (i < 5'000 || opened == 0 || refused == 0); ++i) {
    const std::string text = read(path);
    ASSERT_NE(text, "outside");
    opened += text == "inside";
    refused += text.starts_with("leaves ");
  }
  done = true;
  exchanging.join();
  EXPECT_GT(opened, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace connector_host::files
