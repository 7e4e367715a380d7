"""A daemon in a thread of this process: it says what a test wants said."""

import array
import fcntl
import hashlib
import os
import shutil
import socket
import struct
import tempfile
import threading

from tests import messages


class Scan:
    """One scan as it came."""

    def __init__(self, number, fresh, label, descriptor):
        self.number = number
        self.fresh = fresh
        self.label = label
        self.flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        self.seals = self._seals(descriptor)
        self.bytes = os.pread(descriptor, 1 << 26, 0)
        self.sha256 = hashlib.sha256(self.bytes).hexdigest()

    @staticmethod
    def _seals(descriptor):
        try:
            return fcntl.fcntl(descriptor, 1034)
        except OSError:
            return None


class FakeDaemon:
    """Answers each scan by what `answer` gives for it: messages, among which None hangs up and a number waits."""

    def __init__(self, answer=None, greeting=messages.hello(), backlog=64, pause=0.0):
        self.backlog = backlog
        self.pause = pause
        self.answer = answer or (lambda scan: messages.report(scan.number, scan.sha256, size=len(scan.bytes)))
        self.greeting = greeting
        self.scans = []
        self.errors = []
        self.hung_up = threading.Event()
        self.ending = threading.Event()

    def __enter__(self):
        self.folder = tempfile.mkdtemp()
        self.socket = os.path.join(self.folder, "s")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(self.socket)
        self._listener.listen(self.backlog)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        shutil.rmtree(self.folder)
        if self.errors:
            raise self.errors[0]

    def _serve(self):
        self.ending.wait(self.pause)
        while not self.ending.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection:
            try:
                hello, _, _, _ = connection.recvmsg(65536)
                assert struct.unpack_from("<BHH", hello) == (64, 1, 1), hello
                connection.sendall(self.greeting)
                while True:
                    message, extra, _, _ = connection.recvmsg(65536, socket.CMSG_SPACE(64))
                    if not message:
                        self.hung_up.set()
                        return
                    scan = self._scan(message, extra)
                    self.scans.append(scan)
                    for reply in self.answer(scan):
                        if reply is None:
                            return
                        if isinstance(reply, float):
                            self.ending.wait(reply)
                        else:
                            connection.sendall(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.hung_up.set()
            except Exception as error:
                self.errors.append(error)

    @staticmethod
    def _scan(message, extra):
        kind, number, flags, length = struct.unpack_from("<BQBI", message)
        assert kind == 65 and flags in (2, 3) and len(message) == 14 + length
        descriptors = array.array("i")
        for _, _, data in extra:
            descriptors.frombytes(data)
        assert len(descriptors) == 1
        try:
            return Scan(number, flags == 3, message[14:], descriptors[0])
        finally:
            os.close(descriptors[0])


def by_content(judgements, **options):
    """An answer by what the bytes hold: the first key that is in them decides; all else is allowed."""

    def answer(scan):
        found = [judgement for part, judgement in judgements.items() if part in scan.bytes]
        judgement = found[0] if found else messages.ALLOW
        extra = options if found else {}
        return messages.report(scan.number, scan.sha256, judgement, size=len(scan.bytes), **extra)

    return answer
