"""Writes policies/globals/safe/<list>.json from the sources of a library's wheels.

    python3 scripts/safe-globals/fetch.py DEST
    python3 scripts/safe-globals/generate.py DEST [--list NAME ...] [--hooks] [--compare]

What each list is made of stands in libraries/<list>.json (README.md describes it). A class is listed when creating it
without a call, giving it state and letting a known function look at it runs only methods that are harmless by their
syntax, or that somebody read and recorded under `reviewed` with the digests of the bodies that were read. `--hooks`
prints the methods that stand in the way, with their sources; nothing is written then. `--report` writes the same to
a folder, beside the lists. `--compare` prints the pairs
that the list would lose.
"""

import argparse
import ast
import collections
import gc
import hashlib
import json
import os
import re
import sys

import fetch
import hooks
import library
from forms import CONTAINER_BASES, ENUM_BASES, KINDS, NAMED_TUPLE_BASES, PLAIN_BASES, PLAIN_DECORATORS, PLAIN_METACLASSES, TUPLE_MAKERS
from global_lists import SAFE_KEYS, canonical
from hook_names import (
    COMPARING_HOOKS, HANDED_HOOKS, ITEM_HOOKS, LOOKUP_HOOKS, PRIMARY_HOOKS, REDUCERS, SECONDARY_HOOKS, SLOT_HOOKS, TURNING)
from source_index import ClassSource, SourceIndex
from syntax import dotted

HERE = os.path.dirname(os.path.abspath(__file__))
SAFE = os.path.join(HERE, "..", "..", "policies", "globals", "safe")


