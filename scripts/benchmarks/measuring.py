"""What all parts of `scripts/bench` share: where things are, paired runs, tables, and what machine this is."""
import json
import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
WORK = os.path.join(ROOT, ".build", "bench")
PROGRAMS = os.path.join(ROOT, ".build", "release")
POLICIES = os.path.join(ROOT, "policies")
LAZARET = os.path.join(PROGRAMS, "lazaret")

MEGABYTE = 10**6

# None of the peers is to talk to its makers while it is measured.
QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1", "NO_ANALYTICS": "1", "DO_NOT_TRACK": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
}


class Table:
    """Rows under a heading, for the terminal and for the page. The first column is text, the others are figures."""

    def __init__(self, name, columns, note=""):
        self.name, self.columns, self.note, self.rows = name, columns, note, []

    def add(self, *cells):
        self.rows.append([str(cell) for cell in cells])
        return self

    def markdown(self):
        lines = ["| " + " | ".join(self.columns) + " |", "| --- |" + " ---: |" * (len(self.columns) - 1)]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines + (["", self.note] if self.note else []))


def benchmark(*arguments):
    """The figures of the measuring program in Tests/Benchmark."""
    command = [os.path.join(PROGRAMS, "Benchmark"), *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def environment(name, packages):
    """The Python of a virtual environment that has the packages, from PyPI."""
    folder = os.path.join(WORK, name)
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    marker = os.path.join(folder, "installed")
    if not os.path.exists(marker) or open(marker).read() != repr(packages):
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
        subprocess.run(command, check=True)
        with open(marker, "w") as file:
            file.write(repr(packages))
    return python


def timed(command, ok=(0,), **options):
    """Seconds that a command takes; its output is dropped.

    A scanner's exit status says what it found, so `ok` names those that are no failure.
    """
    start = time.perf_counter()
    done = subprocess.run(
        command, env=dict(os.environ, **QUIET), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, **options,
    )
    seconds = time.perf_counter() - start
    if done.returncode not in ok or b"Traceback" in done.stderr:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return seconds


def paired(runs, contenders):
    """The median of each contender over so many rounds; in each round every one has its turn, so that what slows the
    machine for a while slows all of them."""
    figures = {name: [] for name in contenders}
    for _ in range(runs):
        for name, run in contenders.items():
            figures[name].append(run())
    return {name: statistics.median(values) for name, values in figures.items()}


def scan(path, *options):
    """The command that scans without a store. Its exit status is 0, 1 or 2, as the worst verdict is."""
    return [LAZARET, "scan", "--no-store", "--policies", POLICIES, *options, path]


def times(ratio):
    """A ratio with as many places as say something."""
    return f"{ratio:.2f}" if ratio < 1 else f"{ratio:,.1f}" if ratio < 100 else f"{ratio:,.0f}"


def ratio(figure, other):
    return f"{times(other / figure)} times"


def machine():
    """One line: what the figures are figures of."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    with open("/proc/meminfo", encoding="utf-8") as lines:
        memory = int(next(lines).split()[1]) / (1 << 20)
    return f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB, Linux {os.uname().release}"


def load():
    """The average of processes that ran or wanted to within the last minute."""
    return os.getloadavg()[0]
