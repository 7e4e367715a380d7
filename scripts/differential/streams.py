"""Pickle streams made from a seed: what picklers write, what they nearly write, and what nobody writes.

`stream(random)` gives one. Half of the streams follow the rules of the stack, so that they run to their STOP; the
others break a rule here and there, or are damaged afterwards.
"""
import collections
import datetime
import decimal
import fractions
import io
import pickle
import struct

from stream_writer import Writer


def framed(random, content):
    """The content in FRAMEs: right ones, or ones that lie."""
    out = bytearray()
    at = 0
    while at < len(content):
        if random.random() < 0.2:
            size = random.randrange(1, len(content) - at + 1)
            out += content[at : at + size]
        else:
            size = random.choice((len(content) - at, random.randrange(1, len(content) - at + 1)))
            said = size if random.random() < 0.9 else random.choice((0, size + 1, size + 7, 2**20, 2**63, 2**64 - 1))
            out += b"\x95" + struct.pack("<Q", said) + content[at : at + size]
        at += size
    return bytes(out)


def written(random):
    """A stream by the rules of the stack, mostly."""
    writer = Writer(random)
    opening = b""
    if random.random() < 0.8:
        opening = b"\x80" + bytes([random.choice((2, 2, 3, 4, 4, 5, 0, 1))])
    for _ in range(random.choice((1, 1, 2, 3, 5, 8))):
        writer.act()
    content = bytes(writer.out)
    if not writer.stack:
        content += b"N"
    content += b"." if random.random() < 0.97 else b""
    if opening and opening[1] >= 4 and random.random() < 0.6:
        # Frames around everything are honest; cut anywhere they are not.
        content = (
            b"\x95" + struct.pack("<Q", len(content)) + content if random.random() < 0.7 else framed(random, content)
        )
    return opening + content + random.choice((b"", b"", b"", b"N.", b"\x00", b"rest"))


def plain_object(random, depth=0):
    pick = random.randrange(14 if depth < 3 else 8)
    if pick < 8:
        return (None, True, 7, 2**70, -3.25, "text é", b"bytes", -70000)[pick]
    size = random.randrange(4)
    items = [plain_object(random, depth + 1) for _ in range(size)]
    keys = [str(random.randrange(5)) for _ in range(size)]
    return (
        items, tuple(items), dict(zip(keys, items)), set(keys), frozenset(keys),
        random.choice((
            collections.OrderedDict(zip(keys, items)), datetime.date(2020, 1, 2), fractions.Fraction(1, 3),
            decimal.Decimal("1.5"), collections.Counter(keys), bytearray(b"mutable"), complex(1, 2), range(3),
            datetime.timedelta(1), collections.deque(items), slice(1, 2), ValueError("x"), type, len,
        )),
    )[pick - 8]


def pickled(random):
    """What CPython's own picklers write."""
    value = [plain_object(random), plain_object(random)]
    pickler = random.choice((pickle.Pickler, pickle._Pickler))
    file = io.BytesIO()
    pickler(file, random.randrange(6)).dump(value)
    return file.getvalue()


def damaged(random, data, other):
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(data) + 1)
        end = min(len(data), at + random.choice((1, 1, 2, 5, 20)))
        way = random.randrange(8)
        if way == 0 and at < len(data):
            data[at] ^= 1 << random.randrange(8)
        elif way == 1 and at < len(data):
            data[at] = random.randrange(256)
        elif way == 2:
            data[at:at] = random.choice(OPCODES)
        elif way == 3:
            del data[at:end]
        elif way == 4:
            data[at:at] = data[at:end]
        elif way == 5 and random.random() < 0.3:
            del data[at:]
        elif way == 6:
            cut = random.randrange(len(other) + 1)
            data[at:at] = other[cut : cut + random.choice((1, 3, 10, 40))]
        elif at < len(data):
            data[at] = random.choice((0, 0x0A, 0x0D, 0x2E, 0x28, 0x30, 0x31, 0x32, 0xFF, 0x80, 0x95))
    return bytes(data)


OPCODES = [bytes([code]) for code in b"().012FGIJKLMNPQRSTUVXabcdeghijlopqrstu}]BC"] + [
    bytes([code]) for code in range(0x80, 0x99)
]


def stream(random):
    pick = random.random()
    if pick < 0.55:
        return written(random)
    if pick < 0.65:
        return pickled(random)
    source = written(random) if pick < 0.85 else pickled(random)
    return damaged(random, source, written(random))
