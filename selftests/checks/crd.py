#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges a CustomResourceDefinition as an API server would: prints what it would not take.

usage: crd.py structural CRD           rules of a structural schema
       crd.py rules CRD                that each of them can be broken
       crd.py table CRD FILE           the documents of a table, against the loader
       crd.py files KPOLCTL CRD FILE...
"""
import copy
import re
import sys

import jsonschema
import yaml

from schema import EXPECTED, Core, loader_verdict

# https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
FORBIDDEN = {
    "$ref", "definitions", "dependencies", "deprecated", "discriminator", "id", "patternProperties", "readOnly",
    "writeOnly", "xml", "const", "if", "then", "else", "$defs", "prefixItems", "unevaluatedProperties",
}
STRUCTURE_ONLY = {"description", "title", "type", "default", "additionalProperties", "nullable"}
JUNCTORS = ("allOf", "anyOf", "oneOf", "not")
TYPES = {"object", "array", "string", "integer", "number", "boolean"}
KNOWN = STRUCTURE_ONLY | set(JUNCTORS) | {
    "properties", "items", "required", "enum", "pattern", "format", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "multipleOf",
    "minProperties", "maxProperties", "example", "externalDocs",
}
INT_OR_STRING = "x-kubernetes-int-or-string"
UNKNOWN_KEPT = "x-kubernetes-preserve-unknown-fields"
LIST_TYPE, LIST_KEYS = "x-kubernetes-list-type", "x-kubernetes-list-map-keys"


class Judge:
    def __init__(self):
        self.faults = []

    def say(self, path, text):
        self.faults.append(f"{path or '.'}: {text}")

    def keywords(self, path, schema):
        for key in schema:
            if key in FORBIDDEN or not (key in KNOWN or key.startswith("x-kubernetes-")):
                self.say(path, f"{key} is not for structural schemas")
        if schema.get("uniqueItems"):
            self.say(path, "uniqueItems cannot be true")
        # Go's expressions never look around, and write characters as \x.
        for bad in ("(?=", "(?!", "(?<", "\\u"):
            if bad in schema.get("pattern", ""):
                self.say(path, f"Go cannot read {bad} in a pattern")

    def typed(self, path, schema):
        if schema.get(INT_OR_STRING):
            if "type" in schema:
                self.say(path, f"type beside {INT_OR_STRING}")
        elif schema.get("type") not in TYPES and not schema.get(UNKNOWN_KEPT):
            self.say(path, "has no type")
        if schema.get("type") == "array" and "items" not in schema:
            self.say(path, "an array without items")

    def map_list(self, path, schema):
        if schema.get(LIST_TYPE) != "map":
            if LIST_KEYS in schema:
                self.say(path, f"{LIST_KEYS} of a list that is no map")
            return
        items = schema.get("items", {})
        if not schema.get(LIST_KEYS):
            self.say(path, "a map without keys")
        for key in schema.get(LIST_KEYS, []):
            if key not in items.get("required", []) and "default" not in items.get("properties", {}).get(key, {}):
                self.say(path, f"map key {key} may be missing")

    def structure(self, path, schema):
        self.keywords(path, schema)
        self.typed(path, schema)
        self.map_list(path, schema)
        if "properties" in schema and "additionalProperties" in schema:
            self.say(path, "properties and additionalProperties together")
        if schema.get("additionalProperties") is False:
            self.say(path, "additionalProperties cannot be false")
        for key in schema.get("required", []):
            if key not in schema.get("properties", {}):
                self.say(path, f"required {key} is no property")
        self.junctors(path, schema, schema)
        for key, value in schema.get("properties", {}).items():
            self.structure(f"{path}.{key}", value)
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                self.structure(f"{path}.{key}", schema[key])

    def junctors(self, path, schema, outside):
        for junctor in JUNCTORS:
            below = schema.get(junctor, [])
            for nested in [below] if isinstance(below, dict) else below:
                self.nested(f"{path}.{junctor}", nested, outside)

    def nested(self, path, schema, outside):
        """A logical junctor only judges values: their structure must be known without it."""
        self.keywords(path, schema)
        for key in STRUCTURE_ONLY & schema.keys():
            self.say(path, f"sets {key} inside a junctor")
        for key, value in schema.get("properties", {}).items():
            if key not in outside.get("properties", {}):
                self.say(path, f"speaks of {key}, which is not known outside")
            else:
                self.nested(f"{path}.{key}", value, outside["properties"][key])
        if "items" in schema:
            if "items" not in outside:
                self.say(path, "speaks of items, which are not known outside")
            else:
                self.nested(f"{path}.items", schema["items"], outside["items"])
        self.junctors(path, schema, outside)

    def definition(self, crd):
        spec, names = crd["spec"], crd["spec"]["names"]
        if crd["metadata"]["name"] != f"{names['plural']}.{spec['group']}":
            self.say("metadata.name", "is not PLURAL.GROUP")
        for word in [names["plural"], names["singular"], *names.get("shortNames", [])]:
            if not re.fullmatch("[a-z][a-z0-9]*", word):
                self.say("names", f"{word} is no lower-case word")
        if [v["storage"] for v in spec["versions"]].count(True) != 1:
            self.say("versions", "not exactly one is stored")
        for version in spec["versions"]:
            self.version(version)

    def version(self, version):
        schema = version["schema"]["openAPIV3Schema"]
        if schema.get("type") != "object":
            self.say("", "is no object")
        metadata = schema.get("properties", {}).get("metadata", {})
        if set(metadata) - {"type", "properties"} or set(metadata.get("properties", {})) - {"name", "generateName"}:
            self.say(".metadata", "says more than what a name is")
        if "status" in version.get("subresources", {}) and "status" not in schema.get("properties", {}):
            self.say("", "has a subresource status without a schema")
        self.structure("", schema)


def faults_of(crd):
    judge = Judge()
    judge.definition(crd)
    return judge.faults


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def root_of(crd):
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]


def breaking(change):
    """Of the spec's schema."""

    def apply(crd):
        change(root_of(crd)["properties"]["spec"])

    return apply


