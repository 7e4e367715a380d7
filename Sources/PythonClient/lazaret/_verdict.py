"""The judgement of one artifact, as the daemon gives it."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass
from typing import Optional, Tuple

from ._errors import visible


class Judgement(enum.IntEnum):
    """The four verdicts, from best to worst. Only `ALLOW` opens a gate."""

    ALLOW = 0
    REVIEW = 1
    INCOMPLETE = 2
    DENY = 3

    def __str__(self) -> str:
        return self.name.lower()


class Ending(enum.IntEnum):
    """How the process that examined the artifact ended."""

    FINISHED = 0
    DEADLINE = 1
    PROCESSOR_TIME = 2
    VIOLATION = 3
    CRASHED = 4
    OUT_OF_MEMORY = 5
    PROTOCOL_ERROR = 6
    EXITED = 7
    UNAVAILABLE = 8


@dataclass(frozen=True)
class Location:
    """A place inside an artifact: its containers from the outermost inwards, and an offset in bytes."""

    path: Tuple[str, ...]
    offset: Optional[int]

    def __str__(self) -> str:
        member = visible(" > ".join(self.path))
        byte = "" if self.offset is None else f"byte {self.offset}"
        return ", ".join(part for part in (member, byte) if part)


@dataclass(frozen=True)
class Finding:
    """One rule that fired at one place."""

    rule: str
    location: Location
    detail: str
    evidence: str


@dataclass(frozen=True)
class Gap:
    """Something that was not examined, and why."""

    location: Location
    reason: str


@dataclass(frozen=True)
class Coverage:
    """How much was examined."""

    bytes: int
    members: int
    opcodes: int
    finished: bool
    gaps: Tuple[Gap, ...]


@dataclass(frozen=True)
class Outcome:
    """How the worker ended: seconds, a signal or a status as `number`, a system call or a reason as `text`."""

    ending: Ending
    number: int
    text: str


@dataclass(frozen=True)
class Sandbox:
    """What was true of the worker's confinement. With a required layer missing nothing is allowed."""

    role: str
    filter: str
    layers: Tuple[str, ...]
    missing: Tuple[str, ...]
    kernel: str


@dataclass(frozen=True)
class Waiver:
    """A person's decision to use the artifact in spite of its verdict. `until` is in seconds since 1970."""

    covers: Judgement
    reason: str
    owner: str
    until: int


@dataclass(frozen=True)
class Verdict:
    """A verdict and everything that it rests on.

    `sha256` is the digest of the bytes that were judged, in lowercase hexadecimal; None where they could not be read.
    `policy` is the digest of the policies in force. `repeatable` says that nothing but bytes, policy and engine had a
    part in the end. `waived` says whether the waiver held when the answer came.
    """

    verdict: Judgement
    findings: Tuple[Finding, ...]
    formats: Tuple[str, ...]
    coverage: Coverage
    sha256: Optional[str]
    size: int
    outcome: Outcome
    sandbox: Sandbox
    policy: str
    engine: str
    milliseconds: float
    cached: bool
    repeatable: bool
    waiver: Optional[Waiver]
    waived: bool
    notices: Tuple[str, ...]

    @property
    def allowed(self) -> bool:
        """Whether the artifact may be loaded: by its verdict, or by a waiver."""
        return self.verdict is Judgement.ALLOW or self.waived

    def account(self) -> str:
        """Why it is not allowed, and how a person can decide otherwise, in a few lines."""
        lines = [str(self.verdict)]
        for finding in self.findings[:3]:
            lines.append(f"  {visible(finding.rule)} ({finding.location}): {visible(finding.detail)}")
            if finding.evidence:
                lines.append(f"    {visible(finding.evidence)}")
        for gap in self.coverage.gaps[:2]:
            lines.append(f"  not examined ({gap.location}): {visible(gap.reason)}")
        rest = len(self.findings[3:]) + len(self.coverage.gaps[2:])
        if rest:
            lines.append(f"  and {rest} more")
        lines.append(self._advice())
        return "\n".join(lines)

    def _advice(self) -> str:
        if self.sha256 is None:
            return "Its bytes could not be read, so nobody can waive it."
        if not self.repeatable or self.outcome.ending is not Ending.FINISHED:
            return (
                f"The examination was disturbed ({self.outcome.ending.name.lower()} {visible(self.outcome.text)}), "
                "which no waiver covers: have it examined again."
            )
        why = ""
        if self.waiver is not None and not self.waived:
            expired = time.time() >= self.waiver.until
            why = "Its waiver has expired. " if expired else f"Its waiver covers {self.waiver.covers} at worst. "
        return (
            f"{why}If a person decides to use it all the same: lazaret waive {self.sha256} --covers {self.verdict} "
            "--reason TEXT --owner WHO --until DATE, then SIGHUP to lazaretd."
        )


def waiver_holds(
    waiver: Optional[Waiver], judgement: Judgement, ending: Ending, repeatable: bool, sha256: Optional[str]
) -> bool:
    """Whether a waiver lets an artifact through now: the same rule as the command line's."""
    if waiver is None or sha256 is None or judgement is Judgement.ALLOW:
        return False
    disturbed = not repeatable or ending is not Ending.FINISHED
    return time.time() < waiver.until and not disturbed and judgement <= waiver.covers
