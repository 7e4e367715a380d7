"""Prints what compiled classes bring for pickling, from a throwaway process.

    python3 scripts/safe-globals/compiled.py VENV scikit-learn==1.5.2 sklearn [MODULE ...] [--missing]

Installs the release into the virtual environment VENV (made where there is none) and has compiled_probe.py import the extension
modules of the package there, or just the modules named. Use it on releases that are trusted to be imported, never on what the lists
are to protect from. `--missing` leaves out what refuses to be pickled and what some safe list has already: what is left is to be read
in its source, and either gets an entry under `entries`, whose `why` begins with "Compiled", or stays off the lists.
"""

import argparse
import json
import os
import subprocess
import sys
import venv

from global_lists import list_files

HERE = os.path.dirname(os.path.abspath(__file__))


def listed_pairs():
    """Every (module, name) of the safe lists."""
    pairs = set()
    for folder, _, path in list_files():
        if folder == "safe":
            with open(path, encoding="utf-8") as stream:
                entries = json.load(stream)["entries"]
            pairs.update((module, name) for entry in entries for module in entry["modules"] for name in entry["names"])
    return pairs


def missing(lines, listed):
    """The classes that honest files may hold and no list has."""
    return [line for line in lines if line["way"] != "none" and (line["module"], line["name"]) not in listed]


def probed(python, package, modules):
    """What compiled_probe.py says in that environment."""
    # A deadline and no standard input: what is imported here is trusted, not what it might wait for.
    result = subprocess.run(
        [python, "-I", os.path.join(HERE, "compiled_probe.py"), package] + modules, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        timeout=600, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("venv")
    parser.add_argument("release", help="NAME==VERSION")
    parser.add_argument("package", help="the top-level module")
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--missing", action="store_true")
    options = parser.parse_args()
    python = os.path.join(options.venv, "bin", "python")
    if not os.path.exists(python):
        venv.create(options.venv, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--only-binary=:all:", options.release], check=True)
    lines = probed(python, options.package, options.modules)
    for line in missing(lines, listed_pairs()) if options.missing else lines:
        print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
