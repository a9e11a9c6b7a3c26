#pragma once
// FlatConfig: a connector in the other spelling: the flat map of strings that Kafka Connect's clients know, with the YAML
// path below the connector as key: "source.queue", "retry.initial", "sink.properties.linger.ms" (below an option of type
// map the rest of the path is one key). Named otherwise are only `connector.class` (source.type), `tasks.max` (tasks),
// `transforms` (the names, in order; "transforms.NAME.type" and so on are theirs) and `name`.
//
// Both spellings say the same: what flat_of() gives makes an equal connector again. Pure; any thread.
#include <map>
#include <string>
#include <string_view>

#include "host/topology/problems.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

using FlatConfig = std::map<std::string, std::string>;

inline constexpr std::string_view hidden_value = "********";

// What the user wrote: references as references, and secrets as they are: for storing and for reading anew, not to be shown.
FlatConfig flat_of(const ConnectorConfig& config);
// The same to be shown: a secret that is no reference is hidden_value, and so is a URL's password and a secret's default.
FlatConfig shown_flat_of(const ConnectorConfig& config);
// One value of a map that no connector has yet, to be shown: so hidden, where its key is that of a secret.
std::string shown_value(const std::string& text, bool secret);
// `changed` with the secrets of `before` wherever it gives back what was shown of them.
FlatConfig with_hidden_values_of(const ConnectorConfig& before, FlatConfig changed);

// The tree that ConnectorReader reads. A position's line is the key's place in the map, counted from 1; 0: of no key.
// Reports keys that contradict each other, such as "sink" beside "sink.type".
Node node_of(const std::string& name, const FlatConfig& flat, Problems& problems);

}  // namespace connector_host::topology
