"""What changed between two versions of a plan: nothing is left out, and each change is told in business words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from aop_rules.plan.change_report import diff_data, diff_text
from aop_rules.plan.changes import Change, change_from, changes
from aop_rules.plan.field_words import field_of, word
from aop_rules.plan.load import canonical, dump, load_plan, plan_from
from aop_rules.plan.model import Plan
from strategies import BABYCARE, Data, plans

BCH = load_plan(BABYCARE / "plan.yaml")
DATA = dump(BCH)
HEAD: Data = {"aop": 1, "id": "firm", "name": "Firm", "currency": "USD", "year": {"starts": "2026-01-01"}}


def changed(*edits: tuple[str, Any]) -> tuple[Change, ...]:
    """What changes when the example's plan is edited: each edit sets the value at a path, or drops it (None)."""
    plan = deepcopy(DATA)
    for path, value in edits:
        *steps, last = path.split(".")
        at: Any = plan
        for step in steps:
            at = at.setdefault(step, {}) if isinstance(at, dict) else at[int(step)]
        if value is None:
            del at[last]
        else:
            at[int(last) if isinstance(at, list) else last] = value
    return changes(BCH, plan_from(plan))


def only(*edits: tuple[str, Any]) -> Change:
    (change,) = changed(*edits)
    return change


# ── every difference, and nothing else ──────────────────────────────────────────────────────────────────────────────


@given(plans())
def test_a_plan_has_no_changes_from_itself(plan: Data) -> None:
    assert changes(plan_from(plan), plan_from(plan)) == ()


@given(plans(), plans())
def test_two_plans_differ_exactly_when_their_canonical_forms_do(one: Data, other: Data) -> None:
    old, new = plan_from(one), plan_from({**other, "version": 2})
    assert bool(changes(old, new)) == (canonical(old) != canonical(plan_from({**other, "version": 1})))


def _leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from _leaves(value, (*path, key))


@cache
def _removable() -> tuple[tuple[Any, ...], ...]:
    return tuple(sorted(_leaves(deepcopy(DATA)), key=str))


@given(st.data())
def test_whatever_is_dropped_from_a_plan_is_told(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(_removable()))
    plan = deepcopy(DATA)
    at: Any = plan
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    try:
        new = Plan.model_validate(plan)
    except ValueError:
        return
    found = changes(BCH, new)
    assert bool(found) == (canonical(new) != canonical(BCH))
    for change in found:
        assert change.path.startswith(path[0]) and change.sentence("en") and change.sentence("vi")


@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing(plan: Data, random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key]) for key in keys}

    assert changes(plan_from(plan), plan_from(shuffled(plan))) == ()
    other = plan_from(
        {**plan, "budget": {"total": 10**9, **plan["budget"]}, "currency": "EUR", "goals": {}, "priorities": []}
    )
    assert changes(plan_from(plan), other) == changes(plan_from(shuffled(plan)), other)


@given(plans(), plans())
def test_what_came_goes_when_the_versions_are_exchanged(one: Data, other: Data) -> None:
    old, new = plan_from(one), plan_from(other)
    there, back = changes(old, new), changes(new, old)
    assert {(c.path, c.before, c.after) for c in there} == {(c.path, c.after, c.before) for c in back}


@given(plans(), plans())
def test_changes_are_values_that_read_back(one: Data, other: Data) -> None:
    found = changes(plan_from(one), plan_from(other))
    assert tuple(map(change_from, json.loads(json.dumps(diff_data(found))))) == found
    assert len({hash(change) for change in found}) <= len(set(found)) == len(found)


def test_truth_and_one_are_two_values() -> None:
    old, new = (
        plan_from(
            {
                **HEAD,
                "rules": [
                    {
                        "id": "r",
                        "on": "event",
                        "when": "true",
                        "effect": "INFORM",
                        "because": "x",
                        "examples": {"fires": [{"event.hires": x}]},
                    }
                ],
            }
        )
        for x in (1, True)
    )
    assert [change.path for change in changes(old, new)] == ["rules.r"]


def test_the_version_alone_is_no_change() -> None:
    assert changes(BCH, plan_from({**deepcopy(DATA), "version": 7})) == ()


