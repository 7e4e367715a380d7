"""Writes policies/globals/safe/<list>.json from the sources of a library's wheels.

    pip download --no-deps --only-binary=:all: ... -d WHEELS ; unzip each into SOURCES/<package>-<version>
    python3 scripts/safe-globals/generate.py SOURCES [--list NAME] [--hooks]

What each list is made of stands in libraries/<list>.json. A class is listed when creating it without a call, giving
it state and letting a known function look at it runs only methods that are harmless by their syntax, or that
somebody read and recorded under `reviewed` with the digests of the bodies that were read. `--hooks` prints the
methods that stand in the way, with their sources; nothing is written then.
"""

import argparse
import ast
import collections
import hashlib
import json
import os
import re
import sys

import hooks
from source_index import ITEM_HOOKS, PRIMARY_HOOKS, REDUCERS, SECONDARY_HOOKS, SLOT_HOOKS, SourceIndex

HERE = os.path.dirname(os.path.abspath(__file__))
SAFE = os.path.join(HERE, "..", "..", "policies", "globals", "safe")

# Bases outside the sources that add no hook worth looking at.
PLAIN_BASES = {
    "object", "abc.ABC", "builtins.ABC", "builtins.ABCMeta()", "builtins._OneToOneFeatureMixin", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "builtins.object",
    "dict", "list", "tuple", "set", "collections.OrderedDict", "collections.UserDict", "collections.UserList",
    "collections.defaultdict", "collections.Counter", "builtins.dict", "builtins.list", "builtins.tuple",
    "builtins.set", "builtins.int", "builtins.float", "builtins.str", "builtins.frozenset", "six.with_metaclass()",
    "collections.abc.Mapping", "collections.abc.MutableMapping", "collections.abc.Sequence", "typing.OrderedDict",
    "collections.abc.MutableSequence", "collections.abc.Sized", "collections.abc.Iterable", "collections.abc.Hashable",
    "collections.Mapping", "collections.MutableMapping", "collections.Sequence", "argparse.Namespace", "types.SimpleNamespace",
    "collections.abc.Collection", "collections.abc.Set", "collections.abc.MutableSet", "collections.abc.Container",
}
CONTAINER_BASES = {
    "builtins.dict", "builtins.list", "collections.OrderedDict", "collections.defaultdict", "collections.Counter",
    "typing.OrderedDict", "collections.UserDict",
}
ENUM_BASES = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}
NAMED_TUPLE_BASES = {"typing.NamedTuple", "collections.namedtuple()", "builtins.namedtuple()"}


# What a class is found to be, and the entry it gets. Without slots: a property setter or __setattr__ of it is not
# harmless.
KINDS = {
    "class": {"kind": "class", "arguments": "created", "state": "any"},
    "class without slots": {"kind": "class", "arguments": "created", "state": "dict"},
    "container": {"kind": "class", "arguments": "created", "state": "any", "items": True},
    "container without slots": {"kind": "class", "arguments": "created", "state": "dict", "items": True},
    "tuple": {"kind": "class", "arguments": "any", "state": "none"},
    "enum": {"kind": "enum"},
    "value": {"kind": "value"},
}


