#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges Kubernetes manifests strictly by Kubernetes' own description of its kinds: prints what is wrong.

usage: manifests.py shape CLIENT FILE...     every key known, every value of its type, nothing missing
       manifests.py broken CLIENT FILE...    that what is wrong is noticed
       manifests.py promises VERSION FILE... what ours promise: least privilege, names that fit together
       manifests.py rights RESOURCE_C FILE   that the ClusterRole is what kpold asks for, and no more

CLIENT is the directory of Debian's python3-kubernetes (kubernetes/client), which is generated from the OpenAPI
description of Kubernetes. It is read as text: nothing of it is run.
"""
import ast
import copy
import os
import re
import sys

import yaml

SIMPLE = {"str": str, "int": int, "bool": bool, "float": (int, float)}


class Kinds:
    """Classes of the client: what keys an object has, and what is behind them."""

    def __init__(self, client):
        self.models, self.apis = {}, []
        for name in os.listdir(os.path.join(client, "models")):
            if name.endswith(".py") and name != "__init__.py":
                self.read(os.path.join(client, "models", name))
        for name in os.listdir(os.path.join(client, "api")):
            with open(os.path.join(client, "api", name), encoding="utf-8") as file:
                self.apis.append(file.read())

    def read(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for item in ast.parse(text).body:
            if isinstance(item, ast.ClassDef):
                tables = {
                    part.targets[0].id: ast.literal_eval(part.value)
                    for part in item.body
                    if isinstance(part, ast.Assign) and isinstance(part.value, ast.Dict)
                }
                required = set(re.findall(r"Invalid value for `(\w+)`, must not be `None`", text))
                self.models[item.name] = (tables["openapi_types"], tables["attribute_map"], required)

    def model_of(self, manifest):
        """The class of an object, if the server has such a kind in such a version."""
        group, _, version = manifest.get("apiVersion", "").rpartition("/")
        model = version[:1].upper() + version[1:] + manifest.get("kind", "")
        path = f"/apis/{group}/{version}/" if group else f"/api/{version}/"
        known = any(path in api and f":param {model} body:" in api for api in self.apis)
        return model if known else None


class Judge:
    def __init__(self, kinds):
        self.kinds, self.faults = kinds, []

    def say(self, path, text):
        self.faults.append(f"{path}: {text}")

    def value(self, path, value, kind):
        inside = re.fullmatch(r"(?:list\[|dict\(str, )(.*)[\])]", kind)
        if kind in SIMPLE:
            # A bool is an int to Python, and to nobody else.
            if not isinstance(value, SIMPLE[kind]) or (kind != "bool" and isinstance(value, bool)):
                self.say(path, f"{value!r} is no {kind}")
        elif kind.startswith("list["):
            self.list(path, value, inside.group(1))
        elif kind.startswith("dict("):
            self.map(path, value, inside.group(1))
        elif kind in self.kinds.models:
            self.object(path, value, kind)
        elif kind not in ("object", "datetime"):
            self.say(path, f"nobody knows what {kind} is")

    def list(self, path, value, kind):
        if not isinstance(value, list):
            self.say(path, "is no list")
            return
        for i, entry in enumerate(value):
            self.value(f"{path}[{i}]", entry, kind)

    def map(self, path, value, kind):
        if not isinstance(value, dict):
            self.say(path, "is no mapping")
            return
        for key, entry in value.items():
            self.value(f"{path}.{key}", entry, kind)

    def object(self, path, value, kind):
        if not isinstance(value, dict):
            self.say(path, "is no mapping")
            return
        types, names, required = self.kinds.models[kind]
        attribute_of = {key: attribute for attribute, key in names.items()}
        for key, member in value.items():
            if key in attribute_of:
                self.value(f"{path}.{key}", member, types[attribute_of[key]])
            else:
                self.say(path, f"{kind} has no {key}")
        for attribute in required:
            if names[attribute] not in value:
                self.say(path, f"{names[attribute]} is missing")

    def manifest(self, path, manifest):
        model = self.kinds.model_of(manifest)
        if model:
            self.object(path, manifest, model)
        else:
            self.say(path, f"there is no {manifest.get('kind')} in {manifest.get('apiVersion')}")


def documents(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for document in yaml.safe_load_all(file):
                yield f"{os.path.basename(path)}:{document['kind']}", document


def shape_faults(kinds, manifests):
    judge = Judge(kinds)
    for path, manifest in manifests:
        judge.manifest(path, manifest)
    return judge.faults


def pod_of(manifest):
    return manifest["spec"]["template"]["spec"]


# Each makes the DaemonSet wrong in one way that "kubectl apply" would answer with an error.
BREAK = {
    "misspelt key": lambda m: pod_of(m).update(hostNetwerk=True),
    "misspelt key in a list": lambda m: pod_of(m)["containers"][0].update(livenesProbe={}),
    "misspelt key of a volume": lambda m: pod_of(m)["volumes"][1]["hostPath"].update(readOnly=True),
    "text for a truth": lambda m: pod_of(m).update(hostNetwork="yes"),
    "truth for a text": lambda m: pod_of(m)["initContainers"][0]["env"][0].update(value=False),
    "number for a text": lambda m: pod_of(m)["containers"][0].update(image=1),
    "text for a number": lambda m: pod_of(m).update(terminationGracePeriodSeconds="15"),
    "mapping for a list": lambda m: pod_of(m).update(containers=pod_of(m)["containers"][0]),
    "list for a mapping": lambda m: pod_of(m).update(securityContext=[]),
    "no selector": lambda m: m["spec"].pop("selector"),
    "container without a name": lambda m: pod_of(m)["containers"][0].pop("name"),
    "kind of nobody": lambda m: m.update(kind="DeamonSet"),
    "version of nobody": lambda m: m.update(apiVersion="apps/v2"),
    "group of another": lambda m: m.update(apiVersion="batch/v1"),
}


def check_broken(kinds, manifests):
    daemonset = next(m for _, m in manifests if m["kind"] == "DaemonSet")
    for name, change in BREAK.items():
        broken = copy.deepcopy(daemonset)
        change(broken)
        if not shape_faults(kinds, [("", broken)]):
            print(f"{name}: not noticed")


def check_container(container, capabilities):
    security, name = container["securityContext"], container["name"]
    if security.get("privileged") or security.get("allowPrivilegeEscalation") is not False:
        print(f"{name}: may gain privileges")
    if not security.get("readOnlyRootFilesystem"):
        print(f"{name}: may write to its root")
    if security["capabilities"] != {"drop": ["ALL"], "add": capabilities}:
        print(f"{name}: has other capabilities than {capabilities}")
    if "memory" not in container["resources"]["limits"]:
        print(f"{name}: has no limit of memory")


def check_volumes(pod):
    mounts = [m for c in pod["initContainers"] + pod["containers"] for m in c["volumeMounts"]]
    names = [v["name"] for v in pod["volumes"]]
    for name in sorted({m["name"] for m in mounts} ^ set(names)):
        print(f"volume {name}: only mounted, or only there")
    writable = {v["name"] for v in pod["volumes"] if "hostPath" in v} - {m["name"] for m in mounts if m.get("readOnly")}
    if writable != {"state", "run"}:
        print(f"host directories that may be written: {sorted(writable)}")
    for volume in pod["volumes"]:
        if volume.get("hostPath", {}).get("path") in ("/", "/etc", "/root", "/proc", "/dev", "/run", "/var", "/home"):
            print(f"volume {volume['name']}: far too much of the host")


def check_daemonset(manifest, version, by_kind):
    pod, template = pod_of(manifest), manifest["spec"]["template"]
    if not manifest["spec"]["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items():
        print("the selector does not select the template")
    check_container(pod["initContainers"][0], ["SYS_MODULE"])
    check_container(pod["containers"][0], ["NET_ADMIN", "MAC_ADMIN"])
    check_volumes(pod)
    for container in pod["initContainers"] + pod["containers"]:
        if not container["image"].endswith(f":{version}"):
            print(f"{container['image']}: is not of version {version}")
    if not pod["hostNetwork"] or pod["hostPID"] or pod["automountServiceAccountToken"]:
        print("the host's network, and neither its processes nor a token for every container")
    if pod["serviceAccountName"] != by_kind["ServiceAccount"]["metadata"]["name"]:
        print("the service account is another's")
    config = next(v["configMap"]["name"] for v in pod["volumes"] if "configMap" in v)
    if config != by_kind["ConfigMap"]["metadata"]["name"]:
        print("the settings are another's")


def check_promises(version, manifests):
    by_kind = {m["kind"]: m for _, m in manifests}
    namespace = by_kind["Namespace"]["metadata"]
    for kind in ("ServiceAccount", "ConfigMap", "DaemonSet"):
        if by_kind[kind]["metadata"]["namespace"] != namespace["name"]:
            print(f"{kind}: is in another namespace")
    if namespace["labels"].get("pod-security.kubernetes.io/enforce") != "privileged":
        print("the namespace would refuse the pods")
    binding = by_kind["ClusterRoleBinding"]
    if binding["roleRef"]["name"] != by_kind["ClusterRole"]["metadata"]["name"]:
        print("the binding is of another role")
    account = by_kind["ServiceAccount"]["metadata"]
    if [(s["name"], s["namespace"]) for s in binding["subjects"]] != [(account["name"], account["namespace"])]:
        print("the binding is for somebody else")
    check_daemonset(by_kind["DaemonSet"], version, by_kind)


def watched(path):
    """Rows of userspace/k8s/resource.c: (group, plural)."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    groups = dict(re.findall(r'#define (\w+) "([\w.]+)"', text))
    rows = {("", plural) for plural in re.findall(r'CORE\("(\w+)"', text)}
    for plural, group in re.findall(r'POLICY\("(\w+)",\s*"\w+",\s*("?[\w.]+"?)\)', text):
        rows.add((group.strip('"') if group.startswith('"') else groups[group], plural))
    return rows


def check_rights(resource_c, manifests):
    role = next(m for _, m in manifests if m["kind"] == "ClusterRole")
    given = {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    rows = watched(resource_c)
    needed = {(*row, verb) for row in rows for verb in ("get", "list", "watch")}
    needed |= {("kpol.io", "runtimepolicies/status", verb) for verb in ("update", "patch")}
    needed |= {("", "events", verb) for verb in ("create", "patch")}
    if len(rows) < 7:
        print(f"only {len(rows)} kinds found in {resource_c}")
    for right in sorted(given ^ needed):
        print(f"{'/'.join(right)}: {'given' if right in given else 'missing'}")


def main():
    what, first, *paths = sys.argv[1:]
    manifests = list(documents(paths))
    if what == "promises":
        check_promises(first, manifests)
    elif what == "rights":
        check_rights(first, manifests)
    elif what == "broken":
        check_broken(Kinds(first), manifests)
    else:
        print("\n".join(shape_faults(Kinds(first), manifests)), end="")


if __name__ == "__main__":
    main()
