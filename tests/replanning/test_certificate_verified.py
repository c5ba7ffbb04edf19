"""A certificate holds for what it was made for, and every tampering with it is caught."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from may import MILLION, may

from aop_rules.adjusting.need import Need
from aop_rules.plan.load import dump, plan_from
from aop_rules.plan.values import Words
from aop_rules.replanning.certificate import locked_goals
from aop_rules.replanning.cut import cut
from aop_rules.replanning.replan import Replan, replan
from aop_rules.replanning.verifying import verify


def worked() -> Replan:
    engine, where, levers = may()
    return replan(engine.plan, where, levers, needs=[Need(line="online_marketing", amount=24_240_000)])


def wrong(found: Replan) -> list[str]:
    engine, where, levers = may()
    problems = verify(found, engine.plan, where, levers)
    assert {problem.code for problem in problems} <= {"CERTIFICATE_WRONG"}
    return [problem.message for problem in problems]


def test_what_was_found_holds() -> None:
    engine, where, levers = may()
    assert wrong(worked()) == []
    assert wrong(replan(engine.plan, where, levers)) == []
    saved = cut(engine.plan, where, levers, 60 * MILLION, date(2026, 9, 30), ["online_marketing:2026-10..2026-12"])
    assert verify(saved, engine.plan, where, levers) == ()


CERTIFICATE: list[tuple[dict[str, Any], str]] = [
    ({"locked": "sha256:0"}, "locked goals"),
    ({"rung": "adjust_actions"}, "the rung is"),
    ({"below": ()}, "not every lower rung"),
    ({"trade_off": Words(en="it costs nothing", vi="không mất gì")}, "trade-off"),
    ({"objective": ()}, "stages"),
]


@pytest.mark.parametrize(("changed", "said"), CERTIFICATE)
def test_a_tampered_certificate_is_caught(changed: dict[str, Any], said: str) -> None:
    found = worked()
    assert found.certificate is not None
    told = wrong(replace(found, certificate=replace(found.certificate, **changed)))
    assert any(said in message for message in told), told


@pytest.mark.parametrize("field", ["reached", "enough", "levers"])
def test_a_tampered_number_of_a_lower_rung_is_caught(field: str) -> None:
    found = worked()
    assert found.certificate is not None
    below = list(found.certificate.below)
    below[3] = replace(below[3], **{field: getattr(below[3], field) * 2})
    assert wrong(replace(found, certificate=replace(found.certificate, below=tuple(below))))


EDIT: list[tuple[dict[str, Any], str]] = [
    ({"lever": "gift"}, "not one that may be pulled"),
    ({"lever": "transfer.purchasing"}, "not one that may be pulled"),
    ({"share": Fraction(1, 2)}, "does not move"),
    ({"amount": 1}, "does not move"),
    ({"to": ()}, "needs 24240000"),
    ({"to": (("purchasing", 24_240_000),)}, "needs 24240000"),
    ({"rung": "keep"}, "does not stand on"),
    ({"share": 2, "amount": 288_000_000, "to": (("online_marketing", 288_000_000),)}, "more than the year leaves"),
]


@pytest.mark.parametrize(("changed", "said"), EDIT)
def test_a_tampered_edit_is_caught(changed: dict[str, Any], said: str) -> None:
    found = worked()
    assert found.best is not None
    best = replace(found.best, edits=(replace(found.best.edits[0], **changed),))
    told = wrong(replace(found, best=best))
    assert any(said in message for message in told), told


def test_a_tampered_landing_and_shortfall_are_caught() -> None:
    found = worked()
    assert found.best is not None
    landings = (replace(found.best.landings[0], after=1), *found.best.landings[1:])
    assert "the goals do not land where it says" in wrong(replace(found, best=replace(found.best, landings=landings)))
    short = (replace(found.best.short[0], after=1), *found.best.short[1:])
    assert "the goals do not miss what it says" in wrong(replace(found, best=replace(found.best, short=short)))


def test_another_plan_with_a_lower_goal_is_caught() -> None:
    engine, where, levers = may()
    data = dump(engine.plan)
    data["goals"] = {**data["goals"], "gross_margin": {**data["goals"]["gross_margin"], "floor": "34%"}}
    lower = plan_from(data)
    assert any("locked goals" in problem.message for problem in verify(worked(), lower, where, levers))


def test_the_digest_of_locked_goals_is_of_these_alone_in_any_order() -> None:
    engine, _, _ = may()
    data = dump(engine.plan)
    turned = plan_from({**data, "goals": dict(reversed(data["goals"].items()))})
    renamed = plan_from({**data, "name": "Another name"})
    assert locked_goals(turned) == locked_goals(renamed) == locked_goals(engine.plan)
