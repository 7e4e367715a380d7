"""How fast Lazaret is, beside what it must not be slower than and beside its peers. Each function is one part of
`scripts/bench`: it gives a table, and the ratios that the plot shows as (what, who, how many times as long)."""
import json
import os
import pickletools
import subprocess
import sys
import time

import samples
from measuring import LAZARET, MEGABYTE, QUIET, Table, benchmark, environment, paired, ratio, scan, timed

PICKLESCAN, MODELSCAN, MODELAUDIT = "picklescan 1.0.5", "modelscan 0.8.8", "modelaudit 0.2.54"
ENGINE = "modelaudit's engine 0.1.12"
VERDICTS = (0, 1, 2, 3)

# Runs in the peers' own environment: prints the seconds that each engine takes for the file named.
PEER_ENGINES = """
import io, json, sys, time
data = open(sys.argv[1], "rb").read()
from picklescan.scanner import scan_pickle_bytes
start = time.perf_counter(); scan_pickle_bytes(io.BytesIO(data), "bench"); first = time.perf_counter() - start
import modelaudit_picklescan
start = time.perf_counter(); modelaudit_picklescan.scan_file(sys.argv[1])
print(json.dumps([first, time.perf_counter() - start]))
"""


def tool(python, name):
    return os.path.join(os.path.dirname(python), name)


def peers():
    """How each peer scans a file or a folder, by name: its command line from PyPI."""
    commands = {
        PICKLESCAN: ("picklescan[7z]==1.0.5", "numpy", ["picklescan", "--path"]),
        MODELSCAN: ("modelscan==0.8.8", None, ["modelscan", "scan", "--path"]),
        MODELAUDIT: ("modelaudit==0.2.54", None, ["modelaudit", "scan", "--no-cache", "--format", "json"]),
    }
    found = {}
    for name, (package, undeclared, (program, *options)) in commands.items():
        try:
            python = environment(f"peer-{program}", [package] + ([undeclared] if undeclared else []))
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name} is not measured: {error}", file=sys.stderr)
            continue
        found[name] = [tool(python, program), *options]
    return found


def small_file(scans, rounds):
    """A file of 35 bytes, again and again, from open to a verdict in memory."""
    path = samples.tiny()
    ways = {
        "confined, a worker ready": ["--spaced"],
        "confined, back to back": [],
        "the bare mechanism": ["--bare"],
        "the same work in one process": ["--unconfined"],
    }
    figures = {way: {"p50": [], "p99": []} for way in ways}
    for _ in range(rounds):
        for way, options in ways.items():
            found = benchmark("latency", path, scans, *options)
            for share, values in figures[way].items():
                values.append(found[f"{share}_microseconds"])
    table = Table(
        "small-file", ["a file of 35 bytes", "p50", "p99"],
        "The bare mechanism: a child forked ahead that is handed the file, reads it, answers one byte, ends and is "
        "waited for; no confinement, no digest, no judgement.",
    )
    for way, values in figures.items():
        cells = [sorted(found)[len(found) // 2] for found in values.values()]
        table.add(way, *(f"{cell / 1000:.2f} ms" for cell in cells))
    return table, []


def opcodes(rounds):
    """A pickle that is nearly all opcodes, in three sizes."""
    table = Table("opcodes", ["million opcodes a second", "1 MB", "10 MB", "100 MB"])
    paths = [samples.dense(size) for size in (1, 10, 100)]
    ours = []
    for path in paths:
        runs = [benchmark("opcodes", path) for _ in range(rounds)]
        ours.append(sorted(run["opcodes"] / run["seconds"] for run in runs)[rounds // 2] / 1e6)
    table.add("lazaret", *(f"{rate:.0f}" for rate in ours))
    rates = {"pickletools.genops": [], PICKLESCAN: [], ENGINE: []}
    for path in paths[:2]:
        with open(path, "rb") as handle:
            start = time.perf_counter()
            count = sum(1 for _ in pickletools.genops(handle))
            rates["pickletools.genops"].append(count / (time.perf_counter() - start) / 1e6)
        try:
            python = environment("peer-engines", ["picklescan==1.0.5", "modelaudit-picklescan==0.1.12", "numpy"])
            output = subprocess.run(
                [python, "-c", PEER_ENGINES, path], check=True, stdout=subprocess.PIPE, env=dict(os.environ, **QUIET)
            ).stdout
            for name, seconds in zip((PICKLESCAN, ENGINE), json.loads(output)):
                rates[name].append(count / seconds / 1e6)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"the peers' engines are not measured: {error}", file=sys.stderr)
    bars = []
    for name, found in rates.items():
        if found:
            cells = [f"{rate:.2f} ({ratio(rate, mine)} as long)" for rate, mine in zip(found, ours)]
            table.add(name, *cells, *[""] * (3 - len(cells)))
            bars.append(("opcodes of a pickle", name, ours[1] / found[-1]))
    return table, bars


def large_file(rounds):
    """A checkpoint of 2 GB beside its digest."""
    path = samples.checkpoint(2000)
    openssl = "openssl dgst -sha256"
    seconds = paired(rounds, {
        "lazaret scan": lambda: timed(scan(path), VERDICTS),
        openssl: lambda: timed(["openssl", "dgst", "-sha256", path]),
    })
    table = Table("large-file", ["a PyTorch checkpoint of 2 GB", "seconds", "beside the digest"])
    for name, taken in seconds.items():
        table.add(name, f"{taken:.2f}", f"{taken / seconds[openssl]:.2f}")
    return table, []


def tree(corpus, rounds):
    """The benign half of the corpus, by each command line but modelaudit's, which takes seconds for a file."""
    root = os.path.join(corpus, "benign")
    if not os.path.isdir(root):
        print(f"no corpus at {corpus}: no tree was measured", file=sys.stderr)
        return None, []
    return command_lines("tree", "the tree of real models", root, rounds, "models in a tree", without=MODELAUDIT)


def many_files(count):
    root = samples.small_files(count)
    table, bars = command_lines(
        "many-files", f"{count:,} small pickles", root, 1, "small pickles in a tree", without=MODELAUDIT
    )
    table.columns.append("files a second")
    for row in table.rows:
        row.append(f"{count / float(row[1]):,.0f}")
    return table, bars


def startup(rounds):
    """From the command to its end, for the file of 35 bytes."""
    table, bars = command_lines("startup", "one file of 35 bytes", samples.tiny(), rounds, "one small file", digits=3)
    version = paired(rounds, {"version": lambda: timed([LAZARET, "--version"])})["version"]
    table.rows.insert(1, ["lazaret --version", f"{version:.3f}", ""])
    return table, bars


def command_lines(name, what, path, rounds, bar, digits=2, without=None):
    """Seconds of each command line over a path."""
    contenders = {"lazaret scan": lambda: timed(scan(path), VERDICTS)}
    for peer, command in peers().items():
        if peer != without:
            contenders[peer] = lambda command=command: timed([*command, path], range(8))
    seconds = paired(rounds, contenders)
    ours = seconds.pop("lazaret scan")
    table = Table(name, [what, "seconds", "beside lazaret"]).add("lazaret scan", f"{ours:.{digits}f}", "")
    for contender, taken in seconds.items():
        table.add(contender, f"{taken:.{digits}f}", ratio(ours, taken))
    return table, [(bar, contender, taken / ours) for contender, taken in seconds.items()]
