"""What functions.py says of small libraries written here.

    python3 -m unittest discover -s scripts/safe-globals/tests
"""

import os
import sys
import tempfile
import textwrap
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import function_facts
import functions


def release(folder, files):
    for path, text in files.items():
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as stream:
            stream.write(textwrap.dedent(text))
    return functions.Release(folder, functions.FactCache(None))


class FunctionsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def pairs(self, files, protect=True):
        made = release(self.folder, files)
        found = functions.library_pairs([made])
        return functions.without_reducers(found, functions.protected_names([made])) if protect else found

    def test_a_body_says_what_a_function_does(self):
        pairs = self.pairs({"lab/tools.py": """
            import os, subprocess as sp, socket, importlib, pickle
            from urllib.request import urlopen
            import numpy as np

            def runs(): sp.run("x")
            def shell(x): return os.system(x)
            def reads(p):
                with open(p) as f: return f.read()
            def loads(p): return np.load(p)
            def fetches(u): return urlopen(u)
            def evaluates(t): return eval(t)
            def imports(n): return importlib.import_module(n)
            def fixed(): return importlib.import_module("json")
            def other_pickle(b): return pickle.loads(b)
            def applies(f, x): return f(x)
            def counts():
                global total
                total = 1
            def adds(a, b): return a + b
        """})
        expected = {
            "runs": "executes", "shell": "executes", "reads": "opens", "loads": "opens", "fetches": "connects",
            "evaluates": "evaluates", "imports": "imports", "fixed": "computes", "other_pickle": "unpickles",
            "applies": "calls-back", "counts": "changes", "adds": "computes"}
        for name, effect in expected.items():
            self.assertEqual(pairs.get(("lab.tools", name)), effect, name)

    def test_what_a_called_function_does_counts_two_calls_deep_and_across_modules(self):
        pairs = self.pairs({
            "lab/__init__.py": "", "lab/low.py": "import os\ndef remove(p): os.unlink(p)\n",
            "lab/high.py": """
                from .low import remove as erase
                def one(p): erase(p)
                def two(p): one(p)
                def three(p): two(p)
                class Opener:
                    def __init__(self, p): open(p)
                def makes(p): return Opener(p)
            """})
        self.assertEqual(pairs["lab.high", "one"], "opens")
        self.assertEqual(pairs["lab.high", "two"], "opens")
        self.assertEqual(pairs["lab.high", "makes"], "opens")

    def test_packages_offer_again_what_they_import_and_other_modules_only_what_is_notable(self):
        pairs = self.pairs({
            "lab/__init__.py": "from .core import *\nfrom .core import _hidden\n",
            "lab/core.py": "def plain(): pass\ndef _hidden(): pass\ndef reads(): open('x')\n",
            "lab/user.py": "from .core import plain, reads\nfrom os import system\nfrom functools import wraps\n"})
        self.assertIn(("lab", "plain"), pairs)
        self.assertIn(("lab", "_hidden"), pairs)
        self.assertIn(("lab", "reads"), pairs)
        self.assertIn(("lab.user", "reads"), pairs)
        self.assertEqual(pairs["lab.user", "system"], "executes")
        self.assertNotIn(("lab.user", "plain"), pairs)
        self.assertNotIn(("lab.user", "wraps"), pairs)

    def test_a_literal_all_bounds_a_star(self):
        pairs = self.pairs({
            "lab/__init__.py": "from .core import *\n",
            "lab/core.py": "__all__ = ['shown']\ndef shown(): pass\ndef kept(): pass\n"})
        self.assertIn(("lab", "shown"), pairs)
        self.assertNotIn(("lab", "kept"), pairs)
        self.assertIn(("lab.core", "kept"), pairs)

    def test_classes_are_never_listed(self):
        pairs = self.pairs({"lab/core.py": "class Writer:\n    def __init__(self, p): open(p, 'w')\n"})
        self.assertEqual(pairs, {})

    def test_what_an_honest_pickle_calls_is_left_out(self):
        files = {
            "lab/core.py": """
                import copyreg
                from lab.other import revive
                def assemble(state): return state
                def _unpickle_x(state): return state
                def _rebuild_x(state): return state
                def _make_x(state): return state
                def newObj(c): return c
                def _thing_ctor(n): return n
                def reduce_table(t): return (table_from, (t,))
                def table_from(t): return t
                class Model:
                    def __reduce__(self): return (assemble, (self.x,))
                class Other:
                    def __reduce_ex__(self, p): return revive, ()
                copyreg.pickle(Model, reduce_table)
                def bystander(): pass
            """,
            "lab/other.py": "def revive(): pass\ndef untouched(): pass\n",
            "lab/native.pyx": "def woken(x):\n    pass\ndef plain(x):\n    pass\ncdef class C:\n    def __reduce__(self):\n        return woken, ()\n"}
        left = set(self.pairs(files))
        self.assertEqual(left, {("lab.core", "bystander"), ("lab.other", "untouched"), ("lab.native", "plain")})

    def test_a_reducer_protects_the_name_in_every_module_of_its_package(self):
        pairs = self.pairs({
            "lab/old.py": "def wake(): pass\n",
            "lab/new.py": "def wake(): pass\nclass C:\n    def __reduce__(self): return wake, ()\n"})
        self.assertEqual(pairs, {})

    def test_cloudpickle_inside_a_library_is_left_out(self):
        self.assertEqual(self.pairs({"lab/cloudpickle/cloudpickle.py": "def dumps(x): pass\n"}), {})

    def test_a_file_that_does_not_parse_says_nothing(self):
        self.assertIsNone(function_facts.file_facts(b"print 'two'"))
        self.assertEqual(self.pairs({"lab/core.py": "print 'two'\n"}), {})

    def test_the_written_form_is_read_back(self):
        pairs = {("lab", "a"): "opens", ("lab", "b"): "opens", ("lab.core", "c"): "computes"}
        path = os.path.join(self.folder, "lab.json")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(functions.document("lab", "made here", pairs))
        self.assertEqual(functions.read_written(path), ("lab", "made here", pairs))

    def test_few_of_many_releases_are_read_the_first_and_the_last_among_them(self):
        self.assertEqual(functions.chosen([1, 2, 3]), [1, 2, 3])
        picked = functions.chosen(list(range(17)))
        self.assertEqual((picked[0], picked[-1], len(picked)), (0, 16, 5))


class WrittenListsTest(unittest.TestCase):
    def test_no_function_is_on_a_safe_or_a_dangerous_list(self):
        listed, whole = functions.listed_elsewhere()
        for file in sorted(os.listdir(functions.FUNCTIONS)):
            _, _, pairs = functions.read_written(os.path.join(functions.FUNCTIONS, file))
            self.assertFalse(set(pairs) & listed, "%s: run functions.py --prune" % file)
            self.assertFalse([pair for pair in pairs if whole.match(pair[0])], "%s: run functions.py --prune" % file)

    def test_no_function_is_listed_twice_or_named_like_a_reducer(self):
        seen = {}
        for file in sorted(os.listdir(functions.FUNCTIONS)):
            name, _, pairs = functions.read_written(os.path.join(functions.FUNCTIONS, file))
            for pair in pairs:
                self.assertNotIn(pair, seen, "%s and %s" % (file, seen.get(pair)))
                seen[pair] = file
                if name != "python":
                    self.assertFalse(functions.REDUCER_NAME.search(pair[1]), pair)


if __name__ == "__main__":
    unittest.main()
