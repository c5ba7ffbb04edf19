"""The order of work: what waits comes after, then priority, then cost of delay; what is past its window is deferred."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import EventError, InputError, PlanError, event_from, load_plan
from aop_rules.plan.values import Words
from aop_rules.selecting.sequence import Sequence, Work, order, sequence
from strategies import BABYCARE, Data, babycare_plan, opened, proposal

M = 1_000_000


def babycare(requires: list[str], **campaign: Any) -> Data:
    """The two initiatives of the spec: a campaign of a month, and two months of work on the marketplace shop."""
    plan = babycare_plan()
    shop, season = plan["initiatives"]["marketplace_shop"], plan["initiatives"]["season_campaigns"]
    plan["initiatives"] = {
        "marketplace_shop": {
            **shop, "starts": "2026-09-01", "ends": "2026-10-31", "cost_of_delay": 60 * M, "status": "planned",
        },
        "season_campaigns": {
            **season, "starts": "2026-11-01", "ends": "2026-11-30", "milestones": {}, "requires": requires,
            "cost_of_delay": 150 * M, **campaign,
        },
    }  # fmt: skip
    return plan


def ordered(plan: Data, proposals: list[Data] | None = None, as_of: str = "2026-06-05", **how: Any) -> Sequence:
    engine = opened(plan)
    events: Any = [event_from(each) for each in proposals or []]
    return sequence(engine.plan, engine.position(as_of), events, **how)


def test_what_costs_more_by_its_length_comes_first() -> None:
    found = ordered(babycare([]))
    assert found.order == ("season_campaigns", "marketplace_shop")
    assert [step.work.urgency for step in found.steps] == [150 * M, 30 * M]


def test_unless_it_requires_the_other() -> None:
    found = ordered(babycare(["marketplace_shop"]))
    assert found.order == ("marketplace_shop", "season_campaigns")
    assert found.steps[0].ahead_of == ("season_campaigns",)
    assert "first, because peak-season marketing campaigns requires it" in found.text("en")


def test_past_its_window_it_is_deferred_with_the_value_lost() -> None:
    found = ordered(babycare([]), as_of="2026-11-05")
    assert found.order == ("season_campaigns",)
    assert [(each.work.id, each.reason, each.value_lost) for each in found.deferred] == [
        ("marketplace_shop", "past_window", 120 * M)
    ]
    waiting = ordered(babycare(["marketplace_shop"]), as_of="2026-11-05")
    assert [(each.work.id, each.reason) for each in waiting.deferred] == [
        ("marketplace_shop", "past_window"), ("season_campaigns", "requires"),
    ]  # fmt: skip
    for language in ("en", "vi"):
        assert "120" in waiting.text(language) and "{" not in waiting.text(language)


def test_an_unknown_cost_of_delay_comes_after_known_ones_and_is_listed() -> None:
    plan = babycare([])
    plan["initiatives"]["season_campaigns"].pop("cost_of_delay")
    found = ordered(plan)
    assert (found.order, found.without_cost) == (("marketplace_shop", "season_campaigns"), ("season_campaigns",))


def test_priority_comes_before_cost_of_delay() -> None:
    month = {"start": "2026-07-01", "end": "2026-07-31"}
    store = proposal(event_id="store", benefits=[{"kpi": "store_revenue", "likely": 5}], cost_of_delay=900 * M, **month)
    web = proposal(event_id="web", benefits=[{"kpi": "online_revenue", "likely": 5}], cost_of_delay=1, **month)
    assert ordered(babycare([]), [store, web], initiatives=False).order == ("web", "store")


def test_a_proposal_that_can_no_longer_be_decided_on_is_deferred() -> None:
    late = proposal(event_id="late", deadline="2026-06-04", start="2026-07-01")
    found = ordered(babycare([]), [late], initiatives=False)
    assert [(each.work.id, each.reason, each.value_lost) for each in found.deferred] == [("late", "past_window", None)]


def test_what_is_done_holds_nothing_up() -> None:
    plan = babycare(["marketplace_shop"])
    plan["initiatives"]["marketplace_shop"]["status"] = "done"
    assert ordered(plan).order == ("season_campaigns",)
    plan["initiatives"]["marketplace_shop"]["status"] = "stopped"
    assert [each.reason for each in ordered(plan).deferred] == ["requires"]


def test_circles_and_double_ids_are_said() -> None:
    circle = [proposal(event_id="a", requires=["b"]), proposal(event_id="b", requires=["a"])]
    with pytest.raises(InputError) as raised:
        ordered(babycare([]), [*circle, proposal(event_id="marketplace_shop")])
    assert {problem.code for problem in raised.value.problems} == {"SELECT_CYCLE", "SELECT_DUPLICATE_ID"}


def test_a_cost_of_delay_is_never_negative() -> None:
    with pytest.raises(PlanError, match="PLAN_NEGATIVE"):
        opened(babycare([], cost_of_delay=-1))
    with pytest.raises(EventError, match="EVENT_NEGATIVE"):
        opened(babycare([])).evaluate(proposal(cost_of_delay=-1))


def test_the_plan_as_it_stands_has_an_order() -> None:
    engine = opened({**babycare_plan()})
    found = sequence(load_plan(BABYCARE / "plan.yaml"), engine.position("2026-06-08"))
    assert found.order == ("marketplace_shop", "post_partum_best_sellers", "season_campaigns")
    assert found.to_dict()["without_cost"] == list(found.order)


works = st.lists(
    st.tuples(st.integers(1, 2), st.integers(0, 3), st.sets(st.integers(0, 5), max_size=2)), min_size=1, max_size=6
)


def made(drawn: list[tuple[int, int, set[int]]]) -> list[Work]:
    return [
        Work(
            id=f"w{n}", name=Words(en="w", vi="w"), kind="initiative", rank=rank, cost_of_delay=cost, months=1, days=None,
            opens=None, closes=None, requires=tuple(f"w{each}" for each in sorted(before) if each < n),
        )
        for n, (rank, cost, before) in enumerate(drawn)
    ]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(works, st.randoms(use_true_random=False))
def test_what_is_required_stands_before_and_order_never_matters(drawn: Any, dice: Any) -> None:
    given_works = made(drawn)
    steps, deferred = order(given_works, date(2026, 6, 1))
    place = {step.work.id: n for n, step in enumerate(steps)}
    assert not deferred and len(place) == len(given_works)
    assert all(place[before] < place[work.id] for work in given_works for before in work.requires)
    shuffled = list(given_works)
    dice.shuffle(shuffled)
    assert order(shuffled, date(2026, 6, 1))[0] == steps
    for one, other in pairwise(steps):
        key = [(each.work.rank or 0, -(each.work.cost_of_delay or 0)) for each in (one, other)]
        assert key[0] <= key[1] or one.ahead_of or one.work.id in other.work.requires


def test_a_chain_of_requirements_is_as_long_as_it_is() -> None:
    words, last = Words(en="w", vi="w"), 1_999
    works = [
        Work(
            id=f"w{n:04}", name=words, kind="proposal", rank=None, cost_of_delay=None, months=None, days=None, opens=None,
            closes=None, requires=(f"w{n + 1:04}",) if n < last else (),
        )
        for n in range(last + 1)
    ]  # fmt: skip
    steps, deferred = order(works, date(2026, 6, 5))
    assert not deferred and [step.work.id for step in steps] == [f"w{n:04}" for n in reversed(range(2_000))]