# Each makes the definition wrong in one way.
BREAK = {
    "reference": breaking(lambda s: s.update({"$ref": "#/x"})),
    "no type": breaking(lambda s: s["properties"]["owner"].pop("type")),
    "no type of the root": lambda crd: root_of(crd).pop("type"),
    "unknown type": breaking(lambda s: s["properties"]["owner"].update(type="null")),
    "array without items": breaking(lambda s: s["properties"]["frameworks"].pop("items")),
    "both kinds of keys": breaking(lambda s: s.update(additionalProperties={"type": "string"})),
    "closed object": breaking(lambda s: s["properties"]["selector"].update(additionalProperties=False)),
    "type in a junctor": breaking(lambda s: s.update(oneOf=[{"type": "object"}])),
    "key known in a junctor only": breaking(lambda s: s.update(anyOf=[{"properties": {"x": {"minimum": 1}}}])),
    "type deep in a junctor": breaking(lambda s: s.update(allOf=[{"not": {"properties": {"mode": {"type": "string"}}}}])),
    "unique items": breaking(lambda s: s["properties"]["frameworks"].update(uniqueItems=True)),
    "pattern that looks ahead": breaking(lambda s: s["properties"]["owner"].update(pattern="^(?!a)")),
    "type beside int-or-string": breaking(lambda s: s["properties"]["severity"].update(type="string")),
    "required and unknown": breaking(lambda s: s.update(required=["x"])),
    "keyword of JSON Schema": breaking(lambda s: s["properties"]["owner"].update(const="x")),
    "rules about metadata": lambda crd: root_of(crd)["properties"]["metadata"].update(required=["labels"]),
    "name of another": lambda crd: crd["metadata"].update(name="policies.kpol.io"),
    "map by a key that may be missing": lambda crd: root_of(crd)["properties"]["status"]["properties"]["nodes"][
        "items"].pop("required"),
    "nothing stored": lambda crd: crd["spec"]["versions"][0].update(storage=False),
}


def check_rules(crd):
    for name, change in BREAK.items():
        broken = copy.deepcopy(crd)
        change(broken)
        if not faults_of(broken):
            print(f"{name}: not noticed")


