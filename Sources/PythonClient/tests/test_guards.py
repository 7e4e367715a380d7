"""Guards: what is in their place, and what they let through."""

import importlib
import io
import json
import os
import pickle
import sys
import textwrap
import threading
import unittest
import warnings

import lazaret
from tests import messages
from tests.fake_daemon import by_content
from tests.test_vetting import WithDaemon

# In a list, where no guard is put.
UNGUARDED = [pickle.loads]


def fire(word):
    Canary.calls.append(word)


class Canary:
    """Says that it was called, and does no more."""

    calls = []

    def __reduce__(self):
        return fire, ("fired",)


class Known:
    """A class that a list of safe names can have."""


class WithGuards(WithDaemon):
    def setUp(self):
        super().setUp()
        Canary.calls.clear()
        self.addCleanup(lazaret.uninstall)

    def install(self, answer=None, **options):
        self.fake = self.daemon(answer)
        options.setdefault("safe_list", False)
        return lazaret.install(socket=self.fake.socket, **options)

    def policies(self, *entries):
        folder = os.path.join(self.folder, "policies")
        os.makedirs(os.path.join(folder, "globals", "safe"), exist_ok=True)
        with open(os.path.join(folder, "globals", "safe", "one.json"), "w") as file:
            json.dump({"schema": 1, "entries": list(entries)}, file)
        return folder

    def known(self, kind="class", names=("Known",), **keys):
        return dict({"modules": [__name__], "names": list(names), "kind": kind}, **keys)


class Pickles(WithGuards):
    def test_bytes_are_judged_as_a_sealed_file_before_they_are_loaded(self):
        self.install(by_content({b"fire": messages.DENY}))
        self.assertEqual(pickle.loads(pickle.dumps([1, 2])), [1, 2])
        self.assertEqual(self.fake.scans[0].bytes, pickle.dumps([1, 2]))
        self.assertEqual(self.fake.scans[0].seals, 15)
        for data in (pickle.dumps(Canary()), bytearray(pickle.dumps(Canary())), memoryview(pickle.dumps(Canary()))):
            with self.assertRaises(lazaret.NotAllowed):
                pickle.loads(data)
        with self.assertRaises(lazaret.NotAllowed):
            pickle.load(io.BytesIO(pickle.dumps(Canary())))
        self.assertEqual(Canary.calls, [])

    def test_arguments_reach_the_loader(self):
        self.install()
        self.assertEqual(pickle.loads(b"S'\\xff'\n.", encoding="latin1"), "\xff")
        self.assertEqual(pickle.load(io.BytesIO(b"S'\\xff'\n."), encoding="latin1"), "\xff")
        self.assertEqual(pickle.load(file=io.BytesIO(pickle.dumps(3))), 3)
        self.assertRaises(TypeError, pickle.load)
        for wrong in (5, "text", None):
            self.assertRaises(TypeError, pickle.loads, wrong)

    def test_pickles_after_each_other_are_loaded_one_by_one(self):
        self.install()
        path = self.write("two", pickle.dumps("one") + pickle.dumps("two"))
        with open(path, "rb") as file:
            self.assertEqual([pickle.load(file), pickle.load(file)], ["one", "two"])
            self.assertRaises(EOFError, pickle.load, file)

    def test_what_can_be_read_only_once_is_not_loaded(self):
        self.install()
        with self.pipe() as file:
            self.assertRaises(lazaret.UnvettableError, pickle.load, file)

    def test_a_waiver_lets_through_what_is_on_no_list(self):
        answer = by_content({b"fire": messages.DENY}, waived=messages.waiver(messages.DENY))
        self.install(answer, safe_list=self.policies(self.known()))
        pickle.loads(pickle.dumps(Canary()))
        self.assertEqual(Canary.calls, ["fired"])
        with self.assertRaises(lazaret.NameRefused):
            pickle.Unpickler(io.BytesIO(pickle.dumps(Canary()))).load()
        self.assertEqual(Canary.calls, ["fired"])

    def test_no_daemon_means_no_load(self):
        lazaret.install(socket=self.folder + "/none", safe_list=False)
        for load in (lambda: pickle.loads(pickle.dumps(1)), lambda: pickle.load(io.BytesIO(pickle.dumps(1)))):
            with self.assertRaisesRegex(lazaret.UnreachableError, "lazaret waive"):
                load()


