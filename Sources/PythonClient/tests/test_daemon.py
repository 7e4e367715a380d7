"""The client and lazaretd as it was built."""

import asyncio
import hashlib
import io
import os
import pickle
import socket
import subprocess
import sys
import textwrap
import time

import lazaret
from lazaret import _wire
from tests.real_daemon import WithRealDaemon


class Canary:
    """Would make a folder, if anything loaded it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


class Unknown:
    """A class of nobody's."""


class Asking(WithRealDaemon):
    def test_verdicts_are_on_the_bytes_that_were_sent(self):
        good = pickle.dumps({"layers": [3, 0.5]})
        files = {
            lazaret.Judgement.ALLOW: good,
            lazaret.Judgement.REVIEW: pickle.dumps(Unknown()),
            lazaret.Judgement.INCOMPLETE: good[:-4],
            lazaret.Judgement.DENY: pickle.dumps(Canary("/nowhere")),
        }
        for judgement, data in files.items():
            path = self.write("m.pkl", data)
            verdicts = [
                lazaret.check(path, socket=self.daemon.socket),
                lazaret.check(io.BytesIO(data), socket=self.daemon.socket, fresh=True),
                lazaret.check_bytes(data, socket=self.daemon.socket),
                asyncio.run(lazaret.aio.check(path, socket=self.daemon.socket)),
            ]
            for verdict in verdicts:
                self.assertIs(verdict.verdict, judgement)
                self.assertEqual((verdict.sha256, verdict.size), (hashlib.sha256(data).hexdigest(), len(data)))
                self.assertEqual(verdict.findings, verdicts[0].findings)
            self.assertEqual([verdict.cached for verdict in verdicts], [False, False, True, True])
        self.assertEqual(verdict.findings[-1].rule, "pickle.dangerous-call")

    def test_descriptors_too_many_for_the_daemon_are_closed_there(self):
        folder = f"/proc/{self.daemon.process.pid}/fd"
        path = self.write("m.pkl", pickle.dumps(5))
        before = len(os.listdir(folder))
        for count in (2, 5, 10, 100):
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection, open(path, "rb") as file:
                connection.connect(self.daemon.socket)
                connection.send(_wire.hello("test"))
                self.assertEqual(connection.recv(_wire.MESSAGE_LIMIT)[0], _wire.Reply.HELLO)
                socket.send_fds(connection, [_wire.scan(1, b"", False)], [file.fileno()] * count)
                refused = connection.recv(_wire.MESSAGE_LIMIT)
                self.assertEqual(refused[:10], bytes([_wire.Reply.REFUSED]) + bytes(8) + b"\0", count)
                self.assertEqual(connection.recv(_wire.MESSAGE_LIMIT), b"")
        # The last connection may not be closed yet.
        end = time.monotonic() + 60
        while len(os.listdir(folder)) > before and time.monotonic() < end:
            time.sleep(0.01)
        self.assertLessEqual(len(os.listdir(folder)), before)

    def test_one_connection_serves_many_requests(self):
        with lazaret.Client(self.daemon.socket) as client:
            path = self.write("m.pkl", pickle.dumps(5))
            with open(path, "rb") as file:
                verdict = client.check(file.fileno(), b"five")
            self.assertEqual(client.query(verdict.sha256).sha256, verdict.sha256)
            self.assertIsNone(client.query("00" * 32))
            self.assertTrue(all(check.good for check in client.health()), client.health())
            self.assertIn("workers", dict(client.stats()))
            self.assertEqual(client.hello.policy, verdict.policy)
            with open(path, "r+b") as file, self.assertRaises(lazaret.RefusedError) as caught:
                client.check(file.fileno())
            self.assertEqual(caught.exception.code, "descriptor")

    def test_vetted_bytes_are_small_or_large_and_the_same(self):
        data = pickle.dumps(list(range(50_000)))
        path = self.write("m.pkl", data)
        for in_memory in (0, 1 << 20):
            with lazaret.open_vetted(path, socket=self.daemon.socket, in_memory=in_memory) as file:
                self.assertEqual(file.read(), data)
        with asyncio.run(lazaret.aio.open_vetted(path, socket=self.daemon.socket)) as file:
            self.assertEqual(file.read(), data)

    def test_a_waiver_is_given_and_honoured(self):
        target = os.path.join(self.folder, "made")
        data = pickle.dumps(Canary(target))
        path = self.write("m.pkl", data)
        with self.assertRaises(lazaret.NotAllowed) as caught:
            lazaret.open_vetted(path, socket=self.daemon.socket)
        verdict = caught.exception.verdict
        self.assertIn(f"lazaret waive {verdict.sha256} --covers deny", str(caught.exception))
        self.daemon.waive(verdict.sha256, "deny")
        with lazaret.open_vetted(path, socket=self.daemon.socket) as file:
            self.assertEqual(file.verdict.waiver.owner, "tests")
        with lazaret.install(socket=self.daemon.socket, safe_list=self.daemon.policies):
            pickle.loads(data)
        self.assertTrue(os.path.isdir(target))


class Guarding(WithRealDaemon):
    def test_hostile_pickles_are_stopped_at_both_lines(self):
        target = os.path.join(self.folder, "made")
        data = pickle.dumps(Canary(target))
        with lazaret.install(socket=self.daemon.socket, safe_list=self.daemon.policies):
            self.assertEqual(pickle.loads(pickle.dumps([1.5, "a", None])), [1.5, "a", None])
            self.assertRaises(lazaret.NotAllowed, pickle.loads, data)
            self.assertRaises(lazaret.NotAllowed, pickle.load, io.BytesIO(data))
            self.assertRaises(lazaret.NameRefused, pickle.Unpickler(io.BytesIO(data)).load)
        self.assertFalse(os.path.exists(target))
        pickle.loads(data)
        self.assertTrue(os.path.exists(target), "the canary does not sing")

    def test_standard_values_pass_both_lines(self):
        import collections
        import datetime
        import decimal
        import fractions
        import uuid

        values = [
            collections.OrderedDict(a=1),
            collections.deque([1]),
            datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
            decimal.Decimal("1.5"),
            fractions.Fraction(1, 3),
            uuid.UUID(int=5),
            {1, 2},
            frozenset([3]),
            bytearray(b"x"),
            complex(1, 2),
            range(5),
            ValueError("x"),
        ]
        with lazaret.install(socket=self.daemon.socket, safe_list=self.daemon.policies):
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                for value in values:
                    loaded = pickle.loads(pickle.dumps(value, protocol))
                    self.assertEqual(repr(loaded), repr(value), protocol)

    def test_a_program_is_gated_by_its_environment(self):
        path = self.write("m.pkl", pickle.dumps(Canary(os.path.join(self.folder, "made"))))
        program = textwrap.dedent(
            """
            import sys
            import lazaret
            lazaret.install()
            import pickle
            with open(sys.argv[1], "rb") as file:
                pickle.load(file)
            """
        )
        package = os.path.dirname(os.path.dirname(lazaret.__file__))
        environment = dict(
            self.daemon.environment, LAZARET_SOCKET=self.daemon.socket, PYTHONPATH=package, PYTHONDONTWRITEBYTECODE="1"
        )
        run = subprocess.run(
            [sys.executable, "-c", program, path], env=environment, stderr=subprocess.PIPE, universal_newlines=True
        )
        self.assertEqual(run.returncode, 1)
        self.assertIn("NotAllowed", run.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "made")))