class Library:
    def __init__(self, path, sources):
        with open(path, encoding="utf-8") as stream:
            self.config = json.load(stream)
        self.sources = sources
        self.reviewed = self.config.get("reviewed", {})
        self.refused = {name for item in self.config.get("refused", []) for name in item["classes"]}
        self.wanted = re.compile(self.config["modules"])
        self.unwanted = re.compile(self.config.get("without", r"$^"))
        self.unwanted_names = re.compile(self.config.get("without_names", r"$^"))
        self.bases = PLAIN_BASES | set(self.config.get("plain_bases", []))
        self.obstacles = {}
        self.reducers = {}
        self.found = {kind: set() for kind in KINDS}
        self.rejected = set()
        self.outside = {}

    def versions(self):
        for package in self.config["packages"]:
            pattern = re.compile(re.escape(package["name"]) + r"-(\d.*)$")
            for folder in sorted(os.listdir(self.sources)):
                if pattern.match(folder):
                    yield folder, package

    def read(self, seen_versions):
        for folder, package in self.versions():
            index = SourceIndex()
            for other in self.config.get("with", []):
                index.add_tree(os.path.join(self.sources, other["folder"]), other["prefixes"])
            index.add_tree(os.path.join(self.sources, folder), package["prefixes"])
            seen_versions.append(folder)
            for name in sorted(index.modules.paths):
                if not self.wanted.search(name) or self.unwanted.search(name):
                    continue
                module = index.modules.get(name)
                for cls in module.classes.values():
                    self.judge(index, cls)
                if re.search(self.config.get("values", r"$^"), module.name):
                    self.found["value"].update(
                        (module.name, f) for f in module.functions if not f.startswith("__"))
        self.settle()

    def settle(self):
        """A pair must be harmless in every version. Where versions differ in kind, the strict form of the same kind
        holds; otherwise nobody has decided, and the pair is left out."""
        for kind in ("class", "container"):
            self.found[kind] -= self.found[kind + " without slots"]
        claims = collections.Counter(pair for pairs in self.found.values() for pair in pairs)
        self.rejected |= {pair for pair, kinds in claims.items() if kinds > 1}
        for kind in self.found:
            self.found[kind] -= self.rejected

    def judge(self, index, cls):
        pair = (cls.module.name, cls.name)
        if cls.qualified in self.refused or self.unwanted_names.search(cls.name):
            return
        order, outside = index.ancestors(cls)
        outside = set(outside)
        if outside & ENUM_BASES:
            self.judge_enum(cls, order, outside, pair)
            return
        named_tuple = bool(outside & NAMED_TUPLE_BASES)
        unknown = outside - self.bases - NAMED_TUPLE_BASES
        if unknown:
            for base in unknown:
                self.outside.setdefault(base, set()).add(cls.qualified)
            self.rejected.add(pair)
            return
        container = bool(outside & CONTAINER_BASES)
        wanted = PRIMARY_HOOKS + SECONDARY_HOOKS + (ITEM_HOOKS if container else ())
        methods = {}
        setters = {}
        for ancestor in reversed(order):
            methods.update({name: (ancestor, body) for name, body in ancestor.methods.items()})
            setters.update({name: (ancestor, body) for name, body in ancestor.setters.items()})
        clear = True
        for name in wanted:
            if name in methods and not self.harmless(methods[name], name, methods):
                clear = False
        slots_clear = "__setstate__" in methods or all(
            hooks.is_harmless(found[1], methods, True)
            for found in list(setters.values()) + [methods[n] for n in SLOT_HOOKS if n in methods])
        if any(name in methods for name in REDUCERS):
            owner = next(methods[name][0] for name in REDUCERS if name in methods)
            self.reducers.setdefault(owner.qualified, set()).add(cls.qualified)
        if clear:
            kind = "tuple" if named_tuple else "container" if container else "class"
            self.found[kind if slots_clear or named_tuple else kind + " without slots"].add(pair)
        else:
            self.rejected.add(pair)

    def judge_enum(self, cls, order, outside, pair):
        hooks_in_way = [n for n in ("__new__", "_missing_", "__init__") for c in order if n in c.methods
                        and not self.harmless((c, c.methods[n]), n, c.methods and {k: (c, v) for k, v in c.methods.items()})]
        if hooks_in_way:
            self.rejected.add(pair)
        else:
            self.found["enum"].add(pair)

    def harmless(self, found, name, methods):
        owner, body = found
        key = owner.qualified + "." + name
        digest = hashlib.sha256(ast.dump(body).encode()).hexdigest()[:12]
        review = self.reviewed.get(key)
        if review and digest in review["bodies"]:
            return True
        strict = name in PRIMARY_HOOKS or name in ITEM_HOOKS or name in ("_missing_", "__init__")
        if hooks.is_harmless(body, methods, strict):
            return True
        self.obstacles.setdefault((key, digest), [body, set()])[1].add(owner.qualified)
        return False

    def document(self, versions):
        entries = list(self.config.get("entries", []))
        written = {(m, n) for e in entries for m in e["modules"] for n in e["names"]}
        whys = self.config["whys"]
        for kind, options in KINDS.items():
            by_module = {}
            for module, name in self.found[kind]:
                if (module, name) not in written:
                    written.add((module, name))
                    by_module.setdefault(module, set()).add(name)
            by_names = {}
            for module, names in by_module.items():
                by_names.setdefault(tuple(sorted(names)), []).append(module)
            for names, modules in sorted(by_names.items(), key=lambda item: sorted(item[1])):
                entries.append({"modules": sorted(modules), "names": list(names), **options, "why": whys[kind.split(" ")[0]]})
        source = "Written by scripts/safe-globals/generate.py from " + ", ".join(versions) + ". " + self.config["source"]
        return {"schema": 1, "list": self.config["list"], "source": source, "entries": entries}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sources")
    parser.add_argument("--list")
    parser.add_argument("--hooks", action="store_true")
    parser.add_argument("--accept", nargs=2, action="append", metavar=("METHODS", "WHY"),
                        help="record the digests of the methods that a regular expression names as reviewed")
    options = parser.parse_args()
    for file in sorted(os.listdir(os.path.join(HERE, "libraries"))):
        path = os.path.join(HERE, "libraries", file)
        library = Library(path, options.sources)
        if options.list and library.config["list"] != options.list:
            continue
        versions = []
        library.read(versions)
        if options.accept:
            accept(path, library, options.accept)
        elif options.hooks:
            print_hooks(library)
        else:
            with open(os.path.join(SAFE, library.config["list"] + ".json"), "w", encoding="utf-8") as stream:
                json.dump(library.document(versions), stream)
        print(library.config["list"], {k: len(v) for k, v in library.found.items()}, len(library.obstacles), "obstacles")


def accept(path, library, acceptances):
    for (key, digest) in sorted(library.obstacles):
        for methods, why in acceptances:
            if re.search(methods, key):
                review = library.config.setdefault("reviewed", {}).setdefault(key, {"why": why, "bodies": []})
                review["bodies"] = sorted(set(review["bodies"]) | {digest})
    library.config["reviewed"] = dict(sorted(library.config.get("reviewed", {}).items()))
    with open(path, "w", encoding="utf-8") as stream:
        json.dump(library.config, stream, indent=1)
        stream.write("\n")


def print_hooks(library):
    for (key, digest), (body, _) in sorted(library.obstacles.items(), key=lambda item: item[0]):
        print("=====", key, digest)
        print(ast.unparse(hooks.without_docstring(body)))
    for base, classes in sorted(library.outside.items(), key=lambda item: -len(item[1])):
        print("----- base outside:", base, len(classes), sorted(classes)[:3])
    for owner, classes in sorted(library.reducers.items()):
        print("----- pickles in its own way:", owner, len(classes))


if __name__ == "__main__":
    sys.exit(main())
