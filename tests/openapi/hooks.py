"""What the run of schemathesis changes of the document and of what it makes up from it.

The document leaves the objects of answers open, because later versions may add members; here a member that it does not
tell of is a finding. And names and configurations that are made up fit nothing that there is: half of them are exchanged
for some that do, so that more than 404 and 400 are seen.
"""

import zlib

import schemathesis

OF_REQUESTS = {"ConfigIn", "ConfigPatch", "CreateConnector", "SetLevel", "OffsetsIn", "Offset"}
WORKS = {"connector.class": "generator", "source.rate": "50", "sink.type": "null", "id": "none", "tasks.max": "2"}
NAMES = {"connector": ["numbers", "walk ü/1"], "logger": ["root", "task"], "plugin": ["generator", "null"], "task": [0, 1]}
FITTING = {
    "createConnector": lambda body: {**body, "config": WORKS},
    "putConnectorConfig": lambda body: WORKS,
    "validateConfig": lambda body: {**body, **WORKS},
    "patchConnectorConfig": lambda body: {"source.rate": str(len(body) + 1)},
    "alterOffsets": lambda body: {"offsets": [{"partition": {}, "offset": None}]},
}


def close(schema):
    if isinstance(schema, list):
        for each in schema:
            close(each)
    elif isinstance(schema, dict):
        if "properties" in schema and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        for each in schema.values():
            close(each)


def chance(value):
    return zlib.crc32(repr(value).encode("utf-8", "surrogatepass"))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for name, schema in raw_schema["components"]["schemas"].items():
        if name not in OF_REQUESTS:
            close(schema)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if not path_parameters or chance(path_parameters) % 4 == 0:
        return path_parameters
    picked = chance(path_parameters)
    return {key: NAMES[key][picked // 4 % 2] if key in NAMES else value for key, value in path_parameters.items()}


@schemathesis.hook
def map_body(context, body):
    fit = FITTING.get(context.operation.definition.raw.get("operationId"))
    return fit(body) if fit and isinstance(body, dict) and chance(body) % 2 else body
