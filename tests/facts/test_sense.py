"""An event must make sense in itself before it is weighed."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import EventError
from aop_rules.events import parse_event, plain
from strategies import Data, babycare, babycare_history, babycare_plan, opened, proposal

REVIEW: Data = {"kind": "review_due", "event_id": "r", "effective_date": "2026-06-10"}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (proposal(start="2026-07-01", end="2026-06-30"), "EVENT_ORDER"),
        (proposal(needs=[{"role": "online_staff", "amount": 1, "from": "2026-09", "to": "2026-08"}]), "EVENT_ORDER"),
        (proposal(benefits=[{"kpi": "online_revenue", "low": 5, "likely": 4}]), "EVENT_ORDER"),
        (proposal(benefits=[{"kpi": "online_revenue", "likely": 5, "high": 4}]), "EVENT_ORDER"),
        (proposal(benefits=[{"kpi": "gross_margin", "likely": 36}]), "EVENT_BARE_SHARE"),
        ({**REVIEW, "period": "2026-06"}, "EVENT_NOT_ENDED"),
    ],
)
def test_what_makes_no_sense_is_refused(event: dict[str, Any], code: str) -> None:
    with pytest.raises(EventError) as error:
        babycare().evaluate(event)
    assert [problem.code for problem in error.value.problems] == [code]
    assert all(problem.hint for problem in error.value.problems)


def test_a_share_past_the_whole_is_written_with_its_sign() -> None:
    babycare().evaluate(proposal(benefits=[{"kpi": "gross_margin", "likely": "136%"}]))


def test_a_period_that_is_over_may_be_reviewed() -> None:
    babycare().evaluate({**REVIEW, "period": "2026-05"})


def said_of(event: dict[str, Any]) -> list[str]:
    with pytest.raises(EventError) as error:
        babycare().evaluate(event)
    assert all(problem.hint for problem in error.value.problems)
    return [problem.code for problem in error.value.problems]


READ: Data = {"kind": "kpi_observation", "event_id": "r", "effective_date": "2026-06-30", "period": "2026-06"}
SEEN: Data = {"kind": "forecast", "event_id": "f", "effective_date": "2026-06-30"}
GOAL: Data = {"kind": "goal_change_request", "event_id": "g", "effective_date": "2026-06-30"}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({**READ, "kpi": "online_share", "value": "45.2"}, "EVENT_BARE_SHARE"),
        ({**READ, "kpi": "online_share", "value": 45}, "EVENT_BARE_SHARE"),
        ({**READ, "kpi": "online_share", "value": "-1.2"}, "EVENT_BARE_SHARE"),
        ({**SEEN, "kpi": "gross_margin", "value": "36.5"}, "EVENT_BARE_SHARE"),
        ({**SEEN, "kpi": "gross_margin", "value": "36%", "low": "35%", "high": 37}, "EVENT_BARE_SHARE"),
        ({**GOAL, "goal": "online_share", "new_target": 40}, "EVENT_BARE_SHARE"),
        (proposal(benefits=[{"kpi": "gross_margin", "likely": "36.5"}]), "EVENT_BARE_SHARE"),
        ({**READ, "kpi": "revenue", "value": 1_300_000_000}, "EVENT_SUM_READ"),
        ({**READ, "kpi": "online_revenue", "value": "438000000.5"}, "EVENT_MINOR_UNIT"),
    ],
)
def test_a_figure_is_written_as_its_kpi_is_read(event: dict[str, Any], code: str) -> None:
    assert said_of(event) == [code]


@pytest.mark.parametrize("value", ["45.2%", "0.452", "113/250", "136%", "200%", 1, 0])
def test_what_says_that_it_is_a_share_is_read(value: object) -> None:
    babycare().evaluate({**READ, "kpi": "online_share", "value": value})


def test_a_percent_sign_is_kept_with_the_event() -> None:
    event = parse_event({**READ, "kpi": "online_share", "value": "450%"})
    assert parse_event(plain(event)) == event
    babycare().evaluate(plain(event))


def test_a_share_past_the_whole_counts_as_the_number_that_it_is() -> None:
    engine = opened(babycare_plan(), babycare_history())
    engine.record({**READ, "kpi": "online_share", "value": "136%"})
    engine.record({**READ, "event_id": "s", "kpi": "gross_margin", "value": "136%"})
    assert engine.position("2026-07-05").kpis["online_share"] is not None
    engine.evaluate({**REVIEW, "event_id": "v", "effective_date": "2026-07-05", "period": "2026-06"})
