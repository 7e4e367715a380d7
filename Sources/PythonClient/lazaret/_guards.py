"""What takes the place of functions that load models: the same call, on bytes that were judged."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, Optional, Tuple

from ._client import TIMEOUT
from ._errors import NotAllowed, UnvettableError, visible
from ._names import loading, thread
from ._staging import VettedFile
from ._vetting import check, is_path, open_vetted, require_allowed, vet_bytes

Function = Callable[..., Any]


@dataclass(frozen=True)
class Daemon:
    """Whom the guards ask."""

    socket: Optional[str]
    timeout: float = TIMEOUT

    def open(self, source: Any) -> VettedFile:
        return open_vetted(source, socket=self.socket, timeout=self.timeout)


Maker = Callable[[Function, Daemon], Function]


@contextmanager
def _loading(verdict: Any) -> Iterator[None]:
    with loading(verdict.waived):
        yield


def guard_loads(original: Function, daemon: Daemon) -> Function:
    """For a function of bytes: `pickle.loads`."""

    @functools.wraps(original)
    def loads(data: Any, /, *arguments: Any, **keywords: Any) -> Any:
        if thread.loads:
            # A loader that has been given judged bytes unpickles a part of them.
            return original(data, *arguments, **keywords)
        fixed = memoryview(data).tobytes()
        verdict, copy = vet_bytes(fixed, daemon.socket, daemon.timeout)
        require_allowed(copy, verdict, f"<{len(fixed)} bytes>")
        copy.close()
        with _loading(verdict):
            return original(fixed, *arguments, **keywords)

    return loads


def guard_load(parameter: str, opens_paths: bool = True, reads_later: bool = False) -> Maker:
    """For a function of a path or an open file: `torch.load(f)`, `joblib.load(filename)`, `numpy.load(file)`.

    With `opens_paths` the original is given a path of the judged bytes where it was given a path, so that what it does
    with paths (mapping, keeping open) goes on working. With `reads_later` what it returns may go on reading.
    """

    def make(original: Function, daemon: Daemon) -> Function:
        @functools.wraps(original)
        def load(*arguments: Any, **keywords: Any) -> Any:
            source, arguments, keywords = _take(parameter, arguments, keywords, original)
            if is_path(source) and opens_paths:
                with daemon.open(source) as vetted, _loading(vetted.verdict):
                    return original(vetted.path, *arguments, **keywords)
            if thread.loads:
                # A loader that has been given judged bytes loads a part of them.
                return original(source, *arguments, **keywords)
            if not hasattr(source, "read"):
                raise UnvettableError(f"{visible(repr(source))} is neither a path nor an open file")
            vetted = daemon.open(source)
            with closing(vetted) if not reads_later else nullcontext(), _loading(vetted.verdict):
                start = source.tell()
                result = original(vetted, *arguments, **keywords)
                if not vetted.closed:
                    source.seek(start + vetted.tell())
            return result

        return load

    return make


def guard_named(parameter: str) -> Maker:
    """For a function that goes by a path's last letters, `keras.models.load_model`: it is given a path of that name."""

    def make(original: Function, daemon: Daemon) -> Function:
        @functools.wraps(original)
        def load(*arguments: Any, **keywords: Any) -> Any:
            source, arguments, keywords = _take(parameter, arguments, keywords, original)
            if not is_path(source):
                raise UnvettableError(f"{visible(repr(source))} is no path")
            with daemon.open(source) as vetted, _named(vetted, source) as path, _loading(vetted.verdict):
                return original(path, *arguments, **keywords)

        return load

    return make


@contextmanager
def _named(vetted: VettedFile, source: Any) -> Iterator[str]:
    folder = tempfile.mkdtemp(prefix="lazaret-")
    try:
        path = os.path.join(folder, os.path.basename(os.fsdecode(source)))
        os.symlink(vetted.path, path)
        yield path
    finally:
        shutil.rmtree(folder)


def guard_result(original: Function, daemon: Daemon) -> Function:
    """For a function that gives the paths of files or folders it has fetched: `huggingface_hub.snapshot_download`.

    Every file must be allowed before its path is given away. Who loads it opens it again: the folder must be one that
    nobody else writes to.
    """

    @functools.wraps(original)
    def fetch(*arguments: Any, **keywords: Any) -> Any:
        result = original(*arguments, **keywords)
        for path in result if isinstance(result, (list, tuple)) else [result]:
            if isinstance(path, (str, os.PathLike)):
                vet_tree(os.fspath(path), daemon)
        return result

    return fetch


def vet_tree(path: str, daemon: Daemon) -> None:
    """Raises NotAllowed unless a file, or every file below a folder, is allowed."""
    if not os.path.isdir(path):
        _vet_file(path, daemon)
        return

    def fail(error: OSError) -> None:
        raise error

    for folder, folders, files in os.walk(path, onerror=fail):
        for name in folders:
            if os.path.islink(os.path.join(folder, name)):
                raise UnvettableError(f"{visible(os.path.join(folder, name))} is a link to a folder")
        for name in sorted(files):
            _vet_file(os.path.join(folder, name), daemon)


def _vet_file(path: str, daemon: Daemon) -> None:
    verdict = check(path, socket=daemon.socket, timeout=daemon.timeout)
    if not verdict.allowed:
        raise NotAllowed(path, verdict)


def _take(
    parameter: str, arguments: Tuple[Any, ...], keywords: Dict[str, Any], original: Function
) -> Tuple[Any, Tuple[Any, ...], Dict[str, Any]]:
    """What is to be loaded, and the other arguments."""
    if arguments:
        return arguments[0], arguments[1:], keywords
    if parameter not in keywords:
        raise TypeError(f"{original.__name__}() needs {parameter!r}")
    rest = dict(keywords)
    return rest.pop(parameter), (), rest


@dataclass(frozen=True)
class Guard:
    """A function to guard: where it is found once its module was imported, and what takes its place."""

    name: str
    module: str
    attribute: str
    make: Maker


GUARDS = (
    Guard("pickle.load", "pickle", "load", guard_load("file", opens_paths=False)),
    Guard("pickle.loads", "pickle", "loads", guard_loads),
    Guard("joblib.load", "joblib", "load", guard_load("filename")),
    Guard("numpy.load", "numpy", "load", guard_load("file", reads_later=True)),
    Guard("torch.load", "torch", "load", guard_load("f")),
    Guard("keras.models.load_model", "keras.src.saving.saving_api", "load_model", guard_named("filepath")),
    Guard("keras.models.load_model", "keras.models", "load_model", guard_named("filepath")),
    Guard("huggingface_hub.hf_hub_download", "huggingface_hub.file_download", "hf_hub_download", guard_result),
    Guard("huggingface_hub.snapshot_download", "huggingface_hub._snapshot_download", "snapshot_download", guard_result),
    Guard("transformers.from_pretrained", "transformers.utils.hub", "cached_file", guard_result),
    Guard("transformers.from_pretrained", "transformers.utils.hub", "cached_files", guard_result),
)
