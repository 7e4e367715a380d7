"""A connection to lazaretd, for one request at a time."""

from __future__ import annotations

import array
import os
import socket as sockets
import time
from types import TracebackType
from typing import Callable, Optional, Tuple, Type, Union, cast

from . import _wire
from ._errors import BusyError, ProtocolError, RefusedError, UnreachableError
from ._verdict import Verdict

NAME = "lazaret-python 0.3.0"
CONNECT_PAUSE = 0.02
TIMEOUT = 600.0
"""Seconds for one request, with the time that it waits in the daemon's queue."""

_ADVICE = (
    "Nothing was judged and nothing may be loaded: start lazaretd, or name its socket by LAZARET_SOCKET. "
    "Waivers (lazaret waive FILE --reason TEXT --owner WHO --until DATE) are the daemon's to honour as well."
)


def default_socket() -> str:
    """Where the daemon listens: `$LAZARET_SOCKET`, else the place that lazaretd itself takes for this user."""
    named = os.environ.get("LAZARET_SOCKET")
    if named:
        return named
    if os.geteuid() == 0:
        return "/run/lazaret/lazaretd.sock"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        return os.path.join(runtime, "lazaret", "lazaretd.sock")
    raise UnreachableError(f"no socket: neither LAZARET_SOCKET nor XDG_RUNTIME_DIR is set. {_ADVICE}")


def unreachable(path: str, error: OSError) -> UnreachableError:
    reason = error.strerror or str(error)
    return UnreachableError(f"no daemon answers at {path}: {reason}. {_ADVICE}")


def new_socket() -> sockets.socket:
    """A socket that does not block, not connected yet."""
    made = sockets.socket(sockets.AF_UNIX, sockets.SOCK_SEQPACKET | sockets.SOCK_CLOEXEC)
    made.setblocking(False)
    return made


def connects(connection: sockets.socket, path: str) -> bool:
    """Connects; False where so many others wait for it that it must be tried again."""
    try:
        connection.connect(path)
    except BlockingIOError:
        return False
    except OSError as error:
        raise unreachable(path, error) from error
    return True


def gone(error: Optional[OSError] = None) -> UnreachableError:
    reason = f": {error.strerror or error}" if error else ""
    return UnreachableError(f"the daemon has left in the midst of a request{reason}. {_ADVICE}")


def ancillary(descriptor: Optional[int]) -> "list[Tuple[int, int, bytes]]":
    """What sendmsg wants, for one descriptor or none."""
    if descriptor is None:
        return []
    return [(sockets.SOL_SOCKET, sockets.SCM_RIGHTS, array.array("i", [descriptor]).tobytes())]


def checked(received: "Tuple[bytes, list[Tuple[int, int, bytes]], int, object]") -> bytes:
    """The whole message that recvmsg gave, which came without descriptors."""
    message, extra, flags, _ = received
    if extra or flags & (sockets.MSG_TRUNC | sockets.MSG_CTRUNC):
        raise ProtocolError("a message of the daemon is too long, or brings descriptors")
    if not message:
        raise gone()
    return message


def retry_seconds(answer: _wire.Busy) -> float:
    """How long to wait before a busy daemon is asked again; raises where that is no use."""
    if answer.reason is _wire.BusyReason.STOPPING:
        raise BusyError("the daemon is stopping. " + _ADVICE)
    return min(max(answer.retry_milliseconds, 10), 1_000) / 1_000


def raise_refusal(answer: Union[_wire.Hello, _wire.Busy, _wire.Refused]) -> None:
    if isinstance(answer, _wire.Refused):
        raise RefusedError(answer.code.name.lower(), answer.reason)
    if isinstance(answer, _wire.Busy):
        raise BusyError(f"the daemon takes no connection now ({answer.reason.name.lower()}). {_ADVICE}")


