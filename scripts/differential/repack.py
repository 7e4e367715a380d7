#!/usr/bin/env python3
"""Packs files as many tools do: for Tests/ScanningTests/RepackedTests.swift.

    scripts/differential/repack.py FROM TO

For each file in FROM there are files in TO with its name, a dot, and what was done to it. Every one gives back the bytes of
the file, or a pickle that does the same. Tools that are missing are named and left out.
"""
import bz2
import gzip
import io
import lzma
import os
import pickletools
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib


class Pipe(io.RawIOBase):
    """A file that cannot seek, as a socket: zipfile then writes sizes behind the data."""

    def __init__(self):
        self.parts = []

    def writable(self):
        return True

    def write(self, data):
        self.parts.append(bytes(data))
        return len(data)


def zipped(data, method=zipfile.ZIP_STORED, streamed=False, wide=False, beside=()):
    output = Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        for name in beside:
            archive.writestr(name, b"words\n")
        info = zipfile.ZipInfo("m")
        info.compress_type = method
        with archive.open(info, "w", force_zip64=wide) as member:
            member.write(data)
    return b"".join(output.parts) if streamed else output.getvalue()


def tarred(data, form, mode="w"):
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode=mode, format=form) as archive:
        info = tarfile.TarInfo("folder/" * 20 + "m" if form != tarfile.USTAR_FORMAT else "m")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return output.getvalue()


WAYS = {
    "zip-stored": zipped,
    "zip-deflated": lambda data: zipped(data, zipfile.ZIP_DEFLATED),
    "zip-bzip2": lambda data: zipped(data, zipfile.ZIP_BZIP2),
    "zip-lzma": lambda data: zipped(data, zipfile.ZIP_LZMA),
    "zip-zip64": lambda data: zipped(data, wide=True),
    "zip-streamed": lambda data: zipped(data, zipfile.ZIP_DEFLATED, streamed=True),
    "zip-streamed-stored": lambda data: zipped(data, streamed=True),
    "zip-streamed-zip64": lambda data: zipped(data, zipfile.ZIP_DEFLATED, streamed=True, wide=True),
    "zip-beside": lambda data: zipped(data, beside=("a.txt", "d/b.txt")),
    "zip-in-zip": lambda data: zipped(zipped(data, zipfile.ZIP_DEFLATED)),
    "tar-ustar": lambda data: tarred(data, tarfile.USTAR_FORMAT),
    "tar-gnu": lambda data: tarred(data, tarfile.GNU_FORMAT),
    "tar-pax": lambda data: tarred(data, tarfile.PAX_FORMAT),
    "tar-gz": lambda data: tarred(data, tarfile.GNU_FORMAT, "w:gz"),
    "tar-bz2": lambda data: tarred(data, tarfile.GNU_FORMAT, "w:bz2"),
    "tar-xz": lambda data: tarred(data, tarfile.PAX_FORMAT, "w:xz"),
    "gzip": gzip.compress,
    "gzip-twice": lambda data: gzip.compress(data[:20]) + gzip.compress(data[20:]),
    "zlib": zlib.compress,
    "bz2": bz2.compress,
    "bz2-twice": lambda data: bz2.compress(data[:20]) + bz2.compress(data[20:]),
    "xz": lzma.compress,
    "xz-sha256": lambda data: lzma.compress(data, check=lzma.CHECK_SHA256),
    "xz-unchecked": lambda data: lzma.compress(data, check=lzma.CHECK_NONE),
    "xz-delta": lambda data: lzma.compress(
        data, filters=[{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 6}]),
    "lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE),
}

# Each packs a file m.
PACKERS = {
    "info-zip": ["zip", "-q", "packed.zip", "m"],
    "info-zip-stored": ["zip", "-q", "-0", "packed.zip", "m"],
    "info-zip-zip64": ["zip", "-q", "-fz", "packed.zip", "m"],
    "7-zip": ["7z", "a", "-bd", "packed.zip", "m"],
}

# Each reads its input and writes its output.
TOOLS = {
    "info-zip-streamed": ["zip", "-q", "-", "-"],
    "xz-tool": ["xz", "-9e", "--block-size=64"],
    "zstd": ["zstd", "-q", "-19", "--check"],
    "zstd-long": ["zstd", "-q", "--long=27", "--no-check"],
    "lz4": ["lz4", "-q", "-9", "--content-size"],
    "lz4-linked": ["lz4", "-q", "-BD", "-B4", "--no-frame-crc"],
    "bzip2": ["bzip2", "-1"],
}


def optimized(data):
    """The pickle without what it puts into the memo and never takes out; None for what is not just one pickle, of which
    the tool would drop the rest."""
    try:
        end = max((place for _, _, place in pickletools.genops(data)), default=0) + 1
        return pickletools.optimize(data) if end == len(data) else None
    except (ValueError, UnicodeDecodeError, IndexError, KeyError, AttributeError, OverflowError, TypeError):
        return None


def pack(data):
    """Every way that there is, by its name."""
    for name, way in WAYS.items():
        yield name, way(data)
    for name, command in PACKERS.items():
        if shutil.which(command[0]):
            with tempfile.TemporaryDirectory() as folder:
                with open(os.path.join(folder, "m"), "wb") as file:
                    file.write(data)
                subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
                with open(os.path.join(folder, "packed.zip"), "rb") as file:
                    yield name, file.read()
    for name, command in TOOLS.items():
        if shutil.which(command[0]):
            yield name, subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout
    yield "optimized", optimized(data)


def main():
    source, target = sys.argv[1:]
    for tool in sorted({command[0] for command in [*PACKERS.values(), *TOOLS.values()]}):
        if not shutil.which(tool):
            print(f"NOTICE: no {tool} here: WHAT IT PACKS WAS NOT TRIED")
    for name in sorted(os.listdir(source)):
        with open(os.path.join(source, name), "rb") as file:
            data = file.read()
        for way, packed in pack(data):
            if packed is not None:
                with open(os.path.join(target, f"{name}.{way}"), "wb") as file:
                    file.write(packed)


if __name__ == "__main__":
    main()
