#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what a reader of CEF or LEEF found with our JSON of the same records: prints what differs.

usage: readers.py cef|leef JSON-LINES <[name, {headers, fields}] line by line
"""
import json
import sys

# Member of our JSON, and where the format has it. A record is {"event": …}, {"lost": …} or {"control": …}.
CEF = {
    "object": ("filePath", "kpolObject"), "source": ("sproc",), "pid": ("spid",), "uid": ("suid",),
    "ppid": ("kpolPpid",), "comm": ("kpolComm",), "verdict": ("act",), "class": ("cat",), "reason": ("reason",),
    "count": ("cnt",), "pod": ("cs1",), "namespace": ("cs2",), "container": ("cs3",), "bundle": ("cs4",),
    "policy": ("cs5",), "file": ("cs6",), "line": ("cn1",), "rule": ("cn2",), "generation": ("cn3",),
    "address": ("dst", "src", "c6a2", "c6a3"), "port": ("dpt",), "protocol": ("proto",), "action": ("act",),
    "detail": ("kpolDetail",), "outcome": ("reason",), "first": ("cn1",), "last": ("cn2",), "sentence": ("msg",),
    "message": ("kpolMessage",), "tags": ("kpolTags",), "owner": ("kpolOwner",), "frameworks": ("kpolFrameworks",),
    "risk": ("kpolRisk",), "scope": ("kpolScope",), "unit": ("kpolUnit",), "cgroup": ("kpolCgroup",),
    "bundleVersion": ("kpolBundleVersion",),
}
SAME = {"object", "source", "pid", "uid", "ppid", "comm", "verdict", "reason", "op", "count", "pod", "namespace",
        "container", "bundle", "policy", "file", "line", "rule", "generation", "action", "detail", "first", "last",
        "message", "tags", "owner", "frameworks", "risk", "scope", "unit", "cgroup", "bundleVersion", "seq"}
LEEF = {name: (name,) for name in SAME} | {
    "class": ("cat",), "address": ("dst", "src"), "port": ("dstPort",), "protocol": ("proto",),
    "outcome": ("reason",), "sentence": ("msg",),
}
PLACES = {"cef": CEF, "leef": LEEF}
# In the id, or in other words.
APART = {"cef": {"time", "seq", "op", "severity", "cut", "family"}, "leef": {"time", "severity", "cut", "family"}}


def compare(form, name, found, record):
    kind = next(kind for kind in ("event", "lost", "control") if kind in record)
    fields = found["fields"]
    if fields.get("externalId", fields.get("id")) != record["id"]:
        print(f"{name}: another id")
    for member, value in record[kind].items():
        if member in APART[form] or (member == "pid" and kind == "control" and value == 0):
            continue
        read = [fields[key] for key in PLACES[form].get(member, ()) if key in fields]
        if str(value) not in read:
            print(f"{name}: {member} is {value!r} in JSON, {read} in {form}")


def main():
    form, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        ours = dict(line.rstrip("\n").split(" ", 1) for line in file)
    seen = 0
    for line in sys.stdin:
        name, found = json.loads(line)
        compare(form, name, found, json.loads(ours[name]))
        seen += 1
    if seen != len(ours):
        print(f"{seen} of {len(ours)} records were read")


if __name__ == "__main__":
    main()
