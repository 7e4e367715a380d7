"""Messages between a client and lazaretd: the bytes, and nothing of sockets.

One message a packet: a type byte, then fields. Integers are little-endian, a text is its length as u32 and UTF-8. A
message is exactly its fields. Source: Sources/Daemon/Daemon.docc/Protocol.md.
"""

from __future__ import annotations

import enum
import math
import struct
from typing import List, NamedTuple, Optional, Tuple, Type, TypeVar, Union

from ._errors import ProtocolError
from ._verdict import Coverage, Ending, Finding, Gap, Judgement, Location, Outcome, Sandbox, Verdict, Waiver
from ._verdict import waiver_holds

VERSION = 1
MESSAGE_LIMIT = 65_536
LABEL_LIMIT = 4_096
NAME_LIMIT = 128
_ENTRIES = 64
_RECORDS = 20_064
_FORMAT = 64
_RULE = 128
_COMPONENTS = 64
_COMPONENT = 4_096
_PATH = 16_384
_SENTENCE = 4_096
_EVIDENCE = 8_192
_NOTICE = 512
_URGENT = 2


class Request(enum.IntEnum):
    """Types of a client's messages."""

    HELLO = 64
    SCAN = 65
    QUERY = 66
    CANCEL = 67
    STATS = 68
    HEALTH = 69
    STREAM = 70
    DATA = 71
    TREE = 72


class Reply(enum.IntEnum):
    """Types of the daemon's messages."""

    HELLO = 96
    ACCEPTED = 97
    PART = 98
    VERDICT = 99
    BUSY = 100
    REFUSED = 101
    CANCELLED = 102
    UNKNOWN = 103
    STATS = 104
    HEALTH = 105
    READY = 106


class BusyReason(enum.IntEnum):
    """Why a scan is not taken now."""

    CREDITS = 0
    QUEUE = 1
    CONNECTIONS = 2
    STOPPING = 3
    STAGING = 4


class RefusalCode(enum.IntEnum):
    """Why a request cannot be met."""

    MALFORMED = 0
    VERSION = 1
    FORBIDDEN = 2
    DESCRIPTOR = 3
    ID = 4
    STORE = 5
    FAILING = 6
    ROLE = 7
    STREAM = 8


class Hello(NamedTuple):
    """What the daemon says first."""

    version: int
    engine: str
    policy: str
    credits: int
    queue: int


class Check(NamedTuple):
    """One thing that the daemon tried on itself."""

    name: str
    good: bool
    detail: str


class Busy(NamedTuple):
    """The request is not taken now."""

    reason: BusyReason
    retry_milliseconds: int


class Refused(NamedTuple):
    """The request is not met."""

    code: RefusalCode
    reason: str


def hello(name: str) -> bytes:
    raw = name.encode()[:NAME_LIMIT].decode(errors="ignore").encode()
    return struct.pack("<BHHI", Request.HELLO, VERSION, VERSION, len(raw)) + raw


def scan(number: int, label: bytes, fresh: bool) -> bytes:
    """A scan that somebody waits for at a gate: the daemon does not let it wait for a batch."""
    raw = label[-LABEL_LIMIT:]
    return struct.pack("<BQBI", Request.SCAN, number, int(fresh) | _URGENT, len(raw)) + raw


def query(number: int, sha256: str) -> bytes:
    digest = bytes.fromhex(sha256)
    if len(digest) != 32:
        raise ValueError("a SHA-256 is 64 hexadecimal digits")
    return struct.pack("<BQ", Request.QUERY, number) + digest


def bare(kind: Request, number: int) -> bytes:
    """A request of a type and an id alone: stats, health."""
    return struct.pack("<BQ", kind, number)


Result = Union[Verdict, Busy, Refused, None, Tuple[Check, ...], Tuple[Tuple[str, int], ...]]

_Number = TypeVar("_Number", bound=enum.IntEnum)


