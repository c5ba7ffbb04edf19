"""What is laid on top of a plan and its facts changes what it would really change, and nothing is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import ConflictError, Engine, EventError, Ledger, LedgerError, PlanError, read_events
from aop_rules.plan.load import dump
from aop_rules.what_if.asking import Overlay, compare, what_if
from aop_rules.what_if.standing import Standing
from aop_rules.what_if.world import World, as_text, from_text
from strategies import BABYCARE, CASES, babycare, case_of

HISTORY = BABYCARE / "history" / "2026_jan_may.jsonl"
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
MARKETING = "budget.lines.online_marketing.amount"
ONLINE = {"event_id": "may-again", "kind": "kpi_observation", "effective_date": "2026-05-31", "kpi": "online_revenue"}
ONLINE |= {"period": "2026-05", "value": 300_000_000}
ORDER = {"event_id": "order", "kind": "spend_request", "effective_date": "2026-06-10", "line": "online_marketing"}
ORDER |= {"amount": 60_000_000}
BILL = {"event_id": "june-ads", "kind": "actual", "effective_date": "2026-06-08", "line": "online_marketing"}
BILL |= {"amount": 30_000_000}
OWN = {"event_id": "own", "kind": "forecast", "effective_date": "2026-06-02", "kpi": "revenue", "value": 13_000_000_000}
STORE = BABYCARE / "cases" / "d01_new_store.yaml"


def world_of(engine: Engine) -> World:
    return World.of(engine.plan, engine.program, engine.rulesets, engine.attributes, engine.ledger)


def kept(ledger: Ledger) -> Engine:
    engine = Engine.open(BABYCARE / "plan.yaml", ledger=ledger)
    engine.record_all(read_events(HISTORY))
    return engine


# ── nothing is written ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("where", ["memory", "sqlite"])
def test_nothing_is_written(where: str, tmp_path: Path) -> None:
    with Ledger() if where == "memory" else Ledger.open(str(tmp_path / "aop.db")) as ledger:
        engine = kept(ledger)
        engine.submit(ORDER)
        before, count = ledger.head(), len(list(ledger.entries()))
        again = [story.kept for story in engine.decisions()]
        events = [ONLINE, BILL, OWN]
        found = what_if(world_of(engine), plan={MARKETING: 1}, events=events, decide=[ORDER], redecide=again, now=NOW)
        assert found.differs
        assert (ledger.head(), len(list(ledger.entries()))) == (before, count)
        assert ledger.verify(before).sound


def test_a_world_is_that_of_the_plan_in_force() -> None:
    engine = kept(Ledger())
    plan = dump(engine.plan)
    plan["version"] = 2
    plan["budget"]["lines"]["online_marketing"]["amount"] += 1_000_000
    plan["budget"]["lines"]["contingency_reserve"]["amount"] -= 1_000_000
    said = {"reason": "ads are dear", "trade_off": "less for risks", "by": "chủ cửa hàng"}
    new = engine.amend(plan, **said, approved_by="chủ cửa hàng", as_of="2026-06-12")
    with pytest.raises(LedgerError):
        world_of(engine)
    world = world_of(new)
    when = datetime(2026, 6, 20, tzinfo=UTC)
    assert Standing(world).position(when) == new.position(when)
    assert not what_if(world, now=when).differs
    with pytest.raises(PlanError) as caught:
        world.overlaid({"currency": "USD"})
    assert any(problem.place.file == "plan.currency" for problem in caught.value.problems)


# ── theorems ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 364), st.sampled_from(("nothing", "the same values", "what is known")))
@settings(max_examples=12)
def test_an_overlay_of_nothing_changes_nothing(day: int, which: str) -> None:
    engine, as_of = babycare(), date(2026, 1, 1) + timedelta(days=day)
    plan = dump(engine.plan)
    same = {MARKETING: plan["budget"]["lines"]["online_marketing"]["amount"], "kpis": plan["kpis"]}
    known = read_events(HISTORY)[:: max(1, day % 7)] if which == "what is known" else ()
    found = what_if(
        world_of(engine),
        plan=same if which == "the same values" else None,
        events=known,
        decide=[ORDER, *case_of(STORE).events],
        as_of=as_of,
        now=NOW,
    )
    assert not found.differs
    assert (found.changes, found.events, found.unseen, found.alerts) == ((), (), (), ())
    assert "không có gì khác" in found.text("vi") and "nothing differs" in found.text("en")
    both = [each.decision for each in found.decisions]
    assert all(each.before == each.after for each in both)
    assert both[0].before == engine.evaluate(ORDER, as_of=as_of)


CHANGES: dict[str, Any] = {
    MARKETING: 900_000_000,
    "kpis.marketing_ratio.breach": "> 9%",
    "kpis.marketing_ratio.for": 1,
    "goals.gross_margin.floor": "36%",
    "risks.weak_demand.probability": "90%",
    "not_this_year.new_store": None,
    "kpis.revenue.owner": "ai đó",
    "resources.roles.online_staff.capacity": "1.5",
}


@given(
    st.sets(st.sampled_from(sorted(CHANGES))),
    st.sets(st.sampled_from(("reading", "bill", "forecast"))),
    st.integers(150, 200),
)
@settings(max_examples=10)
def test_an_overlay_is_what_really_changing_it_would_be(paths: set[str], facts: set[str], day: int) -> None:
    as_of = date(2026, 1, 1) + timedelta(days=day)
    events = [{"reading": ONLINE, "bill": BILL, "forecast": OWN}[fact] for fact in sorted(facts)]
    engine, (store,) = babycare(), case_of(STORE).events
    changes = {path: CHANGES[path] for path in paths}
    found = what_if(world_of(engine), plan=changes, events=events, decide=[ORDER, store], as_of=as_of, now=NOW)
    real = Engine.open(_changed(engine, changes))
    real.record_all(read_events(HISTORY))
    real.record_all({**each, "revision": 1} if each is ONLINE else each for each in events)
    where = real.position(as_of)
    assert {each.kpi: each.value.after for each in found.kpis} == {k: at.value.value for k, at in where.kpis.items()}
    for kpi in found.kpis:
        methods = {name: each.after for name, each in kpi.landings.items() if each.after is not None}
        landings = where.kpi(kpi.kpi).landings
        assert landings is not None
        known = {name: each.landing.value for name, each in landings.by_method().items()}
        assert methods == {name: value for name, value in known.items() if value is not None}
    for line in found.lines:
        assert [each.after for each in line.available.values()] == [
            each.available for each in where.budget(line.line).horizons
        ]
    states = {each.rule: each.state for each in engine.alerts(as_of)}
    states |= {each.rule: each.state.after for each in found.alerts}
    assert {k: v for k, v in states.items() if v != "ok"} == {each.rule: each.state for each in real.alerts(as_of)}
    assert [each.decision.after for each in found.decisions] == [
        real.evaluate(each, as_of=as_of) for each in (ORDER, store)
    ]


def _changed(engine: Engine, changes: dict[str, Any]) -> dict[str, Any]:
    """The plan written by hand in the slow and obvious way."""
    plan = dump(engine.plan)
    for path, value in changes.items():
        *above, last = path.split(".")
        at = plan
        for key in above:
            at = at[key]
        if value is None:
            del at[last]
        else:
            at[last] = value
    return plan


@pytest.mark.parametrize("case", CASES[::9], ids=lambda case: case.stem)
def test_a_world_decides_as_the_engine_does_here_and_in_another_process(case: Path) -> None:
    engine = babycare() if case.parents[1] == BABYCARE else Engine.open(case.parents[1] / "plan.yaml")
    world = world_of(engine)
    for event in case_of(case).events:
        decided = engine.evaluate(event)
        assert Standing(world).decision(event, None, {}) == decided
        assert Standing(from_text(as_text(world))).decision(event, None, {}) == decided


# ── facts on top ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reading_of_what_is_known_is_its_next_revision() -> None:
    world = world_of(babycare())
    found = what_if(world, events=[ONLINE], now=NOW)
    assert [(event.event_id, getattr(event, "revision", 0)) for event in found.events] == [("may-again", 1)]
    online = next(each for each in found.kpis if each.kpi == "online_revenue")
    assert (online.value.before, online.value.after) == (1_682_000_000, 1_544_000_000)


def test_a_reading_under_the_id_of_a_known_one_gets_an_id_of_its_own() -> None:
    (old,) = (event for event in read_events(HISTORY) if event.event_id == "reading-online_revenue-2026-05")
    found = what_if(world_of(babycare()), events=[old.model_copy(update={"value": 1})], now=NOW)
    assert [event.event_id for event in found.events] == ["reading-online_revenue-2026-05:r1"]
    assert found.differs


def test_two_readings_on_top_of_one_another_contradict_each_other_unless_they_say_which_is_later() -> None:
    other = {**ONLINE, "event_id": "may-third", "value": 310_000_000}
    world = world_of(babycare())

    def value(*events: Any) -> Any:
        return next(
            each.value.after for each in what_if(world, events=events, now=NOW).kpis if each.kpi == "online_revenue"
        )

    assert value(ONLINE, other) is None
    assert value(ONLINE, {**other, "revision": 1}) == value({**other, "revision": 1}, ONLINE) == 1_554_000_000


def test_what_is_not_known_by_then_is_said() -> None:
    late = {**BILL, "known_at": "2026-07-01"}
    found = what_if(world_of(babycare()), events=[late], now=NOW)
    assert not found.differs and found.unseen == ("june-ads",)
    assert "not known by then, so they count for nothing yet: june-ads" in found.text("en")


def test_every_problem_of_the_facts_is_said() -> None:
    world = world_of(babycare())
    with pytest.raises(EventError) as caught:
        what_if(world, events=[{**ONLINE, "kpi": "onlin_revenue"}, {**BILL, "line": "ads"}], now=NOW)
    assert len(caught.value.problems) == 2
    with pytest.raises(ConflictError):
        what_if(world, events=[{**BILL, "event_id": "spent-online_marketing-2026-05", "source": "books"}], now=NOW)
    moved = {"event_id": "t", "kind": "budget_transfer", "effective_date": "2026-06-09", "from": "contingency_reserve"}
    with pytest.raises(EventError) as caught:
        what_if(world, events=[{**moved, "to": "online_marketing", "amount": 900_000_000}], now=NOW)
    assert caught.value.problems[0].code == "TRANSFER_OVERDRAWN"


# ── another plan ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "value", "code", "place", "hint"),
    [
        ("budgt.total", 1, "PLAN_UNKNOWN_KEY", "plan.budgt", "did you mean `budget`?"),
        ("kpis.marketing_ratio.breech", "> 8%", "PLAN_UNKNOWN_KEY", "plan.kpis.marketing_ratio.breech", "`breach`"),
        ("kpis.marketing_ration.breach", "> 8%", "PLAN_UNKNOWN_ID", "plan.kpis.marketing_ration", "`marketing_ratio`"),
        (
            "kpis.online_share.target.path[12]",
            1,
            "PLAN_UNKNOWN_ID",
            "plan.kpis.online_share.target.path.12",
            "12 items",
        ),
        ("kpis..breach", 1, "PLAN_UNKNOWN_KEY", "plan", "costs[0].amount"),
        (f"{MARKETING}.year", 1, "PLAN_UNKNOWN_ID", f"plan.{MARKETING}.year", "nothing of this kind"),
        (MARKETING, "many", "PLAN_WRONG_VALUE", f"plan.{MARKETING}", "12.50"),
        ("kpis.revenue.sum_of", ["sales"], "PLAN_UNKNOWN_ID", "plan.kpis.revenue.sum_of.0", "known here"),
    ],
)
def test_what_is_no_plan_is_said_with_its_place(path: str, value: Any, code: str, place: str, hint: str) -> None:
    with pytest.raises(PlanError) as caught:
        world_of(babycare()).overlaid({path: value})
    assert (caught.value.problems[0].code, caught.value.problems[0].place.file) == (code, place)
    assert hint in caught.value.problems[0].hint


def test_all_problems_of_the_plan_are_said_at_once() -> None:
    with pytest.raises(PlanError) as caught:
        world_of(babycare()).overlaid({"budgt": 1, "goals.growth.to": 1, "kpis.cash.nam": "x"})
    assert len(caught.value.problems) == 3


def test_an_entry_may_come_whole_and_an_optional_value_go() -> None:
    world = world_of(babycare())
    strike = {"risks.strike": {"name": "a strike", "probability": "10%", "impact": 5_000_000}}
    assert "strike" in world.overlaid(strike).plan.risks
    assert world.overlaid({**strike, "risks.strike.probability": "20%"}).plan.risks["strike"].probability != 1
    assert world.overlaid({"kpis.revenue.warn": None, "kpis.cash.warn": None}).plan.kpis["revenue"].warn is None
    assert world.overlaid({"kpis.online_share.target.path[0]": "29%"}).plan.kpis["online_share"].target is not None


def test_rules_of_the_plan_are_those_of_the_other_plan() -> None:
    (store,) = case_of(STORE).events
    found = what_if(world_of(babycare()), plan={"not_this_year.new_store": None}, decide=[store], now=NOW)
    (decision,) = found.decisions
    assert decision.no_longer == ("plan.not_this_year.new_store",)
    assert decision.differs and decision.newly == ()
    assert "no longer decides: plan.not_this_year.new_store" in found.text("en")


def test_an_event_that_the_other_plan_does_not_know_is_said() -> None:
    ask = {"event_id": "p", "kind": "proposal", "effective_date": "2026-06-10", "links": {"risks": ["weak_demand"]}}
    found = what_if(world_of(babycare()), plan={"risks.weak_demand": None}, decide=[ask], now=NOW)
    (decision,) = found.decisions
    assert (decision.outcome.after, decision.differs) == ("", True)
    assert "does not fit the plan: the plan has no risk `weak_demand`" in found.text("en")


def test_recorded_decisions_are_made_again_each_event_once() -> None:
    engine = kept(Ledger())
    engine.submit(ORDER)
    engine.record(BILL)
    engine.submit(ORDER)
    again = [story.kept for story in engine.decisions()]
    found = what_if(world_of(engine), plan={MARKETING: 400_000_000}, redecide=again, now=NOW)
    (decision,) = found.decisions
    assert (decision.event_id, decision.differs) == ("order", True)
    assert decision.decision.before is not None
    assert decision.decision.before.to_dict()["decision_id"] == again[-1].decision_id


# ── told ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_scenarios_stand_side_by_side() -> None:
    scenarios = {"more ads": Overlay({MARKETING: 1_000_000_000}), "as it is": {}, "bad May": {"events": [ONLINE]}}
    found = compare(world_of(babycare()), scenarios, decide=[ORDER], now=NOW)
    lines = found.text("en").splitlines()
    assert lines[0].split() == ["as", "it", "is", "more", "ads", "as", "it", "is", "bad", "May"]
    assert len({len(line) for line in lines}) == 1
    assert any(line.startswith("online marketing, this year") for line in lines)
    assert any(line.startswith("online revenue, lands, by season") for line in lines)
    assert not any(line.startswith("cash") for line in lines)
    assert list(found.to_dict()) == list(scenarios)
    same = compare(world_of(babycare()), {"a": {}, "b": {}}, now=NOW)
    assert (
        "nothing differs" in same.text("en") and "nothing differs" in compare(world_of(babycare()), {}, now=NOW).text()
    )


def test_a_what_if_is_the_same_whatever_the_order() -> None:
    world = world_of(babycare())
    one = what_if(world, plan={MARKETING: 1, "kpis.cash.owner": "x"}, events=[BILL, OWN], decide=[ORDER], now=NOW)
    other = what_if(world, plan={"kpis.cash.owner": "x", MARKETING: 1}, events=[OWN, BILL], decide=[ORDER], now=NOW)
    assert one.text("vi") == other.text("vi")
    assert one.to_dict() == other.to_dict()


def test_only_what_differs_is_told() -> None:
    text = what_if(world_of(babycare()), plan={MARKETING: 900_000_000}, now=NOW).text("en")
    assert text == (
        "what if, as of 10 June 2026\n"
        "  online marketing: budget for the year 864,000,000 ₫ → 900,000,000 ₫ (+36,000,000 ₫, +4.2 %)\n"
        "\n"
        "Available in the budget\n"
        "  online marketing, this period   77,760,000 ₫  →   81,000,000 ₫\n"
        "  online marketing, to date       53,520,000 ₫  →   69,000,000 ₫\n"
        "  online marketing, this year    546,000,000 ₫  →  582,000,000 ₫\n"
    )
