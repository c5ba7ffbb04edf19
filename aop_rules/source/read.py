"""One way in: a file or text becomes a located tree, or one error that names every problem.

Size is asked before opening; bytes must be UTF-8 without control characters; the format is told by the suffix. Every
failure is an `InputError` (or the subclass asked for), so that a caller never sees what a parser of some format raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from aop_rules.errors import InputError, Place, Problem
from aop_rules.limits import FILE_BYTES_MAX
from aop_rules.source.build import Builder, Stop
from aop_rules.source.tree import Document, Spot

FORMATS = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(path: Path | str, *, error: type[InputError] = InputError, recover: bool = False) -> Document:
    """The file at `path` as a located tree. The suffix tells its format; without a known one the text does.

    `recover=True` returns also what has duplicate or unusable keys and tags, with them in `Document.problems`, so that
    a loader can report them along with its own. Raises `error` with every problem found.
    """
    file = str(path)
    if "\0" in file:
        message = "a NUL character stands in the file's name"
        raise error([Problem(Place("<input>"), "SOURCE_NOT_READABLE", message, "check the name")])
    raw = read_bytes(Path(path), FILE_BYTES_MAX, error=error)
    return read_text(raw, file, FORMATS.get(Path(path).suffix.lower()), error=error, recover=recover)


def read_bytes(path: Path, most: int, *, error: type[InputError] = InputError) -> bytes:
    """The bytes of a file of at most `most` bytes."""
    with opened(path, most, error=error) as stream:
        raw = stream.read(most + 1)  # it may have grown since, or be no plain file
    if len(raw) > most:
        raise error([too_large(str(path), most)])
    return raw


@contextmanager
def opened(path: Path, most: int, *, error: type[InputError] = InputError) -> Iterator[BinaryIO]:
    """The file for reading, if there is one and its size, asked before it is opened, is at most `most` bytes."""
    file = str(path)
    try:
        if path.is_dir():
            raise error([Problem(Place(file), "SOURCE_NOT_A_FILE", f"`{file}` is a folder", "name a file in it")])
        if path.stat().st_size > most:
            raise error([too_large(file, most)])
        if path.resolve().is_fifo():  # one in a folder: it may never answer; what a shell opened (`<(…)`) has no path
            hint = "save what it gives in a file"
            raise error([Problem(Place(file), "SOURCE_NOT_A_FILE", f"`{file}` is a pipe", hint)])
        with path.open("rb") as stream:
            yield stream
    except (FileNotFoundError, NotADirectoryError):
        message, hint = f"there is no file `{file}`", "check the name and the folder"
        raise error([Problem(Place(file), "SOURCE_NOT_FOUND", message, hint)]) from None
    except OSError as reason:
        message = f"`{file}` cannot be read: {(reason.strerror or 'its name is not one').lower()}"
        raise error(
            [Problem(Place(file), "SOURCE_NOT_READABLE", message, "check its name and who may read it")]
        ) from None


def read_text(
    text: str | bytes,
    file: str = "<input>",
    format: str | None = None,  # noqa: A002 - the plain word for it
    *,
    error: type[InputError] = InputError,
    recover: bool = False,
    line: int = 1,
) -> Document:
    r"""A text as a located tree. `format` is `yaml`, `json` or `toml`; without one the text tells. `line` is its first.

    >>> read_text("share: 7%  # stays text\nspent: 1_000\nrate: 0.5").data
    {'share': '7%', 'spent': 1000, 'rate': Decimal('0.5')}
    >>> read_text("a: 1\na: 2", "plan.yaml")
    Traceback (most recent call last):
    ...
    aop_rules.errors.InputError: plan.yaml:2:1: SOURCE_DUPLICATE_KEY: `a` stands twice in one place (first on line 1)
    """
    plain = decoded(text, file, error=error, line=line)
    builder = Builder(file, line)
    try:
        _reader(format or sniff(plain))(plain, builder)
        if builder.root is None:
            raise builder.stop(
                (1, 1), "SOURCE_EMPTY", "there is nothing in it", "write the values, or name another file"
            )
    except Stop:
        raise error(builder.problems) from None
    if builder.problems and not recover:
        raise error(builder.problems)
    lines = tuple(plain.splitlines())
    return Document(file, builder.data, builder.root or Spot(1, 1), lines, tuple(sorted(builder.problems)), line)


_JSON_START = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"])")
_TOML_START = re.compile(
    r"(?:[ \t]*(?:#.*)?\n)*[ \t]*(?:\[\[?[\w.\" -]+\]\]?[ \t]*(?:#.*)?$|[\w.\"-]+[ \t]*=)", re.MULTILINE
)
_TOML_PAIR = re.compile(r"^[ \t]*[\w.\"-]+[ \t]*=", re.MULTILINE)


def sniff(text: str) -> str:
    """The format that a text without a suffix is most likely in; YAML where nothing speaks for another."""
    head = text[:4096]
    if _JSON_START.match(head):
        return "json"
    return "toml" if _TOML_START.match(head) and _TOML_PAIR.search(head) else "yaml"


def decoded(
    raw: str | bytes,
    file: str,
    *,
    error: type[InputError] = InputError,
    line: int = 1,
    most: int = FILE_BYTES_MAX,
) -> str:
    """The text: strict UTF-8, a byte order mark dropped, control characters refused."""
    if len(raw) > most:
        raise error([too_large(file, most)])
    if isinstance(raw, bytes):
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as reason:
            before = raw[: reason.start].decode("utf-8").removeprefix("\ufeff")
            message, hint = f"the byte 0x{raw[reason.start]:02x} is not UTF-8", "save the file as UTF-8"
            raise error([Problem(_place(file, before, line), "SOURCE_NOT_UTF8", message, hint)]) from None
    else:
        text = raw
    text = text.removeprefix("\ufeff")
    bad = _CONTROL.search(text)
    if bad:
        message, hint = f"the control character U+{ord(bad.group()):04X} stands in the text", "remove it"
        raise error([Problem(_place(file, text[: bad.start()], line), "SOURCE_CONTROL_CHARACTER", message, hint)])
    return text


def _place(file: str, before: str, line: int) -> Place:
    return Place(file, line + before.count("\n"), len(before) - before.rfind("\n"))


def too_large(file: str, most: int) -> Problem:
    """The problem of a file past its cap."""
    return Problem(Place(file), "SOURCE_TOO_LARGE", "the file is too large", f"at most {most // 1_000_000} MB are read")


def _reader(name: str) -> Callable[[str, Builder], None]:
    """Formats are imported when first read, so that reading one costs nothing for the others."""
    if name == "json":
        from aop_rules.source.json_text import read_json

        return read_json
    if name == "toml":
        from aop_rules.source.toml_text import read_toml

        return read_toml
    if name == "yaml":
        from aop_rules.source.yaml_text import read_yaml

        return read_yaml
    raise ValueError(f"unknown format {name!r}: one of yaml, json, toml")
