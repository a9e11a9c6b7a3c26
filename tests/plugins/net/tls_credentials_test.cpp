// Files of TLS options: read through the host, given to OpenSSL from memory, and refused by the
// name of their option.
#include "plugins/net/tls_credentials.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <connector/testing/plugin_under_test.hpp>
#include <filesystem>
#include <fstream>
#include <memory>

#include "tests/unit/http/certificates.hpp"

namespace {

using connector_host::http::Certificate;
using connector_host_plugins::net::TlsCredentials;
using connector_host_plugins::net::TlsFiles;

class TlsCredentialsTest : public testing::Test {
 protected:
  TlsCredentialsTest() {
    char path[] = "/tmp/tls-credentials-XXXXXX";
    folder = ::mkdtemp(path);
  }
  ~TlsCredentialsTest() override { std::filesystem::remove_all(folder); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder + "/" + name) << text;
    return folder + "/" + name;
  }
  // Why they cannot be used; empty: they can, and the context has them.
  std::string use(const TlsFiles& files) {
    context.reset(SSL_CTX_new(TLS_client_method()));
    try {
      TlsCredentials(connector::Host(host.raw()), files).give_to(context.get());
      return "";
    } catch (const connector::Error& error) {
      return (error.code() == CONNECTOR_BAD_CONFIG
                  ? ""
                  : "code " + std::to_string(error.code()) + ": ") +
             error.what();
    }
  }
  int trusted() const {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.get())));
  }
  int chain() const {
    STACK_OF(X509)* certificates = nullptr;
    SSL_CTX_get0_chain_certs(context.get(), &certificates);
    return certificates ? sk_X509_num(certificates) : 0;
  }

  std::string folder;
  connector::testing::FakeHost host;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, SSL_CTX_free};
  const Certificate authority = Certificate::authority("one"),
                    other = Certificate::authority("other"), own = authority.issue("client");
};

TEST_F(TlsCredentialsTest, Gives_authorities_certificate_chain_and_key_to_OpenSSL) {
  const TlsFiles files{
      write("ca.pem", authority.certificate_pem() + "a comment\n" + other.certificate_pem()),
      write("chain.pem", own.certificate_pem() + authority.certificate_pem()),
      write("key.pem", own.key_pem())};
  EXPECT_EQ(use(files), "");
  EXPECT_EQ(trusted(), 2);
  EXPECT_EQ(chain(), 1);
  EXPECT_EQ(SSL_CTX_check_private_key(context.get()), 1);
  EXPECT_EQ(host.opened_files(),
            (std::vector<std::string>{files.ca_file, files.cert_file, files.key_file}));
}

TEST_F(TlsCredentialsTest, Reads_renewed_files_when_it_is_made_anew) {
  const TlsFiles files{write("ca.pem", authority.certificate_pem()), "", ""};
  EXPECT_EQ(use(files), "");
  EXPECT_EQ(trusted(), 1);
  write("ca.pem", authority.certificate_pem() + other.certificate_pem());
  EXPECT_EQ(use(files), "");
  EXPECT_EQ(trusted(), 2);
}

// OpenSSL would ask for the passphrase on the terminal of the process.
TEST_F(TlsCredentialsTest, Refuses_an_encrypted_key_without_asking_for_its_passphrase) {
  const std::string key = write("key.pem", own.encrypted_key_pem("secret"));
  EXPECT_EQ(use({"", write("cert.pem", own.certificate_pem()), key}),
            "option 'key_file': cannot use " + key +
                ": the key is encrypted; store it without a passphrase");
}

TEST_F(TlsCredentialsTest, Names_the_option_whose_file_is_of_no_use) {
  const std::string good = write("good.pem", own.certificate_pem()),
                    bad = write("bad.pem", "none in here\n"),
                    key = write("other.key", other.key_pem());
  const std::string cut =
      write("cut.pem", own.certificate_pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n");
  EXPECT_TRUE(use({bad, "", ""}).starts_with("option 'ca_file': cannot use " + bad + ": "))
      << use({bad, "", ""});
  EXPECT_TRUE(use({"", bad, key}).starts_with("option 'cert_file': cannot use " + bad + ": "));
  EXPECT_TRUE(use({"", cut, key}).starts_with("option 'cert_file': cannot use " + cut + ": "));
  EXPECT_TRUE(use({"", good, bad}).starts_with("option 'key_file': cannot use " + bad + ": "));
  EXPECT_EQ(use({"", good, key}), "option 'key_file': cannot use " + key + ": key values mismatch");
  EXPECT_EQ(use({folder + "/none", "", ""}),
            "option 'ca_file': cannot use " + folder + "/none: No such file or directory");
}

TEST_F(TlsCredentialsTest, Names_the_option_whose_file_the_host_refuses) {
  host.confine_files_to("/nowhere/");
  const std::string file = write("ca.pem", authority.certificate_pem());
  EXPECT_EQ(use({file, "", ""}),
            "option 'ca_file': cannot use " + file + ": the test allows no such file");
}

}  // namespace
