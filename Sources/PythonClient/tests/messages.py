"""The daemon's messages as bytes, written independently of the package's own reader."""

import struct

ALLOW, REVIEW, INCOMPLETE, DENY = range(4)


def text(value):
    raw = value.encode()
    return struct.pack("<I", len(raw)) + raw


def texts(values):
    return struct.pack("<I", len(values)) + b"".join(map(text, values))


def location(path=(), offset=-1):
    return texts(path) + struct.pack("<q", offset)


def hello(version=1):
    return struct.pack("<BH", 96, version) + text("0.3.0") + text("sha256:p") + struct.pack("<II", 32, 1024)


def accepted(number):
    return struct.pack("<BQI", 97, number, 0)


def part_format(number, name="pickle"):
    return struct.pack("<BQB", 98, number, 33) + text(name)


def part_finding(number, rule="pickle.dangerous-call", detail="d", evidence="e"):
    return struct.pack("<BQB", 98, number, 34) + text(rule) + location(("a", "b"), 7) + text(detail) + text(evidence)


def part_gap(number, reason="r"):
    return struct.pack("<BQB", 98, number, 35) + location() + text(reason)


def waiver(covers=DENY, until=1 << 40):
    return struct.pack("<BB", 1, covers) + text("why") + text("who") + struct.pack("<Q", until)


def verdict(
    number,
    sha256,
    judgement=ALLOW,
    parts=(1, 0, 0),
    finished=1,
    ending=0,
    missing=(),
    waived=b"\0",
    repeatable=1,
    size=3,
):
    digest = b"\0" if sha256 is None else b"\1" + bytes.fromhex(sha256)
    return (
        struct.pack("<BQBBBB", 99, number, judgement, 0, repeatable, finished)
        + digest
        + struct.pack("<QQQQIII", size, size, 0, 2, *parts)
        + struct.pack("<Bq", ending, 0)
        + text("")
        + text("scan")
        + text("sha256:f")
        + texts(("seccomp",))
        + texts(missing)
        + text("6.1")
        + text("sha256:p")
        + text("0.3.0")
        + struct.pack("<d", 1.5)
        + waived
        + texts(("a notice",))
    )


def busy(number, reason=0, milliseconds=10):
    return struct.pack("<BQBI", 100, number, reason, milliseconds)


def refused(number, code=3, reason="no"):
    return struct.pack("<BQB", 101, number, code) + text(reason)


def report(number, sha256, judgement=ALLOW, **options):
    """All replies to a scan."""
    replies = [accepted(number), part_format(number)]
    findings = 0 if judgement in (ALLOW, INCOMPLETE) else 1
    gaps = 1 if judgement == INCOMPLETE else 0
    replies += [part_finding(number)] * findings + [part_gap(number)] * gaps
    return replies + [verdict(number, sha256, judgement, (1, findings, gaps), **options)]
