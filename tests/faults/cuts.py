"""Connections that are cut: a stand-in for the server's address, which passes on what both sides say until it does not."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Lock, Thread
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

HOWS = {
    "before": "cut before a message",
    "half": "cut half-way through a message",
    "after": "cut before a message is answered",
}
_ASKS = (b"Q", b"S")
"""Messages that the server answers when it has done what they say: a query, and the end of a batch."""


class Wire:
    """Stands between a client and a PostgreSQL server, and counts the client's messages over all connections."""

    def __init__(self, server: str) -> None:
        parts = conninfo_to_dict(server)
        self._host, self._port = str(parts.get("host") or "localhost"), int(parts.get("port") or 5432)
        self._lock, self._listener = Lock(), socket.create_server(("127.0.0.1", 0))
        self.cut(0, "")
        who = quote(str(parts.get("user") or ""), safe="") + ":" + quote(str(parts.get("password") or ""), safe="")
        here = f"127.0.0.1:{self._listener.getsockname()[1]}/{quote(str(parts.get('dbname') or ''), safe='')}"
        self.address = f"postgresql://{who}@{here}?sslmode=disable&gssencmode=disable"
        Thread(target=self._accept, daemon=True).start()

    def cut(self, at: int, how: str, times: int = 1, call: Callable[[], None] = lambda: None) -> None:
        """Counts from 1 again; the `at`-th message, and so many after it, is cut as HOWS says (or `call` makes a call)."""
        with self._lock:
            self._at, self._how, self._times, self._call = at, how, times, call
            self.messages, self.fired, self.called = 0, 0, Event()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), self._connected() as server:
            session = _Session(client, server)
            back = Thread(target=session.answers, daemon=True)
            back.start()
            try:
                self._pass_on(session)
            finally:
                session.end()
                back.join()

    def _connected(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, self._port))
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(f"{self._host}/.s.PGSQL.{self._port}")
        except OSError:  # it is down
            server.close()
            raise
        return server

    def _pass_on(self, session: _Session) -> None:
        for message in session.asked():
            how = self._due()
            if how == "call":
                self._call()
                self.called.set()
            if how == "before":
                return
            session.dropping = how == "after"
            session.server.sendall(message[: len(message) // 2] if how == "half" else message)
            if how == "after" and message[:1] in _ASKS:
                session.answered.wait(5)
            if how in ("half", "after"):
                return

    def _due(self) -> str:
        with self._lock:
            self.messages += 1
            due = self._at <= self.messages < self._at + self._times and self._at > 0
            self.fired += due
            return self._how if due else ""


class _Session:
    """One connection, on both sides."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.dropping, self.answered = False, Event()

    def asked(self) -> Iterator[bytes]:
        """The client's messages: the first has no type."""
        started = False
        while head := _exactly(self.client, 5 if started else 4):
            (size,) = struct.unpack("!I", head[-4:])
            body = _exactly(self.client, size - 4)
            yield head + body
            started = True

    def answers(self) -> None:
        """Passes on what the server says, unless it is to be lost."""
        with suppress(OSError):
            while head := _exactly(self.server, 5):
                body = _exactly(self.server, struct.unpack("!I", head[1:])[0] - 4)
                if not self.dropping:
                    self.client.sendall(head + body)
                elif head[:1] == b"Z":
                    self.answered.set()
        self.end()

    def end(self) -> None:
        for side in (self.client, self.server):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


def _exactly(side: socket.socket, size: int) -> bytes:
    """So many bytes, or none where the other side has gone."""
    got = b""
    while len(got) < size:
        more = side.recv(size - len(got))
        if not more:
            return b""
        got += more
    return got
