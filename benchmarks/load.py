"""Eight clients on kept-alive connections; counts, p50 and p99 of what they saw."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

CLIENTS = 8
Request = Callable[[int, int], bytes]  # client, number -> the bytes of a request


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the clients saw."""

    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    count: int
    bytes_each: int


class Client:
    """One client: asks as fast as it is answered and writes down what it saw."""

    def __init__(self, me: int, port: int, request: Request, good: tuple[int, ...]) -> None:
        self.me, self.request, self.good = me, request, good
        self.connection = Connection(port)
        self.times: list[float] = []
        self.errors = self.size = 0

    def ask_until(self, until: float) -> None:
        """Ask again and again until the clock says so."""
        number = 0
        while (begun := time.perf_counter()) < until:
            status, self.size = self.connection.ask(self.request(self.me, number))
            number += 1
            self.times.append(time.perf_counter() - begun)
            self.errors += status not in self.good


def run(port: int, request: Request, *, seconds: float, good: tuple[int, ...] = (200,)) -> Seen:
    """Ask for `seconds` with eight clients; `good` are the right statuses."""
    clients = [Client(me, port, request, good) for me in range(CLIENTS)]
    begun = time.perf_counter()
    threads = [threading.Thread(target=c.ask_until, args=(begun + seconds,)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - begun
    times = sorted(t for client in clients for t in client.times)
    return Seen(
        per_second=len(times) / passed,
        p50_ms=_at(times, 0.50) * 1000,
        p99_ms=_at(times, 0.99) * 1000,
        errors=sum(client.errors for client in clients),
        count=len(times),
        bytes_each=max(client.size for client in clients),
    )


def _at(times: list[float], part: float) -> float:
    return times[min(len(times) - 1, int(len(times) * part))] if times else 0.0


class Connection:
    """One client's connection, opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.rest = self.head = self.body = b""  # of the last answer

    def open(self) -> None:
        """Connect, so that the first request finds the way open."""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, int]:
        """Send a request and read its whole answer: (status, bytes of the body)."""
        for _try in range(2):
            try:
                if self.socket is None:
                    self.open()
                assert self.socket is not None
                self.socket.sendall(request)
                return self._read()
            except ConnectionError:
                self.socket, self.rest = None, b""
        return 0, 0

    def _more(self) -> None:
        part = self.socket.recv(65536) if self.socket else b""
        if not part:
            raise ConnectionError
        self.rest += part

    def _read(self) -> tuple[int, int]:
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        self.head, self.body = head, b""
        status, low, size = int(head[9:12]), head.lower(), 0
        if b"content-length:" in low:
            size = int(low.split(b"content-length:")[1].split(b"\r\n")[0])
            while len(self.rest) < size:
                self._more()
            self.body, self.rest = self.rest[:size], self.rest[size:]
        elif b"transfer-encoding: chunked" in low:
            while not self.rest.endswith(b"0\r\n\r\n"):
                self._more()
            size, self.body, self.rest = len(self.rest), self.rest, b""
        if b"connection: close" in low:
            self.socket, self.rest = None, b""
        return status, size
