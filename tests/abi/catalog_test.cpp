// Which file provides a type, what is listed, and which files and directories are not trusted.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "host/plugin/library_copy.hpp"
#include "host/plugin/plugin_library.hpp"
#include "tests/abi/scratch_plugins.hpp"

namespace connector_host::testing {
namespace {

namespace fs = std::filesystem;

std::string error_after(const ScratchPlugins& plugins, std::string_view name) {
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  return entry_of(catalog, name).error;
}

TEST(Catalog, Lists_what_a_library_says_about_itself) {
  ScratchPlugins plugins;
  plugins.add("modern");
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  const plugin::PluginEntry entry = entry_of(catalog, "modern");
  EXPECT_EQ(entry.path, plugins.path("modern"));
  EXPECT_EQ(entry.name, "modern");
  EXPECT_EQ(entry.version, "1.0.0");
  EXPECT_EQ(entry.abi, "1." + std::to_string(CONNECTOR_ABI_MINOR));
  EXPECT_EQ(entry.sha256.size(), 64u);
  ASSERT_EQ(entry.components.size(), 3u);
  EXPECT_EQ(entry.components[0].type, "count");
  EXPECT_EQ(entry.components[0].kind, std::uint32_t(CONNECTOR_SOURCE));
  EXPECT_EQ(entry.components[0].component->option_count, 1u);
}

TEST(Catalog, The_first_directory_provides_a_type_and_the_other_is_listed_as_shadowed) {
  ScratchPlugins first, second;
  first.add("plain");
  second.add("second_plain", "plain");
  plugin::PluginCatalog catalog;
  catalog.use_directories({first.path(), second.path() + "/", first.path()});
  EXPECT_EQ(catalog.find(CONNECTOR_SINK, "plain").path, first.path("plain"));
  const std::vector<plugin::PluginEntry> entries = catalog.entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].components.at(0).shadowed_by, "");
  EXPECT_EQ(entries[1].components.at(0).shadowed_by, first.path("plain"));
  EXPECT_EQ(entries[1].error, "");
  catalog.use_directories({second.path(), first.path()});
  EXPECT_EQ(catalog.find(CONNECTOR_SINK, "plain").library->version(), "2.0.0");
}

TEST(Catalog, The_same_content_under_two_names_is_one_library) {
  ScratchPlugins plugins;
  plugins.add("plain", "a");
  plugins.add("plain", "b");
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  EXPECT_EQ(entry_of(catalog, "a").library, entry_of(catalog, "b").library);
}

TEST(Catalog, A_directory_that_is_not_there_is_listed_and_is_no_error) {
  ScratchPlugins plugins;
  plugins.add("plain");
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path() + "/none", plugins.path()});
  ASSERT_EQ(catalog.directories().size(), 2u);
  EXPECT_FALSE(catalog.directories()[0].exists);
  EXPECT_EQ(catalog.directories()[0].error, "");
  EXPECT_TRUE(catalog.directories()[1].exists);
  EXPECT_TRUE(catalog.find(CONNECTOR_SOURCE, "plain"));
}

TEST(Catalog, A_missing_type_names_the_directories_and_the_files_that_could_not_be_used) {
  ScratchPlugins plugins;
  plugins.write("broken", "no library");
  plugin::PluginCatalog catalog;
  catalog.use_directories({"/none/at/all", plugins.path()});
  EXPECT_FALSE(catalog.find(CONNECTOR_SINK, "kafka"));
  const std::string why = catalog.why_missing(CONNECTOR_SINK, "kafka");
  for (const std::string& part :
       {std::string("sink 'kafka'"), std::string("/none/at/all (is not there)"),
        plugins.path("broken") + " is not a shared library"})
    EXPECT_NE(why.find(part), std::string::npos) << why;
}

TEST(Catalog, A_file_that_others_can_write_is_refused) {
  ScratchPlugins plugins;
  plugins.add("plain");
  ::chmod(plugins.path("plain").c_str(), 0646);
  EXPECT_NE(error_after(plugins, "plain").find("written by everybody"), std::string::npos);
  ::chmod(plugins.path("plain").c_str(), 0664);
  EXPECT_NE(error_after(plugins, "plain").find("written by its group"), std::string::npos);
  ::chmod(plugins.path("plain").c_str(), 0444);
  EXPECT_EQ(error_after(plugins, "plain"), "");
}

TEST(Catalog, A_directory_that_others_can_write_is_refused_even_with_the_sticky_bit) {
  ScratchPlugins plugins;
  plugins.add("plain");
  for (const mode_t mode : {0777u, 0775u, 01777u}) {
    ::chmod(plugins.path().c_str(), mode);
    plugin::PluginCatalog catalog;
    catalog.use_directories({plugins.path()});
    EXPECT_TRUE(catalog.entries().empty());
    EXPECT_NE(catalog.directories()[0].error.find("chmod go-w"), std::string::npos);
  }
}

