#pragma once
// is_local: whether a request comes from a process on this machine, as far as that can be known. Pure; any thread.
//
// A connection over loopback or the Unix socket may also be a proxy's, which makes every remote caller look local. One that
// says so (Forwarded of RFC 7239, Via of RFC 9110 7.6.3, X-Forwarded-* and their kin) is recognised; one that adds no such
// header is not, and has to ask for logins itself (SECURITY.md).
#include "host/http/request.hpp"

namespace connector_host::admin {

bool is_local(const http::Request& request);

}  // namespace connector_host::admin
