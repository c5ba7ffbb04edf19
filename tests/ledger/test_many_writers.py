"""Several processes write in one ledger at once: nothing is lost, doubled or out of order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

import aop_rules
from aop_rules.ledger.ledger import Ledger

WRITER = Path(__file__).with_name("writer_process.py")
ROOT = Path(aop_rules.__file__).parents[1]
PROCESSES, EACH, SHARED = 4, 50, 20
"""Of its entries, each process shares the last ones with the next."""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_nothing_is_lost_doubled_or_out_of_order(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    where, tenant = (str(tmp_path / "aop.db"), "")
    if kind == "postgres":
        where, tenant = request.getfixturevalue("postgres"), uuid4().hex
    commands = [
        [sys.executable, str(WRITER), where, tenant, str(n * (EACH - SHARED)), str(EACH)] for n in range(PROCESSES)
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for command in commands
    ]
    said = [writer.communicate(timeout=60) for writer in writers]
    assert [errors for _, errors in said] == [b""] * PROCESSES
    with Ledger.open(where, tenant=tenant) as ledger:
        entries = list(ledger.entries())
        assert ledger.verify(ledger.head()).sound
    there = {entry.id: entry.sequence for entry in entries}
    assert list(there.values()) == list(range(1, len(entries) + 1))
    assert set(there) == {f"e{n}" for n in range((PROCESSES - 1) * (EACH - SHARED) + EACH)}
    for output, _ in said:
        kept = json.loads(output)
        assert all(there[name] == sequence for name, sequence in kept.items())
        own = [sequence for name, sequence in kept.items() if int(name[1:]) % (EACH - SHARED) >= SHARED]
        assert own == sorted(own)  # each process's in its own order
