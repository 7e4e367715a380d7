#!/usr/bin/env python3
"""Looks for streams that are allowed and do harm: safe names, put together in ways that nobody meant.

    scripts/differential/abuse.py --python PYTHON [--count N] [--seed S] [--machine PROGRAM]

Makes pickles of the names of policies/globals/safe that PYTHON can import: called, created, given states and items, and
as values in each other's arguments, states and containers. Those that are allowed are really loaded, each in a throwaway
process of PYTHON in which an audit hook watches: whatever opens, starts, connects, compiles, imports or loads native code
after the modules themselves were imported is printed with the stream, and so is a crash. The exit status is then 1.
"""
import argparse
import collections
import faulthandler
import glob
import importlib
import json
import os
import pickle
import random
import resource
import signal
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MARK = "lazaret_canary"
ALARMING = (
    "open", "os.", "subprocess.", "socket.", "exec", "compile", "import", "marshal.", "ctypes.", "shutil.", "tempfile.",
    "urllib.", "webbrowser.", "code.__new__", "function.__new__", "pickle.find_class", "sys.set", "signal.",
)
ATTRIBUTES = (
    "a", "_a", "func", "fn", "callback", "default_factory", "key", "metric", "kernel", "estimator", "dtype", "shape",
    "data", "__dict__", "__class__", "__module__", "_state", "args", "name", "format", "path", "filename", "file", "url",
    "__reduce__", "__hash__", "__eq__", "__len__", "__iter__", "__getattr__", "__call__", "__array__", "__index__",
    "_validate", "random_state", "_fit", "backend", "n", "base", "loss", "_loss", "objective", "link", "family",
    "preprocessor", "tokenizer", "analyzer", "steps", "transformers", "_mgr", "_data", "_name", "categories", "keys",
)


def entries():
    """Every safe name: module and name."""
    result = []
    for path in sorted(glob.glob(os.path.join(ROOT, "policies", "globals", "safe", "*.json"))):
        with open(path) as file:
            for entry in json.load(file)["entries"]:
                result += [(module, name) for module in entry["modules"] for name in entry["names"]]
    return result


class Maker:
    def __init__(self, rng, names):
        self.random, self.names = rng, names

    def stream(self):
        body = self.thing(0)
        for _ in range(self.random.randrange(3)):
            body += self.after(0)
        return b"\x80\x04" + body + b"."

    def imported(self):
        module, name = self.random.choice(self.names)
        return self.text(module) + self.text(name) + b"\x93"

    def text(self, text):
        data = text.encode()
        return b"X" + struct.pack("<I", len(data)) + data

    def constant(self):
        return self.random.choice((
            b"N", b"\x88", b"\x89", b"K\x01", b"K\x00", b"J\xff\xff\xff\xff", b"G?\xf8\0\0\0\0\0\0", b")", b"]", b"}",
            self.text(MARK), self.text("/tmp/" + MARK), self.text("O"), self.text("f8"), self.text("latin1"),
            self.text(f"__import__('os').system('{MARK}')"), b"C\x04\x80\x04N.", self.text("numpy.core.umath"),
            b"C\x01b", b"K\x00\x85",
        ))

    def value(self, depth):
        pick = self.random.random()
        if depth > 3 or pick < 0.4:
            return self.constant()
        if pick < 0.6:
            return self.imported()
        if pick < 0.85:
            return self.thing(depth + 1)
        return self.container(depth + 1)

    def container(self, depth):
        inner = b"".join(self.value(depth) for _ in range(self.random.choice((0, 2, 2, 4))))
        return b"(" + inner + self.random.choice((b"t", b"l", b"d", b"\x91"))

    def thing(self, depth):
        """An object of a safe name, made and perhaps given a state and items."""
        random_order = self.random
        if random_order.random() < 0.15:
            callee = self.text("functools") + self.text("partial") + b"\x93"
        elif random_order.random() < 0.15:
            callee = self.text("collections") + self.text("defaultdict") + b"\x93"
        else:
            callee = self.imported()
        count = random_order.choice((0, 0, 0, 1, 1, 2, 3))
        arguments = b"(" + b"".join(self.value(depth) for _ in range(count)) + b"t"
        pick = random_order.random()
        if pick < 0.4:
            made = callee + b")\x81" if random_order.random() < 0.7 else callee + arguments + b"\x81"
        elif pick < 0.9:
            made = callee + arguments + b"R"
        else:
            made = callee + b")" + self.state(depth) + b"\x92"
        if random_order.random() < 0.5:
            made += self.after(depth)
        return made

    def after(self, depth):
        pick = self.random.random()
        if pick < 0.6:
            return self.state(depth) + b"b"
        if pick < 0.8:
            return self.value(depth) + self.value(depth) + b"s"
        return self.value(depth) + b"a"

    def state(self, depth):
        if self.random.random() < 0.2:
            return self.value(depth)
        items = b"".join(
            self.text(self.random.choice(ATTRIBUTES)) + self.value(depth) for _ in range(self.random.randrange(1, 5))
        )
        return b"(" + items + b"d"


