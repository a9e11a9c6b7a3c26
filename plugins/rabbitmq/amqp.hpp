#pragma once
// librabbitmq's headers, whichever generation is installed: rabbitmq-c/amqp.h since 0.12, amqp.h
// before it (and, with a warning, still there after it).
#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

#include <string_view>

namespace connector_host_plugins::rabbitmq {

// The library takes char* in structs that it only reads.
inline amqp_bytes_t bytes_of(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};
}
inline std::string_view text_of(amqp_bytes_t bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.bytes ? bytes.len : 0};
}

}  // namespace connector_host_plugins::rabbitmq
