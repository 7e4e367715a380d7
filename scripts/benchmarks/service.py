"""Measures the warm daemon: latency, many connections at once, and whether it grows.

For `scripts/bench daemon`. The client is one process of Python; its own share of the time is in the figures. A verdict is
sent when it is on the disk: TMPDIR names another one for the store, `TMPDIR=/dev/shm` one that costs nothing.
"""
import array
import os
import pickle
import resource
import selectors
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

from measuring import ROOT

sys.path.insert(0, os.path.join(ROOT, "Sources", "PythonClient"))
from lazaret import _wire  # noqa: E402  the folder is named only now

HELLO, ACCEPTED, PART, VERDICT, BUSY = 96, 97, 98, 99, 100
CREDITS = 32


def start(programs, arguments, log, event):
    """Runs lazaretd with these arguments; returns once its log has the event."""
    environment = {"LAZARET_WORKER": os.path.join(programs, "lazaret-worker"), "SWIFT_BACKTRACE": "enable=no"}
    command = [os.path.join(programs, "lazaretd"), *arguments]
    with open(log, "wb") as file:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=file)
    while f'"event":"{event}"'.encode() not in open(log, "rb").read():
        if process.poll() is not None:
            raise RuntimeError(open(log).read())
        time.sleep(0.02)
    return process


class Daemon:
    """The daemon with a store of its own, until the end of a `with`."""

    def __init__(self, programs, policies, workers, arguments=()):
        self.folder = tempfile.mkdtemp(prefix="lazaret-bench-")
        self.socket = os.path.join(self.folder, "s")
        self.store = os.path.join(self.folder, "verdicts.db")
        self.log = os.path.join(self.folder, "log")
        own = ["--socket", self.socket, "--store", self.store, "--policies", policies, "--workers", str(workers)]
        self.process = start(programs, [*own, *arguments], self.log, "listening")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def processes(self):
        """The daemon and all processes below it."""
        parents = {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(name)] = int(fields[1])
        found = [self.process.pid]
        for number in found:
            found += [child for child, parent in parents.items() if parent == number]
        return found

    def footprint(self):
        """Descriptors and resident KiB of the daemon, and its processes."""
        with open(f"/proc/{self.process.pid}/status") as file:
            resident = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        return len(os.listdir(f"/proc/{self.process.pid}/fd")), resident, len(self.processes())


class Connection:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.connect(path)
        self.socket.send(_wire.hello("bench"))
        assert self.socket.recv(65536)[0] == HELLO
        self.last = 0

    def scan(self, file, urgent=False):
        self.last += 1
        message = struct.pack("<BQBI", 65, self.last, 2 if urgent else 0, 0)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]).tobytes())]
        self.socket.sendmsg([message], rights)

    def verdict(self):
        """The next verdict as its bytes."""
        while True:
            message = self.socket.recv(65536)
            if message[0] == VERDICT:
                return message
            if message[0] not in (ACCEPTED, PART):
                raise RuntimeError(f"a reply of type {message[:1]!r}: {message[1:]!r}")


def tiny_files(first, count):
    """Descriptors of harmless pickles that differ, whose time stamps are old enough to be examined at once."""
    files = []
    for number in range(first, first + count):
        memory = os.memfd_create("tiny")
        os.write(memory, pickle.dumps({"weights": [1, 2, number]}, protocol=4))
        files.append(os.open(f"/proc/self/fd/{memory}", os.O_RDONLY))
        os.close(memory)
    time.sleep(0.02)
    return files


def milliseconds(message):
    """What the examination itself took, and whether it was from the store."""
    answer = _wire.Answer(_wire.Request.QUERY, struct.unpack_from("<Q", message, 1)[0])
    answer._formats = ["pickle"]  # the parts were not kept; there is one
    assert answer.take(message)
    return answer.result.milliseconds, answer.result.cached


def disk_milliseconds(folder):
    """What it takes to bring 4 KiB to the disk."""
    times = []
    with open(os.path.join(folder, "probe"), "wb", buffering=0) as file:
        for _ in range(200):
            file.write(bytes(4096))
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1e3)
    return times


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def report_latency(daemon, count):
    connection = Connection(daemon.socket)
    for file in tiny_files(-200, 200):  # warms the store
        connection.scan(file)
        connection.verdict()
        os.close(file)
    files = tiny_files(0, count)
    rows = {"new bytes": ([], []), "known bytes": ([], [])}
    for name, (whole, own) in rows.items():
        for file in files:
            start = time.perf_counter()
            connection.scan(file)
            message = connection.verdict()
            whole.append((time.perf_counter() - start) * 1e3)
            own.append(milliseconds(message)[0])
    for file in files:
        os.close(file)
    print(f"one tiny file at a time, {count} times, milliseconds")
    print(f"  {'':14} {'client p50':>11} {'p99':>8} {'examination p50':>17} {'p99':>8} {'difference p50':>16} {'p99':>8}")
    for name, (whole, own) in rows.items():
        rest = [a - b for a, b in zip(whole, own)]
        figures = [percentile(values, share) for values in (whole, own, rest) for share in (0.5, 0.99)]
        print("  {:14} {:>11.2f} {:>8.2f} {:>17.2f} {:>8.2f} {:>16.2f} {:>8.2f}".format(name, *figures))
    disk = disk_milliseconds(daemon.folder)
    print(f"  4 KiB to the store's disk: {percentile(disk, 0.5):.2f} p50, {percentile(disk, 0.99):.2f} p99", flush=True)