class Places(WithGuards):
    def module(self, name, source):
        self.write(name + ".py", textwrap.dedent(source).encode())
        if self.folder not in sys.path:
            sys.path.insert(0, self.folder)
            self.addCleanup(sys.path.remove, self.folder)
        self.addCleanup(sys.modules.pop, name, None)
        importlib.invalidate_caches()

    def joblib(self):
        if "joblib" in sys.modules:
            self.skipTest("the real joblib is loaded")
        self.module(
            "joblib",
            """
            def load(filename, mmap_mode=None):
                with open(filename, "rb") as file:
                    return file.read(), mmap_mode
            """,
        )

    def test_uninstalling_puts_everything_back(self):
        import _pickle

        guards = self.install()
        self.assertIsNot(pickle.loads, UNGUARDED[0])
        self.assertIs(_pickle.loads, pickle.loads)
        guards.uninstall()
        guards.uninstall()
        self.assertIs(pickle.loads, UNGUARDED[0])
        self.assertIs(_pickle.loads, UNGUARDED[0])
        self.assertEqual(pickle.loads(pickle.dumps(1)), 1)
        self.assertEqual(self.fake.scans, [])

    def test_a_context_uninstalls_at_its_end_and_after_an_error(self):
        with self.assertRaises(ZeroDivisionError), self.install():
            1 / 0
        self.assertIs(pickle.loads, UNGUARDED[0])

    def test_guards_are_installed_once(self):
        self.install()
        self.assertRaises(lazaret.LazaretError, self.install)

    def test_only_the_guards_that_were_asked_for_are_put_in_place(self):
        self.install(guards=["joblib.load"])
        self.assertIs(pickle.loads, UNGUARDED[0])
        lazaret.uninstall()
        self.assertRaises(ValueError, self.install, guards=["joblib.lod"])
        self.assertIs(pickle.loads, UNGUARDED[0])

    def test_a_library_that_is_imported_later_is_guarded(self):
        self.joblib()
        self.install(by_content({b"bad": messages.DENY}))
        import joblib

        good, bad = self.write("good", b"good"), self.write("bad", b"bad")
        self.assertEqual(joblib.load(good, mmap_mode="r"), (b"good", "r"))
        self.assertEqual(joblib.load(filename=good), (b"good", None))
        self.assertRaises(lazaret.NotAllowed, joblib.load, bad)
        lazaret.uninstall()
        self.assertEqual(joblib.load(bad), (b"bad", None))

    def test_a_function_that_others_have_imported_is_guarded_there_too(self):
        self.joblib()
        self.module("user_of_joblib", "from joblib import load as fetch\nLOADERS = [fetch]")
        import user_of_joblib

        before = user_of_joblib.fetch
        self.install(by_content({b"bad": messages.DENY}))
        self.assertRaises(lazaret.NotAllowed, user_of_joblib.fetch, self.write("bad", b"bad"))
        lazaret.uninstall()
        self.assertIs(user_of_joblib.fetch, before)

    def test_a_library_that_cannot_be_guarded_says_so(self):
        if "joblib" in sys.modules:
            self.skipTest("the real joblib is loaded")
        self.module("joblib", "")
        self.install()
        with self.assertWarnsRegex(RuntimeWarning, "not guarded"):
            import joblib  # noqa: F401

    def test_modules_are_found_as_before(self):
        self.joblib()
        self.install()
        import joblib

        self.assertEqual(joblib.__spec__.origin, os.path.join(self.folder, "joblib.py"))
        self.assertIs(type(joblib.__loader__).__name__, "SourceFileLoader")
        importlib.reload(joblib)
        self.assertEqual(joblib.load(self.write("good", b"good"))[0], b"good")
        self.assertEqual(len(self.fake.scans), 1)


