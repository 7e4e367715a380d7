"""Writes a pickle stream opcode by opcode, by the rules of the stack, and breaks a rule where it is told to."""
import struct

from stream_words import (
    IMPORTS, TEXTS, NUMBERS, ODD_NUMBERS, FLOATS, ODD_FLOATS, STRINGS, ODD_STRINGS, UNICODES, ODD_UNICODES,
)


class Writer:
    """Opcodes with the height of the stack and of its marks, as far as a writer needs them."""

    def __init__(self, random):
        self.random = random
        self.out = bytearray()
        self.stack = []  # kinds of values; "(" is a mark
        self.memo = {}
        self.entries = 0
        # How often a rule is broken on purpose.
        self.oddity = random.choice((0, 0, 0, 0.01, 0.05))
        self.protocol = 0

    def odd(self):
        return self.oddity and self.random.random() < self.oddity

    def emit(self, data, *kinds):
        self.out += data
        self.stack.extend(kinds)

    def line(self, code, text):
        self.out += code + text.encode("latin-1" if code in b"SVIFLpg" and text.isascii() is False and
                                       all(ord(c) < 256 for c in text) else "utf-8") + b"\n"

    # MARK: constants

    def constant(self):
        pick = self.random.random()
        if pick < 0.3:
            self.number()
        elif pick < 0.7:
            self.text(self.random.choice(TEXTS))
        elif pick < 0.8:
            self.emit(self.random.choice((b"N", b"\x88", b"\x89")), "constant")
        elif pick < 0.9:
            self.bytes()
        else:
            self.float()

    def number(self):
        random = self.random
        pick = random.randrange(8)
        if pick == 0:
            self.emit(b"K" + bytes([random.randrange(256)]), "int")
        elif pick == 1:
            self.emit(b"M" + struct.pack("<H", random.randrange(65536)), "int")
        elif pick == 2:
            self.emit(b"J" + struct.pack("<i", random.choice((0, -1, 5, 2**31 - 1, -(2**31)))), "int")
        elif pick in (3, 4):
            self.line(b"I", random.choice(ODD_NUMBERS if self.odd() else NUMBERS + ("00", "01")))
            self.stack.append("int")
        elif pick == 5:
            text = random.choice(ODD_NUMBERS if self.odd() else NUMBERS)
            self.line(b"L", text + ("" if self.odd() else "L"))
            self.stack.append("int")
        elif pick == 6:
            data = bytes(random.choice((0, 1, 127, 128, 255)) for _ in range(random.choice((0, 1, 2, 7, 8, 9, 20))))
            length = len(data) if not self.odd() else random.choice((0, len(data) + 1, 255))
            self.emit(b"\x8a" + bytes([length]) + data, "int")
        else:
            data = bytes(random.choice((0, 1, 127, 128, 255)) for _ in range(random.choice((0, 1, 8, 9, 300))))
            length = len(data) if not self.odd() else random.choice((-1, -(2**31), 2**31 - 1, len(data) + 1))
            self.emit(b"\x8b" + struct.pack("<i", length) + data, "int")

    def float(self):
        random = self.random
        if random.random() < 0.5:
            value = random.choice((0.0, -0.0, 1.0, 1.5, 1e300, float("inf"), float("nan"), 5e-324))
            self.emit(b"G" + struct.pack(">d", value), "float")
        else:
            self.line(b"F", random.choice(ODD_FLOATS if self.odd() else FLOATS))
            self.stack.append("float")

    def counted(self, code, width, data):
        length = len(data)
        if self.odd():
            length = self.random.choice((0, 1, length + 1, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63, 2**64 - 1))
        self.out += code + (length % 256**width).to_bytes(width, "little") + data

    def bytes(self):
        data = self.random.choice((b"", b"a", b"\x80\x04N.", b"\xff\xfe", b"x" * 70, b"\n"))
        code, width = self.random.choice(((b"B", 4), (b"C", 1), (b"\x8e", 8), (b"\x96", 8)))
        self.counted(code, width, data)
        self.stack.append("bytearray" if code == b"\x96" else "bytes")

    def text(self, text):
        random = self.random
        pick = random.randrange(10)
        if pick == 0:
            self.line(b"S", random.choice(ODD_STRINGS) if self.odd() else repr(text) if text.isascii() else "'a'")
        elif pick == 1:
            self.line(b"S", random.choice(STRINGS))
        elif pick == 2:
            self.line(b"V", random.choice(ODD_UNICODES) if self.odd() else random.choice(UNICODES))
        elif pick == 3:
            self.line(b"V", text.encode("raw-unicode-escape").decode("latin-1"))
        elif pick < 6:
            data = text.encode("latin-1" if self.odd() and "\u20ac" > text else "utf-8")
            if not data.isascii() and random.random() < 0.8:
                data = b"ascii"
            self.counted(*random.choice(((b"T", 4), (b"U", 1))), data)
        else:
            data = text.encode()
            if self.odd():
                data = random.choice((b"\xed\xa0\x80", b"\xff", b"\xc3", b"\xc0\x80", b"a\x00b"))
            self.counted(*random.choice(((b"X", 4), (b"\x8c", 1), (b"\x8d", 8))), data)
        self.stack.append("text")

    # MARK: imports, calls, persistent ids

    def pair(self):
        module, name = self.random.choice(IMPORTS)
        if self.odd():
            odd = self.random.choice(("", "\x00", "a\r", "\xff", "a\nb", "x" * 300))
            module, name = self.random.choice(((odd, name), (module, odd)))
        return module, name

    def global_name(self):
        module, name = self.pair()
        kind = "class" if name[:1].isupper() else "function"
        if self.random.random() < 0.5:
            self.emit(b"c" + module.encode() + b"\n" + name.encode() + b"\n", kind)
            return
        before = len(self.stack)
        for text in (module, name):
            data = text.encode()
            if self.random.random() < 0.15:
                self.text("os")
            elif len(data) < 256:
                self.emit(b"\x8c" + bytes([len(data)]) + data)
            else:
                self.emit(b"X" + struct.pack("<I", len(data)) + data)
            if self.random.random() < 0.3:
                self.stack.append("text")
                self.memoize()
                self.stack.pop()
        if self.odd():
            self.constant()
        del self.stack[before:]
        self.emit(b"\x93", kind)

    def arguments(self):
        """A tuple of a few values."""
        count = self.random.choice((0, 0, 1, 1, 2, 3, 4))
        self.tuple(count)

    def tuple(self, count):
        short = {0: b")", 1: b"\x85", 2: b"\x86", 3: b"\x87"}.get(count)
        if short is None or self.random.random() < 0.3:
            self.emit(b"(")
            short = b"t"
        before = len(self.stack)
        for _ in range(count):
            self.value(shallow=True)
        del self.stack[before:]
        self.emit(short, "tuple")

    def call(self):
        random = self.random
        pick = random.randrange(6)
        if pick == 0:
            module, name = self.pair()
            self.emit(b"(")
            before = len(self.stack)
            for _ in range(random.randrange(3)):
                self.value(shallow=True)
            del self.stack[before:]
            self.emit(b"i" + module.encode() + b"\n" + name.encode() + b"\n", "object")
            return
        if pick == 1:
            self.emit(b"(")
            before = len(self.stack)
            self.global_name()
            for _ in range(random.randrange(3)):
                self.value(shallow=True)
            del self.stack[before:]
            self.emit(b"o", "object")
            return
        before = len(self.stack)
        if self.odd():
            self.value(shallow=True)
        else:
            self.global_name()
        if self.odd():
            self.value(shallow=True)
        else:
            self.arguments()
        if pick == 2:
            self.emit(b"}")
            for _ in range(random.randrange(3)):
                self.emit(b"X\x01\x00\x00\x00" + random.choice((b"k", b"j", b"l")))
                self.value(shallow=True)
                self.emit(b"s")
            code = b"\x92"
        else:
            code = random.choice((b"R", b"R", b"\x81"))
        del self.stack[before:]
        self.emit(code, "object")

    def persistent(self):
        if self.random.random() < 0.4:
            self.line(b"P", self.random.choice(("id", "", "text", "0", "\xe9" if self.odd() else "x y")))
            self.stack.append("object")
        else:
            self.value(shallow=True)
            self.stack.pop()
            self.emit(b"Q", "object")

    def extension(self):
        random = self.random
        code = random.choice((1, 2, 7, 200, 300, 70000, 9, 0)) if self.odd() else random.choice((1, 2, 7, 200, 300))
        forms = [(b"\x84", "<I", 2**32), (b"\x83", "<H", 65536), (b"\x82", "<B", 256)]
        letter, form, limit = random.choice([item for item in forms if code < item[2]])
        if self.odd() and letter == b"\x84":
            code = random.choice((2**31, 2**32 - 1, 2**31 - 1))
        self.emit(letter + struct.pack(form, code), "object")

    # MARK: containers

    def value(self, shallow=False):
        pick = self.random.random()
        if shallow and pick < 0.7 or pick < 0.45:
            self.constant()
        elif pick < 0.55 and self.memo:
            self.get()
        elif pick < 0.6:
            self.global_name()
        elif pick < 0.7:
            self.call()
        elif pick < 0.73:
            self.persistent()
        elif pick < 0.75:
            self.extension()
        elif pick < 0.77:
            self.emit(b"\x97" + self.random.choice((b"", b"\x98")), "buffer")
        elif pick < 0.85:
            self.tuple(self.random.randrange(4))
        else:
            self.container()
        if self.random.random() < 0.25 and self.stack and self.stack[-1] != "(":
            self.memoize()

    def container(self):
        random = self.random
        code, kind = random.choice(((b"]", "list"), (b"}", "dict"), (b"\x8f", "set"), (b"(l", "list"), (b"(d", "dict")))
        self.emit(code, kind)
        if random.random() < 0.3:
            self.memoize()
        for _ in range(random.randrange(3)):
            self.fill()

    def fill(self):
        """Items for the value on top."""
        random = self.random
        kind = self.stack[-1]
        before = len(self.stack)
        way = kind if kind in ("list", "dict", "set") and not self.odd() else random.choice(("list", "dict", "set"))
        many = way == "set" or random.random() < 0.5
        if many:
            self.emit(b"(")
        count = random.randrange(4) if many else 1
        for _ in range(count):
            if way == "dict" or way == "set":
                self.constant() if not self.odd() else self.value(shallow=True)
            if way != "set":
                self.value(shallow=True)
        if many and self.odd():
            self.constant()
        del self.stack[before:]
        self.emit({"list": b"ae", "dict": b"su", "set": b"\x90\x90"}[way][many:][:1])

    def memoize(self):
        random = self.random
        pick = random.randrange(4)
        index = self.entries
        if pick == 0:
            self.emit(b"\x94")
        else:
            if random.random() < 0.2:
                index = random.choice((0, 1, 3, 300, 2**20)) if self.odd() else random.randrange(self.entries + 2)
            if pick == 1 and index < 256:
                self.emit(b"q" + bytes([index]))
            elif pick == 2:
                self.emit(b"r" + struct.pack("<I", index if not self.odd() else random.choice((2**21, 2**28))))
            else:
                self.line(b"p", str(index) if not self.odd() else random.choice(ODD_NUMBERS))
        if index not in self.memo:
            self.entries += 1
        self.memo[index] = self.stack[-1]

    def get(self):
        random = self.random
        index = random.choice(tuple(self.memo)) if not self.odd() else random.randrange(300)
        pick = random.randrange(3)
        if pick == 0 and index < 256:
            self.emit(b"h" + bytes([index]))
        elif pick == 1:
            self.emit(b"j" + struct.pack("<I", index))
        else:
            self.line(b"g", str(index) if not self.odd() else random.choice(ODD_NUMBERS))
        self.stack.append(self.memo.get(index, "object"))

    def act(self):
        """One more thing at the top level."""
        random = self.random
        pick = random.random()
        if pick < 0.5 or not self.stack:
            self.value()
        elif pick < 0.65:
            self.fill()
        elif pick < 0.75:
            before = len(self.stack)
            self.emit(b"(" * (random.random() < 0.1))
            if random.random() < 0.7:
                self.container()
            elif random.random() < 0.5:
                self.tuple(2)
            else:
                self.value()
            del self.stack[before:]
            self.emit(b"b")
        elif pick < 0.8:
            self.emit(b"2", self.stack[-1])
        elif pick < 0.85 and len(self.stack) > 1:
            self.stack.pop()
            self.emit(b"0")
        elif pick < 0.9:
            self.emit(b"(")
            before = len(self.stack)
            for _ in range(random.randrange(3)):
                self.value(shallow=True)
            del self.stack[before:]
            self.emit(b"1")
        elif pick < 0.93:
            self.emit(b"(0")
        elif pick < 0.96:
            self.persistent()
        elif self.odd():
            self.emit(b"\x80" + bytes([random.randrange(8)]))
        elif self.odd():
            self.emit(bytes([random.randrange(256)]))
