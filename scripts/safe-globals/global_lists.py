"""Checks the lists under policies/globals and writes them in their one canonical form.

    python3 scripts/safe-globals/global_lists.py [--write]

Strict: an unknown key, a key twice, a pair (module, name) in two entries, a shape that GlobalEntry.swift does not
name, or a file that is not in canonical form is an error.
"""

import json
import os
import re
import sys
import textwrap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GLOBALS = os.path.join(ROOT, "policies", "globals")
SAFE_KEYS = ("modules", "names", "kind", "arguments", "state", "items", "why")
INPUT_KEYS = ("package", "version", "sha256")
DANGEROUS_KEYS = ("modules", "submodules", "names", "when", "why")
KINDS = ("class", "function", "value", "enum", "code")
WIDTH = 140
# As GlobalTable reads names.
DOTTED_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


def swift_cases(enumeration):
    """The raw values of an enumeration in GlobalEntry.swift."""
    with open(os.path.join(ROOT, "Sources", "Policy", "GlobalEntry.swift"), encoding="utf-8") as stream:
        body = re.search(r"enum " + enumeration + r"\b.*?\n}", stream.read(), re.S).group(0)
    return {raw or name for name, raw in re.findall(r'^  case (\w+)(?: = "([^"]+)")?$', body, re.M)}


def strict_object(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError("key twice: " + key)
    return dict(pairs)


def wrapped(values):
    """A JSON list of strings, sorted, as few lines as fit."""
    line = "[" + ", ".join(json.dumps(v) for v in values) + "]"
    if len(line) < WIDTH - 20:
        return line
    body = textwrap.wrap(", ".join(json.dumps(v) for v in values), WIDTH - 6, break_long_words=False, break_on_hyphens=False)
    return "[\n" + "".join("      " + part + "\n" for part in body) + "    ]"


def canonical(document, keys):
    lines = ['{"schema": 1, "list": %s,' % json.dumps(document["list"])]
    if "source" in document:
        lines.append(' "source": %s,' % json.dumps(document["source"]))
    if "inputs" in document:
        lines.append(' "inputs": [')
        lines.append(",\n".join("  " + json.dumps({key: item[key] for key in INPUT_KEYS}) for item in document["inputs"]))
        lines.append(" ],")
    lines.append(' "entries": [')
    entries = []
    for entry in document["entries"]:
        parts = []
        for key in keys:
            if key not in entry:
                continue
            value = entry[key]
            if isinstance(value, list):
                value = wrapped(sorted(value))
            else:
                value = json.dumps(value)
            parts.append("%s: %s" % (json.dumps(key), value))
        # Module and name lists have lines of their own; the short keys share one.
        long = [p for p in parts if p.startswith(('"modules"', '"names"', '"why"'))]
        short = [p for p in parts if p not in long]
        lead = long[:-1]
        text = ",\n    ".join(lead) + ",\n    " + (", ".join(short) + "," + "\n    " if short else "") + long[-1]
        entries.append("  {" + text.replace("    ", "   ", 0) + "}")
    lines.append(",\n".join(entries))
    lines.append(" ]}")
    return "\n".join(lines) + "\n"


class Checker:
    def __init__(self):
        self.errors = []
        self.pairs = {}
        self.shapes = swift_cases("CallShape")
        self.states = swift_cases("StateShape")

    def check_safe(self, path, document):
        for entry in document["entries"]:
            self.check_keys(path, entry, SAFE_KEYS, ("modules", "names", "kind", "why"))
            if entry.get("kind") not in KINDS:
                self.errors.append("%s: kind %r" % (path, entry.get("kind")))
            if entry.get("kind") == "function" and "arguments" not in entry:
                self.errors.append("%s: a function without arguments: %s" % (path, entry["names"][:3]))
            if entry.get("arguments", "any") not in self.shapes:
                self.errors.append("%s: arguments %r" % (path, entry["arguments"]))
            if entry.get("state", "any") not in self.states:
                self.errors.append("%s: state %r" % (path, entry["state"]))
            if entry["names"] == "*":
                self.errors.append("%s: a wildcard in a safe list" % path)
                continue
            self.claim(path, entry)

    def check_dangerous(self, path, document):
        for entry in document["entries"]:
            self.check_keys(path, entry, DANGEROUS_KEYS, ("modules", "names", "when", "why"))
            if entry.get("when") not in ("imported", "called"):
                self.errors.append("%s: when %r" % (path, entry.get("when")))
            if entry["names"] == "*":
                for module in entry["modules"]:
                    self.claim_pair(path, (module, "*"))
                continue
            if "submodules" in entry:
                self.errors.append("%s: submodules without a wildcard: %s" % (path, entry["names"]))
            self.claim(path, entry)

    def check_keys(self, path, entry, known, needed):
        for key in entry:
            if key not in known:
                self.errors.append("%s: unknown key %r" % (path, key))
        for key in needed:
            if not entry.get(key):
                self.errors.append("%s: no %r in %s" % (path, key, entry.get("names")))

    def claim(self, path, entry):
        for module in entry["modules"]:
            for name in entry["names"]:
                self.claim_pair(path, (module, name))

    def claim_pair(self, path, pair):
        if not all(isinstance(part, str) and (part == "*" or DOTTED_NAME.fullmatch(part)) for part in pair):
            self.errors.append("%s: bad pair %r" % (path, pair))
        if pair in self.pairs:
            self.errors.append("%s: %s.%s is also in %s" % (path, pair[0], pair[1], self.pairs[pair]))
        self.pairs[pair] = path


def list_files():
    for folder, keys in (("safe", SAFE_KEYS), ("dangerous", DANGEROUS_KEYS)):
        for name in sorted(os.listdir(os.path.join(GLOBALS, folder))):
            if name.endswith(".json"):
                yield folder, keys, os.path.join(GLOBALS, folder, name)


def main():
    checker = Checker()
    for folder, keys, path in list_files():
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        short = os.path.relpath(path, GLOBALS)
        try:
            document = json.loads(text, object_pairs_hook=strict_object)
        except ValueError as error:
            checker.errors.append("%s: %s" % (short, error))
            continue
        if document.get("list") != os.path.basename(path)[:-5] or document.get("schema") != 1:
            checker.errors.append("%s: list and schema must be the file's stem and 1" % short)
        (checker.check_safe if folder == "safe" else checker.check_dangerous)(short, document)
        form = canonical(document, keys)
        if form != text:
            if "--write" in sys.argv[1:]:
                with open(path, "w", encoding="utf-8") as stream:
                    stream.write(form)
            else:
                checker.errors.append("%s: not in canonical form (run with --write)" % short)
    for error in checker.errors:
        print(error)
    print("%d pairs, %d errors" % (len(checker.pairs), len(checker.errors)))
    return 1 if checker.errors else 0


if __name__ == "__main__":
    sys.exit(main())
