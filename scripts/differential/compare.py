#!/usr/bin/env python3
"""Compares the symbolic machine with CPython's unpicklers on streams made from a seed.

    scripts/differential/compare.py [--count N] [--seed S] [--jobs J] [--show N] [--machine PROGRAM]
    scripts/differential/compare.py --stream FILE

Every stream runs in a throwaway process with little memory and harmless stand-ins for whatever it imports (see
stand_ins.py): in the C unpickler from memory and from files, and in the Python one. The machine's trace must tell the
same, event by event, constant by constant, and end where they end. Only these differences are let pass:

- the machine reports an irregularity, breaks, or reports items or a state for something built in: then the stream
  counts as malformed and is never allowed;
- an unpickler refuses the stream where the machine goes on, and the verdict is not `allow`.

Anything else is printed with the smallest stream that still shows it, and the exit status is 1.
"""
import argparse
import collections
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

MEMORY = 1 << 30
SECONDS_EACH = 10
CHUNK = 2500


# MARK: CPython, in a process of its own


def variants():
    """The ways to read a stream, by name."""
    import stand_ins as s

    native, python, memory = s.NativeUnpickler, s.PythonUnpickler, io.BytesIO
    return {
        "C loads": lambda data: s.loads(data),
        "C load": lambda data: s.run(native, data, memory),
        "C load with peek": lambda data: s.run(native, data, s.peeking),
        "C load with short reads": lambda data: s.run(native, data, s.ShortReads),
        "C load latin1": lambda data: s.run(native, data, memory, encoding="latin1"),
        "C load bytes": lambda data: s.run(native, data, memory, encoding="bytes"),
        "Python load": lambda data: s.run(python, data, memory),
        "Python load with peek": lambda data: s.run(python, data, s.peeking),
        "Python load latin1": lambda data: s.run(python, data, memory, encoding="latin1"),
    }


ALWAYS = ("C loads", "C load", "Python load")
IN_TURN = (
    "C load with peek", "C load latin1", "C load with short reads", "Python load with peek", "C load bytes",
    "Python load latin1",
)


