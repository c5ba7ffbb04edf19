"""What may be moved without asking: every delegation has a bound, and names lines of the plan."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import PlanError
from aop_rules.plan.load import dump, plan_from

HEAD = {"aop": 1, "id": "shop", "name": "Shop", "currency": "VND", "year": {"starts": "2026-01-01"}}
LINES = {"lines": {"ads": {"name": "Ads", "amount": 1200}}}


def plan(**delegation: Any) -> Any:
    return plan_from({**HEAD, "budget": LINES, "governance": {"delegations": [{"to": "Mara", **delegation}]}})


def problem(**delegation: Any) -> tuple[str, str]:
    with pytest.raises(PlanError) as caught:
        plan(**delegation)
    (found,) = [each for each in caught.value.problems if each.severity == "error"]
    return found.place.file, found.code


def test_a_delegation_reads_and_writes() -> None:
    read = plan(up_to=300, share="10%", lines=["ads"])
    assert plan_from(dump(read)) == read
    assert dump(read)["governance"]["delegations"] == [{"to": "Mara", "up_to": 300, "share": "10%", "lines": ["ads"]}]


def test_a_delegation_names_lines_of_the_plan() -> None:
    assert problem(up_to=300, lines=["ads", "adds"]) == ("plan.governance.delegations.0.lines.1", "PLAN_UNKNOWN_ID")


def test_a_delegation_has_a_bound_that_can_be() -> None:
    assert problem() == ("plan.governance.delegations.0", "PLAN_WRONG_VALUE")
    assert problem(up_to=-1) == ("plan.governance.delegations.0.up_to", "PLAN_NEGATIVE")
    assert problem(up_to="0.5") == ("plan.governance.delegations.0.up_to", "PLAN_MINOR_UNIT")
    assert problem(share="-5%") == ("plan.governance.delegations.0.share", "PLAN_NEGATIVE")
