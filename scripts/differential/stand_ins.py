"""CPython's unpicklers with harmless stand-ins for everything that a stream imports, calls or looks up.

Each run gives the events in the order they happen, in the line format of `Benchmark traces`, and how it ended.
Nothing is imported and nothing of a stream is called: `find_class` answers with a class or an object that records
what is done to it. What a call leaves behind is an object that records as well, so that items and states show.
"""
import copyreg
import io
import pickle
import struct
import sys
import types

# Codes that the copyreg registry knows here; they stand for names that no stream imports otherwise.
EXTENSION_MODULE = "extension registry"
EXTENSIONS = (1, 2, 7, 200, 300, 70000)
VALUES_SHOWN = 400
DEPTH_SHOWN = 6

for code in EXTENSIONS:
    copyreg.add_extension(EXTENSION_MODULE, str(code), code)


class Recording:
    """The events of one run."""

    def __init__(self):
        self.lines = []
        self.count = 0

    def number(self):
        self.count += 1
        return self.count - 1


recording = Recording()


class Method:
    """A method that records: of an object, or of a class where the stream takes the class itself for one."""

    def __init__(self, letter, many=False):
        self.letter, self.many = letter, many

    def __get__(self, instance, owner):
        target = owner if instance is None else instance

        def record(value):
            for item in list(value) if self.many else (value,):
                recording.lines.append(f"{self.letter} {show(target)} {show(item)}")

        return record


def set_item(target, key, value):
    recording.lines.append(f"S {show(target)} {show(key)} {show(value)}")


def called(target, args, keywords):
    # Read before the result gets its number.
    line = f"{show(target)} {show(args)}" + (f" {show(keywords)}" if keywords else "")
    result = new_object(StandIn)
    recording.lines.append(f"C #{result.stand_in_number} {line}")
    return result


class Importable(type):
    """The type of a stand-in for an imported class."""

    def __call__(cls, *args, **keywords):
        return called(cls, args, keywords)

    __setitem__ = set_item


class Base(metaclass=Importable):
    # An unpickler creates a class without arguments by `__new__`, unless it has this.
    __getinitargs__ = None
    append = Method("A")
    extend = Method("A", many=True)
    add = Method("D")
    __setstate__ = Method("B")
    __setitem__ = set_item

    def __new__(cls, *args, **keywords):
        line = f"{show(cls)} {show(args)} {show(keywords)}"
        result = new_object(StandIn)
        recording.lines.append(f"W #{result.stand_in_number} {line}")
        return result

    def __call__(self, *args, **keywords):
        return called(self, args, keywords)


class StandIn(Base):
    """What a call, a persistent id or a function's name stands for."""


class Text(str):
    """A persistent object that is nearly a string: no unpickler may take it for the name of an import."""

    append = Method("A")
    extend = Method("A", many=True)
    add = Method("D")
    __setstate__ = Method("B")
    __setitem__ = set_item
    __call__ = Base.__call__
    __hash__ = object.__hash__


def new_object(cls):
    result = object.__new__(cls)
    result.stand_in_number = recording.number()
    return result


def name_hex(text):
    return text.encode("utf-8", "surrogatepass").hex()


def resolve(module, name, protocol):
    """What `find_class` of CPython looks up while the protocol is below 3."""
    import _compat_pickle

    if protocol < 3:
        if (module, name) in _compat_pickle.NAME_MAPPING:
            return _compat_pickle.NAME_MAPPING[(module, name)]
        return _compat_pickle.IMPORT_MAPPING.get(module, module), name
    return module, name


def find_class(unpickler, module, name):
    number = recording.number()
    if module == EXTENSION_MODULE:
        recording.lines.append(f"X #{number} i{name}")
    else:
        protocol = getattr(unpickler, "proto", None)
        pair = ("?", "?") if protocol is None else map(name_hex, resolve(module, name, protocol))
        recording.lines.append(" ".join(["I", f"#{number}", name_hex(module), name_hex(name), *pair]))
    return stand_in(name, number)


def stand_in(name, number):
    """A class for a name that begins with a capital, an object that can be called for every other."""
    if name[:1].isupper() or name in ("unicode", "str"):
        return Importable("Imported", (Base,), {"stand_in_number": number})
    result = object.__new__(StandIn)
    result.stand_in_number = number
    return result


def persistent_load(unpickler, key):
    line = show(key)
    number = recording.number()
    recording.lines.append(f"P #{number} {line}")
    result = Text("os") if key == "text" else object.__new__(StandIn)
    result.stand_in_number = number
    return result


class Buffers:
    """Out-of-band buffers without end."""

    def __iter__(self):
        return self

    def __next__(self):
        number = recording.number()
        recording.lines.append(f"N #{number}")
        return memoryview(struct.pack("<Q", number))


class NativeUnpickler(pickle.Unpickler):
    find_class = find_class
    persistent_load = persistent_load


class PythonUnpickler(pickle._Unpickler):
    find_class = find_class
    persistent_load = persistent_load


# MARK: values


def show(value):
    left = [VALUES_SHOWN]
    text = write(value, 0, left)
    return "?" if left[0] < 0 else text


