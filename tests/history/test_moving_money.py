"""Money moves between lines only where it is there, whoever asks and however many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aop_rules import Engine, EventError
from strategies import babycare_history, babycare_plan

RESERVE = 144_000_000


def transfer(event_id: str, amount: int) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "kind": "budget_transfer",
        "effective_date": "2026-12-09",
        "from": "contingency_reserve",
        "to": "online_marketing",
        "amount": amount,
        "asked_by": "chủ cửa hàng",
    }


@pytest.fixture
def engine() -> Engine:
    made = Engine.open(babycare_plan())
    made.record_all(babycare_history())
    return made


def left(engine: Engine) -> object:
    return engine.position("2026-12-31").lines["contingency_reserve"]["2026-12"].horizons[2].available


def test_asking_moves_nothing_and_recording_does(engine: Engine) -> None:
    engine.submit(transfer("t", 10_000_000))
    assert left(engine) == RESERVE
    engine.record(transfer("t", 10_000_000))
    assert left(engine) == RESERVE - 10_000_000
    assert engine.replay().same


def test_what_the_donor_does_not_have_is_not_moved(engine: Engine) -> None:
    with pytest.raises(EventError, match=r"TRANSFER_OVERDRAWN.*at most 144000000"):
        engine.record(transfer("t", RESERVE + 1))
    engine.record(transfer("t", RESERVE))
    assert left(engine) == 0


def test_transfers_recorded_together_count_for_one_another(engine: Engine) -> None:
    with pytest.raises(EventError, match="TRANSFER_OVERDRAWN"):
        engine.record_all([transfer("one", RESERVE), transfer("two", 1)])
    assert left(engine) == RESERVE, "all of them, or none"
    engine.record_all([transfer("one", RESERVE - 1), transfer("two", 1)])
    assert left(engine) == 0


def test_the_same_transfer_again_moves_nothing(engine: Engine) -> None:
    for _ in range(3):
        engine.record(transfer("t", RESERVE))
    assert left(engine) == 0


def test_many_at_once_never_take_more_than_there_is(engine: Engine) -> None:
    def taken(n: int) -> bool:
        try:
            engine.record(transfer(f"t{n}", 50_000_000))
        except EventError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(taken, range(8))) == 2
    assert left(engine) == RESERVE - 100_000_000
