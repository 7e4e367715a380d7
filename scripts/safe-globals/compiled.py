"""Prints what compiled classes bring for pickling, from a throwaway process.

    python3 scripts/safe-globals/compiled.py VENV scikit-learn==1.5.2 sklearn.tree._tree sklearn.neighbors._kd_tree

Installs the release into the virtual environment VENV (made where there is none) and imports the modules there. Use it on
releases that are trusted to be imported, never on what the lists are to protect from. For each class: whether it can be created
without arguments, which hooks it has of its own, and what its reducer names; for each function, Cython's unpicklers.
"""

import argparse
import os
import subprocess
import sys
import venv

PROGRAM = r'''
import importlib, inspect, json, sys

HOOKS = ("__new__", "__init__", "__reduce__", "__reduce_ex__", "__setstate__", "__reduce_cython__", "__setstate_cython__", "__getnewargs__",
         "__hash__", "__eq__", "__len__", "__iter__", "__getitem__", "__getattr__", "__getattribute__", "__setattr__", "__setitem__", "__del__")

def reducer(cls):
    """The callable's name and the types of its arguments and state."""
    try:
        made = cls.__new__(cls).__reduce_ex__(2)
    except Exception as error:
        return None, "%s: %s" % (type(error).__name__, str(error)[:80])
    function = made[0] if not isinstance(made, str) else made
    name = getattr(function, "__module__", "") + "." + getattr(function, "__qualname__", str(function))
    return name, [type(part).__name__ for part in made[1:]]

for name in sys.argv[1:]:
    module = importlib.import_module(name)
    for attribute, value in sorted(vars(module).items()):
        if inspect.isclass(value) and value.__module__ == name:
            bases = [b.__module__ + "." + b.__qualname__ for b in value.__mro__[1:-1]]
            print(json.dumps({"class": name + "." + attribute, "bases": bases, "reduces": reducer(value),
                              "hooks": [h for h in HOOKS if h in vars(value)]}))
        elif attribute.startswith("__pyx_unpickle_") or attribute in ("newObj", "_unpickle"):
            print(json.dumps({"function": name + "." + attribute}))
'''


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("venv")
    parser.add_argument("release", help="NAME==VERSION")
    parser.add_argument("modules", nargs="+")
    options = parser.parse_args()
    python = os.path.join(options.venv, "bin", "python")
    if not os.path.exists(python):
        venv.create(options.venv, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--only-binary=:all:", options.release], check=True)
    # A deadline and no standard input: what is imported here is trusted, not what it might wait for.
    result = subprocess.run([python, "-I", "-c", PROGRAM] + options.modules, stdin=subprocess.DEVNULL, timeout=120, check=False)
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
