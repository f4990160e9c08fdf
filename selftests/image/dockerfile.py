#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Carries out a Dockerfile without Docker: each stage is a directory that its steps are run in by chroot.

usage: dockerfile.py DOCKERFILE CONTEXT BASE CACHE OUT

BASE is the root of the one image that stages begin with. A stage's first steps, up to the first that takes a file from
somewhere, depend on nothing but their text: what they make is kept in CACHE. Stage NAME ends up in OUT/NAME.
It knows what ours needs, FROM, RUN, COPY, WORKDIR, USER and ENTRYPOINT, and refuses the rest.
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def steps_of(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).split("\n"):
        if line.strip():
            yield line.strip().split(None, 1)


def stages_of(path):
    stages = []
    for word, rest in steps_of(path):
        if word == "FROM":
            image, name = re.fullmatch(r"(\S+) AS (\S+)", rest).groups()
            stages.append((image, name, []))
        else:
            stages[-1][2].append((word, rest))
    return stages


def copy_tree(source, target):
    subprocess.run(["cp", "-a", "--reflink=auto", source, target], check=True)


def link_tree(source, target):
    """A layer that is kept, to put files on: what our steps do from there on changes no file that is there."""
    if subprocess.run(["cp", "-al", source, target], check=False, stderr=subprocess.DEVNULL).returncode:
        subprocess.run(["rm", "-rf", target], check=True)
        copy_tree(source, target)


class Stage:
    def __init__(self, root, context, stages):
        self.root, self.context, self.stages = root, context, stages
        self.directory, self.user, self.entry = "/", "root", None

    def run(self, command, **options):
        inside = ["chroot", f"--userspec={self.user}", self.root, "/usr/bin/env", "-i",
                  "-C", self.directory, f"PATH={PATH}", "/bin/sh", "-c", command]
        shell = ["unshare", "--fork", "--pid", f"--mount-proc={self.root}/proc", *inside]
        return subprocess.run(shell, check=True, stdin=subprocess.DEVNULL, **options)

    def inside(self, path):
        return self.root + os.path.normpath(os.path.join(self.directory, path))

    def workdir(self, path):
        os.makedirs(self.inside(path), exist_ok=True)
        self.directory = os.path.normpath(os.path.join(self.directory, path))

    def copy(self, rest):
        options, words = re.findall(r"--(\S+)=(\S+)", rest), [w for w in rest.split() if not w.startswith("--")]
        options = dict(options)
        source = self.stages[options["from"]].root if "from" in options else self.context
        target = self.inside(words[-1])
        for word in words[:-1]:
            self.copy_one(os.path.join(source, word.lstrip("/")), target, words[-1].endswith("/"))
        if "chown" in options:
            self.run(f"chown -R {options['chown']} {words[-1]}")

    @staticmethod
    def copy_one(path, target, into):
        """A directory's content goes to the target, as Docker has it; a file goes to it or into it."""
        if os.path.isdir(path):
            shutil.copytree(path, target, symlinks=True, dirs_exist_ok=True)
            return
        os.makedirs(target if into else os.path.dirname(target), exist_ok=True)
        shutil.copy2(path, target)

    def do(self, word, rest):
        if word == "RUN":
            self.run(rest)
        elif word == "COPY":
            self.copy(rest)
        elif word == "WORKDIR":
            self.workdir(rest)
        elif word == "USER":
            self.user = rest
        elif word == "ENTRYPOINT":
            self.entry = json.loads(rest)
        else:
            sys.exit(f"{word}: not known here")


def is_alone(step):
    return step[0] == "RUN"


def build(image, name, steps, paths, stages):
    context, base, cache, out = paths
    stage = Stage(os.path.join(out, name), context, stages)
    n = next((i for i, step in enumerate(steps) if not is_alone(step)), len(steps))
    key = hashlib.sha256(json.dumps([image, steps[:n]]).encode()).hexdigest()[:16]
    kept = os.path.join(cache, key)
    if not os.path.isdir(kept):
        copy_tree(base, stage.root)
        for step in steps[:n]:
            stage.do(*step)
        copy_tree(stage.root, kept + ".new")
        os.rename(kept + ".new", kept)
    else:
        link_tree(kept, stage.root)
    for step in steps[n:]:
        stage.do(*step)
    return stage


def main():
    dockerfile, *paths = sys.argv[1:]
    stages = {}
    for image, name, steps in stages_of(dockerfile):
        print(f"stage {name}", flush=True)
        stages[name] = build(image, name, steps, paths, stages)
        with open(os.path.join(paths[3], name + ".entry"), "w", encoding="utf-8") as file:
            file.write("\n".join(stages[name].entry or []) + "\n")


main()
