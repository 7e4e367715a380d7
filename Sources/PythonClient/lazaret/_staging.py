"""Copies of an artifact that nobody changes between judging and loading.

A small one is a sealed memory file: the kernel refuses every write to it, through any descriptor. A large one is a
file without a name in the temporary folder, mode 0600, of which no descriptor for writing is left; only a process of
the same user that looks into this one could change it, and that could change this one as well.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import stat
import tempfile
from typing import BinaryIO, Iterator, Union

from ._errors import UnvettableError, visible

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

IN_MEMORY = 64 << 20
"""Bytes up to which a copy is a sealed memory file."""

_CHUNK = 1 << 20
# Of glibc's fcntl.h: Python's fcntl has them from version 3.8 on only where it was built with them.
_SEALS = 0x0001 | 0x0002 | 0x0004 | 0x0008
_ADD_SEALS = getattr(fcntl, "F_ADD_SEALS", 1033)
_NO_UNNAMED_FILES = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)


class Descriptor:
    """An open descriptor for reading only, closed at its end."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def take(self) -> int:
        """The descriptor, which is the caller's to close from now on."""
        descriptor, self.descriptor = self.descriptor, -1
        return descriptor

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.take())

    __del__ = close


class Copy(Descriptor):
    """One artifact's bytes, and the digest of what went in."""

    def __init__(self, descriptor: int, sha256: str, size: int) -> None:
        super().__init__(descriptor)
        self.sha256 = sha256
        self.size = size


def open_regular(path: Path) -> int:
    """A descriptor for reading only, of a regular file. Never waits, as opening a pipe would."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        require_regular(descriptor, os.fsdecode(path))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def require_regular(descriptor: int, label: str) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise UnvettableError(f"{visible(label)} is not a regular file, and only regular files can be judged")


def copy_path(path: Path, in_memory: int = IN_MEMORY) -> Copy:
    """A copy of a file's bytes as they are now; raises UnvettableError where it changes meanwhile."""
    source = open_regular(path)
    try:
        size = os.fstat(source).st_size

        def chunks() -> Iterator[bytes]:
            at = 0
            while True:
                chunk = os.pread(source, _CHUNK, at)
                if not chunk:
                    return
                at += len(chunk)
                yield chunk

        return _copy(chunks(), size, in_memory, os.fsdecode(path))
    finally:
        os.close(source)


def copy_bytes(data: bytes, in_memory: int = IN_MEMORY) -> Copy:
    view = memoryview(data)
    chunks = (bytes(view[at : at + _CHUNK]) for at in range(0, len(data), _CHUNK))
    return _copy(chunks, len(data), in_memory, "bytes")


def copy_rest(file: BinaryIO, in_memory: int = IN_MEMORY) -> Copy:
    """A copy of what an open binary file holds from its position to its end; the position is left as it was."""
    try:
        start = file.tell()
        size = file.seek(0, os.SEEK_END) - start
        file.seek(start)
    except (OSError, AttributeError, TypeError, ValueError) as error:
        raise UnvettableError(
            f"{visible(repr(file))} cannot be judged, because its bytes can be read only once ({error}): "
            "read them whole, and load them from memory"
        ) from error

    def chunks() -> Iterator[bytes]:
        while True:
            chunk = file.read(_CHUNK)
            if not isinstance(chunk, (bytes, bytearray)):
                raise UnvettableError(f"{visible(repr(file))} does not give bytes")
            if not chunk:
                return
            yield bytes(chunk)

    try:
        return _copy(chunks(), max(size, 0), in_memory, repr(file))
    finally:
        file.seek(start)


def _copy(chunks: Iterator[bytes], size: int, in_memory: int, label: str) -> Copy:
    sealed = size <= in_memory
    writer = os.memfd_create("lazaret", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING) if sealed else _unnamed_file()
    try:
        digest = hashlib.sha256()
        count = 0
        for chunk in chunks:
            count += len(chunk)
            if count > size:
                break
            digest.update(chunk)
            _write(writer, chunk)
        if count != size:
            raise UnvettableError(f"{visible(label)} changed while it was copied")
        if sealed:
            fcntl.fcntl(writer, _ADD_SEALS, _SEALS)
        reader = os.open(f"/proc/self/fd/{writer}", os.O_RDONLY | os.O_CLOEXEC)
        return Copy(reader, digest.hexdigest(), size)
    finally:
        os.close(writer)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _unnamed_file() -> int:
    folder = tempfile.gettempdir()
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno not in _NO_UNNAMED_FILES:
            raise
    descriptor, name = tempfile.mkstemp(prefix="lazaret-", dir=folder)
    os.unlink(name)
    return descriptor


class VettedFile(io.BufferedReader):
    """A binary file that holds exactly the bytes that were judged."""

    def __init__(self, copy: Copy, verdict: object) -> None:
        super().__init__(io.FileIO(copy.take(), "rb"))
        self.verdict = verdict

    def __del__(self) -> None:
        self.close()

    @property
    def path(self) -> str:
        """A path of these very bytes for loaders that open files themselves, good while this file is open."""
        return f"/proc/self/fd/{self.fileno()}"
