"""Reads `cargo metadata`: does what our crates are built on promise the compiler that we promise?

A crate that promises none is named, since then nobody knows.
"""

import json
import sys

oldest = tuple(int(number) for number in sys.argv[1].split("."))
metadata = json.load(sys.stdin)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}

todo = [
    package["id"]
    for package in metadata["packages"]
    if package["source"] is None and package["name"] != "tidegate-benches"
]
seen = set(todo)
while todo:
    for dependency in nodes[todo.pop()]["deps"]:
        needed = any(kind["kind"] != "dev" for kind in dependency["dep_kinds"])
        if needed and dependency["pkg"] not in seen:
            seen.add(dependency["pkg"])
            todo.append(dependency["pkg"])

silent, newer = [], []
for package in (packages[id] for id in seen):
    name = "{name} {version}".format(**package)
    needs = package["rust_version"]
    if needs is None:
        silent.append(name)
    elif tuple(int(number) for number in needs.split("."))[:2] > oldest[:2]:
        newer.append(f"{name} needs Rust {needs}")

print(f"{len(seen)} crates; say nothing: {', '.join(sorted(silent))}")
if newer:
    print("\n".join(sorted(newer)))
    sys.exit(1)
