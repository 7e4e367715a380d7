"""What can go wrong between a program and the daemon. Every one of them means that nothing was loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._verdict import Verdict


def visible(text: str, limit: int = 400) -> str:
    """Text of an artifact as it may be printed: control and invisible characters escaped, and cut."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)
    return shown if len(shown) <= limit else shown[:limit] + "..."


class LazaretError(Exception):
    """The root of all errors of this package."""


class DaemonError(LazaretError):
    """The daemon gave no verdict."""


class UnreachableError(DaemonError):
    """No daemon answers at the socket, or it went away in the midst of a request."""


class ProtocolError(DaemonError):
    """The daemon said what it may not say, or a verdict that does not follow from its own report."""


class BusyError(DaemonError):
    """The daemon was busy, or silent, until the time was over."""


class RefusedError(DaemonError):
    """The daemon does not take the request. `code` is one of malformed, version, forbidden, descriptor, id, store."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"the daemon refuses ({self.code}): {visible(self.reason)}"


class UnvettableError(LazaretError):
    """The bytes cannot be had in a form that nobody can change between judging and loading."""


class NotAllowed(LazaretError):
    """The artifact was judged, and must not be loaded. `verdict` is the whole judgement."""

    def __init__(self, label: str, verdict: Verdict) -> None:
        super().__init__(label, verdict)
        self.label = label
        self.verdict = verdict

    def __str__(self) -> str:
        return f"{visible(self.label)} is not allowed, and was not loaded: {self.verdict.account()}"


class NameRefused(LazaretError):
    """A pickle that is being loaded asks for a name that is on no safe list."""

    def __init__(self, module: str, name: str, situation: str, advice: str) -> None:
        super().__init__(module, name, situation, advice)
        self.module = module
        self.name = name
        self.situation = situation
        self.advice = advice

    def __str__(self) -> str:
        return (
            f"a pickle asks for {visible(self.module)}.{visible(self.name)}, {self.situation}; "
            f"it was not imported. {self.advice}"
        )
