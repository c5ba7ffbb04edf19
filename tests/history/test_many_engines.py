"""Several engines on one ledger, in threads and in processes: each decision replays, and each is on the chain once."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from aop_rules import Engine, Ledger
from strategies import babycare_history, babycare_plan

EACH = 8


def asked(who: str, n: int) -> dict[str, Any]:
    head = {"event_id": f"{who}-{n}", "effective_date": "2026-06-08", "line": "online_marketing"}
    return {**head, "kind": "spend_request", "amount": 1_000_000 * (n + 1)}


def live(engine: Engine, who: str) -> None:
    """Asks, orders, and asks again; some of it is what others ask as well."""
    for n in range(EACH):
        engine.submit(asked(who, n))
        engine.submit(asked("all", n))
        ordered = {**asked(who, n), "event_id": f"order-{who}-{n}", "kind": "commitment", "doc": f"{who}-{n}"}
        engine.record(ordered)
        engine.evaluate(asked("nobody", n))


def in_a_process(where: str, who: str) -> None:
    with Ledger.open(where) as ledger:
        live(Engine.open(babycare_plan(), ledger=ledger), who)


def held(ledger: Ledger, whos: list[str]) -> None:
    """All that was done is there, once, and replays."""
    engine = Engine.resume(ledger)
    ids = [record.event.event_id for record in ledger.records()]
    assert len(ids) == len(set(ids)) == len(babycare_history()) + EACH * (2 * len(whos) + 1)
    told = [story.kept.decision_id for story in engine.decisions()]
    assert len(told) == len(set(told)) >= EACH * (len(whos) + 1)
    assert ledger.verify().sound
    assert engine.replay().differences == ()


def test_threads_on_one_engine() -> None:
    engine = Engine.open(babycare_plan())
    engine.record_all(babycare_history())
    whos = ["a", "b", "c", "d"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda who: live(engine, who), whos))
    held(engine.ledger, whos)


def test_processes_on_one_file(tmp_path: Path) -> None:
    where, whos = str(tmp_path / "aop.db"), ["a", "b", "c"]
    with Ledger.open(where) as ledger:
        Engine.open(babycare_plan(), ledger=ledger).record_all(babycare_history())
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        list(pool.map(in_a_process, [where] * 3, whos))
    with Ledger.open(where) as ledger:
        held(ledger, whos)
