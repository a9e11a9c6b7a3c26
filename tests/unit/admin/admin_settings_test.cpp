#include "host/admin/admin_settings.hpp"

#include <gtest/gtest.h>

namespace connector_host::admin {
namespace {

TEST(AdminSettings, Carry_over_who_may_do_what) {
  topology::AdminConfig config;
  config.listen.host = "0.0.0.0";
  config.hosts = {"connect"};
  config.admins = {{{"ci", "t", "/f"}}, {{"ann", "p", ""}}, {"root"}};
  config.operators = {{{"deploy", "d", ""}}, {}, {"night-shift"}};
  config.readers = {{{"grafana", "g", ""}}, {{"bob", "q", "/b"}}, {"monitor"}};
  config.tls = topology::AdminTlsConfig{"c", "k", "a", false};
  const AccessSettings access = access_settings(config, {});
  EXPECT_EQ(access.listen_host, "0.0.0.0");
  EXPECT_EQ(access.hosts, config.hosts);
  std::string all;
  for (const auto* list : {&access.tokens, &access.users}) {
    for (const Credential& each : *list) all += each.name + "," + each.secret + "," + each.file + " " + name_of(each.role) + "; ";
  }
  EXPECT_EQ(all, "ci,t,/f admin; deploy,d, operate; grafana,g, read; ann,p, admin; bob,q,/b read; ");
  std::string clients;
  for (const ClientName& each : access.clients) clients += each.subject + " " + name_of(each.role) + "; ";
  EXPECT_EQ(clients, "root admin; night-shift operate; monitor read; ");
  EXPECT_EQ(secrets_of(config), (std::vector<std::string>{"t", "p", "d", "g", "q"}));
  EXPECT_TRUE(access.tls && access.client_certificates);
  const auto tls = tls_settings(config);
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->certificate_file + tls->key_file + tls->client_ca_file, "cka");
  EXPECT_EQ(tls->client_certificate, http::ClientCertificate::optional);
}

TEST(AdminSettings, Are_shown_without_a_secret) {
  topology::AdminConfig config;
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
  for (const std::string& secret : secrets_of(config)) EXPECT_EQ(json.dump().find(secret), std::string::npos);
}

TEST(AdminSettings, Without_any_of_it_are_open_and_plain) {
  const AccessSettings access = access_settings({}, {});
  EXPECT_TRUE(access.is_open());
  EXPECT_FALSE(access.tls || tls_settings({}));
  topology::AdminConfig config;
  config.tls = topology::AdminTlsConfig{"c", "k", "", true};
  EXPECT_TRUE(access_settings(config, {}).is_open()) << "TLS alone is no login";
}

TEST(AdminSettings, Warn_of_what_others_could_do_or_hear) {
  topology::AdminConfig config;
  EXPECT_EQ(exposure_warning(config), "");
  config.listen.host = "0.0.0.0";
  EXPECT_NE(exposure_warning(config).find("open"), std::string::npos);
  config.admins.users = {{"ann", "p", ""}};
  EXPECT_NE(exposure_warning(config).find("unencrypted"), std::string::npos);
  config.tls = topology::AdminTlsConfig{"c", "k", "", true};
  EXPECT_EQ(exposure_warning(config), "");
}

}  // namespace
}  // namespace connector_host::admin
