"""JSON, token by token and without recursion, so that each value keeps its place and numbers stay exact."""

from __future__ import annotations

import re
from bisect import bisect_right

from aop_rules.source.build import At, Builder, Scalar, Stop, shown

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)"')
_LITERAL = re.compile(r"[-+.\w]+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))")
_LONE = re.compile(r"[\ud800-\udfff]")
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, Scalar] = {"null": None, "true": True, "false": False}
_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})


def read_json(text: str, builder: Builder) -> None:
    """Feed `text` to the builder. Raises Stop where reading cannot go on."""
    _Reader(text, builder).read()


class _Reader:
    def __init__(self, text: str, builder: Builder) -> None:
        self.text = text
        self.builder = builder
        self.position = 0
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._closers: list[str] = []
        self._first = False  # nothing was read yet of what is open

    def read(self) -> None:
        self._skip()
        if self.position == len(self.text):
            return
        self._value()
        while self._closers:
            self._step()
        self._skip()
        if self.position < len(self.text):
            raise self._wrong("something stands after the end of the value", "one value in a file")

    def _step(self) -> None:
        """The next member of the innermost list or mapping that is open, or its end."""
        self._skip()
        closer = self._closers[-1]
        if self._took(closer):
            self._closers.pop()
            self.builder.close()
            self._first = False
            return
        if not self._first:
            if not self._took(","):
                raise self._wrong(f"`,` or `{closer}` is expected here", "check the commas and brackets")
            self._skip()
        if closer == "}":
            self._key()
        self._value()

    def _key(self) -> None:
        at = self._at()
        if not self.text.startswith('"', self.position):
            raise self._wrong(
                "a key in double quotes is expected here", 'write `"key": value`, no comma after the last'
            )
        self.builder.key(self._string(), at)
        self._skip()
        if not self._took(":"):
            raise self._wrong("a `:` is expected after the key", 'write `"key": value`')
        self._skip()

    def _value(self) -> None:
        at = self._at()
        head = self.text[self.position : self.position + 1]
        self._first = head in ("{", "[")
        if head == "{" or head == "[":
            self.position += 1
            self._closers.append("}" if head == "{" else "]")
            (self.builder.mapping if head == "{" else self.builder.sequence)(at)
        else:
            self.builder.scalar(self._string() if head == '"' else self._literal(at), at)

    def _string(self) -> str:
        found = _STRING.match(self.text, self.position)
        if not found:
            raise self._wrong(
                "a text is not closed, or holds a line end or an escape that does not exist", "check its quotes"
            )
        self.position = found.end()
        inner = found.group(1)
        value = _ESCAPE.sub(_unescaped, inner) if "\\" in inner else inner
        if "\\" in inner and _LONE.search(value):
            raise self._wrong(
                "half a character (`\\ud800` to `\\udfff`) stands alone in a text", "write the character itself"
            )
        return value

    def _literal(self, at: At) -> Scalar:
        found = _LITERAL.match(self.text, self.position)
        if not found:
            raise self._wrong("a value is expected here", "check the commas and brackets")
        word = found.group()
        if word in _NOT_FINITE:
            raise self._stop(
                "SOURCE_NOT_FINITE", f"`{word}` is not a number", "leave the key out where nothing is known"
            )
        self.position = found.end()
        if word in _WORDS:
            return _WORDS[word]
        number = self.builder.number(word, at) if _NUMBER.fullmatch(word) else None
        if number is None:
            self.position = found.start()
            raise self._wrong(f"`{shown(word)}` is not a value", "put a text in double quotes")
        return number

    # ── where we are ──

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.position)
        self.position = found.end() if found else self.position

    def _took(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.position):
            return False
        self.position += 1
        return True

    def _at(self) -> At:
        line = bisect_right(self._starts, self.position)
        return line, self.position - self._starts[line - 1] + 1

    def _wrong(self, message: str, hint: str) -> Stop:
        if self.position >= len(self.text):
            message = "the text ends before the value does"
        return self._stop("SOURCE_SYNTAX", message, hint)

    def _stop(self, code: str, message: str, hint: str) -> Stop:
        return self.builder.stop(self._at(), code, message, hint)


def _unescaped(found: re.Match[str]) -> str:
    high, low, single, short = found.groups()
    if short:
        return _SHORT.get(short, short)
    if single:
        return chr(int(single, 16))
    return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
