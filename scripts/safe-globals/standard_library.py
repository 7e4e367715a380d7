"""Writes policies/globals/functions/python.json: every function and class of CPython 3.8 to 3.14, and what each does.

    python3 scripts/safe-globals/standard_library.py --stubs MYPY_WHEEL PYTHON [PYTHON ...]

PYTHON is the executable of an installed CPython; its library is read by AST as functions.py reads wheels, and the
modules that are native code are asked for their names in a process that does nothing else. The stubs of typeshed, which
mypy's wheels bring, add the names of the versions that are not installed. Calling any of them is denied already by
standard-library.json, which knows the modules alone: this says what each call does. `--modules` prints the modules that
standard-library.json lacks.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile

import function_facts
import functions

# Asked of each interpreter: names of the callables of its native modules, the version, and where its library is.
QUESTION = """
import json, os, sys, sysconfig, importlib
folder = sysconfig.get_path("stdlib")
names = set(sys.builtin_module_names)
for file in os.listdir(os.path.join(folder, "lib-dynload")):
    names.add(file.split(".")[0])
found = {}
for name in sorted(names - {"__main__"}):
    if name.startswith(("_test", "_xx", "xx")):
        continue
    try:
        module = importlib.import_module(name)
    except Exception:
        continue
    found[name] = [[n, isinstance(getattr(module, n), type)] for n in dir(module) if callable(getattr(module, n, None))]
print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3], "folder": folder, "modules": found}))
"""
# Python modules whose functions come from a native one under another name.
SAME_AS = {"posix": "os", "nt": "os", "_io": "io", "_socket": "socket", "_ssl": "ssl", "_pickle": "pickle", "_ctypes": "ctypes",
           "_sqlite3": "sqlite3", "_signal": "signal", "_imp": "imp", "_bz2": "bz2", "_lzma": "lzma", "_winapi": "_winapi"}


def native_facts(module, callables):
    facts = {"functions": {}, "classes": {}, "imports": {}, "stars": [], "aliases": {}, "all": None, "reducing": set()}
    for name, is_class in callables:
        effect = functions.sign(SAME_AS.get(module, module) + "." + name) or "native"
        facts["classes" if is_class else "functions"][name] = (frozenset([effect]), frozenset())
    return facts


def installed(python):
    """The release of an installed CPython, and its version."""
    answer = subprocess.run([python, "-I", "-S", "-c", QUESTION], capture_output=True, check=True, text=True, stdin=subprocess.DEVNULL)
    told = json.loads(answer.stdout.splitlines()[-1])
    release = functions.Release(told["folder"], functions.FactCache(None))
    for module, callables in told["modules"].items():
        release.modules.setdefault(module, native_facts(module, callables))
    return release, told["version"]


def stubs(wheel):
    """The standard library's stubs of a mypy wheel, as a release."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                parts = member.split("/")
                if parts[:3] == ["mypy", "typeshed", "stdlib"] and parts[3] != "_typeshed" and member.endswith(".pyi") and ".." not in parts:
                    target = os.path.join(folder, *parts[3:])
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    with open(target, "wb") as stream:
                        stream.write(archive.read(member))
        release = functions.Release(folder, functions.FactCache(None))
        # At the top of a tree only .py files are taken for modules.
        for file in sorted(os.listdir(folder)):
            if file.endswith(".pyi"):
                release.add([file[:-4]], False, ".pyi", os.path.join(folder, file), functions.FactCache(None))
    return release


def callables(release):
    effects = release.effects()
    yield from release.offered(effects)
    for module, facts in release.modules.items():
        for name in facts["classes"]:
            yield module, name, function_facts.worst(effects["class", module, name])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pythons", nargs="+", metavar="PYTHON")
    parser.add_argument("--stubs", required=True, metavar="MYPY_WHEEL")
    parser.add_argument("--modules", action="store_true")
    options = parser.parse_args()
    releases, versions = [], []
    for python in options.pythons:
        release, version = installed(python)
        releases.append(release)
        versions.append(version)
    releases.append(stubs(options.stubs))
    pairs, stub_pairs, modules = {}, {}, set()
    for release in releases:
        modules |= set(release.modules)
        table = stub_pairs if release is releases[-1] else pairs
        for module, name, effect in callables(release):
            if functions.IDENTIFIER.match(name) and not (name.startswith("__") and name.endswith("__")):
                table[module, name] = function_facts.worst({effect, table.get((module, name), "computes")})
    for pair, effect in stub_pairs.items():
        pairs.setdefault(pair, effect)  # a stub has no bodies: what an installed version showed counts
    if options.modules:
        return print_modules(modules)
    listed, whole = functions.listed_elsewhere()
    with open(options.stubs, "rb") as stream:
        digest = hashlib.sha256(stream.read()).hexdigest()
    functions.write(
        "python",
        "Written by scripts/safe-globals/standard_library.py from CPython %s and the stubs in %s (sha256 %s)." % (
            ", ".join(versions), os.path.basename(options.stubs), digest),
        {pair: effect for pair, effect in pairs.items() if pair not in listed and not whole.match(pair[0])})
    return 0


def print_modules(modules):
    with open(os.path.join(functions.GLOBALS, "standard-library.json"), encoding="utf-8") as stream:
        known = set(json.load(stream)["modules"])
    for module in sorted(modules):
        parts = module.split(".")
        if not any(".".join(parts[:count]) in known for count in range(1, len(parts) + 1)):
            print(module)
    return 0


if __name__ == "__main__":
    sys.exit(main())
