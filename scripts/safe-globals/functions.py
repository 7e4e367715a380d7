"""Writes policies/globals/functions/<library>.json: the functions that no honest pickle calls, and what each does.

    python3 scripts/safe-globals/fetch.py DEST
    python3 scripts/safe-globals/functions.py DEST/src [--cache FOLDER] [--library NAME ...]
    python3 scripts/safe-globals/functions.py --prune

Of every library of inputs.json its releases (see `chosen`) are read by AST (function_facts.py). A function is listed
under each module that has it: the one that defines it, packages and `__all__` that offer it again, and, where it does
more than compute, every module that imports it. What it does is the worst of what its body and, two calls deep, the
functions of its library show. Left out, and so `review` when called, is whatever an honest pickle might call:

- pairs of the safe lists, and pairs that the dangerous lists say more about;
- classes: an instance without a reviewed class is another matter than a call;
- functions that stand in a reducer of the library in any release, whatever module has them (`reducing_names`);
- functions named as reducers are (`REDUCER_NAME`), and picklers that carry code (cloudpickle, dill).

`--prune` takes out of the written files what the safe and dangerous lists hold by now. The standard library's file is
written by standard_library.py.
"""

import argparse
import fnmatch
import hashlib
import json
import os
import pickle
import re
import sys

import fetch
import function_facts
from function_facts import EFFECTS, SIGN, worst

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GLOBALS = os.path.join(ROOT, "policies", "globals")
FUNCTIONS = os.path.join(GLOBALS, "functions")

REDUCER_NAME = re.compile(
    r"unpickle|reconstruct|newobj|load_from_bytes|(^|_)ctor|reduce_|_reduce$|setstate|(?i:^new_?obj)"
    r"|^_*(re_?build|restore|deserializ|unserializ|unpack|pyx_|copy_?reg)|^_+(make|create|new|construct|build|from|p$|init_from)")
SKIPPED_FOLDERS = {"tests", "test", "__pycache__", "docs", "examples", "benchmarks", "site-packages"}
CODE_PICKLERS = {"cloudpickle", "cloudpickle_fast", "_dill", "dill"}
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z", re.A)
# What is worth listing under every module that imports it.
NOTABLE = set(EFFECTS) - {"computes", "native", "calls-back"}
PASSED_ON = NOTABLE - {"changes"}
NAME_LIMIT = 200


