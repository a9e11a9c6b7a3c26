# usage: kubernetes_schemas.py SWAGGER FOLDER
# Writes a strict JSON schema for each type of Kubernetes, named as kubeconform looks for it, out of Kubernetes' own API
# description. Strict: a field that a type does not have is refused, which an API server would let through.
import json
import os
import sys


def reference(name):
    return {"$ref": name.replace("#/definitions/", "_definitions.json#/definitions/")}


def strict(node):
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return reference(node["$ref"])
    node = {key: strict(value) for key, value in node.items() if not key.startswith("x-kubernetes")}
    if node.get("format") == "int-or-string":
        del node["format"]
        node.pop("type", None)
        node["oneOf"] = [{"type": "string"}, {"type": "integer"}]
    if node.get("type") == "object" and "properties" in node:
        node.setdefault("additionalProperties", False)
    return node


def definition(name, node):
    if name.endswith((".JSONSchemaPropsOrBool", ".JSONSchemaPropsOrArray", ".JSON")):
        return {}
    if name.endswith("resource.Quantity"):
        return {"oneOf": [{"type": "string"}, {"type": "number"}]}
    return strict(node)


def top_level(schema, group, version, kind):
    schema = dict(schema)
    if "properties" in schema:
        schema["properties"] = dict(
            schema["properties"],
            kind={"type": "string", "enum": [kind]},
            apiVersion={"type": "string", "enum": [f"{group}/{version}" if group else version]},
        )
        schema["required"] = sorted({*schema.get("required", []), "kind", "apiVersion"})
    return schema


def main(swagger, folder):
    with open(swagger) as file:
        sources = json.load(file)["definitions"]
    definitions = {name: definition(name, node) for name, node in sources.items()}
    with open(os.path.join(folder, "_definitions.json"), "w") as file:
        json.dump({"definitions": definitions}, file)
    for name, node in sources.items():
        kinds = node.get("x-kubernetes-group-version-kind", [])
        if len(kinds) != 1:  # such as DeleteOptions, which every group has
            continue
        group, version, kind = (kinds[0][key] for key in ("group", "version", "kind"))
        file_name = "-".join(part for part in (kind, group.split(".")[0], version) if part).lower()
        with open(os.path.join(folder, file_name + ".json"), "w") as file:
            json.dump(top_level(definitions[name], group, version, kind), file)


main(*sys.argv[1:])
