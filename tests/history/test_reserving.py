"""Money is held before it is ordered: once for each reference, never more than a line has, whoever asks at once."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import ConflictError, Engine, EventError, Ledger
from aop_rules.decision.decision import Decision
from aop_rules.decision.outcome import Outcome
from aop_rules.exact.money import Money
from aop_rules.position.model import Horizon

LIMIT = 1000
DAY = "2026-03-02"


def shop(**budget: Any) -> dict[str, Any]:
    line = {"name": "Ads", "amount": LIMIT, "serves": ["grow"], "horizons": ["year"]}
    return {
        "aop": 1,
        "id": "shop",
        "name": "Shop",
        "currency": "USD",
        "year": {"starts": "2026-01-01"},
        "kpis": {"sales": {"name": "Sales", "kind": "flow", "target": {"year": 1000}}},
        "goals": {"grow": {"name": "Grow", "kpi": "sales", "to": 1000}},
        "budget": {"tolerances": [{"then": "stop", "at": "100%"}], "lines": {"ads": line, "Bảng hiệu": line}} | budget,
    }


def opened(ledger: Ledger | None = None, **budget: Any) -> Engine:
    plan = shop(**budget)
    plan["budget"]["lines"] = {key.replace("Bảng hiệu", "signs"): line for key, line in plan["budget"]["lines"].items()}
    plan["budget"]["lines"]["signs"] = {**plan["budget"]["lines"]["signs"], "name": "Bảng hiệu"}
    return Engine.open(plan, ledger=ledger)


def year(engine: Engine, day: str = "2026-12-31") -> Horizon:
    return engine.position(day).lines["ads"]["2026-12"].horizons[2]


def hold(engine: Engine, amount: Any, ref: str, date: str = DAY, **more: Any) -> Decision:
    return engine.reserve(line="ads", amount=amount, date=date, ref=ref, **more)


# ── one after the other ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_check_keeps_nothing() -> None:
    engine = opened()

    assert engine.check_spend(line="ads", amount=LIMIT, date=DAY).outcome is Outcome.ACCEPT
    assert (engine.ledger.head().sequence, year(engine).reserved) == (0, 0)


def test_a_yes_holds_the_money_and_a_no_holds_nothing() -> None:
    engine = opened()

    assert hold(engine, 600, "A").outcome is Outcome.ACCEPT
    refused = hold(engine, 600, "B")
    assert (refused.outcome, refused.fit, year(engine).reserved) == (Outcome.ADJUST_TO_FIT, 400, 600)
    assert [story.kept.outcome for story in engine.decisions()] == ["ACCEPT", "ADJUST_TO_FIT"]
    assert engine.replay().differences == ()


def test_a_retry_is_the_same_decision_and_holds_nothing_more() -> None:
    engine = opened()
    first = hold(engine, 600, "A"), hold(engine, 600, "B")
    head = engine.ledger.head()

    assert tuple(hold(engine, 600, ref).to_json() for ref in "AB") == tuple(each.to_json() for each in first)
    assert engine.ledger.head() == head
    with pytest.raises(ConflictError, match="`A` is already known"):
        hold(engine, 601, "A")


def test_a_refused_reference_stays_refused_when_money_is_free_again() -> None:
    engine = opened()
    hold(engine, 600, "A")
    refused = hold(engine, 600, "B")
    engine.release("A", date=DAY)

    assert hold(engine, 600, "B") == refused
    assert hold(engine, 600, "B-2").outcome is Outcome.ACCEPT


def test_an_order_and_an_invoice_use_up_what_was_reserved() -> None:
    engine = opened()
    hold(engine, 600, "A")
    head = {"effective_date": "2026-03-09", "line": "ads"}
    engine.record({**head, "event_id": "o", "kind": "commitment", "amount": 500, "doc": "PO-1", "consumes": "A"})
    engine.record({**head, "event_id": "i", "kind": "actual", "amount": 200, "consumes": "PO-1"})

    at = year(engine)
    assert (at.reserved, at.committed, at.actual) == (100, 300, 200)
    engine.release("A", date="2026-03-10")
    assert year(engine).available == 500


def test_a_release_is_kept_once_and_only_of_what_was_reserved() -> None:
    engine = opened()
    hold(engine, 600, "A")
    first = engine.release("A", date="2026-03-05")

    assert engine.release("A", date="2026-03-05") == first
    assert (year(engine, "2026-03-04").reserved, year(engine).reserved) == (600, 0)
    with pytest.raises(ConflictError):
        engine.release("A", date="2026-03-06")
    hold(engine, 2 * LIMIT, "B")
    for ref in ("B", "never"):
        with pytest.raises(EventError, match="EVENT_NOT_RESERVED"):
            engine.release(ref, date=DAY)


def test_what_is_held_is_held_for_those_who_are_late() -> None:
    engine = opened()
    hold(engine, 600, "A", date="2026-06-02")

    assert hold(engine, 600, "B", date="2026-02-02").outcome is Outcome.ADJUST_TO_FIT
    assert engine.check_spend(line="ads", amount=401, date="2026-02-02").outcome is Outcome.ADJUST_TO_FIT
    assert engine.replay().differences == ()


def test_a_request_under_a_document_asks_for_what_goes_beyond_it() -> None:
    engine = opened()
    hold(engine, 600, "A")
    hold(engine, 400, "B")

    assert engine.check_spend(line="ads", amount=600, date=DAY, ref="A").outcome is Outcome.ACCEPT
    more = engine.check_spend(line="ads", amount=700, date=DAY, ref="A")
    assert (more.outcome, more.fit) == (Outcome.ADJUST_TO_FIT, 600)
    assert engine.check_spend(line="signs", amount=600, date=DAY, ref="A").outcome is Outcome.ACCEPT
    assert engine.check_spend(line="ads", amount=1, date=DAY, ref="C").outcome is Outcome.ADJUST_TO_FIT


def test_a_request_for_an_order_that_is_there_asks_nothing_more() -> None:
    engine = opened()
    order = {
        "event_id": "o",
        "kind": "commitment",
        "effective_date": DAY,
        "line": "ads",
        "amount": LIMIT,
        "doc": "PO-1",
    }
    engine.record(order)

    assert hold(engine, LIMIT, "PO-1").outcome is Outcome.ACCEPT
    assert year(engine).used == LIMIT


def test_approvals_look_at_all_of_a_request_whatever_is_held() -> None:
    plan = shop(lines={"ads": {"name": "Ads", "amount": LIMIT, "serves": ["grow"], "horizons": ["year"]}})
    engine = Engine.open({**plan, "governance": {"approvals": [{"above": 500, "by": "the owner"}]}})
    hold(engine, 500, "A")

    assert engine.check_spend(line="ads", amount=501, date=DAY, ref="A").outcome is Outcome.ESCALATE


def test_amounts_are_exact_in_every_form() -> None:
    engine = opened()
    for ref, amount in {"a": Decimal("0.10"), "b": Money.of("0.10", "USD"), "c": "0.10"}.items():
        hold(engine, amount, ref)

    assert str(year(engine).reserved) == "3/10"
    for wrong in (0.1, True, "0.001", -1):
        with pytest.raises(EventError):
            hold(engine, wrong, "d")


def test_money_is_held_under_a_reference() -> None:
    with pytest.raises(EventError, match="`event_id` is empty"):
        hold(opened(), 5, "")


def test_somebody_elses_document_is_no_reference() -> None:
    engine = opened()
    head = {"event_id": "r", "kind": "reservation", "effective_date": DAY, "line": "ads", "amount": 5}
    engine.record({**head, "doc": "A"})

    with pytest.raises(EventError, match="EVENT_DOC_TAKEN"):
        hold(engine, 5, "A")


@pytest.mark.parametrize(
    ("said", "meant"), [("Ads", "ads"), ("adds", "ads"), ("bang hieu", "signs"), ("SIGNS", "signs")]
)
def test_a_line_that_nearly_has_its_name_is_told(said: str, meant: str) -> None:
    decision = opened().check_spend(line=said, amount=5, date=DAY)

    assert decision.outcome is Outcome.DECLINE
    (hint,) = [f for f in decision.findings if f.rule == "budget.another-line"]
    assert {fact.name: fact.value for fact in hint.facts}["spend.nearest"] == meant
    assert decision.explain("en", "short").startswith(
        f"KEEP COURSE – decline: the budget has no line {said}; the closest is "
    )


def test_a_line_that_is_nowhere_near_is_declined_without_a_guess() -> None:
    decision = opened().check_spend(line="yacht", amount=5, date=DAY)

    assert decision.outcome is Outcome.DECLINE
    assert not [f for f in decision.findings if f.rule == "budget.another-line"]
    with pytest.raises(EventError, match="`line` is empty"):
        opened().check_spend(line="", amount=5, date=DAY)


@pytest.mark.parametrize(("spent", "rule"), [(1000, "budget.goes-past"), (1001, "budget.already-past")])
def test_a_limit_that_was_exceeded_before_is_told_from_one_that_would_be(spent: int, rule: str) -> None:
    engine = opened()
    engine.record({"event_id": "a", "kind": "actual", "effective_date": DAY, "line": "ads", "amount": spent - 100})
    hold(engine, 1, "A")
    order = {"event_id": "o", "kind": "commitment", "effective_date": DAY, "line": "ads", "amount": 99, "doc": "PO-1"}
    engine.record(order)
    decision = engine.check_spend(line="ads", amount=10, date=DAY)
    (found,) = [f for f in decision.findings if f.rule in ("budget.goes-past", "budget.already-past")]
    facts = {fact.name: fact.value for fact in found.facts}

    assert found.rule == rule
    told = [facts[f"limit.{each}"] for each in ("reserved", "committed", "actual", "transferred", "carried", "already")]
    assert told == [1, 99, spent - 100, 0, 0, spent > 1000]
    assert ("is already past" in found.message.en, "đã vượt" in found.message.vi) == (spent > 1000, spent > 1000)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(1, 600), st.sampled_from([DAY, "2026-05-01"])), max_size=8)
)
def test_a_line_is_never_promised_twice(asked: list[tuple[str, int, str]]) -> None:
    engine, held = opened(), dict[str, int]()
    for ref, amount, day in asked:
        try:
            decision = hold(engine, amount, ref, date=day)
        except ConflictError:
            continue
        if decision.outcome is Outcome.ACCEPT:
            held[ref] = amount
        else:
            assert sum(held.values()) + amount > LIMIT

    assert year(engine).reserved == sum(held.values()) <= LIMIT
    assert engine.replay().differences == ()


# ── all at once ─────────────────────────────────────────────────────────────────────────────────────────────────────

AMOUNTS = (130, 70, 210, 90, 170)


def rush(engine: Engine, who: str) -> list[tuple[str, int, str]]:
    """Reserves until the line is full, the first of it twice, as after a lost answer."""
    done = []
    for n, amount in enumerate(AMOUNTS):
        day = f"2026-0{1 + n}-02"
        first = hold(engine, amount, f"{who}-{n}", date=day)
        assert n or hold(engine, amount, f"{who}-{n}", date=day) == first
        done.append((f"{who}-{n}", amount, first.outcome.value))
    return done


def in_a_process(where: str, who: str) -> list[tuple[str, int, str]]:
    with Ledger.open(where) as ledger:
        return rush(opened(ledger), who)


def never_oversold(engine: Engine, done: list[list[tuple[str, int, str]]]) -> None:
    """What was accepted is held and fits, and whoever was refused could not have been served at that moment."""
    told = {ref: (amount, outcome) for each in done for ref, amount, outcome in each}
    held = 0
    for story in engine.decisions():
        amount, outcome = told[story.kept.event.event_id]
        assert outcome == story.kept.outcome == ("ACCEPT" if held + amount <= LIMIT else "ADJUST_TO_FIT")
        held += amount if outcome == "ACCEPT" else 0

    assert len(told) == len(engine.decisions())
    assert year(engine).reserved == held <= LIMIT
    assert LIMIT - held < min(AMOUNTS)
    assert engine.ledger.verify().sound
    assert engine.replay().differences == ()


def test_eight_threads_never_oversell_a_line() -> None:
    engine = opened()
    with ThreadPoolExecutor(8) as pool:
        never_oversold(engine, list(pool.map(lambda n: rush(engine, f"t{n}"), range(8))))


def test_processes_on_one_file_never_oversell_a_line(tmp_path: Path) -> None:
    where = str(tmp_path / "aop.db")
    Ledger.open(where).close()
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        done = list(pool.map(in_a_process, [where] * 3, ["a", "b", "c"]))
    with Ledger.open(where) as ledger:
        never_oversold(opened(ledger), done)


def test_a_reference_that_is_taken_is_told_without_a_word_of_readings() -> None:
    engine = opened()
    engine.reserve(line="ads", amount=5, date=DAY, ref="R-1")
    with pytest.raises(ConflictError, match="give each request a reference of its own"):
        engine.reserve(line="ads", amount=6, date=DAY, ref="R-1")
