"""Classes that try to get past the judge.

    python3 -m unittest discover -s scripts/safe-globals/tests
"""

import textwrap
import unittest

from judging import judged


class ClassesThatTryToGetPast(unittest.TestCase):
    def refuse(self, text, name="C", **others):
        found = judged(m=text, **others).get(name, "left out: not there")
        self.assertTrue(found.startswith("left out"), found)

    def hook(self, body, name="__setstate__", arguments="self, state", before="", base=""):
        text = before + "\nclass C%s:\n    def %s(%s):\n%s\n" % (
            "(%s)" % base if base else "", name, arguments, textwrap.indent(textwrap.dedent(body), " " * 8))
        self.refuse(text)

    def test_calls_of_what_is_stored(self):
        for body in (
            "self.__dict__.update(state); self.callback()", "self.__dict__.update(state); self.callback(state)",
            "state['f'](state['x'])", "state()", "f = state['f']\nf()", "self.f = state['f']; self.f(1)",
            "for f in self.fs: f()", "[f() for f in state['fs']]", "(lambda g: g())(state)", "state.get('f')()",
            "getattr(self, 'f')()", "getattr(self, state['name'])()", "getattr(self.x, 'y')()", "getattr(state, 'f')(1)",
            "super().__getattribute__(state['n'])(1)", "type(self).__dict__[state['n']](self)",
        ):
            with self.subTest(body):
                self.hook(body)

    def test_methods_of_what_is_stored(self):
        for body in (
            "self.items.append(state)", "self.__dict__ = state; self.log.update(state)", "state['x'].load()",
            "self.x.y.z(state)", "state['d'].update(state['e'])", "(state['a'] or {}).update(state)",
            "x = state['a'] if state else []\nx.append(1)", "max(state['l']).update(state)", "iter(state['l']).update(1)",
        ):
            with self.subTest(body):
                self.hook(body)

    def test_calls_that_hand_a_function_on(self):
        for body in (
            "self.x = sorted(state['l'], key=state['f'])", "self.x = max(state['l'], key=self.f)", "list(map(state['f'], [1]))",
            "iter(state['f'], 0)", "self.x = functools.reduce(state['f'], [])", "import functools\nself.x = functools.reduce(state['f'], [])",
            "self.x = filter(state['f'], [1])", "self.x = defaultdict(state['f'])[1]",
        ):
            with self.subTest(body):
                self.hook(body, before="import functools\nfrom collections import defaultdict")

    def test_attributes_whose_names_are_data(self):
        for body in (
            "for k, v in state.items(): setattr(self, k, v)", "object.__setattr__(self, state['k'], state['v'])",
            "self.__class__ = state['c']", "setattr(self, '__class__', state['c'])", "super().__setattr__(state['k'], 1)",
            "setattr(state['x'], 'y', 1)", "state['x'].y = 1", "type(self).shared = state", "C.shared = state",
            "object.__setattr__(self, '__class__', state['c'])", "delattr(self, state['k'])",
        ):
            with self.subTest(body):
                self.hook(body)

    def test_imports_files_and_evaluation(self):
        for body in (
            "import os; os.system(state['x'])", "from os import system; system(state['x'])", "eval(state['x'])",
            "__import__(state['x'])", "import importlib\nimportlib.import_module(state['m'])", "open(state['p'])",
            "with open(state['p']) as f: self.x = f", "exec(state['x'], {})", "import pickle as p\np.loads(state['x'])",
            "self.x = compile(state['x'], '', 'exec')", "globals()[state['n']](1)", "self.x = builtins.eval(state['x'])",
            "from joblib import load as l\nself.x = l(state['p'])", "import torch\nself.x = torch.load(state['p'])",
        ):
            with self.subTest(body):
                self.hook(body, before="import builtins")

    def test_text_of_what_the_stream_made(self):
        for body in (
            "str(state['x'])", "f\"{state['x']}\"", "'%s' % state['x']", "'{}'.format(state['x'])", "print(state['x'])",
            "repr(self.x)", "self.a + self.b", "sum(state['l'])", "self.x += state['x']", "-state['x']",
        ):
            with self.subTest(body):
                self.hook("self.y = " + body if "=" not in body else body)

    def test_iteration_of_what_the_stream_made(self):
        for body in (
            "for x in state['l']: pass", "list(state['l'])", "a, b = state['p']", "self.x = state['a']['b']", "x = [*state['l']]",
            "self.x = 1 in state['l']", "self.x = state['a'] < 1", "self.x = {**state['d']}", "self.__dict__.update(self.x)",
        ):
            with self.subTest(body):
                self.hook(body)

    def test_other_hooks(self):
        for name, arguments, body in (
            ("__getattr__", "self, name", "import os; return os.system(name)"), ("__hash__", "self", "return self.h()"),
            ("__del__", "self", "self.close()"),
            ("__getattribute__", "self, name", "import os; return os.system(name)"), ("__len__", "self", "return self.n()"),
            ("__new__", "cls", "return REGISTRY[0]"), ("__new__", "cls", "return cls.make()"), ("__bool__", "self", "return self.f()"),
            ("__del__", "self", "lib.free(self.handle)"),
        ):
            with self.subTest(name + body):
                self.hook(body, name, arguments, before="import lib\nREGISTRY = []")

    def test_comparison_of_what_has_a_hash(self):
        eq = "class C:\n    def __eq__(self, other): return other.compare(self)\n"
        self.refuse(eq + "    def __hash__(self): return 1\n")
        self.assertEqual(judged(m=eq), {"C": "class with dict kept"})

    def test_lookups_beside_other_hooks(self):
        lookup = "class C%s:\n    def __getattr__(self, name): return getattr(self.inner, name)\n"
        self.assertEqual(judged(m=lookup % ""), {"C": "class with dict kept"})
        self.refuse(lookup % "" + "    def __setstate__(self, state): self.x = self.y\n")
        self.refuse(lookup % "(dict)")

    def test_items_of_containers(self):
        for name, arguments, body in (
            ("__setitem__", "self, k, v", "self.on_change(k, v)"), ("append", "self, x", "self.f(x)"), ("extend", "self, x", "x.run()"),
            ("add", "self, x", "x()"),
        ):
            with self.subTest(name):
                self.hook(body, name, arguments, base="dict")

    def test_properties_run_when_they_are_looked_at(self):
        self.refuse("""
            class C:
                @property
                def p(self):
                    return self.f()
                def __setstate__(self, state):
                    self.__dict__.update(state)
                    self.x = self.p
            """)
        self.refuse("""
            class C:
                @property
                def p(self):
                    return 1
                @p.setter
                def p(self, value):
                    value()
                def __setstate__(self, state):
                    self.p = state
            """)
        self.refuse("""
            class C:
                def __setattr__(self, name, value):
                    value()
                def __setstate__(self, state):
                    self.p = state
            """)

    def test_inherited_hooks(self):
        self.refuse("class A:\n    def __setstate__(self, s): s()\nclass B(A): pass\nclass C(B): pass\n")
        self.refuse("class A:\n    def __setstate__(self, s): s()\nclass C(A):\n    def __setstate__(self, s): super().__setstate__(s)\n")
        self.refuse("class A:\n    def __setstate__(self, s): s()\nclass C:\n    def __setstate__(self, s): A.__setstate__(self, s)\n")
        self.refuse("""
            class A:
                def __setstate__(self, s): s()
            class M:
                def __setstate__(self, s): super().__setstate__(s)
            class C(M, A): pass
            """)

    def test_a_diamond_resolves_as_python_does(self):
        self.refuse("""
            class A:
                def __setstate__(self, s): self.__dict__.update(s)
            class B(A): pass
            class D(A):
                def __setstate__(self, s): s()
            class C(B, D): pass
            """)

    def test_bases_from_outside(self):
        self.refuse("from elsewhere import B\nclass C(B): pass\n")
        self.refuse("from elsewhere import *\nclass C(B): pass\n")
        self.refuse("from elsewhere import *\nclass C(object): pass\n")
        self.refuse("import elsewhere\nclass C(elsewhere.B): pass\n")
        self.refuse("B = make()\nclass C(B): pass\n")
        self.refuse("class C(make()): pass\n")
        self.refuse("class C(Unknown): pass\n")

    def test_bases_that_depend_on_what_is_installed(self):
        self.refuse("""
            try:
                from elsewhere import B
            except ImportError:
                class B: pass
            class C(B): pass
            """)
        self.refuse("""
            if FAST:
                class B:
                    def __setstate__(self, s): s()
            else:
                class B:
                    pass
            class C(B): pass
            """)

    def test_names_that_are_bound_again(self):
        for after in ("C = wrap(C)", "from elsewhere import C", "def C(): pass", "for C in []: pass", "C: int = 1"):
            with self.subTest(after):
                self.refuse("class C: pass\n" + after + "\n")
        self.refuse("class C: pass\nif X:\n    class C:\n        def __setstate__(self, s): s()\n")

    def test_hooks_that_are_put_on_a_class(self):
        for after in (
            "C.__setstate__ = f", "setattr(C, '__setstate__', f)", "def install():\n    C.__setstate__ = f",
            "for c in [C]:\n    C.__setstate__ = f",
        ):
            with self.subTest(after):
                self.refuse("class C: pass\n" + after + "\n")
        self.refuse("class C: pass\n", n="from lib.m import C\nC.__setstate__ = f\n")

    def test_hooks_that_are_no_definitions(self):
        for line in (
            "__setstate__ = make()", "__setstate__ = f", "from elsewhere import __setstate__", "__setstate__ = lambda self, s: s()",
            "a, __setstate__ = 1, f", "__setstate__: object = f", "class __setstate__: pass", "locals()['__setstate__'] = f",
            "for __setstate__ in fs: pass", "async def __setstate__(self, s): pass", "vars().update(x)", "exec('x')",
            "if (__setstate__ := f): pass", "with f() as __setstate__: pass",
            "def __setstate__(self, s): pass\n    __setstate__ = evil(__setstate__)",
            "if X:\n        def __setstate__(self, s): pass\n    else:\n        def __setstate__(self, s): s()",
            "try:\n        from a import __setstate__\n    except ImportError: pass",
        ):
            with self.subTest(line):
                self.refuse("class C:\n    " + line + "\n")

    def test_decorated_hooks_and_classes(self):
        self.refuse("class C:\n    @wrap\n    def __setstate__(self, s): pass\n")
        self.refuse("class C:\n    @wrap(1)\n    def __setstate__(self, s): pass\n")
        self.refuse("@wrap\nclass C: pass\n")
        self.refuse("@wrap()\nclass C: pass\n")
        self.refuse("@wrap\nclass B: pass\nclass C(B): pass\n")

    def test_metaclasses_and_what_turns_a_class(self):
        self.refuse("class M(type): pass\nclass C(metaclass=M): pass\n")
        self.refuse("class C(six.with_metaclass(M, object)): pass\n")
        self.refuse("class C(**options): pass\n")
        for name in ("__getinitargs__", "__dict__", "__class__"):
            self.refuse("class C:\n    @property\n    def %s(self): return x\n" % name)

    def test_builtins_by_another_hand(self):
        self.hook("self.x = list(state)", before="from elsewhere import list")
        self.hook("self.x = dict(state)", before="def dict(x): return x()")
        self.hook("self.x = len(state)", before="len = elsewhere")
        self.hook("object.__setattr__(self, 'x', state)", before="from elsewhere import object")

    def test_helpers_of_the_module(self):
        self.hook("helper(state)", before="def helper(s):\n    s()")
        self.hook("helper(state)", before="def helper(s):\n    other(s)\ndef other(s):\n    s()")
        self.hook("helper(state)", before="@wrap\ndef helper(s): pass")
        self.hook("Helper(state)", before="class Helper:\n    def __init__(self, s): s()")
        self.hook("helper(state)", before="from elsewhere import helper")

    def test_aliases(self):
        self.refuse("class C:\n    def _set(self, s): s()\n    __setstate__ = _set\n")
        self.refuse("class B:\n    def _set(self, s): s()\nclass C:\n    __setstate__ = B._set\n")

    def test_reexports_of_foreign_modules_are_not_classes_here(self):
        self.assertEqual(judged(m="from elsewhere import C\nD = C\n"), {})

    def test_enumerations_with_lookups_of_their_own(self):
        self.refuse("import enum\nclass C(enum.Enum):\n    @classmethod\n    def _missing_(cls, v): return v()\n")
        self.refuse("import enum\nclass C(enum.Enum):\n    def __hash__(self): return self.f()\n")

    def test_named_tuples_that_are_given_methods(self):
        files = {
            "m": "from collections import namedtuple\nA = namedtuple('A', 'x')\nB = namedtuple('B', 'x')\nC = namedtuple('C', 'x')\nA.__eq__ = f",
            "n": "from lib.m import B\nimport lib.m\nB.__hash__ = f\nlib.m.C.__new__ = f"}
        self.assertEqual(judged(**files), {})

    def test_named_tuples_that_make_something_else(self):
        self.refuse("from typing import NamedTuple\nclass B(NamedTuple):\n    x: int\nclass C(B):\n    def __new__(cls, f): return f()\n")
        self.refuse("from typing import NamedTuple\nclass B(NamedTuple):\n    x: int\nclass C(B):\n    def __init__(self, f): f()\n")
