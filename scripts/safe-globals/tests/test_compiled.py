"""What the probe says of compiled classes of the standard library.

    python3 -m unittest discover -s scripts/safe-globals/tests
"""

import os
import sys
import types
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import compiled
import compiled_probe


class Plain:
    pass


class Crashing:
    def __reduce__(self):
        os.abort()


class Refusing:
    def __reduce_cython__(self):
        raise TypeError("no default __reduce__ due to non-trivial __cinit__")

    __reduce__ = __reduce_cython__


class Named:
    def __reduce__(self):
        return Named, (1, "a"), {}


def module_of(*classes, **others):
    """A module that says it defines these."""
    module = types.ModuleType("lib.fast")
    for cls in classes:
        copy = type(cls.__name__, (), {key: value for key, value in vars(cls).items() if key not in ("__dict__", "__weakref__")})
        copy.__module__ = "lib.fast"
        setattr(module, cls.__name__, copy)
    vars(module).update(others)
    return module


class ProbeTest(unittest.TestCase):
    def ways(self, module):
        return {line["name"]: line["way"] for line in compiled_probe.described(module)}

    def test_the_four_ways_of_being_pickled(self):
        module = module_of(Plain, Refusing, Named, Crashing)
        self.assertEqual(
            self.ways(module), {"Plain": "state", "Refusing": "none", "Named": "reducer", "Crashing": "reducer"})

    def test_cythons_unpickler_is_known_by_its_name(self):
        self.assertEqual(self.ways(module_of(Refusing, __pyx_unpickle_Refusing=len)), {"Refusing": "cython"})

    def test_classes_of_other_modules_are_left_out(self):
        self.assertEqual(self.ways(module_of(Plain, Other=dict)), {"Plain": "state"})

    def test_a_class_that_crashes_takes_nothing_with_it(self):
        name, words = compiled_probe.reducer(Crashing)
        self.assertIsNone(name)
        self.assertIn("it crashed", words)

    def test_a_reducer_names_its_maker_and_what_it_is_given(self):
        self.assertEqual(compiled_probe.reducer(Named), (__name__ + ".Named", ["tuple", "dict"]))

    def test_only_what_files_may_hold_and_no_list_has_is_missing(self):
        lines = [
            {"module": "lib.fast", "name": "Plain", "way": "state"}, {"module": "lib.fast", "name": "Refusing", "way": "none"},
            {"module": "lib.fast", "name": "Named", "way": "reducer"}]
        self.assertEqual(compiled.missing(lines, {("lib.fast", "Named")}), lines[:1])


if __name__ == "__main__":
    unittest.main()
