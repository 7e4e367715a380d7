"""What memory and time inputs cost, large ones and bombs: `scripts/bench memory`."""
import gzip
import io
import os
import random
import sys
import tarfile

import samples
from measuring import Table, benchmark

MEBIBYTE = 1 << 20


class Zeros(io.RawIOBase):
    """Mostly zeros, with as many random bytes in each mebibyte that no bomb is seen in it."""

    def __init__(self, mebibytes):
        self.left = mebibytes * MEBIBYTE
        self.random = random.Random(1)

    def readable(self):
        return True

    def readinto(self, buffer):
        count = min(len(buffer), self.left)
        self.left -= count
        noise = self.random.randbytes(min(count, count // 256))
        buffer[:count] = noise + bytes(count - len(noise))
        return count


def pickled(mebibytes):
    """A pickle of one bytes object of so many mebibytes, as a stream."""
    size = mebibytes * MEBIBYTE
    head, tail = b"\x80\x04\x8e" + size.to_bytes(8, "little"), b"."
    return head, Zeros(mebibytes), tail, len(head) + size + len(tail)


def write_gzip(path, mebibytes):
    head, body, tail, _ = pickled(mebibytes)
    with gzip.open(path, "wb", compresslevel=1) as handle:
        handle.write(head)
        while chunk := body.read(MEBIBYTE):
            handle.write(chunk)
        handle.write(tail)


def write_tar(path, mebibytes):
    head, body, tail, size = pickled(mebibytes)
    stream = io.BufferedReader(Joined([io.BytesIO(head), body, io.BytesIO(tail)]), MEBIBYTE)
    with gzip.open(path, "wb", compresslevel=1) as packed, tarfile.open(fileobj=packed, mode="w|") as archive:
        member = tarfile.TarInfo("model/weights.pkl")
        member.size = size
        archive.addfile(member, stream)


class Joined(io.RawIOBase):
    """Streams one behind the other."""

    def __init__(self, streams):
        self.streams = streams

    def readable(self):
        return True

    def readinto(self, buffer):
        while self.streams:
            chunk = self.streams[0].read(len(buffer))
            if chunk:
                buffer[: len(chunk)] = chunk
                return len(chunk)
            self.streams.pop(0)
        return 0


def memory(corpus):
    """Inputs of three sizes, archives that unpack to little and to much, and the bombs."""
    table = Table(
        "memory", ["file", "input or unpacked", "verdict", "CPU s", "MiB before", "peak MiB"],
        "Of one process that reads the policies and examines one file, without confinement. A worker inherits the policies "
        "instead, and has some 14 MiB before its file.",
    )
    for size in (1, 100, 2000):
        row(table, "PyTorch checkpoint", f"{size:,} MB", samples.checkpoint(size))
    for size in (1, 10, 100):
        row(table, "pickle of nothing but opcodes", f"{size} MB", samples.dense(size))
    for name, write in (("pickle in gzip", write_gzip), ("pickle in a .tar.gz", write_tar)):
        for mebibytes in (1, 10 * 1024):
            path = samples.made(f"{mebibytes}-mib-{write.__name__}.gz", lambda path: write(path, mebibytes))
            row(table, name, f"{mebibytes:,} MiB", path)
    bombs = os.path.join(corpus, "hostile", "bombs")
    if not os.path.isdir(bombs):
        print(f"no bombs at {bombs}: none were measured", file=sys.stderr)
        return table, []
    for name in sorted(os.listdir(bombs)):
        row(table, name, "a bomb", os.path.join(bombs, name))
    return table, []


def row(table, name, size, path):
    figures = benchmark("cost", path)
    memory = [f"{figures[key] / 1024:.0f}" for key in ("baseKilobytes", "peakKilobytes")]
    table.add(name, size, figures["verdict"], f"{figures['cpuSeconds']:.2f}", *memory)
