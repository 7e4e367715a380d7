"""How long somebody at a gate waits while a batch has the daemon."""
import os
import pickle
import time

import service
from measuring import POLICIES, PROGRAMS, Table


def new_file(prefix, number):
    """A descriptor of a harmless pickle with contents of its own."""
    memory = os.memfd_create("gate")
    os.write(memory, pickle.dumps({prefix: number}, protocol=4))
    file = os.open(f"/proc/self/fd/{memory}", os.O_RDONLY)
    os.close(memory)
    return file


def batch(path):
    """Has as many files examined at a time as one connection may, until it is killed."""
    connection = service.Connection(path)
    sent = answered = 0
    while True:
        while sent - answered < service.CREDITS:
            file = new_file("batch", sent)
            connection.scan(file)
            os.close(file)
            sent += 1
        connection.verdict()
        answered += 1


def waits(path, count, prefix):
    """Milliseconds from request to verdict of urgent files, one every 5 ms."""
    connection = service.Connection(path)
    found = []
    for number in range(count):
        file = new_file(prefix, number)
        time.sleep(0.005)
        start = time.perf_counter()
        connection.scan(file, urgent=True)
        connection.verdict()
        found.append((time.perf_counter() - start) * 1e3)
        os.close(file)
    return found


def gate(count):
    table = Table("gate", ["an urgent file", "p50", "p99"])
    with service.Daemon(PROGRAMS, POLICIES, os.cpu_count() or 1) as daemon:
        waits(daemon.socket, 200, "warm")
        alone = waits(daemon.socket, count, "alone")
        child = os.fork()
        if child == 0:
            try:
                batch(daemon.socket)
            finally:
                os._exit(1)
        time.sleep(1)
        beside = waits(daemon.socket, count, "beside")
        gone, _ = os.waitpid(child, os.WNOHANG)
        if gone:
            raise RuntimeError("the batch ended by itself")
        os.kill(child, 9)
        os.waitpid(child, 0)
    for name, found in (("alone", alone), ("while a batch runs", beside)):
        table.add(name, *(f"{service.percentile(found, share):.1f} ms" for share in (0.5, 0.99)))
    return table, []
