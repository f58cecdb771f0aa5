"""validate.py SCHEMA FILE...: prints what a JSON Schema finds wrong in YAML files, one problem a line."""

import json
import sys

import jsonschema
import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    for error in validator.iter_errors(document):
        print(f"{path}: {error.json_path}: {error.message[:200]}")
