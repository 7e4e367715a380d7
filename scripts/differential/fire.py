#!/usr/bin/env python3
"""Loads every sample of the table of bypasses with its real loader, and says whether it runs what it is said to run.

    scripts/differential/fire.py [--python PYTHON] [--machine PROGRAM] [--all]

Each sample is loaded in a throwaway process. The function it is aimed at (its canary) is replaced there by one that ends
the process at once with a status that tells, so that nothing harmful is ever called. What needs a library that PYTHON
does not have is skipped. The exit status is 1 where a sample does not fire, or is not denied.
"""
import argparse
import importlib
import io
import os
import pickle
import resource
import subprocess
import sys
import tempfile
from multiprocessing.pool import ThreadPool

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FIRED, ABSENT = 77, 78
ALIASES = {"posix.system": ("os.system",), "os.system": ("posix.system",)}


def replace(dotted):
    """Puts the tell-tale in the place of a function."""
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            owner = importlib.import_module(".".join(parts[:length]))
        except ImportError as error:
            if length == 1:
                print(error)
                os._exit(ABSENT)
            continue
        for part in parts[length:-1]:
            owner = getattr(owner, part)
        getattr(owner, parts[-1])
        setattr(owner, parts[-1], lambda *_, end=os._exit, **__: end(FIRED))
        return


def load(loader, path):
    with open(path, "rb") as file:
        data = file.read()
    if loader == "torch":
        import torch

        torch.load(io.BytesIO(data), weights_only=False)
    elif loader == "pickle":
        file = io.BytesIO(data)
        while file.tell() < len(data):
            pickle.load(file)


def child(loader, canary, path):
    for name in (canary, *ALIASES.get(canary, ())):
        replace(name)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    load(loader, path)


def prove(python, folder, row):
    """What came of one sample, and why."""
    path, verdict, loader, canary, note, _, _ = row
    if verdict != "deny":
        return "FAILED", f"the verdict is {verdict}"
    if not loader:
        return "not seen", note
    done = subprocess.run(
        [python, os.path.realpath(__file__), "--child", loader, canary, path], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120,
    )
    if done.returncode == FIRED:
        return "fired", ""
    if done.returncode == ABSENT or b"ModuleNotFoundError" in done.stderr:
        return "skipped", note
    return "FAILED", (done.stderr.decode().splitlines() or [f"status {done.returncode}"])[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--machine", default=os.path.join(ROOT, ".build", "release", "Benchmark"))
    parser.add_argument("--all", action="store_true", help="name what is skipped or cannot be seen, too")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return child(*arguments.child)
    counts = {"fired": 0, "not seen": 0, "skipped": 0, "FAILED": 0}
    with tempfile.TemporaryDirectory() as folder, ThreadPool(os.cpu_count()) as pool:
        table = subprocess.run([arguments.machine, "bypasses", folder], stdout=subprocess.PIPE, check=True).stdout
        rows = [line.split("\t") for line in table.decode().splitlines()]
        for row, (outcome, why) in zip(rows, pool.imap(lambda row: prove(arguments.python, folder, row), rows)):
            counts[outcome] += 1
            if outcome == "FAILED" or outcome != "fired" and arguments.all:
                print(f"{outcome:9} {row[5]} ({row[6]}): {why}")
    print("bypasses: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["FAILED"] else 0


if __name__ == "__main__":
    sys.exit(main())