class Judge:
    """What one list is made of, gathered over all versions of its packages."""

    def __init__(self, config, dest, reviewed):
        self.config = config
        self.sources = os.path.join(dest, "src")
        self.reviewed = reviewed
        self.refused = {name for item in config.get("refused", []) for name in item["classes"]}
        self.wanted = re.compile(config["modules"])
        self.unwanted = re.compile(config.get("without", r"$^"))
        self.unwanted_names = re.compile(config.get("without_names", r"$^"))
        self.bases = PLAIN_BASES | set(config.get("plain_bases", []))
        self.decorators = PLAIN_DECORATORS | set(config.get("plain_decorators", []))
        self.obstacles = {}
        self.reducers = {}
        self.found = {kind: set() for kind in KINDS}
        self.rejected = {}
        # Modules that did not parse in some release: nobody knows what they hold.
        self.unread = set()
        self.inputs = []

    def read(self):
        releases = {package["name"]: package["prefixes"] for package in self.config["packages"]}
        for item in sorted(fetch.read_inputs(), key=lambda item: fetch.release_order((item["package"], item["version"]))):
            if item["package"] not in releases:
                continue
            index = SourceIndex()
            for folder, prefixes in self.config["with"]:
                index.add_tree(os.path.join(self.sources, folder), prefixes)
            folder = os.path.join(self.sources, fetch.folder_name(item))
            if not os.path.isdir(folder):
                raise SystemExit("%s is missing: run fetch.py" % folder)
            index.add_tree(folder, releases[item["package"]])
            self.inputs.append({key: item[key] for key in ("package", "version", "sha256")})
            self.read_release(index)
        self.settle()

    def read_release(self, index):
        names = [name for name in sorted(index.modules.paths) if self.wanted.search(name) and not self.unwanted.search(name)]
        for name in names:
            index.modules.get(name)
        index.add_patches()
        for name in names:
            module = index.modules.get(name)
            if module.unread:
                self.unread.add(name)
            for bound in list(module.bindings.values()):
                classes = [what for what in bound if isinstance(what, ClassSource)]
                for cls in classes:
                    self.judge(index, cls, len(bound))
            self.found["tuple"].update((name, one) for one in module.bindings if self.is_named_tuple(index, module, one))
            if re.search(self.config.get("values", r"$^"), name):
                self.found["value"].update(
                    (name, one) for one, bound in module.bindings.items()
                    if not one.startswith("__") and all(isinstance(what, ast.FunctionDef) for what in bound))

    def is_named_tuple(self, index, module, name):
        """`Name = namedtuple("Name", ...)`, nothing else under that name, and no method put on it."""
        if name in index.patched or self.unwanted_names.search(name) or module.name + "." + name in self.refused or not name.isascii():
            return False
        return all(
            isinstance(what, ast.Assign) and isinstance(what.value, ast.Call) and what.value.args
            and isinstance(what.value.args[0], ast.Constant) and what.value.args[0].value == name
            and set(index.resolve(module.name, (dotted(what.value.func) or "?") + "()")) <= TUPLE_MAKERS
            for what in module.bindings[name])

    def settle(self):
        """A pair must be harmless in every version. Where versions differ in kind, the strict form of the same kind
        holds; otherwise nobody has decided, and the pair is left out."""
        for kind in ("class", "container"):
            forms = [kind, kind + " with dict", kind + " kept", kind + " with dict kept"]
            for pair in set().union(*(self.found[form] for form in forms)):
                held = [form for form in forms if pair in self.found[form]]
                if len(held) > 1:
                    with_dict, kept = any("dict" in form for form in held), any("kept" in form for form in held)
                    for form in held:
                        self.found[form].discard(pair)
                    self.found[kind + (" with dict" if with_dict else "") + (" kept" if kept else "")].add(pair)
        claims = collections.Counter(pair for pairs in self.found.values() for pair in pairs)
        for pair, kinds in claims.items():
            if pair[0] in self.unread:
                self.rejected.setdefault(pair, "its module does not parse in some release")
            if kinds > 1:
                self.rejected.setdefault(pair, "it differs between versions")
        for kind in self.found:
            self.found[kind] -= set(self.rejected)

    def judge(self, index, cls, bindings):
        pair = (cls.module.name, cls.name)
        if cls.qualified in self.refused or self.unwanted_names.search(cls.name) or not cls.name.isascii():
            return
        order, clear = index.lineage(cls)
        lineage = hooks.Lineage(index, order, clear)
        outside = {one for one in order if isinstance(one, str)}
        reason = self.obstacle_of_kind(lineage, outside, bindings)
        if reason is None:
            reason, kind = self.kind_of(lineage, outside)
        if reason:
            self.rejected.setdefault(pair, reason)
            return
        for name in REDUCERS:
            for owner, _ in lineage.find(name):
                self.reducers.setdefault(owner.qualified, set()).add(cls.qualified)
        self.found[kind].add(pair)

    def obstacle_of_kind(self, lineage, outside, bindings):
        """Why the class may be another than its statement says."""
        unknown = outside - self.bases - NAMED_TUPLE_BASES - ENUM_BASES
        if unknown:
            return "base outside: " + sorted(unknown)[0]
        if bindings > 1 and not all(
                isinstance(one, ClassSource) or isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
                for one in lineage.order[0].module.bindings[lineage.order[0].name]):
            return "its name is bound to something else as well"
        for cls in lineage.order:
            if cls.opaque:
                return cls.opaque
            if cls.metaclass and cls.metaclass.split(".")[-1] not in PLAIN_METACLASSES | set(self.config.get("plain_metaclasses", [])):
                return "metaclass " + cls.metaclass
            for decorator in cls.decorators:
                if decorator not in self.decorators and str(decorator).split(".")[-1] not in self.decorators:
                    return "decorator " + str(decorator)
            for name in TURNING:
                if name in cls.methods and not all(isinstance(body, ast.AnnAssign) for body in cls.methods[name]):
                    return "it has a " + name
        return None

    def kind_of(self, lineage, outside):
        enumeration = bool(outside & ENUM_BASES)
        named_tuple = bool(outside & NAMED_TUPLE_BASES)
        container = bool(outside & CONTAINER_BASES)
        primary = PRIMARY_HOOKS
        if enumeration:
            primary += ("_missing_", "__init__")
        if named_tuple:
            primary += ("__init__",)
        if container:
            primary += ITEM_HOOKS
        if is_hashable(lineage):
            primary += COMPARING_HOOKS
        if not self.all_harmless(lineage, [name for name in primary if name != "__setstate__"]):
            return "a hook", None
        lookup = self.kind_of_lookup(lineage, container)
        if lookup is None:
            return "how it looks attributes up", None
        if not self.all_harmless(lineage, SECONDARY_HOOKS):
            return "a hook that other hooks reach", None
        kept = lookup if self.all_harmless(lineage, HANDED_HOOKS, quiet=True) else " kept"
        if enumeration or named_tuple:
            return ("what iterates it", None) if kept else (None, "enum" if enumeration else "tuple")
        kind = "container" if container else "class"
        if lineage.find("__setstate__"):
            if self.all_harmless(lineage, ("__setstate__",), quiet=True, read=False):
                return None, kind + kept
            if self.all_harmless(lineage, ("__setstate__",), plain_state=True):
                return None, kind + " with dict" + kept
            return "its __setstate__", None
        # Only what has slots pickles a pair of states; it goes through setattr.
        if any(cls.has_slots for cls in lineage.order) and self.slots_are_harmless(lineage):
            return None, kind + kept
        return None, kind + " with dict" + kept

    def kind_of_lookup(self, lineage, container):
        """"" where a missing attribute's lookup is harmless, " kept" where it is for the unpickler alone, otherwise None.

        BUILD looks `__setstate__` up on an instance that was created without arguments and has no attributes yet: nothing
        of the stream's is in reach, whatever the method does. Afterwards only the class's own hooks and functions look
        further names up.
        """
        if self.all_harmless(lineage, LOOKUP_HOOKS, quiet=True, read=False):
            return ""
        if self.all_harmless(lineage, LOOKUP_HOOKS, quiet=True):
            return " kept"
        others = [name for name in PRIMARY_HOOKS + SECONDARY_HOOKS + COMPARING_HOOKS if name != "__new__" and lineage.find(name)]
        unread = hooks.Review(lambda *_: False)
        reasons = [hooks.judge(lineage, owner, name, body, unread) for name in LOOKUP_HOOKS for owner, body in lineage.find(name)]
        if container or others or any("the name" in reason or "import" in reason or "outside" in reason for reason in reasons if reason):
            self.all_harmless(lineage, LOOKUP_HOOKS)
            return None
        return " kept"

    def slots_are_harmless(self, lineage):
        review = hooks.Review(self.accepted)
        for cls in lineage.order:
            for name, bodies in list(cls.setters.items()) + [(n, cls.methods.get(n, ())) for n in SLOT_HOOKS]:
                if any(hooks.judge(lineage, cls, name, body, review) for body in bodies):
                    return False
            for bodies in cls.methods.values():
                # What is called may give a descriptor with a __set__; Python's own two have none.
                calls = [body.value for body in bodies if isinstance(getattr(body, "value", None), ast.Call)]
                if any(dotted(call.func) not in {"classmethod", "staticmethod"} - set(cls.module.bindings) for call in calls):
                    return False
        return True

    def all_harmless(self, lineage, names, plain_state=False, quiet=False, read=True):
        """Whether all these methods are; `read`: or somebody has read them."""
        review = hooks.Review(self.accepted if read else lambda *_: False, plain_state)
        clear = True
        for name in names:
            for owner, body in lineage.find(name):
                reason = hooks.judge(lineage, owner, name, body, review)
                if reason:
                    clear = False
                    if not quiet:
                        obstacle = self.obstacles.setdefault((owner.qualified + "." + name, digest(body)), [body, reason, 0])
                        obstacle[2] += 1
        return clear

    def accepted(self, owner, name, body):
        review = self.reviewed.get(owner.qualified + "." + name)
        return review is not None and digest(body) in review

    def document(self):
        entries = list(self.config.get("entries", []))
        written = {(m, n) for e in entries for m in e["modules"] for n in e["names"]}
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
                entries.append({"modules": sorted(modules), "names": list(names), **options, "why": self.config["whys"][kind.split(" ")[0]]})
        return {
            "schema": 1, "list": self.config["list"], "source": "Written by scripts/safe-globals/generate.py. " + self.config["source"],
            "inputs": self.inputs, "entries": entries,
        }