class Reader:
    """Takes fields from one message, and believes none of its lengths."""

    def __init__(self, message: bytes) -> None:
        self._bytes = message
        self._at = 0

    def raw(self, count: int, field: str) -> bytes:
        if count > len(self._bytes) - self._at:
            raise ProtocolError(f"a message of the daemon ends within {field}")
        self._at += count
        return self._bytes[self._at - count : self._at]

    def integer(self, kind: str, field: str) -> int:
        value: int = struct.unpack("<" + kind, self.raw(struct.calcsize("<" + kind), field))[0]
        return value

    def natural(self, field: str) -> int:
        value = self.integer("Q", field)
        if value >> 63:
            raise ProtocolError(f"{field} is too large")
        return value

    def count(self, limit: int, field: str) -> int:
        value = self.integer("I", field)
        if value > limit:
            raise ProtocolError(f"{field}: {value}, at most {limit}")
        return value

    def flag(self, field: str) -> bool:
        value = self.integer("B", field)
        if value > 1:
            raise ProtocolError(f"{field} is neither 0 nor 1")
        return value == 1

    def number(self, kind: Type[_Number], field: str) -> _Number:
        value = self.integer("B", field)
        try:
            return kind(value)
        except ValueError:
            raise ProtocolError(f"{field}: unknown number {value}") from None

    def text(self, limit: int, field: str) -> str:
        try:
            return self.raw(self.count(limit, field), field).decode("utf-8")
        except UnicodeDecodeError:
            raise ProtocolError(f"{field} is not UTF-8") from None

    def texts(self, count: int, limit: int, field: str) -> Tuple[str, ...]:
        return tuple(self.text(limit, field) for _ in range(self.count(count, field)))

    def end(self) -> None:
        if self._at != len(self._bytes):
            raise ProtocolError(f"{len(self._bytes) - self._at} bytes after a message of the daemon")

    def location(self) -> Location:
        path = self.texts(_COMPONENTS, _COMPONENT, "location")
        if sum(len(part.encode()) for part in path) > _PATH:
            raise ProtocolError("a location is too long")
        offset = self.integer("q", "offset")
        if offset < -1:
            raise ProtocolError("an offset below -1")
        return Location(path, None if offset < 0 else offset)

    def outcome(self) -> Outcome:
        ending = self.number(Ending, "end of the worker")
        return Outcome(ending, self.integer("q", "number of the end"), self.text(_SENTENCE, "reason of the end"))

    def waiver(self) -> Waiver:
        covers = self.number(Judgement, "verdict of a waiver")
        if covers is Judgement.ALLOW:
            raise ProtocolError("a waiver of nothing")
        return Waiver(
            covers, self.text(_SENTENCE, "reason"), self.text(_SENTENCE, "owner"), self.natural("end of a waiver")
        )