def verdicts(program, streams):
    sys.path.insert(0, HERE)
    import compare

    return [trace.verdict for trace in compare.run_machine(program, list(enumerate(streams)))]


# MARK: in PYTHON


def names_of(data):
    import pickletools

    strings, found = [], []
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name == "BINUNICODE":
            strings.append(argument)
        elif opcode.name == "STACK_GLOBAL":
            found.append(tuple(strings[-2:]))
    return found


def watch(data, output):
    """Loads one stream, and writes what the hook saw."""
    seen = []
    on = [False]

    def hook(event, arguments):
        if on[0] and event.startswith(ALARMING) and event != "pickle.find_class":
            on[0] = False
            try:
                text = f"{event} {arguments!r}"[:200]
            except Exception as error:
                text = f"{event} ({error!r})"
            on[0] = True
            # What Python does by itself: the compiled form of a module, the source for a warning.
            if len(seen) < 20:
                seen.append(text)

    for module, _ in names_of(data):
        try:
            importlib.import_module(module)
        except Exception:
            pass
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.alarm(10)
    sys.addaudithook(hook)
    on[0] = True
    try:
        pickle.loads(data)
        how = "loaded"
    except BaseException as error:
        how = type(error).__name__
    on[0] = False
    os.write(output, json.dumps([how, seen]).encode())
    os._exit(0)


def serve():
    import warnings

    warnings.simplefilter("ignore")
    for module in json.loads(sys.stdin.buffer.readline()):
        try:
            importlib.import_module(module)
        except Exception:
            pass
    null = os.open(os.devnull, os.O_RDWR)
    answers = os.dup(1)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
    faulthandler.disable()
    while header := sys.stdin.buffer.read(4):
        data = sys.stdin.buffer.read(int.from_bytes(header, "little"))
        read, write = os.pipe()
        process = os.fork()
        if process == 0:
            resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
            watch(data, write)
        os.close(write)
        text = b""
        while part := os.read(read, 65536):
            text += part
        os.close(read)
        _, status = os.waitpid(process, 0)
        answer = json.loads(text) if text else [f"ended by signal {os.WTERMSIG(status)}", []]
        os.write(answers, json.dumps(answer).encode() + b"\n")


PRESENT = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
present = []
for module, name in json.load(sys.stdin):
    try:
        getattr(importlib.import_module(module), name.split(".")[0])
        present.append((module, name))
    except Exception:
        pass
json.dump(present, sys.__stdout__)
"""


def ask(python, pairs):
    """Those of the names that PYTHON has."""
    done = subprocess.run([python, "-c", PRESENT], input=json.dumps(pairs).encode(), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def load_all(python, modules, streams):
    payload = json.dumps(modules).encode() + b"\n" + b"".join(len(data).to_bytes(4, "little") + data for data in streams)
    done = subprocess.run([python, os.path.realpath(__file__), "--serve"], input=payload, stdout=subprocess.PIPE,
                          env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--machine", default=os.path.join(ROOT, ".build", "release", "Benchmark"))
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve()
    names = [tuple(pair) for pair in ask(arguments.python, entries())]
    print(f"abuse: {arguments.count} streams of {len(names)} safe names, seed {arguments.seed}")
    maker = Maker(random.Random(arguments.seed), names)
    streams = [maker.stream() for _ in range(arguments.count)]
    allowed = [data for data, verdict in zip(streams, verdicts(arguments.machine, streams)) if verdict == "allow"]
    modules = sorted({module for module, _ in names})
    outcomes, finds = collections.Counter(), {}
    for data, (how, seen) in zip(allowed, load_all(arguments.python, modules, allowed)):
        outcomes[how] += 1
        for event in seen or ([how] if how.startswith("ended by") else []):
            finds.setdefault((event.split(" ")[0], event[:60]), (data, event))
    print(f"abuse: {len(allowed)} allowed; loading them: {dict(outcomes.most_common(12))}")
    for data, event in finds.values():
        print(f"\n{event}\n  {data!r}")
    print(f"abuse: {len(finds)} kinds of alarming events")
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
