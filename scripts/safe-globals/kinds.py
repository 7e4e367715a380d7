"""What the judge of hooks.py knows of values, and of the callables of Python and of other libraries."""

import builtins
import enum


class Kind(enum.Enum):
    TEXT = "a string, a number, or a tuple of them, with nothing of the stream's behind it"
    PLAIN = "a builtin container made here, or known to be one; what it holds may be the stream's"
    SELF = "the instance"
    FRESH = "an instance just created"
    TYPE = "the class of the instance, or another class of the library"
    SUPER = "super()"
    LIBRARY = "something of the library's own, no data of the stream's"
    UNKNOWN = "anything, chosen by the stream"


TEXT, PLAIN, SELF, FRESH, TYPE, SUPER, LIBRARY, UNKNOWN = Kind


class Refused(Exception):
    """The reason why a method needs a reader."""


# Builtins by what they give. They run nothing of their arguments' but what is itself judged: __iter__, __len__,
# __hash__, __eq__, __lt__, __int__ and their like.
GIVE_TEXT = {"isinstance", "issubclass", "len", "hash", "id", "callable", "any", "all", "bool"}
GIVE_PLAIN = {
    "tuple", "list", "dict", "set", "frozenset", "range", "zip", "enumerate", "sorted", "slice",
}
# These give what is in their argument.
GIVE_ELEMENT = {"next", "iter", "min", "max"}
# These iterate their arguments.
ITERATING = {
    "tuple", "list", "dict", "set", "frozenset", "zip", "enumerate", "sorted", "next", "iter", "min", "max", "any", "all",
}
# These call __str__, __repr__, __add__ and others, which nobody judges.
TEXT_TO_TEXT = {"int", "float", "str", "repr", "print", "abs", "round", "sum", "format", "ord", "chr"}
EXCEPTIONS = {
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}
BUILTIN_TYPES = {"object", "dict", "list", "tuple", "set", "frozenset", "str", "int", "float", "type", "bytes"}
# Methods of builtin containers and strings, by what they give.
CONTAINER_METHODS = {
    "update": TEXT, "append": TEXT, "extend": TEXT, "add": TEXT, "discard": TEXT, "remove": TEXT, "clear": TEXT, "insert": TEXT,
    "index": TEXT, "count": TEXT, "reverse": TEXT, "move_to_end": TEXT, "startswith": TEXT, "endswith": TEXT,
    "isdigit": TEXT, "copy": PLAIN, "items": PLAIN, "keys": PLAIN, "values": PLAIN, "difference": PLAIN,
    "intersection": PLAIN, "union": PLAIN, "get": UNKNOWN, "pop": UNKNOWN, "setdefault": UNKNOWN, "popitem": UNKNOWN,
    "__setitem__": TEXT, "__getitem__": UNKNOWN, "__contains__": TEXT, "__len__": TEXT, "__iter__": PLAIN,
}
STRING_METHODS = {
    "split": PLAIN, "strip": TEXT, "lstrip": TEXT, "rstrip": TEXT, "lower": TEXT, "upper": TEXT, "replace": TEXT,
    "title": TEXT, "capitalize": TEXT, "format": TEXT, "join": TEXT, "rsplit": PLAIN, "partition": PLAIN,
}
# Callables of other libraries that do nothing with what they are given but keep it.
PURE_OUTSIDE = {
    "collections.OrderedDict": PLAIN, "collections.defaultdict": PLAIN, "collections.deque": PLAIN,
    "collections.Counter": PLAIN, "scipy.sparse.issparse": TEXT, "threading.Lock": LIBRARY, "threading.RLock": LIBRARY,
    "weakref.WeakKeyDictionary": LIBRARY, "weakref.WeakValueDictionary": LIBRARY, "weakref.WeakSet": LIBRARY,
    "copyreg.__newobj__": FRESH,
}
MESSAGES = {
    "warnings.warn", "logger.warning", "logger.info", "logger.debug", "logger.warning_once", "logging.warning", "log.warning",
    "_logger.warning", "log.debug", "logging.info", "logging.debug",
}
# A name that stops the judgement wherever it stands.
ALARMING = {
    "open", "exec", "eval", "compile", "__import__", "import_module", "globals", "os", "sys", "ctypes", "shutil",
    "subprocess", "tempfile", "socket", "requests", "urllib", "pickle", "cloudpickle", "dill", "importlib", "marshal",
    "builtins", "runpy", "breakpoint", "input", "delattr",
}
PASSING_DECORATORS = {
    "staticmethod", "classmethod", "property", "abstractmethod", "abc.abstractmethod", "typing.no_type_check", "override",
    "typing.override", "typing_extensions.override", "overload", "typing.overload", "no_type_check", "final", "typing.final",
    "_copy_to_script_wrapper", "weak_script_method", "torch._jit_internal.weak_script_method", "torch.jit.ignore", "torch.jit.unused", "torch.jit.export", "functools.wraps", "wraps",
}


def joined(one, other):
    """What is known where a value is one or the other."""
    if one is other:
        return one
    if {one, other} == {TEXT, PLAIN}:
        return PLAIN
    if {one, other} == {TEXT, LIBRARY}:
        return LIBRARY
    return UNKNOWN