def serve():
    """Reads streams on standard input, each behind its number and its length, and answers a line of JSON for each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    ways = variants()
    source = sys.stdin.buffer
    while header := source.read(8):
        number, length = int.from_bytes(header[:4], "little"), int.from_bytes(header[4:], "little")
        data = source.read(length)
        signal.alarm(SECONDS_EACH)
        names = (*ALWAYS, IN_TURN[number % len(IN_TURN)])
        answer = {name: ways[name](data) for name in names}
        signal.alarm(0)
        sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def run_cpython(streams):
    """Answers for the streams; None for one that kills its process (memory, stack, time)."""
    payload = b"".join(
        number.to_bytes(4, "little") + len(data).to_bytes(4, "little") + data for number, data in streams
    )
    done = subprocess.run(
        [sys.executable, "-I", os.path.realpath(__file__), "--serve"],
        input=payload, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"},
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else []
    if done.returncode == 0 and len(answers) == len(streams):
        return answers
    if len(streams) == 1:
        return [None]
    middle = len(streams) // 2
    return run_cpython(streams[:middle]) + run_cpython(streams[middle:])


# MARK: the machine


class Trace:
    def __init__(self, lines):
        _, self.verdict, end_offset, irregular, end = lines[-1].split("\t", 4)
        self.events = [line for line in lines[:-1] if not line.startswith("~")]
        # Items or a state for what is built in: no stand-in sees that, and the value is not followed further.
        self.changes_builtins = len(self.events) < len(lines) - 1
        self.offset = int(end_offset)
        self.irregular = irregular
        self.stops = end.startswith("stop ")
        self.end = end[5:] if self.stops else end


def run_machine(program, streams):
    with tempfile.NamedTemporaryFile(suffix=".streams") as file:
        for _, data in streams:
            file.write(len(data).to_bytes(4, "little") + data)
        file.flush()
        done = subprocess.run([program, "traces", file.name], stdout=subprocess.PIPE, check=True)
    traces, lines = [], []
    for line in done.stdout.decode().split("\n"):
        lines.append(line)
        if line.startswith("=\t"):
            traces.append(Trace(lines))
            lines = []
    assert len(traces) == len(streams), "the machine answered for another number of streams"
    return traces


# MARK: comparison


def same(ours, theirs, way):
    """Whether two lines say the same where both say something."""
    if ours == theirs:
        return True
    if way == "C load bytes":  # strings of Python 2 are bytes there, and differ from text as keys
        ours, theirs = ours.replace("s:", "b:"), theirs.replace("s:", "b:")
    mine, other = ours.split(" "), theirs.split(" ")
    if len(mine) != len(other):
        return False
    unknown = "?{" if way == "C load bytes" else "?"
    return all(a == b or any(mark in a + b for mark in unknown) for a, b in zip(mine, other))


def without_keywords(line):
    return line[:-3] if line.startswith("C ") and line.endswith(" {}") else line


# Refusals that say nothing of the stream: the file gave too little, or the reader's encoding does not fit.
NOT_THE_STREAM = ("C load with short reads", "'ascii' codec can't decode", "C load bytes: UnpicklingError: STACK_GLOBAL")


def difference(trace, answer, way):
    """None where machine and unpickler agree, else (whether the machine tells all that happened, words)."""
    events, stops, end, offset = answer
    for index, theirs in enumerate(events):
        if index >= len(trace.events):
            return False, f"{way}: event {index} is missing: {theirs}"
        if not same(trace.events[index], without_keywords(theirs), way):
            return False, f"{way}: event {index} is {theirs}, the machine has {trace.events[index]}"
    if stops:
        if len(trace.events) != len(events):
            return False, f"{way}: the machine has an event more: {trace.events[len(events)]}"
        if not trace.stops:
            return False, f"{way}: STOP, the machine: {trace.end}"
        if not same(trace.end, end, way):
            return False, f"{way}: the result is {end}, the machine has {trace.end}"
        if offset is not None and offset != trace.offset:
            return False, f"{way}: ends at {offset}, the machine at {trace.offset}"
        return None
    if trace.stops and not any(cause in f"{way}: {end}" for cause in NOT_THE_STREAM):
        return True, f"{way}: refused: {end}"
    return None


def only_asks(answer):
    """Whether an unpickler asks for names and persistent objects, calls nothing and breaks: texts of words do that."""
    events, stops, _, _ = answer
    return not stops and all(event[0] in "IP" for event in events)


def judge(trace, answer):
    """The kinds of outcome by name, and the failures in words."""
    if answer is None:
        return collections.Counter({"killed the unpickler": 1}), (
            ["the unpickler was killed and the verdict is allow"] if trace.verdict == "allow" else []
        )
    outcomes, failures = collections.Counter(), []
    for way, result in answer.items():
        found = difference(trace, result, way)
        malformed = bool(trace.irregular) or not trace.stops or trace.changes_builtins
        if found is None:
            outcomes["same" if not malformed else "same, and malformed"] += 1
        elif malformed:
            outcomes["different, and malformed"] += 1
            if trace.verdict == "allow" and not only_asks(result):
                failures.append(f"allowed although malformed; {found[1]}")
        elif found[0]:
            outcomes["refused by an unpickler: " + found[1].split("refused: ")[1].split(":")[0]] += 1
            if trace.verdict == "allow":
                failures.append(f"allowed; {found[1]}")
        else:
            failures.append(found[1])
    return outcomes, failures


def examine(program, streams):
    return [
        judge(trace, answer) for trace, answer in zip(run_machine(program, streams), run_cpython(streams))
    ]


def kind_of(failures):
    """What two failures have in common that are the same: their first words."""
    return failures[0].replace(",", ":").split(":")[1][:25] if failures else None


def shrink(program, number, data, kind, rounds=40):
    """A shorter stream with the same kind of failure."""
    for _ in range(rounds):
        candidates = []
        for size in (64, 32, 16, 8, 4, 2, 1):
            candidates += [data[:at] + data[at + size :] for at in range(0, len(data) - size + 1, max(1, size // 2))]
        candidates = [(number, candidate) for candidate in dict.fromkeys(candidates)][:4000]
        if not candidates:
            break
        for (_, candidate), (_, failures) in zip(candidates, examine(program, candidates)):
            if failures and kind_of(failures) == kind:
                data = candidate
                break
        else:
            break
    return data


# MARK: program


def chunk(arguments):
    """One share of the work: the outcomes, and the first failures with their streams."""
    program, seed, first, count = arguments
    streams = []
    import streams as maker

    for number in range(first, first + count):
        streams.append((number, maker.stream(random.Random(f"{seed}/{number}"))))
    outcomes, failed = collections.Counter(), []
    for (number, data), (found, failures) in zip(streams, examine(program, streams)):
        outcomes += found
        if failures:
            failed.append((number, data, failures))
    return count, outcomes, failed


def report(program, number, data, failures):
    print(f"\nstream {number}, {len(data)} bytes:")
    for failure in failures[:4]:
        print(f"  {failure[:400]}")
    small = shrink(program, number, data, kind_of(failures))
    ((trace,), (answer,)) = run_machine(program, [(number, small)]), run_cpython([(number, small)])
    print(f"  smallest: {small!r}")
    print(f"  machine:  {trace.verdict}, irregular: {trace.irregular or 'no'}, {trace.events}, {trace.end}")
    for way, result in (answer or {}).items():
        print(f"  {way:24} {result[:3]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", type=int, default=5, help="how many failures are shrunk and shown")
    parser.add_argument("--machine", default=os.path.join(ROOT, ".build", "release", "Benchmark"))
    parser.add_argument("--stream", help="one stream from a file, instead of made ones")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve()
    if arguments.stream:
        with open(arguments.stream, "rb") as file:
            data = file.read()
        report(arguments.machine, 0, data, [])
        return 0

    import multiprocessing

    print(f"differential: {arguments.count} streams, seed {arguments.seed}, CPython {sys.version.split()[0]}", flush=True)
    work = [
        (arguments.machine, arguments.seed, first, min(CHUNK, arguments.count - first))
        for first in range(0, arguments.count, CHUNK)
    ]
    outcomes, failed, done = collections.Counter(), [], 0
    with multiprocessing.Pool(arguments.jobs) as pool:
        for count, found, failures in pool.imap_unordered(chunk, work):
            done += count
            outcomes += found
            failed += failures
    for name, count in sorted(outcomes.items(), key=lambda item: -item[1]):
        print(f"  {count:>8} {name}")
    failed.sort(key=lambda item: item[0])
    shown = {}
    for number, data, failures in failed:
        shown.setdefault(failures[0].split(": event")[0].split("#")[0][:60], (number, data, failures))
    for number, data, failures in list(shown.values())[: arguments.show]:
        report(arguments.machine, number, data, failures)
    print(f"differential: {done} streams, {len(failed)} with a difference that is not accounted for")
    return 1 if failed or done != arguments.count else 0


if __name__ == "__main__":
    sys.exit(main())
