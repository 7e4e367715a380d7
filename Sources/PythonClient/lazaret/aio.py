"""The same for asyncio: `await lazaret.aio.check(path)`, `await lazaret.aio.open_vetted(path)`.

The socket is watched by the event loop; files are copied and hashed in its default executor. Cancelling hangs up, and
the daemon takes the request back.
"""

from __future__ import annotations

import asyncio
import os
import socket as sockets
from contextlib import closing
from typing import Callable, Optional, TypeVar

from . import _wire
from ._client import CONNECT_PAUSE, NAME, TIMEOUT, ancillary, checked, connects, default_socket, gone, new_socket
from ._client import raise_refusal, retry_seconds
from ._errors import BusyError
from ._staging import IN_MEMORY, VettedFile
from ._verdict import Verdict
from ._vetting import Source, label_of, open_source, require_allowed, stage

__all__ = ["check", "open_vetted"]

_Result = TypeVar("_Result")


async def check(
    path_or_file: Source, *, socket: Optional[str] = None, timeout: float = TIMEOUT, fresh: bool = False
) -> Verdict:
    """`lazaret.check`, without blocking the event loop."""
    loop = asyncio.get_running_loop()
    opened = await loop.run_in_executor(None, open_source, path_or_file)
    with closing(opened):
        return await _check(opened.descriptor, os.fsencode(label_of(path_or_file)), socket, timeout, fresh)


async def open_vetted(
    source: Source, *, socket: Optional[str] = None, timeout: float = TIMEOUT, in_memory: int = IN_MEMORY
) -> VettedFile:
    """`lazaret.open_vetted`, without blocking the event loop."""
    loop = asyncio.get_running_loop()
    copy = await loop.run_in_executor(None, stage, source, in_memory)
    label = label_of(source)
    verdict = await _check(copy.descriptor, os.fsencode(label), socket, timeout, False)
    require_allowed(copy, verdict, label)
    return VettedFile(copy, verdict)


async def _check(descriptor: int, label: bytes, path: Optional[str], timeout: float, fresh: bool) -> Verdict:
    try:
        return await asyncio.wait_for(_converse(descriptor, label, path or default_socket(), fresh), timeout)
    except asyncio.TimeoutError:
        raise BusyError(f"the daemon gave no verdict within {timeout:g} seconds; nothing may be loaded") from None


async def _converse(descriptor: int, label: bytes, path: str, fresh: bool) -> Verdict:
    with new_socket() as connection:
        while not connects(connection, path):
            await asyncio.sleep(CONNECT_PAUSE)
        await _send(connection, _wire.hello(NAME), None)
        raise_refusal(_wire.parse_hello(await _receive(connection)))
        number = 0
        while True:
            number += 1
            await _send(connection, _wire.scan(number, label, fresh), descriptor)
            answer = _wire.Answer(_wire.Request.SCAN, number)
            while not answer.take(await _receive(connection)):
                pass
            if isinstance(answer.result, Verdict):
                return answer.result
            if isinstance(answer.result, _wire.Busy):
                await asyncio.sleep(retry_seconds(answer.result))
            elif isinstance(answer.result, _wire.Refused):
                raise_refusal(answer.result)


async def _send(connection: sockets.socket, message: bytes, descriptor: Optional[int]) -> None:
    try:
        await _when_ready(connection, True, lambda: connection.sendmsg([message], ancillary(descriptor)))
    except (BrokenPipeError, ConnectionResetError):
        # Where it has left, it may have said why before: that is read next.
        return
    except OSError as error:
        raise gone(error) from error


async def _receive(connection: sockets.socket) -> bytes:
    for attempt in range(2):
        try:
            return checked(await _when_ready(connection, False, lambda: connection.recvmsg(_wire.MESSAGE_LIMIT)))
        except ConnectionResetError as error:
            # A reset can stand before the last words of a daemon that has left.
            if attempt:
                raise gone(error) from error
        except OSError as error:
            raise gone(error) from error
    raise gone()


async def _when_ready(connection: sockets.socket, writes: bool, call: Callable[[], _Result]) -> _Result:
    """The result of a call on a socket that does not block, once the socket is ready for it."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            return call()
        except BlockingIOError:
            pass
        ready = asyncio.Event()
        add, remove = (loop.add_writer, loop.remove_writer) if writes else (loop.add_reader, loop.remove_reader)
        add(connection, ready.set)
        try:
            await ready.wait()
        finally:
            remove(connection)
