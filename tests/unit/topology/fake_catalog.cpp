#include "tests/unit/topology/fake_catalog.hpp"

#include "connector/view.hpp"

namespace connector_host::topology {
namespace {

using connector::Option;
using connector::view;

constexpr connector_view modes[] = {view("passive"), view("active"), view("none")};
constexpr connector_view colours[] = {view("red"), view("green")};
constexpr connector_view properties[] = {view("linger.ms"), view("sasl.*")};

constexpr Option rabbitmq[] = {
    Option::string("url", "The broker.").otherwise("amqp://guest:guest@localhost:5672/").endpoint(),
    Option::string("queue", "The queue to consume.").required(),
    Option::integer("prefetch", "Unacknowledged deliveries.").otherwise("2000").between(1, 65535),
    Option::string("declare", "Whether to declare the queue.").otherwise("passive").one_of(modes),
    Option::string("password", "Password of the login.").secret(),
};
constexpr Option redis[] = {
    Option::string("address", "host:port.").otherwise("localhost:6379").endpoint(),
    Option::string("password", "Password of the login.").secret(),
    Option::duration("ttl", "How long an id is remembered.").otherwise("24h").between(1000, 1e12),
};
constexpr Option kafka[] = {
    Option::list("brokers", "Where to begin.").otherwise("localhost:9092").required(),
    Option::string("topic", "The topic.").required(),
    Option::string("compression", "Of message batches.").otherwise("none"),
    Option::map("properties", "More properties."),
};
constexpr Option every_type[] = {
    Option::string("string", "A text."),
    Option::integer("integer", "An integer.").between(-5, 100),
    Option::number("number", "A number.").between(0, 1),
    Option::boolean("boolean", "Yes or no."),
    Option::duration("duration", "A time.").between(100, 60'000),
    Option::size("size", "Some bytes.").between(10, 1 << 20),
    Option::list("list", "Texts."),
    Option::list("colours", "Colours.").one_of(colours),
    Option::map("map", "Texts by name."),
    Option::map("properties", "Some texts by name.").one_of(properties),
    Option::map("secrets", "Secret texts by name.").secret(),
    Option::integer("pin", "A secret number.").secret(),
};

}  // namespace

FakeCatalog::FakeCatalog() {
  add(CONNECTOR_SOURCE, "rabbitmq", rabbitmq);
  add(CONNECTOR_DEDUP, "redis", redis);
  add(CONNECTOR_SINK, "kafka", kafka);
  add(CONNECTOR_SINK, "every-type", every_type);
  add(CONNECTOR_TRANSFORM, "every-type", every_type);
  add(CONNECTOR_SOURCE, "nothing", std::vector<const connector_option*>{});
  add(CONNECTOR_SINK, "nothing", std::vector<const connector_option*>{});
}

const connector_component* FakeCatalog::find(std::uint32_t kind, std::string_view type) {
  const auto found = components_.find({kind, std::string(type)});
  return found == components_.end() ? nullptr : &found->second.component;
}

std::vector<std::string> FakeCatalog::types(std::uint32_t kind) {
  std::vector<std::string> out;
  for (const auto& [key, entry] : components_) {
    if (key.first == kind) out.push_back(key.second);
  }
  return out;
}

void FakeCatalog::add(std::uint32_t kind, std::string_view type,
                      std::vector<const connector_option*> options) {
  const auto [place, is_new] =
      components_.insert_or_assign({kind, std::string(type)}, Entry{{}, std::move(options)});
  Entry& entry = place->second;
  entry.component.struct_size = sizeof(connector_component);
  entry.component.kind = kind;
  entry.component.type = view(place->first.second);
  entry.component.description = view("A component of the tests.");
  entry.component.options = entry.options.data();
  entry.component.option_count = entry.options.size();
}

}  // namespace connector_host::topology
