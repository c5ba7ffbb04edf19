"""The levers of a plan: what they may name, what they may not, and that they read, write and are told like all else."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import PlanError
from aop_rules.plan.changes import changes
from aop_rules.plan.load import dump, plan_from
from aop_rules.plan.model import Plan

HEAD = {"aop": 1, "id": "shop", "name": "Shop", "currency": "VND", "year": {"starts": "2026-01-01"}}
PLAN: dict[str, Any] = {
    **HEAD,
    "kpis": {
        "web": {"name": "Web", "kind": "flow", "breach": "< 5"},
        "share": {"name": "Share", "kind": "ratio", "numerator": "web", "denominator": "web", "breach": "< 5%"},
    },
    "budget": {
        "lines": {
            "ads": {"name": "Ads", "amount": 1200, "owner": "Mara"},
            "rent": {"name": "Rent", "amount": 1200, "owner": "Mara", "contract": True},
        }
    },
}
CUT: dict[str, Any] = {"name": "Fewer ads", "kind": "cut", "line": "ads", "frees": 100}


def plan(**lever: Any) -> Plan:
    return plan_from({**PLAN, "levers": {"fewer_ads": {**CUT, **lever}}})


def problem(**lever: Any) -> tuple[str, str]:
    with pytest.raises(PlanError) as caught:
        plan(**lever)
    (found,) = [each for each in caught.value.problems if each.severity == "error"]
    return found.place.file.removeprefix("plan.levers.fewer_ads"), found.code


def test_a_lever_reads_and_writes() -> None:
    said = {
        "whole": True, "least": 50, "takes": 20, "takes_from": "ads", "from": "2026-07", "reversible": True,
        "approval": "Mara", "effects": [{"kpi": "web", "per_unit": "-1.5", "low": -2, "high": -1}],
    }  # fmt: skip
    read = plan(**said)
    assert plan_from(dump(read)) == read
    assert dump(read)["levers"]["fewer_ads"] == {**CUT, **said}


def test_no_effect_is_not_an_unknown_effect() -> None:
    unknown, none = plan(), plan(effects=[])
    assert unknown.levers["fewer_ads"].effects is None and none.levers["fewer_ads"].effects == ()
    assert plan_from(dump(none)) == none != unknown


@pytest.mark.parametrize(
    ("lever", "where", "code"),
    [
        ({"line": "adds"}, ".line", "PLAN_UNKNOWN_ID"),
        ({"takes": 5, "takes_from": "adds"}, ".takes_from", "PLAN_UNKNOWN_ID"),
        ({"initiative": "ads"}, ".initiative", "PLAN_WRONG_KIND"),
        ({"effects": [{"kpi": "wep", "amount": 5}]}, ".effects.0.kpi", "PLAN_UNKNOWN_ID"),
        ({"from": "2027-01"}, ".from", "PLAN_UNKNOWN_PERIOD"),
        ({"frees": -1}, "", "PLAN_WRONG_VALUE"),
        ({"least": -1}, ".least", "PLAN_NEGATIVE"),
        ({"takes": -1, "takes_from": "ads"}, ".takes", "PLAN_NEGATIVE"),
        ({"frees": "0.5"}, ".frees", "PLAN_MINOR_UNIT"),
        ({"least": 101}, "", "PLAN_WRONG_VALUE"),
        ({"takes": 5}, "", "PLAN_WRONG_VALUE"),
        ({"line": None}, "", "PLAN_WRONG_VALUE"),
        ({"line": "rent"}, ".line", "PLAN_LEVER_CONTRACT"),
        ({"takes": 5, "takes_from": "rent"}, ".takes_from", "PLAN_LEVER_CONTRACT"),
        ({"effects": [{"kpi": "web"}]}, ".effects.0", "PLAN_WRONG_VALUE"),
        ({"effects": [{"kpi": "web", "amount": 1, "per_unit": 1}]}, ".effects.0", "PLAN_WRONG_VALUE"),
        ({"effects": [{"kpi": "web", "amount": 1, "low": 2}]}, ".effects.0", "PLAN_WRONG_VALUE"),
        ({"kind": "magic"}, ".kind", "PLAN_WRONG_VALUE"),
    ],
)
def test_a_mistake_is_told_where_it_stands(lever: dict[str, Any], where: str, code: str) -> None:
    assert problem(**lever) == (where, code)


def test_an_effect_for_each_unit_needs_money() -> None:
    assert problem(frees=0, effects=[{"kpi": "web", "per_unit": 2}]) == ("", "PLAN_WRONG_VALUE")


def test_a_kpi_that_only_a_lever_moves_is_used() -> None:
    kpis = {**PLAN["kpis"], "visits": {"name": "Visits", "kind": "flow", "unit": "visit"}}
    read = plan_from(
        {**PLAN, "kpis": kpis, "levers": {"fewer_ads": {**CUT, "effects": [{"kpi": "visits", "amount": 1}]}}}
    )
    assert read.levers["fewer_ads"].effects


def test_a_change_is_told_in_words() -> None:
    bare = plan_from(PLAN)
    (came,) = changes(bare, plan())
    assert (came.path, came.level) == ("levers.fewer_ads", "action")
    assert came.sentence() == "new way to adjust: Fewer ads"
    old, new = (plan(effects=[{"kpi": "web", "amount": amount}]) for amount in (-50, -80))
    (moved,) = changes(old, new)
    assert "-50 ₫" in moved.sentence("vi") and "-80 ₫" in moved.sentence("vi")
    (freed,) = changes(plan(), plan(frees=120))
    assert freed.sentence() == "Fewer ads: frees at most 100 ₫ → 120 ₫ (+20 ₫, +20 %)"
