"""Memory, SQLite and PostgreSQL are one and the same ledger. The campaign: benchmarks/agreement.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis.stateful import run_state_machine_as_test
from store_machine import Stores, some


def test_the_stores_agree_whatever_is_done(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stores, "postgres", postgres)
    monkeypatch.setattr(Stores, "folder", str(tmp_path))
    run_state_machine_as_test(Stores, settings=some(runs=24, steps=20))
