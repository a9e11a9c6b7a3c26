#include "host/admin/connector_routes.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "host/admin/component_lookup.hpp"
#include "host/admin/offset_entries.hpp"
#include "host/admin/refusal.hpp"
#include "host/topology/problem_code.hpp"

namespace connector_host::admin {
namespace {

using runtime::ChangeRefused;
using runtime::ConnectorView;
using runtime::OffsetsRefused;
using runtime::Target;
using topology::FlatConfig;

std::optional<std::uint32_t> number_of(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// In any case of letters: a Python client sends "True".
bool flag(const http::Request& request, const char* name) {
  return in_capitals(std::string(request.parameter(name).value_or(""))) == "TRUE";
}

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t\r\n") + 1 - from);
}

std::string invalid(const std::vector<topology::KeyProblem>& problems) {
  std::string out = "Connector configuration is invalid and contains the following " + std::to_string(problems.size()) + " error(s):\n";
  for (const topology::KeyProblem& each : problems) out += each.line() + "\n";
  return out + "You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`";
}

bool is_unknown_class(const std::vector<topology::KeyProblem>& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const topology::KeyProblem& each) { return each.key == "connector.class" && each.code == topology::code::unknown_type.id; });
}

// Runs a change and answers for it when it is refused. class_name and sources: to say that a class is unknown.
template <class Change>
auto changed(Change change, const std::string& class_name = {}, const std::vector<std::string>& sources = {}) {
  try {
    return change();
  } catch (const ChangeRefused& refused) {
    using Why = ChangeRefused::Why;
    switch (refused.why) {
      case Why::exists:
        throw Refusal(409, refused.what());
      case Why::unknown:
        throw Refusal(404, refused.what());
      case Why::invalid:
        if (is_unknown_class(refused.problems)) throw Refusal(400, unknown_class(class_name, sources));
        throw Refusal(400, invalid(refused.problems));
      default:
        throw Refusal(500, refused.what());
    }
  }
}

template <class Question>
auto asked(Question question) {
  try {
    return question();
  } catch (const OffsetsRefused& refused) {
    using Why = OffsetsRefused::Why;
    throw Refusal(refused.why == Why::failed ? 500 : refused.why == Why::busy ? 409 : 400, refused.what());
  }
}

void check_name_in(const FlatConfig& flat, const std::string& name) {
  const auto found = flat.find("name");
  if (found == flat.end() || found->second == name) return;
  throw Refusal(400, "Connector name configuration (" + found->second + ") doesn't match connector name in the URL (" + name + ")");
}

// A connector of that name that was made anew counts from 0.
std::uint64_t since(std::uint64_t before, std::uint64_t now) {
  return now >= before ? now - before : now;
}

// Those of the new configuration, while the old ones are going.
Json tasks_to_be(const runtime::Connector& connector) {
  Json ids = Json::array();
  for (std::uint32_t i = 0; connector.target() != Target::stopped && i < connector.config()->tasks; ++i) {
    ids.push_back({{"connector", connector.name()}, {"task", i}});
  }
  return ids;
}

// Of a connector that has just been made. It names no tasks, as in Kafka Connect: whether there are some yet is chance.
Json info_of_new(const runtime::Connector& connector) {
  Json info = connector_info(connector.view());
  info["tasks"] = Json::array();
  return info;
}

}  // namespace

http::Response only(const std::string& methods) {
  http::Response response = http::error_response(405, "HTTP 405 Method Not Allowed: there is only " + methods);
  response.headers.emplace_back("Allow", methods);
  return response;
}

std::string location_of(const std::string& name) {
  std::string out = "/connectors/";
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      out += c;
    else
      out += {'%', "0123456789ABCDEF"[(c >> 4) & 15], "0123456789ABCDEF"[c & 15]};
  }
  return out;
}

http::Response ConnectorRoutes::answer(const http::Request& request, const Segments& at) {
  if (at.size() > 1) return of_connector(request, at);
  if (request.method == "GET") return all(request);
  return request.method == "POST" ? create(request) : only("GET, POST");
}

http::Response ConnectorRoutes::all(const http::Request& request) const {
  const auto [first, last] = request.query.equal_range("expand");
  const auto wants = [first = first, last = last](const char* what) { return std::any_of(first, last, [&](const auto& each) { return each.second == what; }); };
  const bool status = wants("status"), info = wants("info");
  Json names = Json::array(), expanded = Json::object();
  for (const Found& each : connectors_.all()) {
    names.push_back(each->name());
    if (first == last) continue;
    const ConnectorView view = each->view();
    Json& of = expanded[each->name()] = Json::object();
    if (status) of["status"] = status_of(view);
    if (info) of["info"] = connector_info(view);
  }
  return json_answer(first == last ? names : expanded);
}

