#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the JSON Schema with the loader: prints the documents they disagree on.

usage: schema.py KPOLCTL SCHEMA table FILE | schema.py KPOLCTL SCHEMA files FILE...
"""
import json
import re
import subprocess
import sys

import jsonschema
import yaml

# Findings of a document that was not right but could be taken as it was meant.
MENDED = {"KPOL015", "KPOL016"}


class Core(yaml.SafeLoader):
    """YAML as editors read it: 1.2's core schema, where yes is a word."""

    yaml_implicit_resolvers = {}

    def number(self, node):
        text = self.construct_scalar(node)
        return float(text) if re.search("[.eE]", text) else int(text, 10)

    def boolean(self, node):
        return self.construct_scalar(node) == "true"


Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(null|~|)$"), ["n", "~", ""])
Core.add_implicit_resolver(
    "tag:yaml.org,2002:int",
    re.compile(r"^[-+]?([0-9]+|[0-9]+\.[0-9]*([eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)$"),
    list("-+0123456789"),
)
Core.add_constructor("tag:yaml.org,2002:int", Core.number)
Core.add_constructor("tag:yaml.org,2002:bool", Core.boolean)


def schema_accepts(validator, text):
    documents = [d for d in yaml.load_all(text, Core) if d is not None]
    return all(validator.is_valid(d) for d in documents)


def loader_verdict(kpolctl, text):
    """accepted, mended or refused"""
    run = subprocess.run(
        [kpolctl, "lint", "-o", "json", "-"], input=text.encode(), capture_output=True, check=False
    )
    findings = json.loads(run.stdout)["items"]
    if any(f["severity"] == "error" for f in findings):
        return "refused"
    return "mended" if any(f["code"] in MENDED for f in findings) else "accepted"


# What the table says: the loader's verdict, and whether the schema accepts.
EXPECTED = {
    "good": ("accepted", True),
    "bad": ("refused", False),
    "mended": ("mended", False),
    "loader": ("refused", True),
}


def check_table(kpolctl, validator, path):
    text = open(path, encoding="utf-8").read()
    cases = re.findall(r"^=== (\w+) ([^\n]*)\n(.*?)(?=^=== |\Z)", text, re.M | re.S)
    if len(cases) < 60:
        print(f"{path}: only {len(cases)} documents")
    for verdict, name, document in cases:
        got = (loader_verdict(kpolctl, document), schema_accepts(validator, document))
        if got != EXPECTED[verdict]:
            says = "accepts" if got[1] else "refuses"
            print(f"{name}: is to be {verdict}, but the loader says {got[0]}, the schema {says}")
        if verdict == "loader" and " # " not in name:
            print(f"{name}: does not say why a schema cannot")


def check_files(kpolctl, validator, paths):
    for path in paths:
        text = open(path, encoding="utf-8").read()
        verdict = loader_verdict(kpolctl, text)
        try:
            accepts = schema_accepts(validator, text)
        except yaml.YAMLError:
            accepts = False
        if accepts != (verdict == "accepted"):
            print(f"{path}: the loader says {verdict}, the schema {accepts}")


def main():
    kpolctl, schema, what, *paths = sys.argv[1:]
    validator = jsonschema.Draft202012Validator(json.load(open(schema, encoding="utf-8")))
    validator.check_schema(validator.schema)
    if what == "table":
        check_table(kpolctl, validator, paths[0])
    else:
        check_files(kpolctl, validator, paths)


if __name__ == "__main__":
    main()
