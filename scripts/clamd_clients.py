"""The clients `clamd` and `pyClamd` with the daemon. For `clamd-client-tests`."""
import io
import os
import pickle
import sys
import tempfile
import unittest

import clamd
import pyclamd

from service import ROOT, Daemon

# How much of a stream the daemon takes.
LIMIT = 64 << 20


class Hostile:
    def __reduce__(self):
        return os.system, ("true",)


GOOD = pickle.dumps({"layers": [3, 0.5]})
HOSTILE = pickle.dumps(Hostile(), 2)
UNKNOWN = b"\x80\x02cnobody.knows\nthis\n)R."
# What of each is said.
FOUND = {
    GOOD: None,
    HOSTILE: "Lazaret.pickle.dangerous-import",
    UNKNOWN: "Lazaret.Policy.Review.pickle.unknown-call",
    GOOD[:-3]: "Lazaret.Policy.Incomplete",
}


class ClientTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="lazaret-clamd-")
        path = os.path.join(cls.folder.name, "c")
        policies = os.environ.get("LAZARET_POLICIES", os.path.join(ROOT, "policies"))
        cls.daemon = Daemon(os.environ["LAZARET_BIN_DIR"], policies, 2, ["--clamd-socket", path])
        cls.clamd = clamd.ClamdUnixSocket(path, timeout=120)
        cls.pyclamd = pyclamd.ClamdUnixSocket(path, timeout=120)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()
        cls.folder.cleanup()

    def test_clamd_has_the_verdict_of_every_stream(self):
        for data, name in FOUND.items():
            status = ("FOUND", name) if name else ("OK", None)
            self.assertEqual(self.clamd.instream(io.BytesIO(data)), {"stream": status})

    def test_clamd_reads_why_a_stream_is_too_large(self):
        with self.assertRaises(clamd.BufferTooLongError):
            self.clamd.instream(io.BytesIO(bytes(LIMIT + 1)))

    def test_clamd_has_numbers_and_no_paths(self):
        self.assertEqual(self.clamd.ping(), "PONG")
        self.assertEqual(len(self.clamd.version().split("/")), 3)
        self.assertTrue(self.clamd.stats().startswith("POOLS: 1\n"))
        for scan in (self.clamd.scan, self.clamd.contscan, self.clamd.multiscan):
            self.assertEqual(scan("/etc/passwd")["/etc/passwd"][0], "ERROR")
        with self.assertRaises(clamd.ResponseError):
            self.clamd.reload()
        self.clamd.shutdown()
        self.assertEqual(self.clamd.ping(), "PONG")

    def test_pyclamd_has_the_verdict_of_every_stream(self):
        for data, name in FOUND.items():
            found = {"stream": ("FOUND", name)} if name else None
            self.assertEqual(self.pyclamd.scan_stream(data), found)
            self.assertEqual(self.pyclamd.scan_stream(io.BytesIO(data)), found)

    def test_pyclamd_may_end_a_stream_twice(self):
        # It does where the length is a multiple of its chunk; a reset in answer to that would be its exception.
        data = pickle.dumps("x" * 4096)
        data = pickle.dumps("x" * (8192 - len(data) + 4096))
        self.assertEqual(len(data) % 4096, 0)
        self.assertIsNone(self.pyclamd.scan_stream(data))

    def test_pyclamd_reads_why_a_stream_is_too_large(self):
        with self.assertRaises(pyclamd.BufferTooLongError):
            self.pyclamd.scan_stream(bytes(LIMIT + 1))

    def test_pyclamd_has_numbers_and_no_paths(self):
        self.assertTrue(self.pyclamd.ping())
        self.assertTrue(self.pyclamd.stats().startswith("POOLS: 1"))
        for scan in (self.pyclamd.scan_file, self.pyclamd.contscan_file, self.pyclamd.multiscan_file):
            self.assertEqual(scan("/etc/passwd")["/etc/passwd"][0], "ERROR")
        self.assertTrue(self.pyclamd.reload().endswith(" ERROR"))


if __name__ == "__main__":
    sys.exit(unittest.main())
