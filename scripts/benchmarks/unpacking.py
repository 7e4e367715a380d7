"""What unpacking costs: scripts/bench --memory.

Files that unpack to little and to much, of the same kind, and the bombs of a corpus. Memory is the peak of a process
that examines one file, without its confinement.
"""
import gzip
import io
import os
import random
import tarfile

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


def report(work, corpus, benchmark):
    """Prints both tables. `benchmark` runs the measuring program and returns its figures."""
    print(f"{'file':34} {'unpacks to':>12} {'verdict':>11} {'CPU s':>8} {'peak MiB':>9}")
    for name, write in (("pickle.gz", write_gzip), ("model.tar.gz", write_tar)):
        peaks = []
        for mebibytes in (1, 10 * 1024):
            path = os.path.join(work, f"{mebibytes}-mib-{name}")
            if not os.path.exists(path):
                write(path, mebibytes)
            peaks.append(row(os.path.basename(path), f"{mebibytes} MiB", benchmark("cost", path)))
        print(f"  the large one takes {peaks[1] - peaks[0]:.0f} MiB more")
    bombs = os.path.join(corpus, "hostile", "bombs")
    if not os.path.isdir(bombs):
        print(f"no bombs at {bombs}: none were measured")
        return
    for name in sorted(os.listdir(bombs)):
        row(name, "a bomb", benchmark("cost", os.path.join(bombs, name)))


def row(name, unpacked, figures):
    peak = figures["peakKilobytes"] / 1024
    print(f"{name:34} {unpacked:>12} {figures['verdict']:>11} {figures['cpuSeconds']:>8.2f} {peak:>9.0f}")
    return peak
