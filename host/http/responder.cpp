#include "host/http/responder.hpp"

#include <exception>
#include <utility>

namespace connector_host::http {

Responder::Responder(Handler handler, std::function<void(const std::string&)> report) : handler_(std::move(handler)), report_(std::move(report)) {}

Response Responder::answer(const Request& request) {
  const Clock::time_point start = Clock::now();
  Response response = call(request);
  spent_ += Clock::now() - start;
  return response;
}

Response Responder::call(const Request& request) {
  try {
    return handler_(request);
  } catch (const std::exception& error) {
    report("the answer to " + request.method + " " + request.path + " failed: " + error.what());
  } catch (...) {
    report("the answer to " + request.method + " " + request.path + " failed with something that is no exception");
  }
  return error_response(500, "the server failed to answer; its log says why");
}

void Responder::report(const std::string& what) const noexcept {
  try {
    if (report_) report_(what);
  } catch (...) {  // whoever listens must not end the server
  }
}

}  // namespace connector_host::http