http::Response ConnectorRoutes::create(const http::Request& request) {
  const Json body = parse_object(request.body);
  for (const auto& [key, value] : body.items()) {
    if (key != "name" && key != "config" && key != "initial_state") throw Refusal(400, "unknown field '" + key + "'; there are name, config and initial_state");
  }
  if (!body.contains("config") || !body["config"].is_object()) throw Refusal(400, "'config' has to be an object of strings");
  FlatConfig flat = flat_config_of(body["config"]);
  const std::string name = trimmed(body.contains("name") ? text_of("name", body["name"]) : flat.contains("name") ? flat["name"] : "");
  if (name.empty()) throw Refusal(400, "the connector needs a 'name' that is not empty");
  check_name_in(flat, name);
  Target target = Target::running;
  if (body.contains("initial_state") && !body["initial_state"].is_null()) {
    const auto wanted = body["initial_state"].is_string() ? runtime::parse_target(in_capitals(body["initial_state"].get<std::string>())) : std::nullopt;
    if (!wanted) throw Refusal(400, "'initial_state' is RUNNING, PAUSED or STOPPED");
    target = *wanted;
  }
  flat["name"] = name;
  const std::string class_name = flat.contains("connector.class") ? flat["connector.class"] : "";
  changed([&] { return connectors_.create(name, std::move(flat), target), 0; }, class_name, catalog_.types(CONNECTOR_SOURCE));
  http::Response response = json_answer(info_of_new(*existing(name, "Connector " + name + " not found")), 201);
  response.headers.emplace_back("Location", location_of(name));
  return response;
}

http::Response ConnectorRoutes::of_connector(const http::Request& request, const Segments& at) {
  const std::string& name = at[1];
  if (at.size() == 2) return connector(request, name);
  const std::string& what = at[2];
  if (what == "tasks") return tasks(request, at);
  if (what == "topics") return topics(request, at);
  if (at.size() > 3) throw Refusal(404, "HTTP 404 Not Found");
  if (what == "config") return config(request, name);
  if (what == "status") return status(request, name);
  if (what == "pause" || what == "resume" || what == "stop") return want(request, name, what);
  if (what == "restart") return restart(request, name);
  if (what == "offsets") return offsets(request, name);
  throw Refusal(404, "HTTP 404 Not Found");
}

ConnectorRoutes::Found ConnectorRoutes::existing(const std::string& name, const std::string& otherwise) const {
  Found found = connectors_.find(name);
  if (!found) throw Refusal(404, otherwise);
  return found;
}

Json ConnectorRoutes::status_of(const ConnectorView& view) const {
  return connector_status(view, here(), version_of(catalog_, CONNECTOR_SOURCE, view.config->source.type));
}

Json ConnectorRoutes::info_of(const std::string& name) const {
  return connector_info(existing(name, "Connector " + name + " not found")->view());
}

http::Response ConnectorRoutes::connector(const http::Request& request, const std::string& name) {
  if (request.method == "GET") return json_answer(info_of(name));
  if (request.method != "DELETE") return only("GET, DELETE");
  changed([&] { return connectors_.remove(name), 0; });
  topics_reset_.erase(name);
  return empty_answer(204);
}

http::Response ConnectorRoutes::config(const http::Request& request, const std::string& name) {
  if (request.method == "GET") return json_answer(info_of(name)["config"]);
  if (request.method == "PUT") return put_config(name, flat_config_of(parse_object(request.body)));
  return request.method == "PATCH" ? patch_config(request, name) : only("GET, PUT, PATCH");
}

http::Response ConnectorRoutes::put_config(const std::string& name, FlatConfig flat) {
  check_name_in(flat, name);
  flat["name"] = name;
  const std::string class_name = flat.contains("connector.class") ? flat["connector.class"] : "";
  const bool made = changed([&] { return connectors_.configure(name, std::move(flat)); }, class_name, catalog_.types(CONNECTOR_SOURCE));
  const Found connector = existing(name, "Connector " + name + " not found");
  Json info = made ? info_of_new(*connector) : connector_info(connector->view());
  if (!made && info["tasks"].empty()) info["tasks"] = tasks_to_be(*connector);
  http::Response response = json_answer(info, made ? 201 : 200);
  if (made) response.headers.emplace_back("Location", location_of(name));
  return response;
}

http::Response ConnectorRoutes::patch_config(const http::Request& request, const std::string& name) {
  const Found connector = existing(name, "Connector " + name + " not found");
  std::vector<std::string> removed;
  const FlatConfig patch = flat_config_of(parse_object(request.body), &removed);
  FlatConfig flat = topology::shown_flat_of(*connector->config());
  for (const auto& [key, value] : patch) flat[key] = value;
  for (const std::string& key : removed) flat.erase(key);
  return put_config(name, std::move(flat));
}

