#include "tls_terminator.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/plugins/rabbitmq/loopback.hpp"

namespace rabbitmq_test {
namespace {

void shell(const std::string& command) {
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0)
    throw std::runtime_error("failed: " + command);
}

bool write_all(int socket, const char* bytes, int size) {
  return ::send(socket, bytes, std::size_t(size), MSG_NOSIGNAL) == size;
}

}  // namespace

Certificates::Certificates() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rabbitmq_tls_XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
  directory_ = pattern;
  const std::string key = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes ";
  for (const std::string authority : {"ca", "other_ca"}) {
    shell(key + "-x509 -days 2 -subj /CN=" + authority + " -keyout " + file(authority + ".key") +
          " -out " + file(authority + ".pem"));
  }
  const auto sign = [&](const std::string& name, const std::string& extensions) {
    shell(key + "-subj /CN=" + name + " -keyout " + file(name + ".key") + " -out " +
          file(name + ".csr"));
    std::ofstream(file(name + ".ext")) << extensions << '\n';
    shell("openssl x509 -req -days 2 -in " + file(name + ".csr") + " -CA " + file("ca.pem") +
          " -CAkey " + file("ca.key") + " -CAcreateserial -extfile " + file(name + ".ext") +
          " -out " + file(name + ".pem"));
  };
  sign("broker", "subjectAltName=DNS:localhost,IP:127.0.0.1");
  sign("stranger", "subjectAltName=DNS:elsewhere.example");
  sign("client", "extendedKeyUsage=clientAuth");
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

TlsTerminator::TlsTerminator(const Certificates& certificates, std::uint16_t to,
                             bool client_certificate, int newest_version)
    : context_(SSL_CTX_new(TLS_server_method())),
      to_(to),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  const std::string name = newest_version == -1 ? "stranger" : "broker";
  SSL_CTX_use_certificate_chain_file(context_, certificates.file(name + ".pem").c_str());
  SSL_CTX_use_PrivateKey_file(context_, certificates.file(name + ".key").c_str(), SSL_FILETYPE_PEM);
  if (newest_version > 0) {
    SSL_CTX_set_cipher_list(context_, "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_, newest_version);
  }
  if (client_certificate) {
    SSL_CTX_load_verify_locations(context_, certificates.file("ca.pem").c_str(), nullptr);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  port_ = listen_on_loopback(listener_);
  thread_ = std::thread([this] { run(); });
}

TlsTerminator::~TlsTerminator() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_, &one, sizeof one);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
  SSL_CTX_free(context_);
}

void TlsTerminator::run() {
  for (;;) {
    pollfd waiting[] = {{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
    ::poll(waiting, 2, -1);
    if (waiting[0].revents) return;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    serve(client);
    ::close(client);
  }
}

void TlsTerminator::note_name(const char* name) {
  std::lock_guard lock(mutex_);
  asked_for_ = name ? name : "";
}

void TlsTerminator::serve(int client) {
  const timeval limit{5, 0};
  ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  SSL* tls = SSL_new(context_);
  SSL_set_fd(tls, client);
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(to_);
  char bytes[16384];
  const bool accepted = SSL_accept(tls) == 1;
  if (accepted) note_name(SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name));
  bool open = accepted &&
              ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  while (open) {
    pollfd waiting[] = {{stop_, POLLIN, 0}, {client, POLLIN, 0}, {server, POLLIN, 0}};
    if (SSL_pending(tls) == 0) ::poll(waiting, 3, -1);
    if (waiting[0].revents) break;
    if (SSL_pending(tls) > 0 || waiting[1].revents) {
      const int got = SSL_read(tls, bytes, sizeof bytes);
      open = got > 0 && write_all(server, bytes, got);
    }
    if (open && waiting[2].revents) {
      const ssize_t got = ::recv(server, bytes, sizeof bytes, 0);
      open = got > 0 && SSL_write(tls, bytes, int(got)) == got;
    }
  }
  SSL_free(tls);
  ::close(server);
}

}  // namespace rabbitmq_test