class Release:
    """One version of a library: the facts of its modules, and what its names mean."""

    def __init__(self, root, facts_of):
        self.modules = {}
        self.packages = set()
        self.reducing = {}
        for folder, subfolders, files in os.walk(root):
            subfolders[:] = sorted(f for f in subfolders if f not in SKIPPED_FOLDERS and "." not in f)
            parts = [] if folder == root else os.path.relpath(folder, root).split(os.sep)
            for file in sorted(files):
                stem, suffix = os.path.splitext(file)
                if suffix in (".py", ".pyi", ".pyx", ".pxi") and parts:
                    self.add(parts + ([] if stem == "__init__" else [stem]), stem == "__init__", suffix, os.path.join(folder, file), facts_of)
                elif suffix == ".py" and stem not in ("setup", "conftest", "__init__"):
                    self.add([stem], False, suffix, os.path.join(folder, file), facts_of)

    def add(self, parts, is_package, suffix, path, facts_of):
        name = ".".join(parts)
        if CODE_PICKLERS & set(parts) or not all(IDENTIFIER.match(part) for part in parts) or len(name) > NAME_LIMIT:
            return
        facts = facts_of(path, suffix)
        if facts is None:
            return
        if is_package:
            self.packages.add(name)
        for reduced in facts["reducing"]:
            self.reducing.setdefault(name, set()).add(reduced)
        if suffix == ".pxi":
            return
        if name not in self.modules:
            self.modules[name] = {**facts, "stars": list(facts["stars"])}
            return
        mine = self.modules[name]  # a stub or a Cython file beside the module
        for kind in ("functions", "classes", "imports", "aliases"):
            mine[kind] = {**facts[kind], **mine[kind]}
        mine["stars"] += facts["stars"]

    def absolute(self, module, level, origin):
        if not level:
            return origin
        parts = (module if module in self.packages else module.rpartition(".")[0]).split(".")
        parts = parts[: len(parts) - level + 1]
        return ".".join(parts + ([origin] if origin else []))

    def resolve(self, module, name, depth=0):
        """("function" or "class", module, name) of what `name` means in `module`; (None, None, its dotted name) for what
        is outside."""
        facts = self.modules.get(module)
        if facts is None or depth > 12:
            return None, None, module + "." + name
        head, _, rest = name.partition(".")
        if not rest and head in facts["functions"]:
            return "function", module, head
        if head in facts["classes"]:
            return ("class", module, head) if not rest else (None, None, module + "." + name)
        if head in facts["imports"]:
            level, origin, original = facts["imports"][head]
            path = self.absolute(module, level, origin) + ("." + original if original else "")
            return self.resolve_path(path + ("." + rest if rest else ""), depth + 1)
        if head in facts["aliases"] and facts["aliases"][head].split(".")[0] != head:
            return self.resolve(module, facts["aliases"][head] + ("." + rest if rest else ""), depth + 1)
        for level, origin in facts["stars"]:
            origin = self.absolute(module, level, origin)
            if origin in self.modules and origin != module and self.gives(origin, head):
                found = self.resolve(origin, name, depth + 3)
                if found[0]:
                    return found
        if rest and module + "." + head in self.modules:
            return self.resolve(module + "." + head, rest, depth + 1)
        return None, None, name if depth == 0 else module + "." + name

    def gives(self, module, name):
        """Whether `from module import *` gives that name, as far as a literal `__all__` says."""
        offers = self.modules[module]["all"]
        return not name.startswith("_") if offers is None else name in offers

    def resolve_path(self, path, depth=0):
        parts = path.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:cut])
            if module in self.modules:
                return self.resolve(module, ".".join(parts[cut:]), depth + 1)
        return None, None, path

    def written_path(self, module, name):
        """The absolute dotted name that the module's own imports give to `name`."""
        head, _, rest = name.partition(".")
        found = self.modules[module]["imports"].get(head)
        if not found:
            return name
        level, origin, original = found
        return ".".join(part for part in (self.absolute(module, level, origin), original, rest) if part)

    def effects(self):
        """{(kind, module, name): effects} of every function and class, those of what they call included."""
        own, called = {}, {}
        for module, facts in self.modules.items():
            for kind, table in (("function", facts["functions"]), ("class", facts["classes"])):
                for name, (effects, calls) in table.items():
                    key = (kind, module, name)
                    own[key] = set(effects)
                    called[key] = []
                    for call in calls:
                        effect = sign(self.written_path(module, call))
                        target = self.resolve(module, call)
                        if target[0]:
                            called[key].append(target)
                        else:
                            effect = effect or sign(target[2])
                        if effect:
                            own[key].add(effect)
        for _ in range(2):
            before = {key: effects & PASSED_ON for key, effects in own.items()}
            for key, targets in called.items():
                for target in targets:
                    own[key] |= before.get(target, set())
        return own

    def offered(self, effects):
        """(module, name, effect) of every function under every module that counts."""
        for module, facts in self.modules.items():
            for name in facts["functions"]:
                yield module, name, worst(effects["function", module, name])
            offers = facts["all"] or set()
            for name in list(facts["imports"]) + list(facts["aliases"]):
                kind, origin, original = self.resolve(module, name)
                if kind == "function":
                    effect = worst(effects[kind, origin, original])
                    if module in self.packages or name in offers or effect in NOTABLE:
                        yield module, name, effect
                elif kind is None and name in facts["imports"] and facts["imports"][name][2]:
                    effect = sign(original)
                    if effect in NOTABLE:
                        yield module, name, effect
            for name, origin, original in self.starred(module, set()):
                yield module, name, worst(effects["function", origin, original])

    def starred(self, module, seen):
        """What `from x import *` brings into a module: public functions, or those of a literal `__all__`."""
        facts = self.modules[module]
        for level, origin in facts["stars"]:
            origin = self.absolute(module, level, origin)
            if origin in self.modules and origin not in seen:
                seen.add(origin)
                source = self.modules[origin]
                names = source["all"] if source["all"] is not None else [n for n in source["functions"] if not n.startswith("_")]
                for name in names:
                    kind, where, original = self.resolve(origin, name)
                    if kind == "function":
                        yield name, where, original
                yield from self.starred(origin, seen)


def sign(dotted):
    """What a call of that name outside the library shows."""
    parts = dotted.replace("builtins.", "", 1).split(".")
    for cut in range(len(parts), 0, -1):
        effect = SIGN.get(".".join(parts[:cut]))
        if effect:
            return effect
    return None


class FactCache:
    """Facts by the digest of the file, kept in memory and, if asked, in a folder."""

    def __init__(self, folder):
        self.path = folder and os.path.join(folder, "facts-%s" % digest_of_sources())
        self.known = {}
        if self.path and os.path.exists(self.path):
            with open(self.path, "rb") as stream:
                self.known = pickle.load(stream)  # written by this program

    def __call__(self, path, suffix):
        with open(path, "rb") as stream:
            source = stream.read()
        key = hashlib.sha256(source).digest()[:16] + suffix.encode()
        if key not in self.known:
            read = {".py": function_facts.file_facts, ".pyi": function_facts.stub_facts}.get(suffix, function_facts.cython_facts)
            self.known[key] = read(source)
        return self.known[key]

    def save(self):
        if self.path:
            with open(self.path, "wb") as stream:
                pickle.dump(self.known, stream)


