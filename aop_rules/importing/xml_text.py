"""XML as a stream of elements. A document type is refused, and with it every entity: nothing in it can grow or be fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from aop_rules.limits import TEXT_MAX

_CHUNK = 65_536
_SPACE = " "


class BadXml(ValueError):  # noqa: N818 - what is wrong with one part; it never leaves the room
    """A part that is no XML, or has a document type."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element as it starts, or (`ended`) with the text that it held. Names are without their namespace."""

    name: str
    said: Mapping[str, str]
    ended: bool = False
    text: str = ""

    def get(self, name: str) -> str:
        return self.said.get(name, "")


def elements(raw: bytes, *, ends: bool = False) -> Iterator[Element]:
    """The elements in order of their start; with `ends` also each as it ends. Raises BadXml.

    >>> [(each.name, each.text) for each in elements(b"<a><b>1</b></a>", ends=True) if each.ended]
    [('b', '1'), ('a', '')]
    """
    reader = _Reader(ends)
    for start in range(0, max(len(raw), 1), _CHUNK):
        yield from reader.fed(raw[start : start + _CHUNK], start + _CHUNK >= len(raw))


class _Reader:
    """Collects what the parser reports of one chunk."""

    def __init__(self, ends: bool) -> None:
        self._ends = ends
        self._found: list[Element] = []
        self._text: list[str] = []
        self._length = 0
        self._parser = expat.ParserCreate("UTF-8", _SPACE)  # whatever it says of itself: a workbook is UTF-8
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype

    def fed(self, chunk: bytes, last: bool) -> list[Element]:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise BadXml("a part of it is broken") from None
        found, self._found = self._found, []
        return found

    def _start(self, name: str, said: dict[str, str]) -> None:
        self._text, self._length = [], 0
        plain = {key.rpartition(_SPACE)[2]: value for key, value in said.items()}
        self._found.append(Element(name.rpartition(_SPACE)[2], plain))

    def _end(self, name: str) -> None:
        if self._ends:
            self._found.append(Element(name.rpartition(_SPACE)[2], {}, True, "".join(self._text)))
        self._text, self._length = [], 0

    def _data(self, text: str) -> None:
        self._length += len(text)
        if self._length <= TEXT_MAX + 1:  # one more than is taken, so that it is seen to be too long
            self._text.append(text)

    def _doctype(self, *_: object) -> None:
        raise BadXml("it declares a document type")
