#pragma once
// Whether bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above
// U+10FFFF).
//
// AMQP's long string does not say whether it is text; publishers put both into it. Any thread; no
// state.
#include <string_view>

namespace connector_host_plugins::rabbitmq {

bool is_utf8(std::string_view bytes);

}  // namespace connector_host_plugins::rabbitmq