class Client:
    """A connection to the daemon. Use it as a context manager; after any error it is closed.

    `timeout` is in seconds and for each request. Not for several threads at once.
    """

    def __init__(self, socket: Optional[str] = None, timeout: float = TIMEOUT) -> None:
        self._path = default_socket() if socket is None else socket
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self._last = 0
        self._socket = new_socket()
        try:
            while not connects(self._socket, self._path):
                if time.monotonic() > self._deadline:
                    raise self._silent()
                time.sleep(CONNECT_PAUSE)
            self._send(_wire.hello(NAME), None)
            answer = _wire.parse_hello(self._receive())
            raise_refusal(answer)
            self.hello = cast(_wire.Hello, answer)
        except BaseException:
            self.close()
            raise

    def check(self, descriptor: int, label: bytes = b"", fresh: bool = False) -> Verdict:
        """Has the file behind a descriptor examined, which must be open for reading only.

        `label` is what the daemon's log and store call it. `fresh` has it examined even where its verdict is known.
        """
        result = self._ask(_wire.Request.SCAN, lambda number: _wire.scan(number, label, fresh), descriptor)
        return cast(Verdict, result)

    def query(self, sha256: str) -> Optional[Verdict]:
        """The verdict that the store has for a digest under the policies in force; None where it has none."""
        result = self._ask(_wire.Request.QUERY, lambda number: _wire.query(number, sha256), sha256=sha256.lower())
        return cast(Optional[Verdict], result)

    def health(self) -> Tuple[_wire.Check, ...]:
        """Has the daemon examine a known good and a known bad sample, and say what else it lacks."""
        return cast(Tuple[_wire.Check, ...], self._ask_bare(_wire.Request.HEALTH))

    def stats(self) -> Tuple[Tuple[str, int], ...]:
        """The daemon's counters."""
        return cast(Tuple[Tuple[str, int], ...], self._ask_bare(_wire.Request.STATS))

    def close(self) -> None:
        """Hangs up: the daemon takes back what it was asked."""
        self._socket.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def _ask_bare(self, request: _wire.Request) -> _wire.Result:
        return self._ask(request, lambda number: _wire.bare(request, number))

    def _ask(
        self,
        request: _wire.Request,
        encode: Callable[[int], bytes],
        descriptor: Optional[int] = None,
        sha256: Optional[str] = None,
    ) -> _wire.Result:
        self._deadline = time.monotonic() + self._timeout
        try:
            while True:
                self._last += 1
                self._send(encode(self._last), descriptor)
                answer = _wire.Answer(request, self._last, sha256)
                while not answer.take(self._receive()):
                    pass
                if not isinstance(answer.result, _wire.Busy):
                    break
                pause = retry_seconds(answer.result)
                if time.monotonic() + pause > self._deadline:
                    raise BusyError(f"the daemon was busy for {self._timeout:g} seconds. {_ADVICE}")
                time.sleep(pause)
            if isinstance(answer.result, _wire.Refused):
                raise_refusal(answer.result)
            return answer.result
        except BaseException:
            self.close()
            raise

    def _limit(self) -> None:
        rest = self._deadline - time.monotonic()
        if rest <= 0:
            raise sockets.timeout()
        self._socket.settimeout(rest)

    def _silent(self) -> BusyError:
        return BusyError(f"the daemon gave no answer within {self._timeout:g} seconds. {_ADVICE}")

    def _send(self, message: bytes, descriptor: Optional[int]) -> None:
        try:
            self._limit()
            self._socket.sendmsg([message], ancillary(descriptor))
        except sockets.timeout as error:
            raise self._silent() from error
        except (BrokenPipeError, ConnectionResetError):
            # Where it has left, it may have said why before: that is read next.
            return
        except OSError as error:
            raise gone(error) from error

    def _receive(self) -> bytes:
        for attempt in range(2):
            try:
                self._limit()
                return checked(self._socket.recvmsg(_wire.MESSAGE_LIMIT))
            except sockets.timeout as error:
                raise self._silent() from error
            except ConnectionResetError as error:
                # A reset can stand before the last words of a daemon that has left.
                if attempt:
                    raise gone(error) from error
            except OSError as error:
                raise gone(error) from error
        raise gone()
