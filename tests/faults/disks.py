"""What a loss of power can leave on a disk, from the log of what a process did to its files.

What was synced is there. Of what was not, any part survives: each write in pieces that end at sector borders, in any
order, as each truncation; room that a lost write had asked for holds zeros or garbage. A name that was made, moved or
removed is sure once its folder was synced.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR = 512
_HEAD = struct.Struct("<cIqI")

SURE, OPEN, DOOMED = "sure", "open", "doomed"
"""A change that was synced; that was not yet; that never will be, because its sync failed."""


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the log."""

    kind: str
    file: int
    number: int
    data: bytes


def calls(log: Path) -> Iterator[Call]:
    """The log of a process, as far as it is whole (the process may have been killed)."""
    data, at = log.read_bytes(), 0
    while at + _HEAD.size <= len(data):
        kind, file, number, size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        yield Call(kind.decode(), file, number, data[at : at + size])
        at += size


def notes(log: Path) -> list[str]:
    """What the process said between its calls."""
    return [call.data.decode() for call in calls(log) if call.kind == "n"]


@dataclass(slots=True)
class _Change:
    """A write, or a truncation (no data) to a size."""

    where: int
    data: bytes | None
    state: str = OPEN


@dataclass(slots=True)
class _File:
    """One file's content: what is sure, and the changes since."""

    base: bytearray = field(default_factory=bytearray)
    changes: list[_Change] = field(default_factory=list)

    def synced(self) -> None:
        for change in self.changes:
            if change.state == OPEN:
                change.state = SURE
        while self.changes and self.changes[0].state == SURE:
            _apply(self.base, self.changes.pop(0))

    def failed(self) -> None:
        for change in self.changes:
            if change.state == OPEN:
                change.state = DOOMED

    def dropped(self) -> None:
        self.changes = [change for change in self.changes if change.state != OPEN]

    def survivor(self, chance: float, random: Random) -> bytes:
        """The content after a loss of power: each unsure piece survives with a chance."""
        content = bytearray(self.base)
        for change in self.changes:
            if change.state == SURE:
                _apply(content, change)
            elif change.data is None:
                if random.random() < chance:
                    _apply(content, change)
            else:
                for piece in _pieces(change):
                    if random.random() < chance:
                        _apply(content, piece)
                    elif chance > 0 and random.random() < chance / 2:
                        _make_room(content, piece, random)
        return bytes(content)


@dataclass(slots=True)
class Disk:
    """The files of one folder, as a log tells them, with what of them is sure."""

    names: dict[str, _File] = field(default_factory=dict)
    sure_names: dict[str, _File] = field(default_factory=dict)
    moves: list[tuple[str, _File | None]] = field(default_factory=list)
    """What was done to names since the folder was synced: each name, and what it stands for since."""
    opened: dict[int, tuple[str, _File]] = field(default_factory=dict)

    @classmethod
    def holding(cls, files: Mapping[str, bytes]) -> Disk:
        """A disk on which these files are sure."""
        names = {name: _File(bytearray(content)) for name, content in files.items()}
        return cls(names, dict(names))

    def do(self, call: Call) -> None:
        """The next call of the log."""
        if call.kind == "o":
            self._open(call)
        elif call.kind == "r":
            old, _, new = call.data.decode().partition("/")
            moved = self.names[old]
            self._name(old, None)
            if new:
                self._name(new, moved)
        elif call.kind in "wtsfd":
            self._change(call)

    def _open(self, call: Call) -> None:
        name = call.data.decode()
        if name and name not in self.names:
            self._name(name, _File())
        self.opened[call.file] = (name, self.names.get(name, _File()))
        if call.number == 2:
            self.opened[call.file][1].changes.append(_Change(0, None))

    def _change(self, call: Call) -> None:
        name, file = self.opened[call.file]
        if call.kind == "w":
            file.changes.append(_Change(call.number, call.data))
        elif call.kind == "t":
            file.changes.append(_Change(call.number, None))
        elif call.kind == "f":
            file.failed()
        elif call.kind == "d":
            file.dropped()
        elif name:
            file.synced()
        else:
            self.sure_names, self.moves = dict(self.names), []

    def _name(self, name: str, file: _File | None) -> None:
        _point(self.names, name, file)
        self.moves.append((name, file))

    def survivor(self, chance: float, random: Random) -> dict[str, bytes]:
        """Every file after a loss of power. A chance of 1 loses nothing, of 0 all that is not sure."""
        names = dict(self.sure_names)
        for name, file in self.moves:
            if random.random() < chance:
                _point(names, name, file)
        found = {name: file.survivor(chance, random) for name, file in sorted(names.items())}
        for name in [name for name in found if name.endswith("-shm")]:  # shared memory: never synced by anybody
            choice = random.randrange(4)
            if choice == 0:
                del found[name]
            elif choice < 3:
                found[name] = bytes(32768) if choice == 1 else random.randbytes(32768)
        return found


def _point(names: dict[str, _File], name: str, file: _File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


def _apply(content: bytearray, change: _Change) -> None:
    size = change.where if change.data is None else change.where + len(change.data)
    if len(content) < size:
        content.extend(bytes(size - len(content)))
    if change.data is None:
        del content[size:]
    else:
        content[change.where : size] = change.data


def _pieces(change: _Change) -> Iterator[_Change]:
    data = change.data or b""
    at = 0
    while at < len(data):
        size = min(SECTOR - (change.where + at) % SECTOR, len(data) - at)
        yield _Change(change.where + at, data[at : at + size])
        at += size


def _make_room(content: bytearray, piece: _Change, random: Random) -> None:
    """The file has grown for a write that is lost."""
    size = piece.where + len(piece.data or b"")
    if len(content) < size:
        missing = size - len(content)
        content.extend(random.randbytes(missing) if random.random() < 0.5 else bytes(missing))