def is_hashable(lineage):
    """A class that defines `__eq__` and not `__hash__` has no hash; otherwise it has its base's."""
    for cls in lineage.order:
        if "__hash__" in cls.methods:
            return not all(isinstance(body, ast.Assign) and isinstance(body.value, ast.Constant) and body.value.value is None
                           for body in cls.methods["__hash__"])
        if "__eq__" in cls.methods and lineage.clear:
            return False
    return True


def digest(body):
    """Of a method's syntax, the same under every Python: later ones have further fields, and leave empty ones out."""
    text = ast.dump(body, show_empty=True) if sys.version_info >= (3, 13) else ast.dump(body)
    return hashlib.sha256(text.replace(", type_params=[]", "").encode()).hexdigest()[:12]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dest")
    parser.add_argument("--list", action="append")
    parser.add_argument("--hooks", action="store_true")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--report", metavar="FOLDER")
    parser.add_argument("--accept", nargs=2, action="append", metavar=("METHODS", "WHY"),
                        help="record the digests of the methods that a regular expression names as reviewed")
    options = parser.parse_args()
    gc.disable()  # a hundred thousand trees are kept to the end
    configurations = library.read_all()
    reviewed = library.all_reviewed(configurations)
    for config in configurations:
        if options.list and config["list"] not in options.list:
            continue
        judged = Judge(config, options.dest, reviewed)
        judged.read()
        if options.accept:
            accept(judged, options.accept)
        elif options.hooks:
            print_hooks(judged, sys.stdout)
        elif options.compare:
            compare(judged)
        else:
            with open(os.path.join(SAFE, config["list"] + ".json"), "w", encoding="utf-8") as stream:
                stream.write(canonical(judged.document(), SAFE_KEYS))
            if options.report:
                with open(os.path.join(options.report, config["list"] + ".txt"), "w", encoding="utf-8") as stream:
                    print_hooks(judged, stream)
        counts = {kind: len(pairs) for kind, pairs in judged.found.items() if pairs}
        print(config["list"], counts, len(judged.rejected), "left out,", len(judged.obstacles), "obstacles", flush=True)


