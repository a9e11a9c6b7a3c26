#pragma once
// UiPage: the page for people at GET /ui. It is the same for everybody and holds no data: its script asks the API, with the
// login of whoever looks, so the page itself needs none.
//
// Its Content-Security-Policy lets it run the script and the style that were built in (by their hashes), ask this origin,
// and nothing else: no other address, no frame around it, no markup out of text. Immutable; any thread.
#include "host/http/response.hpp"

namespace connector_host::admin {

class UiPage {
 public:
  // Throws std::runtime_error when OpenSSL refuses to make a SHA-256.
  UiPage();

  const http::Response& answer() const { return response_; }

 private:
  http::Response response_;
};

}  // namespace connector_host::admin
