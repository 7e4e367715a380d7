"""Honest classes, which the judge has to let through, and how it keeps them.

    python3 -m unittest discover -s scripts/safe-globals/tests
"""

import unittest

from judging import judged  # first: it finds the generator
import generate


class HonestClasses(unittest.TestCase):
    def expect(self, text, kind, name="C"):
        self.assertEqual(judged(m=text).get(name), kind)

    def test_a_plain_class(self):
        self.expect("class C:\n    def fit(self, x):\n        self.f(x)\n", "class with dict")

    def test_its_state_is_a_dict_that_it_updates(self):
        self.expect("""
            class C:
                def __setstate__(self, state):
                    self.__dict__.update(state)
                    if "new" not in self.__dict__:
                        self.new = None
            """, "class with dict")

    def test_what_a_dict_of_the_state_gives_may_be_stored(self):
        self.expect("""
            class C:
                def __setstate__(self, state):
                    state = state.copy()
                    self.x = state.pop("x", None)
                    self.__dict__.update(state)
            """, "class with dict")

    def test_a_lookup_that_raises(self):
        self.expect("""
            class C:
                def __getattr__(self, name):
                    raise AttributeError(f"'{type(self).__name__}' has no attribute '{name}'")
            """, "class with dict")

    def test_creation(self):
        self.expect("""
            class C:
                def __new__(cls, *args, **kwargs):
                    self = super().__new__(cls)
                    self.x = 0
                    return self
            """, "class with dict")

    def test_enumerations_and_named_tuples(self):
        found = judged(m="""
            import enum
            from collections import namedtuple
            from typing import NamedTuple
            class E(str, enum.Enum):
                A = "a"
            class N(NamedTuple):
                x: int
            class T(namedtuple("T", "a b")):
                pass
            """)
        self.assertEqual(found, {"E": "enum", "N": "tuple", "T": "tuple"})

    def test_named_tuples_by_assignment(self):
        found = judged(m="""
            import collections
            from collections import namedtuple
            Pair = namedtuple("Pair", ["a", "b"])
            Triple = collections.namedtuple("Triple", "a b c")
            Other = namedtuple("Another", "a")
            Made = make("Made", "a")
            Twice = namedtuple("Twice", "a")
            Twice = make("Twice", "a")
            """)
        self.assertEqual(found, {"Pair": "tuple", "Triple": "tuple"})

    def test_a_base_under_the_name_of_its_module(self):
        files = {"__init__": "from lib.Base import Base", "Base": "class Base: pass", "m": "from lib import Base\nclass C(Base): pass"}
        self.assertEqual(judged(**files), {"Base": "class with dict", "C": "class with dict"})

    def test_a_base_in_a_submodule_that_its_package_imports(self):
        files = {"__init__": "from . import base", "base": "class Base: pass", "m": "from lib import base\nclass C(base.Base): pass"}
        self.assertEqual(judged(**files), {"Base": "class with dict", "C": "class with dict"})

    def test_a_container(self):
        self.expect("class C(dict):\n    pass\n", "container with dict")

    def test_slots_with_nothing_behind_them(self):
        self.expect("class C:\n    __slots__ = ('x',)\n", "class")

    def test_slots_beside_a_class_method_made_by_a_call(self):
        self.expect("""
            class C:
                __slots__ = ("c",)
                __class_getitem__ = classmethod(GenericAlias)
            """, "class")

    def test_an_overridden_hook_does_not_count(self):
        self.expect("""
            class B:
                def __setstate__(self, state):
                    self.f(state)
            class C(B):
                def __setstate__(self, state):
                    self.__dict__.update(state)
            """, "class with dict")

    def test_what_only_runs_as_a_command_does_not_count(self):
        self.expect("""
            class C:
                pass
            if __name__ == "__main__":
                from other import C
            """, "class with dict")


class ClassesThatAreKept(unittest.TestCase):
    """What iterates or indexes an object of theirs calls what they store: no function may be handed one."""

    def test_iteration(self):
        for name, body in (
            ("__iter__", "return iter(self.source.stream())"), ("__getitem__", "return self.f(k)"), ("keys", "return self.x.keys()"),
            ("__array__", "return self.f()"), ("__contains__", "return self.f(k)"),
        ):
            with self.subTest(name):
                self.assertEqual(
                    judged(m="class C:\n    def %s(self, k=None): %s\n" % (name, body)), {"C": "class with dict kept"})

    def test_slots_behind_setters_take_no_pair_of_states(self):
        found = judged(m="""
            class C:
                __slots__ = ("_x",)
                @property
                def x(self): return self._x
                @x.setter
                def x(self, value): value()
            class D:
                __slots__ = ("_x",)
                y = Descriptor()
            """)
        self.assertEqual(found, {"C": "class with dict", "D": "class with dict"})


class Versions(unittest.TestCase):
    def test_the_strict_form_of_two_versions_holds(self):
        judge = generate.Judge({"list": "lib", "source": "", "packages": [], "with": [], "modules": "", "whys": {}}, "", {})
        judge.found["class"].add(("m", "C"))
        judge.found["class with dict kept"].add(("m", "C"))
        judge.found["class"].add(("m", "D"))
        judge.found["enum"].add(("m", "D"))
        judge.found["class"].add(("m", "E"))
        judge.rejected[("m", "E")] = "a hook"
        judge.settle()
        self.assertEqual({kind: pairs for kind, pairs in judge.found.items() if pairs}, {"class with dict kept": {("m", "C")}})


if __name__ == "__main__":
    unittest.main()
