"""The second line: which names pickles may import while guards are installed, whoever loads them.

CPython raises the audit event `pickle.find_class` before an unpickler imports a name. A hook on it cannot be removed
and stays in the process; it does nothing while no guards are installed. It sees names and not what is done with
them, and it is no sandbox: code that runs already can go around it.
"""

from __future__ import annotations

import _compat_pickle
import json
import os
import shutil
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import FrozenSet, Iterable, Iterator, Optional, Set, Tuple

from ._errors import LazaretError, NameRefused
from ._staging import Path

Pair = Tuple[str, str]

# What a pickle may do with a name is part of the list, but no audit event tells it. Loads that the daemon has judged
# were checked for it; for all others a name must be harmless whatever it is handed.
_CLASSES = ("class", "enum")
_HARMLESS_SHAPES = (
    "any",
    "none",
    "numpy-reconstruct",
    "numpy-scalar",
    "numpy-frombuffer",
    "codecs-encode",
    "reconstructor",
    "newobj",
)


@dataclass(frozen=True)
class SafeList:
    """Exact pairs of module and name. `judged` is for loads of judged bytes, `unjudged` for every other load."""

    judged: FrozenSet[Pair]
    unjudged: FrozenSet[Pair]

    def adding(self, pairs: Iterable[Pair]) -> "SafeList":
        extra = frozenset((str(module), str(name)) for module, name in pairs)
        return SafeList(self.judged | extra, self.unjudged | extra)

    @classmethod
    def read(cls, policies: Path) -> "SafeList":
        """The lists `globals/safe/*.json` of a policy folder, of which everything must be as it should."""
        folder = os.path.join(os.fsdecode(policies), "globals", "safe")
        judged: Set[Pair] = set()
        unjudged: Set[Pair] = set()
        try:
            files = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
            if not files:
                raise LazaretError(f"{folder} holds no lists of safe names")
            for file in files:
                with open(os.path.join(folder, file), encoding="utf-8") as stream:
                    entries = json.load(stream)["entries"]
                for entry in entries:
                    if entry["kind"] == "code":
                        continue
                    pairs = [(module, name) for module in _texts(entry["modules"]) for name in _texts(entry["names"])]
                    judged.update(pairs)
                    if entry["kind"] in _CLASSES or entry.get("arguments") in _HARMLESS_SHAPES:
                        unjudged.update(pairs)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LazaretError(f"the safe list in {folder} cannot be read: {error!r}") from error
        return cls(frozenset(judged), frozenset(unjudged))


def _texts(value: object) -> "list[str]":
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("names and modules are lists of texts")
    return value


def default_policies() -> Optional[str]:
    """The policy folder that the programs take: `$LAZARET_POLICIES`, or the one that `lazaret` is installed with."""
    named = os.environ.get("LAZARET_POLICIES")
    if named:
        return named
    program = shutil.which("lazaret")
    if program is None:
        return None
    folder = os.path.join(os.path.dirname(os.path.realpath(program)), "..", "share", "lazaret", "policies")
    return folder if os.path.isdir(folder) else None


class Thread(threading.local):
    """What guarded loads run on this thread."""

    loads = 0
    waived = 0


thread = Thread()
_active: Optional[SafeList] = None
_hooked = False


@contextmanager
def loading(waived: bool) -> Iterator[None]:
    """Marks this thread as one that loads judged bytes; waived ones may import what they like."""
    thread.loads += 1
    thread.waived += waived
    try:
        yield
    finally:
        thread.loads -= 1
        thread.waived -= waived


def activate(names: Optional[SafeList]) -> None:
    """Enforces these names from now on, or none."""
    global _active, _hooked
    _active = names
    if names is not None and not _hooked:
        sys.addaudithook(_hook)
        _hooked = True


def _hook(event: str, arguments: "tuple[object, ...]") -> None:
    if event != "pickle.find_class" or _active is None or thread.waived:
        return
    written = (str(arguments[0]), str(arguments[1]))
    names = _active.judged if thread.loads else _active.unjudged
    if written in names or _renamed(written) in names:
        return
    if thread.loads:
        situation = "which is on no safe list although the file was allowed"
        advice = "The loader reads this file otherwise than the daemon did, or the safe list is not the daemon's."
    else:
        situation = "outside of a guarded load"
        advice = (
            "Load it by a guarded function, so that lazaretd judges it first (a person can waive its verdict: lazaret "
            "waive FILE --reason TEXT --owner WHO --until DATE), or name the pair in install(also_allow=...)."
        )
    raise NameRefused(*written, situation, advice)


def _renamed(written: Pair) -> Pair:
    """The name as Python 3 has it: the event comes before a pickle of Python 2 gets its names mapped."""
    module, name = _compat_pickle.NAME_MAPPING.get(written, written)
    if (module, name) == written:
        module = _compat_pickle.IMPORT_MAPPING.get(module, module)
    return module, name
