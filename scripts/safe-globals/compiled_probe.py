"""Says what the compiled classes of imported modules bring for pickling, a line of JSON for each. compiled.py runs it.

    python -I compiled_probe.py PACKAGE [MODULE ...]        # without modules: every extension module of the package

A class is one of:

- `cython`: Cython wrote its pickling. `__pyx_unpickle_<Class>(type, checksum, state)` compares a number of the layout, creates
  the type by this class's own `__new__`, and fills the fields, each converted to its C type; a `__dict__` is updated.
- `reducer`: it names a callable of its own; its C or Cython source says what that does.
- `state`: it is created empty and given a state: a `class` statement in Cython source, or one with a `__setstate__` to be read.
- `none`: it refuses to be pickled, so no honest file holds it.
"""

import importlib
import importlib.machinery
import inspect
import json
import os
import sys

REDUCERS = ("__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__")
SUFFIXES = tuple(importlib.machinery.EXTENSION_SUFFIXES)
HOOKS = (
    "__new__", "__init__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__reduce_cython__", "__setstate_cython__",
    "__getnewargs__", "__getnewargs_ex__", "__hash__", "__eq__", "__len__", "__bool__", "__iter__", "__getitem__", "__getattr__",
    "__getattribute__", "__setattr__", "__setitem__", "__del__")


def extension_modules(package):
    """The names of a package's extension modules, by the files beside its own."""
    root = os.path.dirname(package.__file__)
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in ("tests", "test", "__pycache__"))
        parts = os.path.relpath(folder, root).split(os.sep)
        for file in sorted(files):
            if file.endswith(SUFFIXES):
                yield ".".join([package.__name__] + [part for part in parts if part != "."] + [file.split(".")[0]])


def reducer(cls):
    """What an empty object names as its maker, or why it has none: (name, types of the arguments and the state).

    Asked in a child process: compiled code that meets its own empty fields may crash.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            os.write(writing, json.dumps(asked(cls)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    _, status = os.waitpid(child, 0)
    return tuple(json.loads(answer)) if answer else (None, "it crashed: %d" % status)


def asked(cls):
    try:
        made = cls.__new__(cls).__reduce_ex__(2)
    except Exception as error:
        return None, "%s: %s" % (type(error).__name__, str(error)[:400])
    if isinstance(made, str):
        return made, []
    name = "%s.%s" % (getattr(made[0], "__module__", None), getattr(made[0], "__qualname__", made[0]))
    return name, [type(part).__name__ for part in made[1:]]


# What Cython's own `__reduce__` says where it could not write one, and Python where there is none.
REFUSALS = ("no default __reduce__", "cannot be converted to a Python object for pickling", "cannot pickle")


def way_of(cls, module, answer):
    """Which of the four ways above; `answer` is its reducer's."""
    if hasattr(module, "__pyx_unpickle_" + cls.__name__):
        return "cython"
    maker, words = answer
    if maker is None and any(refusal in words for refusal in REFUSALS):
        return "none"
    own = {hook for base in cls.__mro__[:-1] for hook in REDUCERS if hook in vars(base)}
    return "reducer" if own else "state"


def described(module):
    """Each class that the module defines."""
    for name, value in sorted(vars(module).items()):
        if not inspect.isclass(value) or value.__module__ != module.__name__:
            continue
        hooks = [hook for hook in HOOKS if hook in vars(value)]
        answer = reducer(value)
        yield {
            "module": module.__name__, "name": name, "way": way_of(value, module, answer), "reduces": answer, "hooks": hooks,
            "bases": [base.__module__ + "." + base.__qualname__ for base in value.__mro__[1:-1]]}


def main():
    names = sys.argv[2:] or list(extension_modules(importlib.import_module(sys.argv[1])))
    for name in names:
        try:
            module = importlib.import_module(name)
        except Exception as error:  # an optional part whose libraries are missing
            print("%s: %s: %s" % (name, type(error).__name__, error), file=sys.stderr)
            continue
        for line in described(module):
            print(json.dumps(line))


if __name__ == "__main__":
    main()
