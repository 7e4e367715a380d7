"""Measures what a guard adds to an open: the same files unguarded, guarded for the first time, and known.

For `scripts/bench guard`. Needs root: the files are on a file system in memory that is mounted for the time. The client
is one process of Python; its own share is in the figures.
"""
import os
import pickle
import shutil
import subprocess
import tempfile
import threading
import time

import service


class Guard:
    """The guard over a folder, until the end of a `with`. It is killed where it does not end."""

    def __init__(self, programs, policies, folder, work):
        arguments = ["guard", folder, "--policies", policies, "--store", os.path.join(work, "verdicts.db")]
        self.process = service.start(programs, arguments, os.path.join(work, "log"), "guarding")
        self.overseer = threading.Timer(300, self.process.kill)
        self.overseer.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.overseer.cancel()


def times(paths):
    """Microseconds of opening and closing each, sorted; a refused open counts like any."""
    found = []
    for path in paths:
        start = time.perf_counter_ns()
        try:
            os.close(os.open(path, os.O_RDONLY))
        except PermissionError:
            pass
        found.append((time.perf_counter_ns() - start) / 1000)
    return sorted(found)


def row(name, found):
    middle, late = found[len(found) // 2], found[len(found) * 99 // 100]
    print(f"| {name} | {middle:,.1f} us | {late:,.1f} us |")


def report(programs, policies, count):
    work = tempfile.mkdtemp(prefix="lazaret-bench-")
    folder = os.path.join(work, "guarded")
    os.mkdir(folder)
    subprocess.run(["mount", "-t", "tmpfs", "lazaret-bench", folder], check=True)
    try:
        paths = []
        for number in range(count):
            paths.append(os.path.join(folder, f"{number}.pkl"))
            with open(paths[-1], "wb") as file:
                pickle.dump({"number": number}, file, protocol=4)
        large = os.path.join(folder, "large.npy")
        with open(large, "wb") as file:
            head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (8388600,), }"
            head += b" " * (117 - len(head)) + b"\n"
            file.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(8 * 8388600))
        print("| an open and its close | p50 | p99 |\n| --- | ---: | ---: |")
        times(paths)
        row("unguarded", times(paths * 10))
        with Guard(programs, policies, folder, work):
            row("guarded, examined for it (tiny pickles, recorded on the disk)", times(paths))
            row("guarded, known", times(paths * 10))
            start = time.perf_counter()
            os.close(os.open(large, os.O_RDONLY))
            print(f"| guarded, examined for it: 64 MiB of numbers | {(time.perf_counter() - start) * 1000:,.0f} ms | |")
        with Guard(programs, policies, folder, work):
            row("guarded, known to the store only (tiny pickles)", times(paths))
        row("unguarded again", times(paths * 10))
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        shutil.rmtree(work)
