"""What one process holds open of a store: a connection that writes, for one thread at a time, and others that read."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import RLock, get_ident
from typing import Generic, Protocol, TypeVar

C = TypeVar("C")
W = TypeVar("W", bound="Undoable")
T = TypeVar("T")

_IDLE_MAX = 4


class Undoable(Protocol):
    """A piece of work, of which a part can be undone."""

    def run(self, statement: str) -> None:
        """Does one statement without an answer."""
        ...

    def go_back(self) -> None:
        """To where work within this work began; that mends what went wrong since."""
        ...


class Held(Generic[C, W]):
    """The connections of one process."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lock = RLock()
        """Held by the thread that writes."""
        self.writer: C | None = None
        self.work: W | None = None
        self.reading: list[C] = []
        self._owner = 0
        self._idle: list[C] = []

    def begin(self, work: W) -> None:
        """From now on this thread is in the middle of a piece of work."""
        self.work, self._owner = work, get_ident()

    def mine(self) -> W | None:
        """The piece of work that this thread is in the middle of."""
        return self.work if self._owner == get_ident() else None

    def take(self, connected: Callable[[], C]) -> C:
        """A connection to read with."""
        connection = self._idle.pop() if self._idle else connected()
        self.reading.append(connection)
        return connection

    def give_back(self, connection: C, keep: bool) -> bool:
        """Whether it is kept for the next who reads; else it is to be closed."""
        self.reading.remove(connection)
        if keep and len(self._idle) < _IDLE_MAX:
            self._idle.append(connection)
            return True
        return False

    def spare(self) -> list[C]:
        """Gives up those to read with that nobody uses, to be closed."""
        given = []
        while self._idle:
            given.append(self._idle.pop())
        return given

    def free(self) -> list[C]:
        """Gives up the writer's too, to be closed."""
        given = [self.writer] if self.writer is not None else []
        self.writer = None
        return given + self.spare()


def inside(writing: W, work: Callable[[W], T]) -> T:
    """Work within work: kept with the rest, and where it raises, only it is undone."""
    writing.run("SAVEPOINT inside")
    try:
        result = work(writing)
    except BaseException:
        writing.go_back()
        raise
    writing.run("RELEASE SAVEPOINT inside")
    return result
