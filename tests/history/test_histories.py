"""What an earlier version of the library recorded opens, verifies and replays, for ever."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aop_rules import Engine, Ledger
from aop_rules.ledger.entry import Head
from strategies import ROOT

HISTORIES = sorted((ROOT / "tests" / "histories").glob("*/*.db"))


def test_there_is_one() -> None:
    assert HISTORIES


@pytest.mark.parametrize("file", HISTORIES, ids=[f"{file.parent.name}/{file.stem}" for file in HISTORIES])
def test_it_opens_verifies_and_replays(file: Path, tmp_path: Path) -> None:
    number, _, hashed = file.with_suffix(".head").read_text(encoding="utf-8").strip().partition(":")
    with Ledger.open(shutil.copy(file, tmp_path)) as ledger:
        assert ledger.verify(Head(int(number), hashed)).breaks == ()
        found = Engine.resume(ledger).replay()
        assert (found.decisions > 0, found.differences) == (True, ())