def report_connections(daemon, count, greedy_files):
    """Connections with one file each beside one that always has as many as it may."""
    before = daemon.footprint()
    singles = [Connection(daemon.socket) for _ in range(count - 1)]
    greedy = Connection(daemon.socket)
    files = tiny_files(1_000_000, count - 1)
    start = time.perf_counter()
    sent = answered = of_greedy = 0
    last_single = None
    stash, open_files = [], {}

    def feed():
        nonlocal sent, stash
        if sent >= greedy_files:
            return
        stash = stash or tiny_files(2_000_000 + sent, 256)
        ask(stash.pop())
        sent += 1

    def ask(file):
        greedy.scan(file)
        open_files[greedy.last] = file

    selector = selectors.DefaultSelector()
    selector.register(greedy.socket, selectors.EVENT_READ, greedy)
    for _ in range(CREDITS):
        feed()
    retries, waits, busy = [], [], 0
    for connection, file in zip(singles, files):
        selector.register(connection.socket, selectors.EVENT_READ, (connection, file, time.perf_counter()))
        connection.scan(file)
    peak, looked = before, 0.0
    while answered < len(singles) or of_greedy < greedy_files:
        for key, _ in selector.select(0.05):
            message = key.fileobj.recv(65536)
            kind = message[0]
            if key.data is greedy:
                number = struct.unpack_from("<Q", message, 1)[0]
                if kind == VERDICT:
                    os.close(open_files.pop(number))
                    of_greedy += 1
                    feed()
                elif kind == BUSY:
                    busy += 1
                    retries.append((time.perf_counter() + 0.2, open_files.pop(number)))
                elif kind not in (ACCEPTED, PART):
                    raise RuntimeError("the greedy connection lost a request")
            elif kind == VERDICT:
                answered += 1
                waits.append(time.perf_counter() - key.data[2])
                if answered == len(singles):
                    last_single, greedy_then = time.perf_counter() - start, of_greedy
            elif kind == BUSY:
                busy += 1
                retries.append((time.perf_counter() + 0.2, key.data[:2]))
            elif kind not in (ACCEPTED, PART):
                raise RuntimeError(f"a single connection got {kind}")
        now = time.perf_counter()
        for _, again in [entry for entry in retries if entry[0] <= now]:
            if isinstance(again, int):
                ask(again)
            else:
                again[0].scan(again[1])
        retries = [entry for entry in retries if entry[0] > now]
        if now > looked + 0.25:
            peak, looked = max(peak, daemon.footprint(), key=lambda figures: figures[1]), now
    seconds = time.perf_counter() - start
    selector.close()
    for connection in [greedy, *singles]:
        connection.socket.close()
    for file in files + stash:
        os.close(file)
    print(f"\n{count:,} connections, one of them greedy with {greedy_files:,} files, {CREDITS} at a time")
    print(f"  answered: {answered + of_greedy:,} of {count - 1 + greedy_files:,} in {seconds:.1f} s, {(answered + of_greedy) / seconds:.0f} a second")
    print(f"  'busy' because the queue was full, asked again: {busy:,}")
    print(f"  the last single was served after {last_single:.1f} s, when the greedy one had had {greedy_then:,}")
    print(f"  a single waited {percentile(waits, 0.5):.2f} s p50, {percentile(waits, 0.99):.2f} s p99")
    print(f"  resident: {before[1] / 1024:.1f} MiB before, {peak[1] / 1024:.1f} MiB at most")


def report_growth(daemon, count):
    connections = [Connection(daemon.socket) for _ in range(4)]
    print(f"\n{count:,} scans of bytes that nobody has seen, {len(connections)} connections with {CREDITS // 2} at a time")
    print(f"  {'scans':>9} {'a second':>9} {'descriptors':>12} {'processes':>10} {'resident MiB':>13} {'store MiB':>10}")
    done, batch, start = 0, 1_000, time.perf_counter()
    while done < count:
        files = tiny_files(10_000_000 + done, batch)
        queues = [files[index :: len(connections)] for index in range(len(connections))]
        waiting = [0] * len(connections)
        while any(queues) or any(waiting):
            for index, connection in enumerate(connections):
                while queues[index] and waiting[index] < CREDITS // 2:
                    file = queues[index].pop()
                    connection.scan(file)
                    os.close(file)
                    waiting[index] += 1
                if waiting[index]:
                    connection.verdict()
                    waiting[index] -= 1
        done += batch
        if done in (1_000, 5_000) or done % 10_000 == 0:
            descriptors, resident, processes = daemon.footprint()
            rate = done / (time.perf_counter() - start)
            size = os.path.getsize(daemon.store) / (1 << 20)
            print(f"  {done:>9,} {rate:>9.0f} {descriptors:>12} {processes:>10} {resident / 1024:>13.1f} {size:>10.1f}", flush=True)


def report(programs, policies, workers, scans, connections, growth):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with Daemon(programs, policies, workers) as daemon:
        report_latency(daemon, scans)
        report_connections(daemon, connections, 2 * connections)
        report_growth(daemon, growth)
