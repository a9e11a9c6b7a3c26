#include "plugins/net/tls_credentials.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <connector/error.hpp>
#include <memory>
#include <utility>

namespace connector_host_plugins::net {
namespace {

template <auto function>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    function(object);
  }
};
void free_all(STACK_OF(X509_INFO) * items) {
  sk_X509_INFO_pop_free(items, X509_INFO_free);
}
using Bio = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Items = std::unique_ptr<STACK_OF(X509_INFO), FreeBy<free_all>>;

// OpenSSL's own would ask for it on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

std::string read(const connector::Host& host, const char* option, const std::string& file) {
  if (file.empty()) return "";
  try {
    return host.read_file(connector::FilePurpose::credential, file);
  } catch (const connector::Error& error) {
    throw connector::Error(error.code(), std::string("option '") + option + "': " + error.what());
  }
}

void require(bool done, const char* option, const std::string& file) {
  if (done) return;
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code ? ERR_reason_error_string(code) : nullptr;
  const bool is_encrypted =
      ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_BAD_PASSWORD_READ;
  ERR_clear_error();
  throw connector::bad_config(std::string("option '") + option + "': cannot use " + file + ": " +
                              (is_encrypted ? "the key is encrypted; store it without a passphrase"
                               : reason     ? reason
                                            : "no reason given"));
}

Bio bio_of(const std::string& pem) {
  return Bio(BIO_new_mem_buf(pem.data(), int(pem.size())));
}

// Every certificate and revocation list in it, as SSL_CTX_load_verify_locations takes them from a
// file.
bool trust(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  const Items items(bio ? PEM_X509_INFO_read_bio(bio.get(), nullptr, no_passphrase, nullptr)
                        : nullptr);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int taken = 0;
  for (int i = 0; items && i < sk_X509_INFO_num(items.get()); ++i) {
    const X509_INFO* item = sk_X509_INFO_value(items.get(), i);
    if (item->x509 && X509_STORE_add_cert(store, item->x509) != 1) return false;
    if (item->crl && X509_STORE_add_crl(store, item->crl) != 1) return false;
    taken += (item->x509 ? 1 : 0) + (item->crl ? 1 : 0);
  }
  if (items && taken == 0) ERR_raise(ERR_LIB_PEM, PEM_R_NO_START_LINE);
  return taken > 0;
}

// The first is ours, those behind it are its chain.
bool use_certificate(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  const Certificate own(bio ? PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr)
                            : nullptr);
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) return false;
  SSL_CTX_clear_chain_certs(context);
  while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
    if (SSL_CTX_add0_chain_cert(context, next.get()) != 1) return false;
    (void)next.release();  // the context's from here on
  }
  const unsigned long end = ERR_peek_last_error();
  if (ERR_GET_LIB(end) != ERR_LIB_PEM || ERR_GET_REASON(end) != PEM_R_NO_START_LINE) return false;
  ERR_clear_error();
  return true;
}

bool use_key(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  const Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)
                    : nullptr);
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

}  // namespace

TlsCredentials::TlsCredentials(const connector::Host& host, TlsFiles files)
    : files_(std::move(files)),
      authorities_(read(host, "ca_file", files_.ca_file)),
      certificate_(read(host, "cert_file", files_.cert_file)),
      key_(read(host, "key_file", files_.key_file)) {}

void TlsCredentials::give_to(SSL_CTX* context) const {
  ERR_clear_error();
  if (files_.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else {
    require(trust(context, authorities_), "ca_file", files_.ca_file);
  }
  if (files_.cert_file.empty()) return;
  require(use_certificate(context, certificate_), "cert_file", files_.cert_file);
  require(use_key(context, key_), "key_file", files_.key_file);
}

}  // namespace connector_host_plugins::net