def accept(judged, acceptances):
    path = library.path_of(judged.config["list"])
    with open(path, encoding="utf-8") as stream:
        written = json.load(stream)
    for key, body in sorted(judged.obstacles):
        for methods, why in acceptances:
            if re.search(methods, key):
                review = written.setdefault("reviewed", {}).setdefault(key, {"why": why, "bodies": []})
                review["bodies"] = sorted(set(review["bodies"]) | {body})
    written["reviewed"] = dict(sorted(written.get("reviewed", {}).items()))
    with open(path, "w", encoding="utf-8") as stream:
        json.dump(written, stream, indent=1)
        stream.write("\n")


def print_hooks(judged, stream):
    for (key, body_digest), (body, reason, count) in sorted(judged.obstacles.items(), key=lambda item: -item[1][2]):
        print("=====", key, body_digest, "classes:", count, "--", reason, file=stream)
        print(ast.unparse(hooks.without_docstring(body)), file=stream)
    reasons = collections.defaultdict(list)
    for pair, reason in judged.rejected.items():
        reasons[reason].append(".".join(pair))
    for reason, pairs in sorted(reasons.items(), key=lambda item: -len(item[1])):
        print("-----", reason, len(pairs), pairs[:3], file=stream)
    for owner, classes in sorted(judged.reducers.items()):
        print("----- pickles in its own way:", owner, len(classes), file=stream)


def compare(judged):
    with open(os.path.join(SAFE, judged.config["list"] + ".json"), encoding="utf-8") as stream:
        before = json.load(stream)
    now = {(m, n) for e in judged.document()["entries"] for m in e["modules"] for n in e["names"]}
    lost = sorted({(m, n) for e in before["entries"] for m in e["modules"] for n in e["names"]} - now)
    for pair in lost:
        print("lost", ".".join(pair), "--", judged.rejected.get(pair))


if __name__ == "__main__":
    sys.exit(main())