http::Response ConnectorRoutes::want(const http::Request& request, const std::string& name, const std::string& word) {
  if (request.method != "PUT") return only("PUT");
  const Target target = word == "pause" ? Target::paused : word == "stop" ? Target::stopped : Target::running;
  changed([&] { return connectors_.want(name, target), 0; });
  return empty_answer(target == Target::stopped ? 204 : 202);
}

http::Response ConnectorRoutes::restart(const http::Request& request, const std::string& name) {
  if (request.method != "POST") return only("POST");
  const Found connector = existing(name, "Unknown connector: " + name);
  const bool tasks = flag(request, "includeTasks"), only_failed = flag(request, "onlyFailed");
  ConnectorView view = connector->restart({tasks, only_failed});
  if (!tasks && !only_failed) return empty_answer(204);
  return json_answer(status_of(view), 202);
}

http::Response ConnectorRoutes::status(const http::Request& request, const std::string& name) const {
  if (request.method != "GET") return only("GET");
  return json_answer(status_of(existing(name, "No status found for connector " + name)->view()));
}

http::Response ConnectorRoutes::tasks(const http::Request& request, const Segments& at) {
  const std::string& name = at[1];
  const bool of_one = at.size() == 5 && (at[4] == "status" || at[4] == "restart");
  if (at.size() != 3 && !of_one) throw Refusal(404, "HTTP 404 Not Found");
  const bool restarts = of_one && at[4] == "restart";
  if (request.method != (restarts ? "POST" : "GET")) return only(restarts ? "POST" : "GET");
  const Found connector = existing(name, of_one && !restarts ? "No status found for task " + name + "-" + at[3] : "Connector " + name + " not found");
  if (!of_one) return json_answer(connector_tasks(connector->view()));
  const auto index = number_of(at[3]);
  if (restarts) {
    if (!index || !connector->restart_task(*index)) throw Refusal(404, "Unknown task: " + name + "-" + at[3]);
    return empty_answer(204);
  }
  const ConnectorView view = connector->view();
  const auto task = std::find_if(view.tasks.begin(), view.tasks.end(), [&](const runtime::TaskView& each) { return each.index == index; });
  if (task == view.tasks.end()) throw Refusal(404, "No status found for task " + name + "-" + at[3]);
  return json_answer(task_status(*task, here(), version_of(catalog_, CONNECTOR_SOURCE, view.config->source.type)));
}

// Destinations that something was written to, since it was made or since they were forgotten.
http::Response ConnectorRoutes::topics(const http::Request& request, const Segments& at) {
  const std::string& name = at[1];
  const bool resets = at.size() == 4 && at[3] == "reset";
  if (at.size() != 3 && !resets) throw Refusal(404, "HTTP 404 Not Found");
  if (request.method != (resets ? "PUT" : "GET")) return only(resets ? "PUT" : "GET");
  const Found connector = connectors_.find(name);
  const ConnectorView view = connector ? connector->view() : ConnectorView{};
  if (resets) {
    if (connector) topics_reset_[name] = view.totals;
    return empty_answer(202);
  }
  Json topics = Json::array();
  const auto add = [&](const topology::ComponentConfig& component, std::uint64_t written) {
    const std::string topic = topic_of(view, component);
    if (written > 0 && !topic.empty()) topics.push_back(topic);
  };
  const auto reset = topics_reset_.find(name);
  const runtime::RecordTotals before = reset == topics_reset_.end() ? runtime::RecordTotals{} : reset->second;
  if (connector) add(view.config->sink, since(before.delivered, view.totals.delivered));
  if (connector && view.config->dead_letter) add(*view.config->dead_letter, since(before.dead_lettered, view.totals.dead_lettered));
  return json_answer({{name, {{"topics", topics}}}});
}

http::Response ConnectorRoutes::offsets(const http::Request& request, const std::string& name) {
  const bool known = request.method == "GET" || request.method == "PATCH" || request.method == "DELETE";
  if (!known) return only("GET, PATCH, DELETE");
  const Found connector = existing(name, "Connector " + name + " not found");
  if (request.method == "GET") return json_answer({{"offsets", merged_offsets(asked([&] { return offsets_.read(*connector); }))}});
  if (request.method == "DELETE") {
    asked([&] { return offsets_.forget(*connector), 0; });
    return json_answer({{"message", "The offsets for this connector have been reset successfully"}});
  }
  const Json body = parse_object(request.body);
  if (!body.contains("offsets") || !body["offsets"].is_array() || body["offsets"].empty())
    throw Refusal(400, "Partitions / offsets need to be provided for an alter offsets request");
  for (const Json& each : body["offsets"]) {
    if (!is_offset(each)) throw Refusal(400, "each of 'offsets' has to be {\"partition\":{…},\"offset\":{…} or null}");
  }
  asked([&] { return offsets_.set(*connector, body["offsets"].dump(-1, ' ', false, Json::error_handler_t::replace)), 0; });
  return json_answer({{"message", "The offsets for this connector have been altered successfully"}});
}

}  // namespace connector_host::admin