class SecondLine(WithGuards):
    def unguarded(self, value):
        """Loads by a door that no guard stands at."""
        data = value if isinstance(value, bytes) else pickle.dumps(value)
        return pickle.Unpickler(io.BytesIO(data)).load()

    def test_names_on_the_list_are_imported_and_no_others(self):
        self.install(safe_list=self.policies(self.known()))
        self.assertIsInstance(self.unguarded(Known()), Known)
        for data in (Canary(), b"cos\nsystem\n(S'true'\ntR.", b"\x80\x04\x8c\x02os\x8c\x06system\x93."):
            with self.assertRaisesRegex(lazaret.NameRefused, "lazaret waive"):
                self.unguarded(data)
        with self.assertRaises(lazaret.NameRefused):
            pickle._Unpickler(io.BytesIO(pickle.dumps(Canary()))).load()
        self.assertEqual(Canary.calls, [])

    def test_it_holds_in_every_thread_and_ends_with_the_guards(self):
        guards = self.install(safe_list=self.policies(self.known()))
        self.assertTrue(guards.second_line)
        caught = []

        def load():
            try:
                self.unguarded(Canary())
            except lazaret.NameRefused as error:
                caught.append(error)

        thread = threading.Thread(target=load)
        thread.start()
        thread.join()
        self.assertEqual(len(caught), 1)
        guards.uninstall()
        self.unguarded(Canary())
        self.assertEqual(Canary.calls, ["fired"])

    def test_it_holds_in_a_load_that_was_allowed(self):
        # As where the daemon reads a file otherwise than the loader does.
        self.install(safe_list=self.policies(self.known()))
        with self.assertRaisesRegex(lazaret.NameRefused, "although the file was allowed"):
            pickle.loads(pickle.dumps(Canary()))
        self.assertEqual(Canary.calls, [])

    def test_names_that_are_safe_only_in_a_reviewed_call_need_a_judged_load(self):
        function = self.known("function", arguments="public-attribute")
        value = self.known("value", names=("WithGuards",))
        self.install(safe_list=self.policies(function, value))
        for thing in (Known, WithGuards):
            self.assertIs(pickle.loads(pickle.dumps(thing)), thing)
            self.assertRaises(lazaret.NameRefused, self.unguarded, thing)

    def test_names_that_build_code_are_never_on_the_list(self):
        self.install(safe_list=self.policies(self.known("code")))
        self.assertRaises(lazaret.NameRefused, pickle.loads, pickle.dumps(Known))

    def test_names_of_python_2_count_as_what_they_become(self):
        entry = {"modules": ["builtins"], "names": ["range"], "kind": "class"}
        self.install(safe_list=self.policies(entry))
        self.assertIs(self.unguarded(b"c__builtin__\nxrange\n."), range)
        self.assertRaises(lazaret.NameRefused, self.unguarded, b"c__builtin__\neval\n.")

    def test_a_program_may_name_pairs_of_its_own(self):
        self.install(safe_list=self.policies(), also_allow=[(__name__, "Known")])
        self.assertIsInstance(self.unguarded(Known()), Known)

    def test_a_list_that_cannot_be_read_stops_the_installation(self):
        broken = [
            {"modules": "os", "names": ["system"], "kind": "class"},
            {"modules": ["os"], "names": "*", "kind": "class"},
            {"modules": ["os"]},
        ]
        for entry in broken:
            self.assertRaises(lazaret.LazaretError, self.install, safe_list=self.policies(entry))
        self.assertRaises(lazaret.LazaretError, self.install, safe_list=self.folder + "/none")
        self.assertIs(pickle.loads, UNGUARDED[0])

    def test_without_a_list_the_second_line_is_missing_and_that_is_said(self):
        kept = {name: os.environ.pop(name, None) for name in ("LAZARET_POLICIES", "PATH")}
        try:
            with self.assertWarnsRegex(RuntimeWarning, "second line"):
                self.assertFalse(self.install(safe_list=None).second_line)
            lazaret.uninstall()
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                self.assertFalse(self.install(safe_list=False).second_line)
            lazaret.uninstall()
            os.environ["LAZARET_POLICIES"] = self.policies(self.known())
            self.assertTrue(self.install(safe_list=None).second_line)
        finally:
            os.environ.update({name: value for name, value in kept.items() if value is not None})
