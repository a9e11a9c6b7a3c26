#pragma once
// JSON in and out of a route. Bytes that are not UTF-8 are replaced in answers; a body is bounded in depth as the server
// bounds it in size. Pure.
#include <nlohmann/json.hpp>
#include <string>

#include "host/http/response.hpp"
#include "host/topology/flat_config.hpp"

namespace connector_host::admin {

using Json = nlohmann::ordered_json;

http::Response json_answer(const Json& json, int status = 200);
http::Response empty_answer(int status);

// Each throws Refusal(400) with what is wrong.
Json parse_object(const std::string& body);
// Words of clients come in any case of letters.
std::string in_capitals(std::string text);
// A configuration value.
std::string text_of(const std::string& key, const Json& value);
// A flat configuration: numbers and booleans become text, as Kafka Connect has it. With null allowed (PATCH), such a key
// is not in the result but in `removed`.
topology::FlatConfig flat_config_of(const Json& object, std::vector<std::string>* removed = nullptr);

}  // namespace connector_host::admin
