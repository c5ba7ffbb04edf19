"""An event must make sense in itself before it is weighed."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import EventError
from strategies import Data, babycare, proposal

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
