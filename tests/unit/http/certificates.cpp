#include "tests/unit/http/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>

namespace connector_host::http {
namespace {

constexpr long a_day = 24 * 60 * 60;

void expect(bool good) {
  if (!good) throw std::runtime_error("OpenSSL made no certificate for a test");
}

std::shared_ptr<EVP_PKEY> fresh_key() {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  expect(context && EVP_PKEY_keygen_init(context.get()) == 1 &&
         EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1) == 1 &&
         EVP_PKEY_keygen(context.get(), &key) == 1);
  return {key, EVP_PKEY_free};
}

void extend(X509* certificate, int what, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
  expect(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

template <class Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  expect(out && write(out.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, std::size_t(size)};
}

}  // namespace

Certificate::Certificate(const std::string& name, const std::string& addresses,
                         const Certificate* issuer)
    : key_(fresh_key()), certificate_(X509_new(), X509_free) {
  static std::atomic<long> serial = 0;
  X509* const made = certificate_.get();
  expect(made && X509_set_version(made, 2) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made), -a_day);
  X509_gmtime_adj(X509_getm_notAfter(made), a_day);
  X509_set_pubkey(made, key_.get());
  if (!name.empty())
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(issuer ? issuer->certificate() : made));
  extend(made, NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
  if (!addresses.empty()) extend(made, NID_subject_alt_name, addresses);
  expect(X509_sign(made, issuer ? issuer->key() : key_.get(), EVP_sha256()) > 0);
}

Certificate Certificate::authority(const std::string& name) {
  return {name, {}, nullptr};
}

Certificate Certificate::issue(const std::string& name, const std::string& addresses) const {
  return {name, addresses, this};
}

std::string Certificate::certificate_pem() const {
  return pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate()); });
}

std::string Certificate::key_pem() const {
  return pem([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string Certificate::encrypted_key_pem(const std::string& password) const {
  return pem([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key(), EVP_aes_128_cbc(), password.data(),
                                         int(password.size()), nullptr, nullptr);
  });
}

}  // namespace connector_host::http
