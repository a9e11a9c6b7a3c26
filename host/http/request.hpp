#pragma once
// Request: what a client asked, read whole, within the server's limits and checked. Plain data.
//
// HEAD arrives here as GET; the server leaves the body out of the answer. Trailers of a chunked body are dropped, so a
// header in here always came before the body.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/http/peer.hpp"

namespace connector_host::http {

using Query = std::multimap<std::string, std::string, std::less<>>;

struct Request {
  std::string method;                 // as sent: GET, POST, …
  std::string path;                   // percent-decoded but for "%2F", without the query; begins with '/', or is "*"
  std::vector<std::string> segments;  // of the path, each decoded on its own: may hold a '/'; a trailing slash adds none
  Query query;                        // decoded; a name may stand more than once (?expand=status&expand=info)
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Peer peer;                   // the other end of the connection, which may be a proxy
  std::string client_subject;  // the common name of the client's verified certificate (its whole subject without one); empty: it showed none

  // The first header of this name, in any case of letters. The view lives as long as the request.
  std::optional<std::string_view> header(std::string_view name) const;
  // The first of this name in the query.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

}  // namespace connector_host::http
