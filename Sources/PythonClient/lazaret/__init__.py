"""Asks lazaretd before a model is loaded, and loads only the bytes that were judged.

    verdict = lazaret.check("model.pt")             what is true of the file
    with lazaret.open_vetted("model.pt") as file:   the bytes that were judged, or NotAllowed
        ...
    lazaret.install()                               torch.load, joblib.load and others do so by themselves

Everything fails closed: without a daemon, without a verdict, without `allow` or a waiver there is an exception and
nothing was loaded.
"""

from . import aio
from ._client import Client, default_socket
from ._errors import (
    BusyError,
    DaemonError,
    LazaretError,
    NameRefused,
    NotAllowed,
    ProtocolError,
    RefusedError,
    UnreachableError,
    UnvettableError,
)
from ._guards import GUARDS as _GUARDS
from ._install import Installation, install, uninstall
from ._staging import VettedFile
from ._verdict import Coverage, Ending, Finding, Gap, Judgement, Location, Outcome, Sandbox, Verdict, Waiver
from ._vetting import check, check_bytes, open_vetted

GUARDED = tuple(dict.fromkeys(guard.name for guard in _GUARDS))
"""The names of the guards that `install` knows."""

__version__ = "0.3.0"

__all__ = [
    "GUARDED",
    "BusyError",
    "Client",
    "Coverage",
    "DaemonError",
    "Ending",
    "Finding",
    "Gap",
    "Installation",
    "Judgement",
    "LazaretError",
    "Location",
    "NameRefused",
    "NotAllowed",
    "Outcome",
    "ProtocolError",
    "RefusedError",
    "Sandbox",
    "UnreachableError",
    "UnvettableError",
    "Verdict",
    "VettedFile",
    "Waiver",
    "aio",
    "check",
    "check_bytes",
    "default_socket",
    "install",
    "open_vetted",
    "uninstall",
]
