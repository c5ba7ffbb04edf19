"""What two versions of a plan ask of a target that is to be hit: wider lines ask for less, and every form is told in words."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules.plan.changes import Change, changes
from aop_rules.plan.load import plan_from

HEAD = {"aop": 1, "id": "firm", "name": "Firm", "currency": "USD", "year": {"starts": "2026-01-01"}}


def changed(old: dict[str, Any], new: dict[str, Any]) -> Change:
    told = {"name": "Cover", "kind": "stock", "unit": "day", "direction": "exact", "target": 30}
    plans = [
        {**HEAD, "goals": {"g": {"name": "Cover", "kpi": "cover"}}, "kpis": {"cover": {**told, **one}}}
        for one in (old, new)
    ]
    (change,) = changes(*map(plan_from, plans))
    return change


@pytest.mark.parametrize(
    ("before", "after", "weaker"),
    [
        ("off target by more than 3", "off target by more than 4", True),
        ("off target by more than 4", "off target by more than 3", False),
        ("off target", "off target by more than 3", True),
        ("outside 27..33", "outside 27..34", True),
        ("outside 27..33", "outside 28..33", False),
        ("outside 27..33", "outside 26..32", True),
        ("outside 27..33", "off target by more than 3", None),
        ("off target by more than 3", "off target by more than 10% of target", None),
    ],
)
def test_a_wider_line_asks_for_less(before: str, after: str, weaker: bool | None) -> None:
    assert changed({"breach": before}, {"breach": after}).weakens is weaker


def test_to_hit_another_target_is_neither_more_nor_less() -> None:
    assert changed({}, {"target": 28}).weakens is None


def test_to_hit_no_target_any_more_asks_for_less() -> None:
    assert changed({"breach": "outside 27..33"}, {"breach": "outside 27..33", "direction": "band"}).weakens is True


@pytest.mark.parametrize(
    ("before", "after", "en", "vi"),
    [
        (
            "off target",
            "outside 27..33",
            "off target → outside 27 days to 33 days",
            "lệch mục tiêu → ngoài khoảng 27 ngày đến 33 ngày",
        ),
        (
            "off target by more than 3",
            "off target by more than 10% of target",
            "off target by more than 3 days → off target by more than 10 % of target",
            "lệch mục tiêu quá 3 ngày → lệch mục tiêu quá 10 % mục tiêu",
        ),
    ],
)
def test_lines_with_two_sides_are_told_in_words(before: str, after: str, en: str, vi: str) -> None:
    change = changed({"breach": before}, {"breach": after})
    assert en in change.sentence("en") and vi in change.sentence("vi")


def test_what_ends_them_is_told_in_words() -> None:
    line = {"breach": "off target by more than 3"}
    for recover, told in (("on target", "on target"), ("inside 29..31", "within 29 days to 31 days")):
        change = changed({**line, "recover": "off target by at most 2"}, {**line, "recover": recover})
        assert f"off target by at most 2 days → {told}" in change.sentence("en")
