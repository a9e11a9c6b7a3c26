#include "host/admin/admin_settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace connector_host::admin {
namespace {

class AdminSettings : public testing::Test {
 protected:
  ~AdminSettings() override { std::filesystem::remove_all(folder); }

  static std::string make_folder() {
    const std::string path = testing::TempDir() + "/admin-settings-" + std::to_string(getpid());
    std::filesystem::create_directories(path);
    return path;
  }

  const std::string folder = make_folder();
  LocalAccess local{"", {folder, "", ""}};
  topology::AdminConfig config;
};

TEST_F(AdminSettings, Carry_over_logins_and_roles) {
  config.listen.host = "0.0.0.0";
  config.hosts = {"connect"};
  config.admins = {{{"ci", "t", "/f"}}, {{"ann", "p", ""}}, {"root"}};
  config.operators = {{{"deploy", "d", ""}}, {}, {"night-shift"}};
  config.readers = {{{"grafana", "g", ""}}, {{"bob", "q", "/b"}}, {"monitor"}};
  config.tls = topology::AdminTlsConfig{"c", "k", "a", false};
  const AccessSettings access = access_settings(config, local, {});
  EXPECT_EQ(access.listen_host, "0.0.0.0");
  EXPECT_EQ(access.hosts, config.hosts);
  std::string all;
  for (const auto* list : {&access.tokens, &access.users}) {
    for (const Credential& each : *list)
      all += each.name + "," + each.secret + "," + each.file + " " + name_of(each.role) + "; ";
  }
  EXPECT_EQ(all,
            "ci,t,/f admin; deploy,d, operate; grafana,g, read; ann,p, admin; bob,q,/b read; ");
  std::string clients;
  for (const ClientName& each : access.clients)
    clients += each.subject + " " + name_of(each.role) + "; ";
  EXPECT_EQ(clients, "root admin; night-shift operate; monitor read; ");
  EXPECT_EQ(secrets_of(config), (std::vector<std::string>{"t", "p", "d", "g", "q"}));
  EXPECT_TRUE(access.tls && access.client_certificates);
  const auto tls = tls_settings(config);
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->certificate_file + tls->key_file + tls->client_ca_file, "cka");
  EXPECT_EQ(tls->client_certificate, http::ClientCertificate::optional);
}

TEST_F(AdminSettings, Are_shown_without_a_secret) {
  config.listen = {"::1", 8083};
  config.admins = {{{"ci", "secret-token", "/f"}}, {{"ann", "password", ""}}, {"root"}};
  config.operators = {{{"deploy", "third-token", ""}}, {}, {}};
  config.readers = {{{"grafana", "other-token", ""}}, {}, {}};
  config.tls = topology::AdminTlsConfig{"c", "k", "a", false};
  const Json json = shown(config);
  EXPECT_EQ(json["listen"], "[::1]:8083");
  EXPECT_EQ(json["tokens"]["ci"], "${file:/f}");
  EXPECT_EQ(json["users"]["ann"], "********");
  EXPECT_EQ(json["clients"], Json({"root"}));
  EXPECT_EQ(json["operate"]["tokens"]["deploy"], "********");
  EXPECT_EQ(json["read_only"]["tokens"]["grafana"], "********");
  EXPECT_EQ(json["tls"]["client_certificate"], "optional");
  for (const std::string& secret : secrets_of(config))
    EXPECT_EQ(json.dump().find(secret), std::string::npos);
}

TEST_F(AdminSettings, Name_the_role_without_a_login) {
  EXPECT_EQ(role_without_login(config), Role::operate);
  EXPECT_EQ(shown(config)["unauthenticated"], "operate");
  config.tls = topology::AdminTlsConfig{"c", "k", "", true};
  EXPECT_EQ(role_without_login(config), Role::operate) << "TLS alone is no login";
  config.tls->client_ca = "ca";
  EXPECT_EQ(role_without_login(config), Role::none);
  config.tls.reset();
  config.readers.users = {{"bob", "q", ""}};
  EXPECT_EQ(role_without_login(config), Role::none) << "somebody can log in";
  for (const Role role : {Role::none, Role::read, Role::operate, Role::admin}) {
    config.unauthenticated = name_of(role);
    EXPECT_EQ(role_without_login(config), role) << "what is set holds beside logins";
    EXPECT_EQ(access_settings(config, local, {}).unauthenticated, role);
  }
  EXPECT_FALSE(access_settings(config, local, {}).unauthenticated_everywhere);
  config.allow_unauthenticated = true;
  EXPECT_TRUE(access_settings(config, local, {}).unauthenticated_everywhere);
}

TEST_F(AdminSettings, Have_the_generated_secret_and_the_socket) {
  const AccessSettings access = access_settings(config, local, {});
  ASSERT_TRUE(access.generated);
  EXPECT_EQ(access.generated->name, "admin");
  EXPECT_EQ(access.generated->secret, local.secret());
  EXPECT_EQ(access.generated->file, local.secret_path());
  EXPECT_EQ(access.generated->role, Role::admin);
  EXPECT_EQ(access.socket, local.socket_path());
  EXPECT_EQ(access.instance, local.instance());
  EXPECT_FALSE(access.tls || tls_settings({}));
}

TEST_F(AdminSettings, Warn_of_what_others_could_do_or_hear) {
  const auto warning = [&] {
    std::string all;
    for (const std::string& each : exposure_warnings(config)) all += each + "\n";
    return all;
  };
  EXPECT_EQ(warning(), "");
  config.unauthenticated = "admin";
  EXPECT_NE(warning().find("the role 'admin' without a login to every process on this machine"),
            std::string::npos)
      << warning();
  config.unauthenticated = "";
  config.listen.host = "0.0.0.0";
  EXPECT_EQ(warning(), "") << "callers on other machines have no role";
  config.allow_unauthenticated = true;
  EXPECT_NE(warning().find("the role 'operate' without a login to whoever reaches its port"),
            std::string::npos)
      << warning();
  config.allow_unauthenticated = false;
  config.admins.users = {{"ann", "p", ""}};
  EXPECT_NE(warning().find("unencrypted"), std::string::npos);
  config.tls = topology::AdminTlsConfig{"c", "k", "", true};
  EXPECT_EQ(warning(), "");
}

}  // namespace
}  // namespace connector_host::admin
