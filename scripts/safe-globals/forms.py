"""What the generator takes for granted of bases, decorators and metaclasses, and the entry that each kind of class gets."""

# Bases outside the sources that add no hook worth looking at.
PLAIN_BASES = {
    "builtins.object", "object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "typing_extensions.Generic",
    "builtins.dict", "builtins.list", "builtins.tuple", "builtins.set", "builtins.int", "builtins.float", "builtins.str", "builtins.frozenset",
    "collections.OrderedDict", "collections.UserDict", "collections.UserList", "collections.defaultdict", "collections.Counter",
    "collections.abc.Mapping", "collections.abc.MutableMapping", "collections.abc.Sequence", "typing.OrderedDict", "collections.abc.Callable",
    "collections.abc.MutableSequence", "collections.abc.Sized", "collections.abc.Iterable", "collections.abc.Hashable", "collections.abc.Iterator",
    "collections.Mapping", "collections.MutableMapping", "collections.Sequence", "argparse.Namespace", "types.SimpleNamespace",
    "collections.abc.Collection", "collections.abc.Set", "collections.abc.MutableSet", "collections.abc.Container",
    "typing.Mapping", "typing.MutableMapping", "typing.Dict", "typing.List", "typing.Sequence", "typing.Iterable", "typing.Tuple", "typing.Callable",
    "typing.Iterator", "typing.Hashable", "typing.Sized", "typing.Collection", "typing.DefaultDict", "typing.Set",
    # `ABCMeta("ABC", (object,), {})`, and object with another name, of six.
    "abc.ABCMeta()", "builtins.ABCMeta()",
    "six.with_metaclass()", "six.moves.UserDict",
}
CONTAINER_BASES = {
    "builtins.dict", "builtins.list", "builtins.set", "collections.OrderedDict", "collections.defaultdict", "collections.Counter",
    "typing.OrderedDict", "collections.UserDict", "collections.UserList", "typing.Dict", "typing.List", "typing.DefaultDict",
    "collections.abc.MutableMapping", "collections.abc.MutableSequence", "collections.MutableMapping", "typing.MutableMapping",
}
ENUM_BASES = {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}
NAMED_TUPLE_BASES = {"typing.NamedTuple", "collections.namedtuple()"}
# What a name may be given to, to become a named tuple: each makes a tuple class whose own methods look at nothing.
TUPLE_MAKERS = {"collections.namedtuple()", "typing.NamedTuple()"}
# They change no attribute lookup, no creation and no state.
PLAIN_METACLASSES = {"ABCMeta", "EnumMeta", "type", "GenericMeta"}
# They give back the class that they are given, with methods of their own make that call nothing of its data:
# comparisons, a constructor, documentation, an entry in a registry of the library.
PLAIN_DECORATORS = {
    "dataclass", "dataclass()", "dataclasses.dataclass", "dataclasses.dataclass()", "total_ordering", "functools.total_ordering",
    "final", "typing.final", "runtime_checkable", "typing.runtime_checkable", "unique", "enum.unique", "attr.s", "attr.s()",
    "attr.attrs", "attrs.define", "attrs.define()", "attr.define", "attr.define()", "attrs.frozen", "attr.dataclass", "attr.dataclass()", "define", "define()", "frozen",
    # Documentation, export and registration.
    "Substitution()", "Appender()", "xgboost_model_doc()", "add_start_docstrings()", "auto_docstring", "auto_docstring()", "inherit_doc",
    "add_end_docstrings()", "keras_export()", "tf_export()", "deprecated()", "experimental", "public", "PublicAPI()", "PublicAPI", "DeveloperAPI",
    "register_tag", "requires()", "strict_dataclass", "copy_doc()", "doc_controls()", "fill_doc", "compat", "experimental_class()", "deprecated_class()",
    "weak_module", "python_2_unicode_compatible", "compat.python_2_unicode_compatible", "six.python_2_unicode_compatible",
}

# What a class is found to be, and the entry it gets. "kept" is of one that no function may be handed: what iterates or
# indexes it calls what the stream supplies, or was not read.
KINDS = {
    "class": {"kind": "class", "arguments": "created", "state": "any"},
    "class with dict": {"kind": "class", "arguments": "created", "state": "dict"},
    "class kept": {"kind": "class", "arguments": "created", "state": "kept"},
    "class with dict kept": {"kind": "class", "arguments": "created", "state": "kept-dict"},
    "container": {"kind": "class", "arguments": "created", "state": "any", "items": True},
    "container with dict": {"kind": "class", "arguments": "created", "state": "dict", "items": True},
    "container kept": {"kind": "class", "arguments": "created", "state": "kept", "items": True},
    "container with dict kept": {"kind": "class", "arguments": "created", "state": "kept-dict", "items": True},
    "tuple": {"kind": "class", "arguments": "any", "state": "none"},
    "enum": {"kind": "enum"},
    "value": {"kind": "value"},
}
