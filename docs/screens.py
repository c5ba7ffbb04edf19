"""The screens of README and docs: run, compared with what stands there, and renewed. `python docs/screens.py` renews all.

A page is played from top to bottom in a folder of its own that holds a copy of `examples/` and `.venv`, the environment of
the Python that runs this:

- a ```` ```yaml name.yaml ```` block (any language, and a file name after it) is written to that file, and one with
  `+name.yaml` is added to it;
- a ```` ```console ```` block holds commands after `$ `, each with the screen it gives;
- a ```` ```text aop … ```` block (any language, and a command after it) is the whole output of that command;
- a ```` ```python ```` block runs; with `>>> ` it shows what each line gives. One page is one session.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```(\w+)?[ ]?([^\n]*)\n(.*?)^```[ ]*$", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, what stands after it, its text, and where the text lies in the page."""

    language: str
    said: str
    text: str
    start: int
    line: int


def blocks(page: str) -> Iterator[Block]:
    """All fenced blocks of a page, from top to bottom."""
    for found in _BLOCK.finditer(page):
        yield Block(found[1] or "", found[2], found[3], found.start(3), page.count("\n", 0, found.start()) + 1)


def screen(commands: str, folder: Path) -> str:
    """What a console block shows when its commands run: each command after `$ `, then what it prints."""
    shown = []
    for part in _COMMAND.split(commands)[1:]:
        command = part.split("\n")[0]
        rest = part.split("\n")[1:]
        while command.endswith("\\") and rest:
            command += "\n" + rest.pop(0)
        shown.append(f"$ {command}\n{run(command, folder)}")
    return "".join(shown)


def run(command: str, folder: Path) -> str:
    """What a person sees when the command runs in the folder: standard output and standard error."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1", "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    if done.stdout.startswith(b"Traceback"):
        raise RuntimeError(f"`{command}` crashed:\n{done.stdout.decode()}")
    text = "\n".join(line.rstrip() for line in done.stdout.decode().rstrip("\n").split("\n"))
    return text + "\n" if text else ""


def session(code: str, names: dict[str, Any], folder: Path) -> str:
    """A Python block as it looks after running: the block itself, or each `>>> ` line with what it gives."""
    with chdir(folder):
        if ">>> " not in code:
            exec(compile(code, "<page>", "exec"), names)  # noqa: S102 - our own page
            return code
        return "".join(_line(example, names) for example in doctest.DocTestParser().get_examples(code))


def _line(example: doctest.Example, names: dict[str, Any]) -> str:
    first, *more = example.source.rstrip("\n").split("\n")
    said = "\n".join([f">>> {first}", *(f"... {line}".rstrip() for line in more)]) + "\n"
    shown = io.StringIO()
    with redirect_stdout(shown):
        try:
            exec(compile(example.source, "<page>", "single"), names)  # noqa: S102 - our own page
        except Exception as error:
            if example.exc_msg is None:
                raise
            print(
                f"Traceback (most recent call last):\n    ...\n{type(error).__module__}.{type(error).__name__}: {error}"
            )
    return said + shown.getvalue()


def stage(folder: Path) -> Path:
    """A folder in which a page can be played."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "examples", folder / "examples", dirs_exist_ok=True)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def _keep(block: Block, folder: Path) -> None:
    name = block.said.removeprefix("+")
    if name:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        before = target.read_text(encoding="utf-8") if name != block.said else ""
        target.write_text(before + block.text, encoding="utf-8")


def renewed(page: str, folder: Path) -> str:
    """The page with every screen as it really is."""
    text, done, names = [], 0, {"__name__": "page"}
    for block in blocks(page):
        if block.language == "console":
            now = screen(block.text, folder)
        elif block.said.startswith("aop "):
            now = run(block.said, folder)
        elif block.language == "python":
            now = session(block.text, names, folder)
        else:
            _keep(block, folder)
            continue
        text += [page[done : block.start], now]
        done = block.start + len(block.text)
    return "".join([*text, page[done:]])


def main() -> None:
    """Renew the screens of all pages, or of those named."""
    import tempfile

    for page in [Path(name).resolve() for name in sys.argv[1:]] or PAGES:
        with tempfile.TemporaryDirectory() as folder:
            before = page.read_text(encoding="utf-8")
            after = renewed(before, stage(Path(folder) / "stage"))
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"renewed {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
