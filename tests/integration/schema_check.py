#!/usr/bin/env python3
"""What an editor says of topologies that has the JSON Schema of `connector-host schema`.

usage: schema_check.py SCHEMA TOPOLOGY...

A line for each topology: "FILE: good", or "FILE: PLACE: what is wrong". Exit codes: 0 all are good, 3 some are not, 2 the
schema is none; 1 is Python's own.
"""
import json
import sys

import jsonschema
import yaml


def main(schema_file, files):
    with open(schema_file) as text:
        schema = json.load(text)
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        print(f"{schema_file}: {error.json_path}: {error.message}")
        return 2
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    for file in files:
        with open(file) as text:
            topology = yaml.safe_load(text)
        error = jsonschema.exceptions.best_match(validator.iter_errors(topology))
        wrong += error is not None
        print(f"{file}: " + (f"{error.json_path}: {error.message}" if error else "good"))
    return 3 if wrong else 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
