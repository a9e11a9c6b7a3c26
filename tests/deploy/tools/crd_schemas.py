# usage: crd_schemas.py FOLDER CRD...
# Writes a strict JSON schema for each version of each custom resource, as kubernetes_schemas.py does for Kubernetes' own.
import json
import os
import sys

import yaml


def strict(node):
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    out = {key: strict(value) for key, value in node.items() if not key.startswith("x-kubernetes")}
    if node.get("x-kubernetes-int-or-string"):
        out.pop("type", None)
    if isinstance(node.get("properties"), dict) and not node.get("x-kubernetes-preserve-unknown-fields"):
        out.setdefault("additionalProperties", False)
    return out


def write(folder, definition):
    spec = definition["spec"]
    for version in spec["versions"]:
        schema = strict(version["schema"]["openAPIV3Schema"])
        schema["properties"]["metadata"] = {"type": "object"}
        schema["required"] = sorted({*schema.get("required", []), "kind", "apiVersion"})
        name = f"{spec['names']['kind']}-{spec['group'].split('.')[0]}-{version['name']}".lower()
        with open(os.path.join(folder, name + ".json"), "w") as file:
            json.dump(schema, file)


for path in sys.argv[2:]:
    with open(path) as file:
        for document in yaml.safe_load_all(file):
            if document:
                write(sys.argv[1], document)