def as_json_schema(schema):
    """What a strict API server asks of an object, said in JSON Schema: unknown keys are refused."""
    result = {}
    for key, value in schema.items():
        if key == "properties":
            result[key] = {k: as_json_schema(v) for k, v in value.items()}
        elif key in ("items", "additionalProperties", "not"):
            result[key] = as_json_schema(value)
        elif key in ("allOf", "anyOf", "oneOf"):
            result[key] = [as_json_schema(v) for v in value]
        elif key == "pattern":
            # Go's $ is the end, Python's may be before a last line feed.
            result[key] = re.sub(r"\$$", r"\\Z", value)
        elif key == INT_OR_STRING:
            result["type"] = ["integer", "string"]
        elif key != "nullable" and not key.startswith("x-kubernetes-"):
            result[key] = value
    if schema.get("nullable"):
        result["type"] = [result["type"], "null"]
    if schema.get("type") == "object" and "properties" in schema and not schema.get(UNKNOWN_KEPT):
        result["additionalProperties"] = False
    return result


def without_nulls(schema, value):
    """The server drops keys that it knows and that have no value, before it looks, unless they may be null."""
    if isinstance(value, list):
        return [without_nulls(schema.get("items", {}), v) for v in value]
    if not isinstance(value, dict):
        return value
    known, more = schema.get("properties", {}), schema.get("additionalProperties")
    result = {}
    for key, member in value.items():
        below = known.get(key, more)
        if below is None or below.get("nullable") or member is not None:
            result[key] = without_nulls(below or {}, member)
    return result


def validator_of(crd):
    schema = as_json_schema(root_of(crd))
    # The server's own affair: a name is a DNS subdomain.
    label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    name = {"type": "string", "maxLength": 253, "pattern": rf"^{label}(\.{label})*\Z"}
    schema["properties"]["metadata"] = {"type": "object", "required": ["name"], "properties": {"name": name}}
    schema["required"] = [*schema.get("required", []), "metadata"]
    return jsonschema.Draft202012Validator(schema)


def resources_in(crd, text):
    names = crd["spec"]["names"]["kind"], f"{crd['spec']['group']}/{crd['spec']['versions'][0]['name']}"
    documents = [d for d in yaml.load_all(text, Core) if isinstance(d, dict)]
    return [d for d in documents if (d.get("kind"), d.get("apiVersion")) == names], len(documents)


def accepts(crd, documents):
    validator = validator_of(crd)
    return all(validator.is_valid(without_nulls(root_of(crd), d)) for d in documents)


# Where the server and the loader differ on purpose, by the name of the document: why.
NO_TEXT = "a number or a truth is no text here"
APART = {
    "runtime: every section": NO_TEXT,
    "runtime: twenty arguments": NO_TEXT,
    "runtime: action empty": "the server drops a key without a value, before anybody sees it",
}


def check_table(crd, path):
    text = open(path, encoding="utf-8").read()
    judged = 0
    for verdict, name, document in re.findall(r"^=== (\w+) ([^\n]*)\n(.*?)(?=^=== |\Z)", text, re.M | re.S):
        try:
            documents, total = resources_in(crd, document)
        except yaml.YAMLError:
            continue
        if not documents or len(documents) != total:
            continue
        judged += 1
        expected = EXPECTED[verdict][1]
        key = name.split(" # ")[0]
        if accepts(crd, documents) != (expected if key not in APART else not expected):
            print(f"{name}: the loader has it {verdict}, the definition {'refuses' if expected else 'accepts'} it")
    if judged < 60:
        print(f"{path}: only {judged} documents")


def check_files(kpolctl, crd, paths):
    judged = 0
    for path in paths:
        text = open(path, encoding="utf-8").read()
        try:
            documents, _ = resources_in(crd, text)
        except yaml.YAMLError:
            continue
        judged += len(documents)
        taken = loader_verdict(kpolctl, text) == "accepted"
        if documents and accepts(crd, documents) != taken:
            print(f"{path}: the loader says {taken}, the definition {not taken}")
    if judged < 8:
        print(f"only {judged} documents")


def main():
    what, *rest = sys.argv[1:]
    if what == "structural":
        print("\n".join(faults_of(load(rest[0]))), end="")
    elif what == "rules":
        check_rules(load(rest[0]))
    elif what == "table":
        check_table(load(rest[0]), rest[1])
    else:
        check_files(rest[0], load(rest[1]), rest[2:])


if __name__ == "__main__":
    main()
