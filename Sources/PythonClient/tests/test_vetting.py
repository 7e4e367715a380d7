"""Asking, staging and opening, with a daemon that says what the test wants said."""

import asyncio
import fcntl
import io
import os
import pickle
import socket
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

import lazaret
from lazaret import _staging
from tests import messages
from tests.fake_daemon import FakeDaemon, by_content


class WithDaemon(unittest.TestCase):
    """A test with a folder and daemons of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path


    def pipe(self):
        """A file whose bytes can be read only once."""
        reader, writer = os.pipe()
        os.close(writer)
        return open(reader, "rb")

    def daemon(self, *arguments, **options):
        daemon = FakeDaemon(*arguments, **options)
        daemon.__enter__()
        self.addCleanup(daemon.__exit__, None, None, None)
        return daemon


class Asking(WithDaemon):
    def ask(self, daemon, **options):
        """The verdict, by both forms, which must be the same but for the time of a waiver."""
        path = self.write("m.pkl", b"abc")
        first = lazaret.check(path, socket=daemon.socket, **options)
        self.assertEqual(first, asyncio.run(lazaret.aio.check(path, socket=daemon.socket, **options)))
        return first

    def refused(self, error, daemon, **options):
        path = self.write("m.pkl", b"abc")
        with self.assertRaises(error) as caught:
            lazaret.check(path, socket=daemon.socket, **options)
        with self.assertRaises(error):
            asyncio.run(lazaret.aio.check(path, socket=daemon.socket, **options))
        return str(caught.exception)

    def test_a_file_goes_as_a_descriptor_for_reading_only_with_its_path_as_label(self):
        daemon = self.daemon()
        self.assertTrue(self.ask(daemon, fresh=True).allowed)
        for scan in daemon.scans:
            self.assertEqual(scan.bytes, b"abc")
            self.assertEqual(scan.flags & os.O_ACCMODE, os.O_RDONLY)
            self.assertTrue(scan.fresh)
            self.assertEqual(scan.label, os.fsencode(os.path.join(self.folder, "m.pkl")))

    def test_an_open_file_is_judged_whole_and_left_where_it_stood(self):
        daemon = self.daemon()
        path = self.write("m.pkl", b"abcdef")
        with open(path, "r+b") as file:
            file.seek(2)
            lazaret.check(file, socket=daemon.socket)
            self.assertEqual(file.tell(), 2)
        memory = io.BytesIO(b"abcdef")
        memory.seek(3)
        lazaret.check(memory, socket=daemon.socket)
        self.assertEqual(memory.tell(), 3)
        lazaret.check_bytes(bytearray(b"abcdef"), socket=daemon.socket)
        for scan in daemon.scans:
            self.assertEqual(scan.bytes, b"abcdef")
            self.assertEqual(scan.flags & os.O_ACCMODE, os.O_RDONLY)

    def test_names_that_are_no_text_and_bytes_paths_are_taken(self):
        daemon = self.daemon()
        path = os.path.join(os.fsencode(self.folder), b"\xff.pkl")
        with open(path, "wb"):
            pass
        lazaret.check(path, socket=daemon.socket)
        self.assertEqual(daemon.scans[0].label, path)

    def test_a_busy_daemon_is_asked_again(self):
        def answer(scan):
            if scan.number < 3:
                return [messages.busy(scan.number)]
            return messages.report(scan.number, scan.sha256)

        self.assertTrue(self.ask(self.daemon(answer)).allowed)

    def test_a_daemon_that_stays_busy_or_silent_or_stops_gives_no_verdict(self):
        self.refused(lazaret.BusyError, self.daemon(lambda scan: [messages.busy(scan.number)]), timeout=0.2)
        self.refused(lazaret.BusyError, self.daemon(lambda scan: [messages.accepted(scan.number), 5.0]), timeout=0.2)
        text = self.refused(lazaret.BusyError, self.daemon(lambda scan: [messages.busy(scan.number, 3)]))
        self.assertIn("stopping", text)
        self.refused(lazaret.BusyError, self.daemon(greeting=messages.busy(0, 2)))

    def test_refusals_are_told(self):
        text = self.refused(lazaret.RefusedError, self.daemon(lambda scan: [messages.refused(scan.number, 5, "disk")]))
        self.assertIn("store", text)
        self.assertIn("disk", text)
        text = self.refused(lazaret.RefusedError, self.daemon(greeting=messages.refused(0, 2, "user 5")))
        self.assertIn("forbidden", text)

    def test_a_daemon_that_leaves_or_lies_gives_no_verdict(self):
        self.refused(lazaret.UnreachableError, self.daemon(lambda scan: [None]))
        self.refused(lazaret.UnreachableError, self.daemon(lambda scan: [messages.accepted(scan.number), None]))
        for wrong in (b"\xff", messages.accepted(99), messages.verdict(1, "00" * 32)):
            self.refused(lazaret.ProtocolError, self.daemon(lambda scan, wrong=wrong: [wrong]))
        self.refused(lazaret.ProtocolError, self.daemon(greeting=messages.hello(2)))

    def test_without_a_daemon_the_error_says_what_to_do(self):
        class Nobody:
            socket = os.path.join(self.folder, "none")

        text = self.refused(lazaret.UnreachableError, Nobody)
        for words in (Nobody.socket, "LAZARET_SOCKET", "lazaret waive"):
            self.assertIn(words, text)
        left = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        left.bind(Nobody.socket)
        left.close()
        self.refused(lazaret.UnreachableError, Nobody)
        Nobody.socket = os.path.join(self.folder, "x" * 200)
        self.refused(lazaret.UnreachableError, Nobody)

    def test_only_regular_files_are_judged(self):
        daemon = self.daemon()
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        for path in (self.folder, pipe, "/dev/null"):
            for function in (lazaret.check, lazaret.open_vetted):
                with self.assertRaises(lazaret.UnvettableError):
                    function(path, socket=daemon.socket)
        with self.assertRaises(FileNotFoundError):
            lazaret.check(os.path.join(self.folder, "none"), socket=daemon.socket)
        self.assertEqual(daemon.scans, [])

    def test_cancelling_hangs_up(self):
        daemon = self.daemon(lambda scan: [messages.accepted(scan.number), 30.0])
        path = self.write("m.pkl", b"abc")

        async def cancel():
            task = asyncio.ensure_future(lazaret.aio.check(path, socket=daemon.socket))
            while not daemon.scans:
                await asyncio.sleep(0.01)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task

        before = set(os.listdir("/proc/self/fd"))
        asyncio.run(cancel())
        self.assertLessEqual(len(os.listdir("/proc/self/fd")), len(before) + 1)

    def test_many_are_asked_at_once(self):
        daemon = self.daemon()
        path = self.write("m.pkl", b"abc")

        async def ask():
            return await asyncio.gather(*(lazaret.aio.check(path, socket=daemon.socket) for _ in range(20)))

        self.assertEqual(len([one for one in asyncio.run(ask()) if one.allowed]), 20)

    def test_a_daemon_that_many_wait_for_is_waited_for(self):
        daemon = self.daemon(backlog=0, pause=0.3)
        path = self.write("m.pkl", b"abc")

        async def ask():
            return await asyncio.gather(*(lazaret.aio.check(path, socket=daemon.socket) for _ in range(8)))

        with ThreadPoolExecutor(8) as threads:
            others = [threads.submit(lazaret.check, path, socket=daemon.socket) for _ in range(8)]
            asked = asyncio.run(ask()) + [other.result() for other in others]
        self.assertEqual(len([one for one in asked if one.allowed]), 16)
        full = self.daemon(backlog=0, pause=5.0)
        with ThreadPoolExecutor(4) as threads:
            others = [threads.submit(lazaret.check, path, socket=full.socket, timeout=0.2) for _ in range(4)]
            for other in others:
                self.assertIsInstance(other.exception(), lazaret.BusyError)

    def test_errors_go_from_process_to_process(self):
        daemon = self.daemon(by_content({b"abc": messages.DENY}))
        path = self.write("m.pkl", b"abc")
        refused = self.daemon(greeting=messages.refused(0, 2, "user 5"))
        for socket_path in (daemon.socket, refused.socket, self.folder + "/none"):
            with self.assertRaises(lazaret.LazaretError) as caught:
                lazaret.open_vetted(path, socket=socket_path)
            again = pickle.loads(pickle.dumps(caught.exception))
            self.assertEqual((type(again), str(again)), (type(caught.exception), str(caught.exception)))

    def test_nothing_stays_open(self):
        daemon = self.daemon(by_content({b"bad": messages.DENY}))
        good, bad = self.write("good", b"good"), self.write("bad", b"bad")

        def everything():
            lazaret.check(good, socket=daemon.socket)
            lazaret.open_vetted(good, socket=daemon.socket).close()
            with self.assertRaises(lazaret.NotAllowed):
                lazaret.open_vetted(bad, socket=daemon.socket)
            with self.assertRaises(lazaret.UnreachableError):
                lazaret.open_vetted(good, socket=self.folder + "/none")

        def own():
            paths = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
            # The fake daemon's threads close their sockets when they come to it.
            return len([path for path in paths if os.path.islink(path) and "socket:" not in os.readlink(path)])

        everything()
        before = own()
        for _ in range(10):
            everything()
        self.assertLessEqual(own(), before)


class Opening(WithDaemon):
    def test_the_bytes_are_those_that_were_judged_whatever_becomes_of_the_file(self):
        path = self.write("m.pkl", b"good")

        def answer(scan):
            # Too late to be loaded.
            self.write("m.pkl", b"evil!")
            return messages.report(scan.number, scan.sha256)

        daemon = self.daemon(answer)
        with lazaret.open_vetted(path, socket=daemon.socket) as file:
            self.assertEqual(file.read(), b"good")
            self.assertTrue(file.verdict.allowed)
            with open(file.path, "rb") as again:
                self.assertEqual(again.read(), b"good")

    def test_a_small_copy_is_sealed(self):
        daemon = self.daemon()
        with lazaret.open_vetted(self.write("m", b"good"), socket=daemon.socket) as file:
            self.assertEqual(daemon.scans[0].seals, 0x1 | 0x2 | 0x4 | 0x8)
            writer = os.open(file.path, os.O_RDWR)
            self.assertRaises(PermissionError, os.pwrite, writer, b"x", 0)
            for size in (1, 9):
                self.assertRaises(PermissionError, os.ftruncate, writer, size)
            os.close(writer)
            self.assertRaises(OSError, os.write, file.fileno(), b"x")

    def test_a_large_copy_has_no_name_and_no_writer(self):
        daemon = self.daemon()
        data = os.urandom(3 << 20)
        with lazaret.open_vetted(self.write("m", data), socket=daemon.socket, in_memory=1 << 20) as file:
            status = os.fstat(file.fileno())
            self.assertEqual((status.st_nlink, status.st_mode & 0o777), (0, 0o600))
            self.assertEqual(fcntl.fcntl(file.fileno(), fcntl.F_GETFL) & os.O_ACCMODE, os.O_RDONLY)
            writers = [n for n in os.listdir("/proc/self/fd") if self.is_same(n, status) and int(n) != file.fileno()]
            self.assertEqual(writers, [])
            self.assertEqual(file.read(), data)
            self.assertEqual(daemon.scans[0].bytes, data)

    @staticmethod
    def is_same(number, status):
        try:
            other = os.fstat(int(number))
        except OSError:
            return False
        return (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino)

    def test_a_folder_without_unnamed_files_serves_as_well(self):
        unnamed, os.O_TMPFILE = os.O_TMPFILE, os.O_DIRECTORY | os.O_WRONLY
        try:
            copy = _staging.copy_bytes(b"data", in_memory=0)
        finally:
            os.O_TMPFILE = unnamed
        status = os.fstat(copy.descriptor)
        self.assertEqual((status.st_nlink, status.st_mode & 0o777, status.st_size), (0, 0o600, 4))
        copy.close()

    def test_a_file_that_changes_while_it_is_copied_is_not_taken(self):
        for size in (2, 9):
            with self.assertRaises(lazaret.UnvettableError):
                _staging._copy(iter([b"four"]), size, 64, "m")

    def test_what_is_not_allowed_is_not_opened(self):
        for judgement in (messages.REVIEW, messages.INCOMPLETE, messages.DENY):
            daemon = self.daemon(by_content({b"bad": judgement}))
            with self.assertRaises(lazaret.NotAllowed) as caught:
                lazaret.open_vetted(self.write("bad", b"bad"), socket=daemon.socket)
            self.assertEqual(caught.exception.verdict.verdict, judgement)
            self.assertIn("lazaret waive", str(caught.exception))
            with self.assertRaises(lazaret.NotAllowed):
                asyncio.run(lazaret.aio.open_vetted(self.write("bad", b"bad"), socket=daemon.socket))

    def test_a_waiver_opens(self):
        daemon = self.daemon(by_content({b"bad": messages.DENY}, waived=messages.waiver(messages.DENY)))
        with lazaret.open_vetted(self.write("bad", b"bad"), socket=daemon.socket) as file:
            self.assertTrue(file.verdict.waived)
            self.assertEqual(file.read(), b"bad")

    def test_a_verdict_on_other_bytes_opens_nothing(self):
        daemon = self.daemon(lambda scan: messages.report(scan.number, "00" * 32))
        path = self.write("m", b"good")
        with self.assertRaises(lazaret.ProtocolError):
            lazaret.open_vetted(path, socket=daemon.socket)
        with self.assertRaises(lazaret.ProtocolError):
            asyncio.run(lazaret.aio.open_vetted(path, socket=daemon.socket))

    def test_the_form_for_asyncio_gives_the_same_bytes(self):
        daemon = self.daemon()
        with asyncio.run(lazaret.aio.open_vetted(self.write("m", b"good"), socket=daemon.socket)) as file:
            self.assertEqual(file.read(), b"good")

    def test_an_open_file_is_copied_from_where_it_stands(self):
        daemon = self.daemon()
        source = io.BytesIO(b"abcdef")
        source.seek(2)
        with lazaret.open_vetted(source, socket=daemon.socket) as file:
            self.assertEqual(file.read(), b"cdef")
        self.assertEqual(source.tell(), 2)
        for wrong in (io.StringIO("text"), self.pipe()):
            with self.assertRaises(lazaret.UnvettableError):
                lazaret.open_vetted(wrong, socket=daemon.socket)
            wrong.close()


class Places(unittest.TestCase):
    def test_the_socket_is_where_the_daemon_has_it(self):
        kept = dict(os.environ)
        try:
            os.environ["LAZARET_SOCKET"] = "/named"
            self.assertEqual(lazaret.default_socket(), "/named")
            del os.environ["LAZARET_SOCKET"]
            os.environ["XDG_RUNTIME_DIR"] = "/run/user/5"
            root = os.geteuid() == 0
            place = "/run/lazaret/lazaretd.sock" if root else "/run/user/5/lazaret/lazaretd.sock"
            self.assertEqual(lazaret.default_socket(), place)
            if not root:
                del os.environ["XDG_RUNTIME_DIR"]
                self.assertRaises(lazaret.UnreachableError, lazaret.default_socket)
        finally:
            os.environ.clear()
            os.environ.update(kept)
