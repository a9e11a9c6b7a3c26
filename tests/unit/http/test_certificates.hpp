#pragma once
// TestCertificates: an authority of its own and what it vouches for, as PEM files in a folder that goes with it.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace connector_host::http {

class TestCertificates {
 public:
  TestCertificates() : folder_(new_folder()), authority_key_(new_key()), authority_(issue("authority", "CA:TRUE", "", authority_key_.get(), nullptr)) {
    write("ca.pem", [this](std::FILE* out) { PEM_write_X509(out, authority_.get()); });
  }
  ~TestCertificates() { std::filesystem::remove_all(folder_); }

  // NAME.pem and NAME.key; names: for whom it is good, such as "IP:127.0.0.1".
  void issue_to(const std::string& name, const std::string& names) {
    const Key key = new_key();
    const Certificate certificate = issue(name, "CA:FALSE", names, key.get(), authority_.get());
    write(name + ".pem", [&](std::FILE* out) { PEM_write_X509(out, certificate.get()); });
    write(name + ".key", [&](std::FILE* out) { PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }
  std::string file(const std::string& name) const { return folder_ + "/" + name; }

 private:
  template <class T, void (*free)(T*)>
  struct Free {
    void operator()(T* it) const { free(it); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
  using Certificate = std::unique_ptr<X509, Free<X509, X509_free>>;

  static std::string new_folder() {
    std::string pattern = std::filesystem::temp_directory_path().string() + "/certificates-XXXXXX";
    return ::mkdtemp(pattern.data());
  }
  static Key new_key() { return Key(EVP_EC_gen("P-256")); }

  Certificate issue(const std::string& name, const char* constraints, const std::string& names, EVP_PKEY* key, X509* issuer) const {
    static long serial = 0;
    Certificate made(X509_new());
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(issuer ? issuer : made.get()));
    extend(made.get(), NID_basic_constraints, constraints);
    if (!names.empty()) extend(made.get(), NID_subject_alt_name, names);
    X509_sign(made.get(), authority_key_.get(), EVP_sha256());
    return made;
  }
  static void extend(X509* certificate, int what, const std::string& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  template <class Write>
  void write(const std::string& name, Write write) const {
    std::FILE* const out = std::fopen(file(name).c_str(), "w");
    write(out);
    std::fclose(out);
  }

  const std::string folder_;
  const Key authority_key_;
  const Certificate authority_;
};

}  // namespace connector_host::http
