#include "host/http/tls_stream.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace connector_host::http {
namespace {

constexpr const char* nameless = "a certificate without a name";

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

std::string common_name(X509_NAME* subject) {
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return {};
  std::string name(reinterpret_cast<const char*>(text), std::size_t(size));
  OPENSSL_free(text);
  return name;
}

std::string whole_subject(X509_NAME* subject) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  if (!out || X509_NAME_print_ex(out.get(), subject, 0, XN_FLAG_RFC2253) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return size > 0 ? std::string(text, std::size_t(size)) : std::string();
}

}  // namespace

std::string TlsStream::client_subject() {
  SSL* const native = bytes_.native_handle();
  const std::unique_ptr<X509, FreeX509> certificate(SSL_get_peer_certificate(native));
  if (!certificate || SSL_get_verify_result(native) != X509_V_OK) return {};
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  std::string name = common_name(subject);
  if (name.empty()) name = whole_subject(subject);
  return name.empty() ? nameless : name;
}

}  // namespace connector_host::http