def test_what_stands_by_default_and_what_is_written_are_one() -> None:
    assert changed(("budget.unbudgeted", "stop"), ("goals.online_share.lock", "locked")) == ()


def test_an_empty_scope_is_not_the_same_as_none() -> None:
    (change,) = changes(plan_from(HEAD), plan_from({**HEAD, "scope": {}}))
    assert change.path == "scope"


def test_goals_come_by_priority_and_other_entries_by_id() -> None:
    found = changed(
        ("goals.total_revenue.grow", "21%"),
        ("goals.gross_margin.floor", "36%"),
        ("goals.online_share.owner", "a"),
        ("kpis.revenue.owner", "b"),
        ("kpis.cash.owner", "c"),
        ("budget.total", 20_000_000_000),
        ("language", "en"),
    )
    assert [change.path for change in found] == [
        "language",
        "goals.online_share.owner",
        "goals.gross_margin.floor",
        "goals.total_revenue.grow",
        "kpis.cash.owner",
        "kpis.revenue.owner",
        "budget.total",
    ]


# ── sentences ───────────────────────────────────────────────────────────────────────────────────────────────────────

SENTENCES = {
    "more for a line": (
        ("budget.lines.online_marketing.amount", 888_240_000),
        "online marketing: budget for the year 864,000,000 ₫ → 888,240,000 ₫ (+24,240,000 ₫, +2.8 %)",
        "marketing online: ngân sách năm 864.000.000 ₫ → 888.240.000 ₫ (+24.240.000 ₫, +2,8 %)",
    ),
    "a new initiative": (
        ("initiatives.vip", {"name": {"en": "regular customers", "vi": "khách quen"}, "serves": ["revenue"]}),
        "new initiative: regular customers",
        "sáng kiến mới: khách quen",
    ),
    "an exclusion that goes": (
        ("not_this_year.new_store", None),
        "no longer excluded: a new store",
        "không còn loại trừ: mở cửa hàng mới",
    ),
    "a new line with its amount": (
        ("budget.lines.fairs", {"name": {"en": "fairs", "vi": "hội chợ"}, "amount": 5_000_000}),
        "new budget line: fairs (5,000,000 ₫)",
        "dòng ngân sách mới: hội chợ (5.000.000 ₫)",
    ),
    "a share": (
        ("goals.gross_margin.floor", "33.5%"),
        "gross margin: floor 35 % → 33.5 % (-1.5 percentage points)",
        "biên lợi nhuận gộp: mức sàn 35 % → 33,5 % (-1,5 điểm phần trăm)",
    ),
    "a threshold": (
        ("kpis.online_share.breach", "< target - 3%"),
        "online share of revenue: off track < target - 2 % → < target - 3 %",
        "tỷ trọng doanh thu online: ngưỡng chệch hướng < mục tiêu - 2 % → < mục tiêu - 3 %",
    ),
    "a date": (
        ("initiatives.season_campaigns.starts", "2026-08-01"),
        "peak-season marketing campaigns: starts 1 July 2026 → 1 August 2026",
        "chiến dịch marketing mùa cao điểm: bắt đầu 01/07/2026 → 01/08/2026",
    ),
    "a milestone": (
        ("initiatives.season_campaigns.milestones.year_end_campaign.due", "2026-11-15"),
        "peak-season marketing campaigns, year-end campaign live: due 1 November 2026 → 15 November 2026",
        "chiến dịch marketing mùa cao điểm, chiến dịch cuối năm lên sóng: hạn 01/11/2026 → 15/11/2026",
    ),
    "people": (
        ("resources.hires", 1),
        "hires: 0 people → 1 person (+1 person)",
        "tuyển thêm: 0 người → 1 người (+1 người)",
    ),
    "names of the plan": (
        ("risks.weak_demand.threatens", ["online_share"]),
        "weak demand in some periods: threatens total revenue and online share of revenue → online share of revenue",
        "sức mua yếu ở một số thời điểm: đe dọa tổng doanh thu và tỷ trọng doanh thu online → tỷ trọng doanh thu online",
    ),
    "who approves": (
        ("governance.approvals", [{"above": 5_000_000, "by": "Lan", "lines": ["online_marketing"]}]),
        "approvals: none → above 5,000,000 ₫ by Lan for online marketing",
        "thẩm quyền duyệt: chưa có → trên 5.000.000 ₫ bởi Lan cho marketing online",
    ),
    "priorities": (
        ("priorities", ["gross_margin", ["online_share", "total_revenue"]]),
        "priorities: online share of revenue > gross margin > total revenue → gross margin > online share of revenue = total revenue",
        "thứ tự ưu tiên: tỷ trọng doanh thu online > biên lợi nhuận gộp > tổng doanh thu → biên lợi nhuận gộp > tỷ trọng doanh thu online = tổng doanh thu",
    ),
    "a switch": (
        ("governance.separate_approver", True),
        "approved by someone other than who asks: no → yes",
        "người duyệt khác người đề nghị: không → có",
    ),
    "a target of another form": (
        ("kpis.marketing_ratio.target", {"path": ["6%"] * 6 + ["5.5%"] * 6}),
        "marketing cost to revenue: target July–December 2026 6 % → 5.5 %",
        "chi phí marketing trên doanh thu: mục tiêu tháng 7–12/2026 6 % → 5,5 %",
    ),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_a_change_is_told_in_business_words(case: str) -> None:
    edit, en, vi = SENTENCES[case]
    told = only(edit)
    assert told.sentence("en") == en
    assert told.sentence("vi") == vi


def test_a_path_tells_the_periods_that_change() -> None:
    path = ["31%", "32%", "33.5%", "35%", "36%", "37%", "38%", "38%", "40%", "43%", "44%", "45%"]
    told = only(("kpis.online_share.target.path", path)).sentence("en")
    assert told == (
        "online share of revenue: target June 2026 37.5 % → 37 %; July 2026 39 % → 38 %; "
        "August 2026 40.5 % → 38 %; September 2026 42 % → 40 %"
    )


def test_a_target_in_another_form_with_the_same_figures_is_still_told() -> None:
    told = only(("kpis.marketing_ratio.target", {"path": ["6%"] * 12}))
    assert told.path == "kpis.marketing_ratio.target"
    assert told.weakens is False
    assert "6 % → 6 %, 6 %" in told.sentence("en")


def test_what_people_would_read_alike_is_told_to_the_last_digit() -> None:
    told = only(("goals.gross_margin.floor", "35.001%")).sentence("en")
    assert told == 'gross margin: floor "0.35" → "0.35001"'
    path = [*DATA["kpis"]["online_share"]["target"]["path"][:10], "44.001%", "45%"]
    assert '"0.44001"' in only(("kpis.online_share.target.path", path)).sentence("vi")


def test_a_change_of_a_rule_and_of_an_attribute_is_named() -> None:
    rule = {"id": "r", "on": "event", "when": "event.hires > 1", "effect": "INFORM", "because": "x"}
    old = plan_from({**HEAD, "rules": [rule, {**rule, "id": "s"}], "attributes": {"roi": "money", "b": "text"}})
    new = plan_from({**HEAD, "rules": [{**rule, "when": "true"}], "attributes": {"roi": "ratio", "c": "text"}})
    assert [change.sentence() for change in changes(old, new)] == [
        "no longer an attribute of events: b",
        "new attribute of events: c",
        "attribute of events roi: money → ratio",
        "rule of the plan's own changed: r",
        "no longer a rule of the plan's own: s",
    ]
    turned = plan_from({**HEAD, "rules": [{**rule, "id": "s"}, rule], "attributes": {"roi": "money", "b": "text"}})
    assert [change.sentence() for change in changes(old, turned)] == ["rules of the plan's own: r and s → s and r"]


def _models(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    if model not in seen:
        seen.add(model)
        for field in model.model_fields.values():
            for part in _parts(field.annotation):
                if isinstance(part, type) and issubclass(part, BaseModel):
                    _models(part, seen)
    return seen


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def test_every_key_of_a_plan_has_a_name() -> None:
    """What has none is a part that has keys of its own, a table, or an id."""
    unnamed = {
        f"{model.__name__}.{field.alias or name}"
        for model in _models(Plan, set())
        for name, field in model.model_fields.items()
        if model.__name__ not in ("Words",) and not _named(model.__name__, field.alias or name)
    }
    assert unnamed == {
        "Plan.aop", "Plan.version", "Plan.year", "Plan.profiles", "Plan.not_this_year", "Plan.goals", "Plan.kpis",
        "Plan.budget", "Plan.initiatives", "Plan.resources", "Plan.risks", "Plan.governance", "Plan.policies",
        "Plan.notifications", "Plan.imports", "Plan.levers", "Budget.lines", "Initiative.milestones", "Resources.roles", "Policies.stock_cover",
        *(f"{name}.id" for name in ("Profile", "Exclusion", "Goal", "Kpi", "BudgetLine", "Initiative", "Milestone", "Role", "Risk", "DeclaredLever", "StockCover", "Import")),
    }  # fmt: skip


def test_every_word_of_a_plan_is_said_in_both_languages() -> None:
    for model in _models(Plan, set()):
        for name, field in model.model_fields.items():
            values = {
                value for part in _parts(field.annotation) if get_origin(part) is Literal for value in get_args(part)
            }
            if field_of(model.__name__, field.alias or name).shown == "word":
                assert all(word(value, "en") and word(value, "vi") != value for value in values), (model, name)


def _named(model: str, key: str) -> bool:
    field = field_of(model, key)
    return field.name is None or field.name.en != key.replace("_", " ") or field.name.vi != field.name.en


# ── levels, and what asks for less ──────────────────────────────────────────────────────────────────────────────────

LEVELS = {
    "priorities": (("priorities", ["gross_margin", "online_share", "total_revenue"]), "core_goal"),
    "a locked goal": (("goals.online_share.owner", "x"), "core_goal"),
    "the threshold of its KPI": (("kpis.online_share.recover", "> target"), "core_goal"),
    "the owner of its KPI": (("kpis.online_share.owner", "x"), "action"),
    "the only target behind a locked goal": (("kpis.store_revenue.target.year", 8_000_000_000), "core_goal"),
    "a KPI of no goal": (("kpis.marketing_ratio.breach", "> 8%"), "action"),
    "an exclusion": (("not_this_year.new_store.tags", ["x"]), "exclusion"),
    "out of scope": (("scope.excludes", ["baby_spa"]), "exclusion"),
    "in scope": (("scope.includes", ["online"]), "action"),
    "an amount": (("budget.lines.purchasing.amount", 9_000_000_000), "allocation"),
    "a phasing": (("profiles.season.weights", [1] * 12), "allocation"),
    "the name of a line": (("budget.lines.purchasing.name", "x"), "action"),
    "a risk": (("risks.weak_demand.impact", 5), "action"),
    "hires": (("resources.hires", 1), "action"),
    "who owns the plan": (("governance.owner", "x"), "governance"),
    "a policy": (("policies.minimum_cash.minimum", 5), "governance"),
    "a review day": (("year.review_day", 6), "governance"),
    "the name of the plan": (("name", "x"), "head"),
}


@pytest.mark.parametrize("case", LEVELS)
def test_a_change_has_the_level_of_what_it_touches(case: str) -> None:
    edit, level = LEVELS[case]
    assert only(edit).level == level


WEAKER: dict[str, tuple[tuple[str, Any], bool | None]] = {
    "a lower floor": (("goals.gross_margin.floor", "34%"), True),
    "a higher floor": (("goals.gross_margin.floor", "36%"), False),
    "no floor": (("goals.gross_margin.floor", None), True),
    "a ceiling where there was none": (("goals.gross_margin.ceiling", "60%"), False),
    "less growth": (("goals.total_revenue.grow", "19%"), True),
    "growth on more": (("goals.total_revenue.from", 12_500_000_000), False),
    "a goal that goes": (("goals.gross_margin", None), True),
    "an unlocked goal": (("goals.gross_margin.lock", "open"), True),
    "another KPI": (("goals.gross_margin.kpi", "marketing_ratio"), True),
    "a lower path": (("kpis.online_share.target.path.6", "38%"), True),
    "a higher path": (("kpis.online_share.target.path.6", "39.5%"), False),
    "a looser breach": (("kpis.online_share.breach", "< target - 3%"), True),
    "a tighter breach": (("kpis.online_share.breach", "< target - 1.5%"), False),
    "a breach on the line": (("kpis.online_share.breach", "<= target - 2%"), False),
    "no breach": (("kpis.revenue.breach", None), True),
    "a breach of another kind": (("kpis.online_share.breach", "< 28%"), True),
    "a line of a flow on another scale": (("kpis.revenue.breach", "< 500_000_000"), None),
    "a breach on the other side": (("kpis.online_share.breach", "> target + 2%"), None),
    "another basis": (("kpis.online_share.basis", "exit"), None),
    "a higher cost share": (("kpis.marketing_ratio.target", "7%"), True),
    "a lower cost share": (("kpis.marketing_ratio.target", "5%"), False),
    "the other way is good": (("kpis.marketing_ratio.direction", "higher"), True),
    "a name": (("goals.gross_margin.name", "x"), None),
    "an amount": (("budget.lines.purchasing.amount", 5), None),
}


@pytest.mark.parametrize("case", WEAKER)
def test_a_change_says_whether_less_is_asked(case: str) -> None:
    edit, weaker = WEAKER[case]
    plan, path = deepcopy(DATA), edit[0].split(".")
    at: Any = plan
    for step in path[:-1]:
        at = at[int(step) if isinstance(at, list) else step]
    if edit[1] is None:
        del at[path[-1]]
    else:
        at[int(path[-1]) if isinstance(at, list) else path[-1]] = edit[1]
    found = changes(BCH, Plan.model_validate(plan))
    assert [change.weakens for change in found] == [weaker]


def test_what_one_part_gives_another_may_take_without_asking_for_less() -> None:
    store, online = "kpis.store_revenue.target.year", "kpis.online_revenue.target.year"
    moved = changed((store, 7_820_000_000), (online, 6_580_000_000))
    assert [(change.level, change.weakens) for change in moved] == [("core_goal", False)] * 2
    lower = changed((store, 7_820_000_000), (online, 6_490_000_000))
    assert {change.path: change.weakens for change in lower} == {store: True, online: False}


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from(["higher", "lower"]))
def test_less_is_asked_one_way_or_the_other_never_both(one: int, other: int, direction: str) -> None:
    def plan(target: int) -> Plan:
        kpi = {"name": "x", "kind": "stock", "direction": direction, "target": target}
        return plan_from({**HEAD, "kpis": {"x": kpi}, "goals": {"g": {"name": "g", "kpi": "x", "to": target}}})

    there, back = changes(plan(one), plan(other)), changes(plan(other), plan(one))
    assert len(there) == (2 if one != other else 0)
    for change, reverse in zip(there, back, strict=True):
        assert change.weakens == ((other < one) == (direction == "higher"))
        assert reverse.weakens is not change.weakens


# ── the report ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_report_groups_by_component_and_marks_what_asks_for_less() -> None:
    found = changed(
        ("budget.lines.online_marketing.amount", 888_240_000),
        ("budget.lines.contingency_reserve.amount", 119_760_000),
        ("goals.gross_margin.floor", "34%"),
        ("resources.hires", 1),
    )
    assert (
        diff_text(found, "en")
        == """\
Goals
  core goal   gross margin: floor 35 % → 34 % (-1 percentage point) (asks for less)

Budget
  allocation  contingency reserve: budget for the year 144,000,000 ₫ → 119,760,000 ₫ (-24,240,000 ₫, -16.8 %)
  allocation  online marketing: budget for the year 864,000,000 ₫ → 888,240,000 ₫ (+24,240,000 ₫, +2.8 %)

Resources
  action      hires: 0 people → 1 person (+1 person)"""
    )
    assert diff_text(found, "vi").startswith("Mục tiêu\n  mục tiêu cốt lõi  biên lợi nhuận gộp: mức sàn")


def test_no_difference_is_said_in_both_languages() -> None:
    assert (diff_text((), "en"), diff_text((), "vi")) == ("no difference", "không có khác biệt")


def test_the_data_has_stable_keys() -> None:
    (row,) = diff_data(changed(("resources.hires", 1)))
    assert row == {
        "path": "resources.hires",
        "component": "resources",
        "level": "action",
        "before": 0,
        "after": 1,
        "weakens": None,
        "goals": [],
        "sentence": {"en": "hires: 0 people → 1 person (+1 person)", "vi": "tuyển thêm: 0 người → 1 người (+1 người)"},
    }
