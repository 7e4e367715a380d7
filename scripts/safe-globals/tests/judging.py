"""Runs the judge over small libraries written here."""

import os
import sys
import tempfile
import textwrap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import generate
import library
from source_index import SourceIndex


def judged(**modules):
    """What the judge finds in a library of the given modules: by class, its kind, or "left out: <reason>"."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {"__init__": "", **modules}.items():
            path = os.path.join(folder, "lib", name + ".py")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(textwrap.dedent(text))
        config = {
            "list": "lib", "source": "a test", "packages": [], "with": [], "modules": r"^lib\.", "whys": library.WHYS}
        judge = generate.Judge(config, folder, {})
        index = SourceIndex()
        index.add_tree(folder, ["lib"])
        judge.read_release(index)
        judge.settle()
    found = {name: kind for kind, pairs in judge.found.items() for _, name in pairs}
    found.update({name: "left out: " + reason for (_, name), reason in judge.rejected.items()})
    return found
