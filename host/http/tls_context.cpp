#include "host/http/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <cctype>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace connector_host::http {
namespace {

constexpr const char* ciphers_of_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";  // those of 1.3 are all good

// A file as a message speaks of it.
struct TlsFile {
  const char* what;
  const std::string& path;
  const char* fix;
};

[[noreturn]] void refuse_file(const TlsFile& file, std::string why) {
  if (!why.empty()) why.front() = char(std::tolower(static_cast<unsigned char>(why.front())));
  throw std::runtime_error("cannot use the " + std::string(file.what) + " '" + file.path + "': " + why + "; " + file.fix);
}

// OpenSSL's own words for this are about its file streams; and a pipe would keep the caller waiting for ever.
void refuse_unreadable(const TlsFile& file) {
  struct stat status{};
  if (::stat(file.path.c_str(), &status) != 0) refuse_file(file, std::generic_category().message(errno));
  if (!S_ISREG(status.st_mode)) refuse_file(file, "not a regular file");
  errno = 0;
  if (!std::ifstream(file.path)) refuse_file(file, std::generic_category().message(errno));
}

std::string openssl_reason() {
  const unsigned long code = ERR_peek_error();  // the first one says what it was, the last one where
  ERR_clear_error();
  if (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE) return "there is none in it in PEM form";
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : "OpenSSL refused it";
}

// Instead of OpenSSL's, which asks at the terminal.
int refuse_password(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return 0;
}

}  // namespace

TlsContext::TlsContext(const TlsSettings& settings) : context_(boost::asio::ssl::context::tls_server) {
  ERR_clear_error();
  set_protocol();
  use_certificate(settings);
  use_key(settings);
  if (!settings.client_ca_file.empty()) ask_for_client_certificates(settings);
}

void TlsContext::set_protocol() {
  SSL_CTX* const native = context_.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_cipher_list(native, ciphers_of_1_2) != 1 || SSL_CTX_set_num_tickets(native, 0) != 1)
    throw std::runtime_error("cannot set up TLS: " + openssl_reason() + "; check OpenSSL's own configuration");
}

void TlsContext::use_certificate(const TlsSettings& settings) {
  const TlsFile file{"TLS certificate", settings.certificate_file, "name a PEM file with the server's certificate first and its chain after it"};
  refuse_unreadable(file);
  if (SSL_CTX_use_certificate_chain_file(context_.native_handle(), file.path.c_str()) != 1) refuse_file(file, openssl_reason());
}

void TlsContext::use_key(const TlsSettings& settings) {
  const TlsFile file{"TLS key", settings.key_file, "name the PEM file of the certificate's private key, not encrypted"};
  refuse_unreadable(file);
  SSL_CTX* const native = context_.native_handle();
  bool encrypted = false;
  SSL_CTX_set_default_passwd_cb(native, refuse_password);
  SSL_CTX_set_default_passwd_cb_userdata(native, &encrypted);
  const bool read = SSL_CTX_use_PrivateKey_file(native, file.path.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(native, nullptr);  // Asio would delete it as its own
  if (encrypted) refuse_file(file, "it is encrypted");
  const bool other = ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_X509;
  if (!read && !other) refuse_file(file, openssl_reason());
  if (!read || SSL_CTX_check_private_key(native) != 1) refuse_file(file, "it does not belong to the certificate '" + settings.certificate_file + "'");
}

void TlsContext::ask_for_client_certificates(const TlsSettings& settings) {
  const TlsFile file{"client CA", settings.client_ca_file, "name a PEM file with the certificates that sign those of clients"};
  refuse_unreadable(file);
  SSL_CTX* const native = context_.native_handle();
  if (SSL_CTX_load_verify_locations(native, file.path.c_str(), nullptr) != 1) refuse_file(file, openssl_reason());
  SSL_CTX_set_client_CA_list(native, SSL_load_client_CA_file(file.path.c_str()));  // so that a client knows which one to send
  const bool required = settings.client_certificate == ClientCertificate::required;
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
}

}  // namespace connector_host::http