def digest_of_sources():
    with open(function_facts.__file__, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()[:12]


def chosen(versions):
    """The releases that are read: the first, the last, and up to three between. What a release between had alone is an
    unknown function, which is `review`."""
    if len(versions) <= 5:
        return versions
    return [versions[round(i * (len(versions) - 1) / 4)] for i in range(5)]


def protected_names(releases):
    """(top-level package, name) of what stands in reducers, in the releases given."""
    names = set()
    for release in releases:
        for module, reducing in release.reducing.items():
            top = module.partition(".")[0]
            for name in reducing:
                names.add((top, name.rpartition(".")[2]))
                if module in release.modules:
                    path = release.written_path(module, name)
                    names.add((path.partition(".")[0], path.rpartition(".")[2]))
    return names


def listed_elsewhere():
    """Exact pairs of the safe and dangerous lists, and patterns of whole modules."""
    pairs, wildcards = set(), []
    for folder in ("safe", "dangerous"):
        for file in sorted(os.listdir(os.path.join(GLOBALS, folder))):
            with open(os.path.join(GLOBALS, folder, file), encoding="utf-8") as stream:
                for entry in json.load(stream)["entries"]:
                    for module in entry["modules"]:
                        if entry["names"] == "*":
                            wildcards.append(module)
                            if entry.get("submodules"):
                                wildcards.append(module + ".*")
                        else:
                            pairs.update((module, name) for name in entry["names"])
    return pairs, re.compile("|".join(fnmatch.translate(w) for w in wildcards) or r"$^")


def document(name, source, pairs):
    """The file's text: a line for each module, names by effect."""
    modules = {}
    for (module, function), effect in pairs.items():
        modules.setdefault(module, {}).setdefault(effect, []).append(function)
    lines = []
    for module in sorted(modules):
        entry = {"module": module}
        entry.update((effect, " ".join(sorted(modules[module][effect]))) for effect in EFFECTS if effect in modules[module])
        lines.append("  " + json.dumps(entry))
    head = '{"schema": 1, "list": %s,\n "source": %s,\n "modules": [\n' % (json.dumps(name), json.dumps(source))
    return head + ",\n".join(lines) + "\n ]}\n"


def write(name, source, pairs):
    os.makedirs(FUNCTIONS, exist_ok=True)
    path = os.path.join(FUNCTIONS, name + ".json")
    if pairs:
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(document(name, source, pairs))
    elif os.path.exists(path):
        os.remove(path)


def read_written(path):
    """The list's name, its source and its pairs."""
    with open(path, encoding="utf-8") as stream:
        content = json.load(stream)
    pairs = {}
    for entry in content["modules"]:
        for effect in EFFECTS:
            for function in entry.get(effect, "").split():
                pairs[entry["module"], function] = effect
    return content["list"], content["source"], pairs


def library_pairs(releases):
    """{(module, name): effect} over all releases, the worst where they differ; nothing left out yet."""
    pairs = {}
    for release in releases:
        for module, name, effect in release.offered(release.effects()):
            if IDENTIFIER.match(name) and not (name.startswith("__") and name.endswith("__")):
                pairs[module, name] = worst({effect, pairs.get((module, name), "computes")})
    return pairs


def without_reducers(pairs, protected):
    classes = {pair: effect for pair, effect in pairs.items()}
    return {
        (module, name): effect for (module, name), effect in classes.items()
        if not REDUCER_NAME.search(name) and (module.partition(".")[0], name) not in protected}


def prune():
    listed, whole = listed_elsewhere()
    for file in sorted(os.listdir(FUNCTIONS)):
        name, source, pairs = read_written(os.path.join(FUNCTIONS, file))
        write(name, source, {p: e for p, e in pairs.items() if p not in listed and not whole.match(p[0])})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="?")
    parser.add_argument("--cache")
    parser.add_argument("--library", action="append")
    parser.add_argument("--prune", action="store_true")
    options = parser.parse_args()
    if options.prune or not options.sources:
        return prune()
    versions = {}
    for item in fetch.read_inputs():
        folder = os.path.join(options.sources, fetch.folder_name(item))
        if os.path.isdir(folder) and (not options.library or item["package"] in options.library):
            versions.setdefault(item["package"], []).append((item["version"], folder))
    facts_of = FactCache(options.cache)
    found, read, protected = {}, {}, set()
    for package in sorted(versions):
        picked = chosen(versions[package])
        releases = [Release(folder, facts_of) for _, folder in picked]
        read[package] = [version for version, _ in picked]
        protected |= protected_names(releases)
        found[package] = library_pairs(releases)
        print(package, len(found[package]), flush=True)
    facts_of.save()
    listed, whole = listed_elsewhere()
    claimed = set()
    for package, pairs in found.items():
        kept = {
            pair: effect for pair, effect in without_reducers(pairs, protected).items()
            if pair not in listed and pair not in claimed and not whole.match(pair[0])}
        claimed |= set(kept)
        write(package, "Written by scripts/safe-globals/functions.py from the wheels of %s %s that inputs.json records." % (
            package, ", ".join(read[package])), kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
