"""Asking for verdicts, and getting at the bytes that were judged."""

from __future__ import annotations

import os
from contextlib import closing
from typing import BinaryIO, Optional, Union

from ._client import TIMEOUT, Client
from ._errors import NotAllowed, ProtocolError
from ._staging import IN_MEMORY, Copy, Descriptor, Path, VettedFile
from ._staging import copy_bytes, copy_path, copy_rest, open_regular, require_regular
from ._verdict import Verdict

Source = Union[Path, BinaryIO]


def is_path(source: object) -> bool:
    return isinstance(source, (str, bytes, os.PathLike))


def label_of(source: object) -> str:
    """What an artifact is called in messages, and in the daemon's log and store."""
    if isinstance(source, (str, bytes, os.PathLike)):
        return os.path.abspath(os.fsdecode(source))
    name = getattr(source, "name", None)
    return os.path.abspath(name) if isinstance(name, str) and name else f"<{type(source).__name__}>"


def open_source(source: Source) -> Descriptor:
    """A descriptor for reading only of a whole file, whatever is open already."""
    if isinstance(source, (str, bytes, os.PathLike)):
        return Descriptor(open_regular(source))
    try:
        descriptor = source.fileno()
    except (OSError, AttributeError):
        return _copy_whole(source)
    require_regular(descriptor, label_of(source))
    # Another description of the same file: neither its position nor its right to write goes to the daemon.
    return Descriptor(os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK))


def _copy_whole(file: BinaryIO) -> Copy:
    position = file.tell()
    try:
        file.seek(0)
        return copy_rest(file)
    finally:
        file.seek(position)


def stage(source: Source, in_memory: int = IN_MEMORY) -> Copy:
    """A copy that nobody changes: of a path's whole file, or of an open file from its position on."""
    if isinstance(source, (str, bytes, os.PathLike)):
        return copy_path(source, in_memory)
    return copy_rest(source, in_memory)


def require_allowed(copy: Copy, verdict: Verdict, label: str) -> None:
    """Raises unless the verdict is on these very bytes and lets them through."""
    if verdict.sha256 is not None and verdict.sha256 != copy.sha256:
        raise ProtocolError("the daemon judged other bytes than it was sent")
    if not verdict.allowed:
        raise NotAllowed(label, verdict)


def check(
    path_or_file: Source, *, socket: Optional[str] = None, timeout: float = TIMEOUT, fresh: bool = False
) -> Verdict:
    """The daemon's verdict on a file: a path, or an open binary file, of which the whole is judged.

    It says what is true of the file now. What is loaded later from the same path may be something else: use
    `open_vetted` for that. `socket` is the daemon's, `timeout` in seconds, and `fresh` has the file examined even where
    the verdict is known. Raises DaemonError where there is no verdict and UnvettableError for what is no regular file.
    """
    with closing(open_source(path_or_file)) as opened, Client(socket, timeout) as client:
        return client.check(opened.descriptor, os.fsencode(label_of(path_or_file)), fresh)


def check_bytes(data: Union[bytes, bytearray, memoryview], **options: object) -> Verdict:
    """The daemon's verdict on bytes in memory; takes what `check` takes."""
    verdict, copy = vet_bytes(memoryview(data).tobytes(), **options)  # type: ignore[arg-type]
    copy.close()
    return verdict


def vet_bytes(
    data: bytes, socket: Optional[str] = None, timeout: float = TIMEOUT, fresh: bool = False
) -> "tuple[Verdict, Copy]":
    """The verdict on a copy of bytes, and the copy."""
    copy = copy_bytes(data)
    with Client(socket, timeout) as client:
        return client.check(copy.descriptor, b"", fresh), copy


def open_vetted(
    source: Source, *, socket: Optional[str] = None, timeout: float = TIMEOUT, in_memory: int = IN_MEMORY
) -> VettedFile:
    """The bytes of a file, judged and allowed, as a binary file of their own.

    They are copied first: up to `in_memory` bytes into a sealed memory file, beyond that into a private file without a
    name. The copy is what the daemon judges and what the result reads; its digest must be the verdict's. Raises
    NotAllowed unless the verdict is allow or waived, DaemonError where there is none, and UnvettableError for what
    cannot be copied whole.
    """
    label = label_of(source)
    copy = stage(source, in_memory)
    with Client(socket, timeout) as client:
        verdict = client.check(copy.descriptor, os.fsencode(label))
    require_allowed(copy, verdict, label)
    return VettedFile(copy, verdict)