def write(value, depth, left, as_key=False):
    left[0] -= 1
    if left[0] < 0 or depth > DEPTH_SHOWN:
        return "?"
    kind = type(value)
    if value is None:
        return "N"
    if kind is bool:
        return f"n{int(value)}" if as_key else "FT"[value]
    if kind is int:
        return ("n" if as_key else "i") + str(value) if -(2**63) <= value < 2**63 else "?"
    if kind is float:
        return write_float(value, as_key)
    if kind is str:
        return "s:" + name_hex(value)
    if kind is bytes:
        return "b:" + value.hex()
    if kind is bytearray:
        return "a:" + value.hex()
    if kind is memoryview:
        return f"#{struct.unpack('<Q', value)[0]}" if value.format == "B" and isinstance(value.obj, bytes) else "view"
    if kind is tuple:
        return "(" + ",".join(write(item, depth + 1, left, as_key) for item in value) + ")"
    if kind is list:
        return "[" + ",".join(write(item, depth + 1, left) for item in value) + "]"
    if kind in (set, frozenset):
        keys = sorted(write(item, depth + 1, left, True) for item in value)
        # Two NaNs are two elements unless they are one object.
        if any("?" in key or "nan" in key for key in keys):
            return "?"
        return kind.__name__ + "{" + ",".join(keys) + "}"
    if kind is dict:
        items = [(write(key, depth + 1, left, True), write(item, depth + 1, left)) for key, item in value.items()]
        if any("?" in key or "nan" in key for key, _ in items):
            return "?"
        return "{" + ",".join(f"{key}={item}" for key, item in items) + "}"
    number = value.__dict__.get("stand_in_number")
    return "?" if number is None else f"#{number}"


def write_float(value, as_key):
    if value != value:
        return "nan"
    if as_key and value.is_integer() and abs(value) < 2**63:
        return f"n{int(value)}"
    return f"f{struct.unpack('>Q', struct.pack('>d', value))[0]:x}"


# MARK: runs


class ShortReads(io.RawIOBase):
    """A file that gives one byte less than was asked for, as pipes and sockets may."""

    def __init__(self, data):
        self.inner = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.inner.readinto(memoryview(buffer)[: max(1, len(buffer) - 1)])


def peeking(data):
    """A file whose `peek` shows a few bytes at a time."""
    return io.BufferedReader(ShortReads(data), buffer_size=19)


def run(unpickler_class, data, opening, **options):
    """Events, whether STOP was reached, the text of the result or the error, and where the file then stands."""
    global recording
    recording = Recording()
    copyreg._extension_cache.clear()
    file = opening(data)
    try:
        result = unpickler_class(file, buffers=Buffers(), **options).load()
        shown = show(result)
    except Exception as error:  # whatever a stream makes of the unpickler is an answer
        return recording.lines, False, f"{type(error).__name__}: {error}", None
    return recording.lines, True, shown, file.tell() if opening is io.BytesIO else None


class Module:
    """What `loads` finds in `sys.modules`: whatever attribute is asked for leads to the stand-in."""

    def __init__(self, resolved, walk=()):
        object.__setattr__(self, "resolved", resolved)
        object.__setattr__(self, "walk", walk)

    def __getattribute__(self, name):
        module = object.__getattribute__(self, "resolved")
        walk = (*object.__getattribute__(self, "walk"), name)
        return loading.found(module, ".".join(walk)) or Module(module, walk)


class Loading:
    """The imports of one `loads`, whose unpickler nobody can subclass: they are seen by the audit event, by
    `__import__` and by the names asked of the module."""

    def __init__(self):
        self.replaced = {}
        self.asked = None

    def audit(self, event, arguments):
        if event == "pickle.find_class" and self is loading:
            self.asked = arguments

    def import_module(self, name, *_):
        self.replaced.setdefault(name, sys.modules.get(name))
        sys.modules[name] = Module(name)

    def found(self, module, name):
        """The stand-in once the whole name has been asked for. `fix_imports` never changes how many parts it has."""
        asked_module, asked_name = self.asked
        if name.count(".") < asked_name.count("."):
            return None
        number = recording.number()
        if asked_module == EXTENSION_MODULE:
            recording.lines.append(f"X #{number} i{asked_name}")
        else:
            names = " ".join(map(name_hex, (asked_module, asked_name, module, name)))
            recording.lines.append(f"I #{number} {names}")
        return stand_in(asked_name, number)

    def restore(self):
        for name, module in self.replaced.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


loading = None
sys.addaudithook(lambda event, arguments: loading and loading.audit(event, arguments))


def loads(data):
    """The same for `pickle.loads` of C, which reads from memory."""
    global recording, loading
    recording = Recording()
    copyreg._extension_cache.clear()
    loading = Loading()
    # The unpickler imports by the `__import__` of its caller's built-ins.
    scope = {"__builtins__": {"__import__": loading.import_module}, "loads": pickle.loads, "buffers": Buffers()}
    caller = types.FunctionType((lambda data: loads(data, buffers=buffers)).__code__, scope)
    try:
        result = caller(data)
        loading.restore()
        return recording.lines, True, show(result), None
    except Exception as error:
        loading.restore()
        return recording.lines, False, f"{type(error).__name__}: {error}", None
    finally:
        loading = None
