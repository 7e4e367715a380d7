"""Prints what this interpreter's marshal and dis make of some source, for Tests/Bytecode.

    for python in python2.7 python3.8 ...; do $python disassembly.py > Tests/Bytecode/$VERSION.txt; done

With names of modules it takes those instead: `python3.11 disassembly.py argparse json.decoder`. The first line is the
marshalled code in hexadecimal. Then for each code object `= name`, and its instructions: offset, name, argument or
`-`, and what the argument means where that is compared.
"""
import binascii
import dis
import marshal
import sys

SAMPLES = [
    """
import os.path as p, json
from math import sqrt, pi as q
TABLE = {'a': 1, 'b': (2, 3.5, None, True), 'c': 'x' * 3}
def plain(a, b=2, *args, **kwargs):
    for i in range(a):
        if i > b and not args:
            continue
        b += i ** 2 - a // 3 % 7
        kwargs['k'] = [x + b for x in args if x]
    else:
        print(p.join('a', str(b)), json.dumps(kwargs))
    while a:
        a -= 1
        if a == 5: break
    return sqrt(b), a is None, a in args, -b, ~a, a[1:2], b if a else q
""",
    """
class Model(object):
    factor = 3
    def __init__(self, k):
        self.k = k
        super(Model, self).__init__()
    def predict(self, data):
        def inner(x):
            return x * self.k + data.shape[0]
        try:
            with open(self.k, 'rb') as f:
                value = f.read()
        except (OSError, ValueError) as e:
            raise RuntimeError('bad') 
        finally:
            del data[0]
        return list(map(inner, value)), lambda: inner(k=1, *value)
    def rows(self):
        global counter
        counter = 1
        x, (y, z) = self.k
        for item in self.k:
            yield item.name
        assert x, 'no'
        return
""",
    """
async def fetch(source, *, limit=10):
    async with source as s:
        async for row in s:
            await row
    *rest, last = [r async for r in source]
    return f'{limit!r:>{last}} {rest}', {**last, 'a': 1}, [*rest, 1], {*rest}, print(*rest, **last)
""",
    """
def walrus(n):
    if (m := n * 2) > 10 and n is not None:
        return m
    class Inner:
        value: int = m
        def method(self):
            return super().method() + __class__.value
    try:
        n.a.b = Inner.method(1, key=2)
    except* ValueError:
        pass
""",
    """
def positional(a, /, b, *, c):
    while True:
        try:
            b.c['d'] @= a
        finally:
            break
    return (x for x in b), {k: v for k, v in c}, 10 ** 30, 1j, ..., b'\\x00\\xff'
""",
    """
def matching(value):
    match value:
        case {'x': x, **rest}: return rest
        case [1, 2, *others]: return others
        case Point(x=0): return 0
        case str() | None: return value
""",
]


def compiled():
    if sys.argv[1:]:
        import importlib
        texts = [open(importlib.import_module(name).__file__.replace(".pyc", ".py")).read() for name in sys.argv[1:]]
    else:
        texts = SAMPLES
    codes = []
    for text in texts:
        try:
            codes.append(compile(text, "sample.py", "exec"))
        except SyntaxError:
            pass
    return tuple(codes)


def meaning(instruction):
    if instruction.opcode in dis.hasjrel or instruction.opcode in dis.hasjabs:
        return "to %d" % instruction.argval
    if instruction.opcode in dis.hasconst:
        value = instruction.argval
        plain = value is None or isinstance(value, (bool, int)) and abs(value) < 2 ** 60
        plain = plain or isinstance(value, str) and len(value) < 40 and all(" " <= c <= "~" for c in value)
        return repr(value) if plain and '"' not in repr(value) else "*"
    if instruction.opname in ("LOAD_SPECIAL", "LOAD_COMMON_CONSTANT", "BINARY_OP", "COMPARE_OP"):
        return instruction.argrepr
    if instruction.opcode in dis.hasname or instruction.opcode in dis.haslocal or instruction.opcode in dis.hasfree:
        # 3.12 does not say which of two flags of super() it shows.
        return "*" if instruction.opname == "LOAD_SUPER_ATTR" else instruction.argrepr
    return "*"


def old_instructions(code):
    """Python 2's dis prints and gives no values."""
    data, offset, extended = bytearray(code.co_code), 0, 0
    while offset < len(data):
        opcode = data[offset]
        if opcode < dis.HAVE_ARGUMENT:
            yield offset, dis.opname[opcode], "-", "*"
            offset += 1
            continue
        argument = data[offset + 1] | data[offset + 2] << 8 | extended
        extended = argument << 16 if opcode == dis.EXTENDED_ARG else 0
        text = "*"
        if opcode in dis.hasname:
            text = code.co_names[argument]
        elif opcode in dis.haslocal:
            text = code.co_varnames[argument]
        elif opcode in dis.hasfree:
            text = (code.co_cellvars + code.co_freevars)[argument]
        elif opcode in dis.hasjrel:
            text = "to %d" % (offset + 3 + argument)
        elif opcode in dis.hasjabs:
            text = "to %d" % argument
        elif opcode in dis.hascompare:
            text = dis.cmp_op[argument]
        yield offset, dis.opname[opcode], argument, text
        offset += 3


def instructions(code):
    if sys.version_info < (3,):
        for line in old_instructions(code):
            yield line
        return
    for item in dis.get_instructions(code):
        yield item.offset, item.opname, "-" if item.arg is None else item.arg, meaning(item)


def show(code):
    print("= " + getattr(code, "co_qualname", code.co_name))
    for line in instructions(code):
        print("%d %s %s %s" % line)
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            show(constant)


codes = compiled()
print(binascii.hexlify(marshal.dumps(codes)).decode("ascii"))
for code in codes:
    show(code)