TEST(Catalog, A_directory_in_one_that_everybody_can_write_is_refused_unless_that_one_is_sticky) {
  ScratchPlugins outer;
  const std::string inner = outer.path() + "/inner";
  fs::create_directory(inner);
  ::chmod(inner.c_str(), 0755);
  const auto error = [&] {
    plugin::PluginCatalog catalog;
    catalog.use_directories({inner});
    return catalog.directories()[0].error;
  };
  ::chmod(outer.path().c_str(), 0777);
  EXPECT_NE(error().find("stands in a directory that everybody can write"), std::string::npos);
  ::chmod(outer.path().c_str(), 01777);
  EXPECT_EQ(error(), "");
}

TEST(Catalog, A_file_or_directory_of_another_user_is_refused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ScratchPlugins plugins;
  plugins.add("plain");
  ASSERT_EQ(::chown(plugins.path("plain").c_str(), 12345, 12345), 0);
  EXPECT_NE(error_after(plugins, "plain").find("belongs to user 12345"), std::string::npos);
  ASSERT_EQ(::chown(plugins.path().c_str(), 12345, 12345), 0);
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  EXPECT_NE(catalog.directories()[0].error.find("belongs to user 12345"), std::string::npos);
}

TEST(Catalog, A_link_is_followed_inside_the_directory_and_refused_outside) {
  ScratchPlugins plugins, elsewhere;
  elsewhere.add("plain");
  fs::create_directory(plugins.path() + "/..data");  // as Kubernetes mounts volumes
  ::chmod((plugins.path() + "/..data").c_str(), 0755);
  fs::copy_file(elsewhere.path("plain"), plugins.path() + "/..data/plain.so");
  ::chmod((plugins.path() + "/..data/plain.so").c_str(), 0644);
  fs::create_symlink("..data/plain.so", plugins.path("inside"));
  fs::create_symlink(elsewhere.path("plain"), plugins.path("outside"));
  fs::create_symlink("nowhere", plugins.path("dangling"));
  EXPECT_EQ(error_after(plugins, "inside"), "");
  EXPECT_NE(error_after(plugins, "outside").find("symbolic link to a file outside"),
            std::string::npos);
  EXPECT_NE(error_after(plugins, "dangling").find("cannot be opened"), std::string::npos);
}

TEST(Catalog, What_is_no_regular_file_is_refused_without_waiting_for_it) {
  ScratchPlugins plugins;
  ASSERT_EQ(::mkfifo(plugins.path("pipe").c_str(), 0600), 0);
  fs::create_directory(plugins.path("folder"));
  EXPECT_EQ(error_after(plugins, "pipe"), "is not a regular file");
  EXPECT_EQ(error_after(plugins, "folder"), "is not a regular file");
}

TEST(Catalog, A_relative_directory_is_refused) {
  plugin::PluginCatalog catalog;
  catalog.use_directories({"plugins"});
  EXPECT_NE(catalog.directories()[0].error.find("not an absolute path"), std::string::npos);
}

TEST(Catalog, A_library_is_loaded_from_a_file_of_its_own_where_there_is_no_memory_file) {
  ScratchPlugins plugins, scratch;
  plugins.write("padded",
                ScratchPlugins::bytes_of("plain") + "a content that no other test has loaded");
  const plugin::FileDescriptor file(::open(plugins.path("padded").c_str(), O_RDONLY | O_CLOEXEC));
  plugin::LibraryCopy copy(file.get(), "padded.so", {scratch.path()}, plugin::CopyTo::file);
  EXPECT_TRUE(copy.path().starts_with(scratch.path()));
  const auto* library = &plugin::PluginLibrary::load(std::move(copy), std::chrono::seconds(20));
  EXPECT_EQ(library->name(), "plain");
  EXPECT_TRUE(fs::is_empty(scratch.path()));
  const connector_component& source = *library->components()[0];
  void* self = source.create(nullptr, {"{}", 2}, nullptr);
  EXPECT_NE(self, nullptr);
  source.destroy(self);
}

TEST(Catalog, A_rescan_tries_again_what_could_not_be_used) {
  ScratchPlugins plugins;
  plugins.add("plain");
  ::chmod(plugins.path("plain").c_str(), 0666);
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  EXPECT_NE(entry_of(catalog, "plain").error, "");
  ::chmod(plugins.path("plain").c_str(), 0644);
  catalog.rescan();
  EXPECT_EQ(entry_of(catalog, "plain").error, "");
}

}  // namespace
}  // namespace connector_host::testing