class Answer:
    """Puts the replies to one request together, in their order."""

    def __init__(self, request: Request, number: int, sha256: Optional[str] = None) -> None:
        self._request = request
        self._number = number
        self._sha256 = sha256
        self._accepted = request is not Request.SCAN
        self._formats: List[str] = []
        self._findings: List[Finding] = []
        self._gaps: List[Gap] = []
        self.result: Result = None

    def take(self, message: bytes) -> bool:
        """Takes a message; True once it was the last, and `result` stands.

        A query for what the store does not know ends with None. Raises ProtocolError for what does not belong here.
        """
        reader = Reader(message)
        kind = reader.number(Reply, "type of a reply")
        if kind is Reply.HELLO:
            raise ProtocolError("the daemon greets a second time")
        number = reader.integer("Q", "id")
        if number != self._number and not (number == 0 and kind in (Reply.BUSY, Reply.REFUSED)):
            raise ProtocolError("the daemon does not answer what it was asked")
        over = self._take(kind, reader)
        reader.end()
        return over

    def _take(self, kind: Reply, reader: Reader) -> bool:
        if kind is Reply.BUSY:
            self.result = Busy(reader.number(BusyReason, "why it is busy"), reader.integer("I", "when to ask again"))
        elif kind is Reply.REFUSED:
            self.result = Refused(reader.number(RefusalCode, "code"), reader.text(_SENTENCE, "reason"))
        elif kind is Reply.ACCEPTED and not self._accepted:
            reader.integer("I", "scans before it")
            self._accepted = True
            return False
        elif self._accepted and self._request in (Request.SCAN, Request.QUERY) and kind is Reply.PART:
            self._part(reader)
            return False
        elif self._accepted and self._request in (Request.SCAN, Request.QUERY) and kind is Reply.VERDICT:
            self.result = self._verdict(reader)
        elif self._request is Request.QUERY and kind is Reply.UNKNOWN:
            self.result = None
        elif self._request is Request.STATS and kind is Reply.STATS:
            count = reader.count(_ENTRIES, "counters")
            self.result = tuple((reader.text(NAME_LIMIT, "name"), reader.integer("Q", "value")) for _ in range(count))
        elif self._request is Request.HEALTH and kind is Reply.HEALTH:
            count = reader.count(_ENTRIES, "checks")
            self.result = tuple(
                Check(reader.text(NAME_LIMIT, "name"), reader.flag("good"), reader.text(_NOTICE, "detail"))
                for _ in range(count)
            )
        else:
            raise ProtocolError("the daemon does not answer what it was asked")
        return True

    def _part(self, reader: Reader) -> None:
        kind = reader.integer("B", "type of a part")
        if kind == 33:
            name = reader.text(_FORMAT, "format")
            if name in self._formats:
                raise ProtocolError("a format a second time")
            self._formats.append(name)
        elif kind == 34:
            rule = reader.text(_RULE, "rule")
            place = reader.location()
            self._findings.append(
                Finding(rule, place, reader.text(_SENTENCE, "detail"), reader.text(_EVIDENCE, "evidence"))
            )
        elif kind == 35:
            self._gaps.append(Gap(reader.location(), reader.text(_SENTENCE, "reason")))
        else:
            raise ProtocolError(f"no part of a report: type {kind}")
        if max(len(self._findings), len(self._gaps)) > _RECORDS or len(self._formats) > _FORMAT:
            raise ProtocolError("a report with too many parts")

    def _verdict(self, reader: Reader) -> Verdict:
        judgement = reader.number(Judgement, "verdict")
        cached, repeatable, finished = (reader.flag(field) for field in ("cached", "repeatable", "finished"))
        sha256 = reader.raw(32, "digest").hex() if reader.flag("whether there is a digest") else None
        size, examined, members, opcodes = (reader.natural(f) for f in ("size", "bytes", "members", "opcodes"))
        counts = tuple(reader.integer("I", "how many parts there were") for _ in range(3))
        outcome = reader.outcome()
        role, policed = reader.text(NAME_LIMIT, "role"), reader.text(NAME_LIMIT, "filter")
        layers, missing = (reader.texts(_ENTRIES, NAME_LIMIT, "layers") for _ in range(2))
        kernel, policy, engine = (reader.text(NAME_LIMIT, field) for field in ("kernel", "policy", "engine"))
        milliseconds: float = struct.unpack("<d", reader.raw(8, "milliseconds"))[0]
        if not math.isfinite(milliseconds) or math.copysign(1, milliseconds) < 0:
            raise ProtocolError("milliseconds")
        waiver = reader.waiver() if reader.flag("whether there is a waiver") else None
        verdict = Verdict(
            verdict=judgement,
            findings=tuple(self._findings),
            formats=tuple(self._formats),
            coverage=Coverage(examined, members, opcodes, finished, tuple(self._gaps)),
            sha256=sha256,
            size=size,
            outcome=outcome,
            sandbox=Sandbox(role, policed, layers, missing, kernel),
            policy=policy,
            engine=engine,
            milliseconds=milliseconds,
            cached=cached,
            repeatable=repeatable,
            waiver=waiver,
            waived=waiver_holds(waiver, judgement, outcome.ending, repeatable, sha256),
            notices=reader.texts(_ENTRIES, _NOTICE, "notices"),
        )
        self._believe(verdict, counts)
        return verdict

    def _believe(self, verdict: Verdict, counts: Tuple[int, ...]) -> None:
        """A verdict is believed where it follows from the report that came before it."""
        if counts != (len(verdict.formats), len(verdict.findings), len(verdict.coverage.gaps)):
            raise ProtocolError("a verdict on another report than was sent")
        if self._sha256 is not None and verdict.sha256 != self._sha256:
            raise ProtocolError("a verdict on other bytes than were asked for")
        proven = (
            verdict.outcome == Outcome(Ending.FINISHED, 0, "")
            and not verdict.sandbox.missing
            and verdict.sha256 is not None
            and verdict.coverage.finished
            and not verdict.coverage.gaps
        )
        if verdict.verdict is Judgement.ALLOW and not proven:
            raise ProtocolError("an allow that nothing proves")


def parse_hello(message: bytes) -> Union[Hello, Busy, Refused]:
    """The first message of the daemon."""
    reader = Reader(message)
    kind = reader.number(Reply, "type of a reply")
    answer: Union[Hello, Busy, Refused]
    if kind is Reply.HELLO:
        answer = Hello(
            reader.integer("H", "version"),
            reader.text(NAME_LIMIT, "engine"),
            reader.text(NAME_LIMIT, "policy"),
            reader.integer("I", "credits"),
            reader.integer("I", "queue"),
        )
        if answer.version != VERSION:
            raise ProtocolError(f"the daemon speaks version {answer.version}")
    elif kind in (Reply.BUSY, Reply.REFUSED) and reader.integer("Q", "id") == 0:
        if kind is Reply.BUSY:
            answer = Busy(reader.number(BusyReason, "why it is busy"), reader.integer("I", "when to ask again"))
        else:
            answer = Refused(reader.number(RefusalCode, "code"), reader.text(_SENTENCE, "reason"))
    else:
        raise ProtocolError("the daemon does not begin with its hello")
    reader.end()
    return answer
