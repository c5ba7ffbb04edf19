"""An amendment is made knowingly: with a reason, a trade-off, whoever must approve, and never over what is locked or used."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import Problem
from aop_rules.plan.amendment import Amendment, Standing, amendment_from, amendment_problems
from aop_rules.plan.changes import changes
from aop_rules.plan.load import digest, dump, load_plan, plan_from
from aop_rules.plan.model import Plan
from aop_rules.plan.standing import LOWER_RUNGS
from strategies import BABYCARE, Data, plans

BCH = load_plan(BABYCARE / "plan.yaml")
DATA = dump(BCH)
OWNER, STAFF = "chủ cửa hàng", "nhân viên online"
AFTER_MAY = Standing(5, "2026-06", breach_runs={"online_share": 1, "revenue": 0})
TRIED = frozenset(LOWER_RUNGS)

Edit = Callable[[Data], None]


def edited(*edits: Edit, version: int = 2) -> Plan:
    plan = {**deepcopy(DATA), "version": version}
    for edit in edits:
        edit(plan)
    return plan_from(plan)


def moved(amount: int, giver: str = "contingency_reserve", taker: str = "online_marketing") -> Edit:
    def edit(plan: Data) -> None:
        plan["budget"]["lines"][giver]["amount"] -= amount
        plan["budget"]["lines"][taker]["amount"] += amount

    return edit


def governed(**keys: Any) -> Edit:
    return lambda plan: plan["governance"].update(keys)


def problems(new: Plan, standing: Standing = AFTER_MAY, *, old: Plan = BCH, **said: str) -> tuple[Problem, ...]:
    said = {
        "reason": "ads cost more since May",
        "trade_off": "a smaller reserve for the second half",
        "requester": STAFF,
        "approver": OWNER,
        "effective_from": "2026-06",
        **said,
    }
    return amendment_problems(old, new, standing, **said)


def codes(new: Plan, standing: Standing = AFTER_MAY, **how: Any) -> list[str]:
    return [problem.code for problem in problems(new, standing, **how)]


def lower_share(plan: Data) -> None:
    plan["goals"]["online_share"]["to"] = "40%"
    plan["kpis"]["online_share"]["target"]["path"][11] = "40%"


# ── the worked business ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_reserve_pays_for_online_marketing_from_june() -> None:
    assert problems(edited(moved(24_240_000))) == ()


def test_the_owner_of_the_shop_moves_it_alone_within_the_delegation() -> None:
    assert problems(edited(moved(24_240_000)), requester=OWNER, approver="") == ()
    before = Standing(5, "2026-06", moved={OWNER: {"online_marketing": 5_760_001}})
    assert codes(edited(moved(24_240_000)), before, requester=OWNER, approver="") == ["AMENDMENT_APPROVAL"]


def test_within_what_is_delegated_nobody_else_approves() -> None:
    row = {"to": STAFF, "up_to": 30_000_000, "lines": ["contingency_reserve"]}
    old = edited(governed(delegations=[row]), version=1)
    new = edited(governed(delegations=[row]), moved(24_240_000))
    assert problems(new, old=old, approver="") == ()
    assert codes(new, old=old, approver="", requester="quản lý cửa hàng") == ["AMENDMENT_APPROVAL"]
    before = Standing(5, "2026-06", moved={STAFF: {"contingency_reserve": 5_760_000}})
    assert problems(new, before, old=old, approver="") == ()
    beyond = Standing(5, "2026-06", moved={STAFF.upper(): {"contingency_reserve": 5_760_001}})
    assert codes(new, beyond, old=old, approver="") == ["AMENDMENT_APPROVAL"]


def test_a_lower_online_share_is_refused_while_cheaper_ways_are_open() -> None:
    (problem,) = problems(edited(lower_share))
    assert problem.code == "AMENDMENT_LOCKED_GOAL"
    assert problem.place.file == "plan.goals.online_share.to"
    assert "1 period in a row" in problem.message
    assert all(f"`{rung}`" in problem.message for rung in LOWER_RUNGS)
    assert problem.hint == "keep the goal; move actions and money first"


def test_a_lower_online_share_may_be_agreed_when_the_miss_lasts_and_all_was_tried() -> None:
    assert (
        problems(edited(lower_share), Standing(6, "2026-07", {}, {"online_share": 2}, TRIED), effective_from="2026-07")
        == ()
    )
    few = Standing(5, "2026-06", {}, {"online_share": 1}, TRIED)
    (problem,) = problems(edited(lower_share), few)
    assert problem.message == "`online_share` is locked: 1 period in a row missed its threshold (2 are needed)"
    one_left = Standing(5, "2026-06", {}, {"online_share": 2}, TRIED - {"reallocate"})
    (problem,) = problems(edited(lower_share), one_left)
    assert problem.message.endswith("and `reallocate` was not tried")


# ── locked goals ────────────────────────────────────────────────────────────────────────────────────────────────────


def no_margin(plan: Data) -> None:
    del plan["goals"]["gross_margin"]
    plan["priorities"] = ["online_share", "total_revenue"]
    plan["risks"]["purchase_prices"]["threatens"] = []


WEAKENED: dict[str, Edit] = {
    "a lower floor": lambda plan: plan["goals"]["gross_margin"].update(floor="34%"),
    "an open lock": lambda plan: plan["goals"]["gross_margin"].update(lock="open"),
    "no goal any more": no_margin,
    "less growth": lambda plan: plan["goals"]["total_revenue"].update(grow="19%"),
    "another basis": lambda plan: plan["kpis"]["revenue"].update(basis="ytd"),
    "another denominator": lambda plan: plan["kpis"]["gross_margin"].update(denominator="online_revenue"),
    "a breach on another scale": lambda plan: plan["kpis"]["revenue"].update(breach="< 900_000_000"),
    "a looser breach": lambda plan: plan["kpis"]["revenue"].update(breach="< 90% of target"),
    "a lower target of a part": lambda plan: plan["kpis"]["store_revenue"]["target"].update(year=7_000_000_000),
}


@pytest.mark.parametrize("case", WEAKENED)
def test_a_locked_goal_is_not_weakened(case: str) -> None:
    new = edited(WEAKENED[case])
    assert codes(new) == ["AMENDMENT_LOCKED_GOAL"]
    enough = Standing(6, "2026-07", {}, {"revenue": 2, "gross_margin": 2}, TRIED)
    assert codes(new, enough, effective_from="2026-07") == []


def test_how_long_a_miss_lasted_must_be_known() -> None:
    for runs in ({}, {"online_share": None}):
        (problem,) = problems(edited(lower_share), Standing(5, "2026-06", {}, runs, TRIED))
        assert "it is not known" in problem.message


def test_a_kpi_without_a_breach_lasts_as_governance_says() -> None:
    old = edited(governed(persistence=3), version=1)
    new = edited(governed(persistence=3), WEAKENED["a lower floor"])
    for run, expected in ((2, ["AMENDMENT_LOCKED_GOAL"]), (3, [])):
        assert codes(new, Standing(5, "2026-06", {}, {"gross_margin": run}, TRIED), old=old) == expected


def test_an_open_goal_is_lowered_with_neither_approval_nor_a_lasting_miss() -> None:
    opened: Edit = lambda plan: plan["goals"]["online_share"].update(lock="open")  # noqa: E731
    assert problems(edited(opened, lower_share), old=edited(opened, version=1), approver="") == ()


def test_more_may_be_asked_at_any_time() -> None:
    raised: Edit = lambda plan: plan["goals"]["gross_margin"].update(floor="36%")  # noqa: E731
    assert problems(edited(raised)) == ()


@given(st.integers(0, 6), st.integers(1, 6), st.sets(st.sampled_from(LOWER_RUNGS)))
def test_a_locked_goal_falls_only_after_enough_periods_and_every_rung(run: int, needed: int, tried: set[str]) -> None:
    kept: Edit = lambda plan: plan["kpis"]["online_share"].update({"for": needed})  # noqa: E731
    standing = Standing(6, "2026-07", {}, {"online_share": run}, frozenset(tried))
    found = codes(edited(kept, lower_share), standing, old=edited(kept, version=1), effective_from="2026-07")
    assert (found == []) == (run >= needed and tried == TRIED)


# ── approval ────────────────────────────────────────────────────────────────────────────────────────────────────────

FREE: dict[str, Edit] = {
    "a person more": lambda plan: plan["resources"].update(hires=1),
    "another start": lambda plan: plan["initiatives"]["season_campaigns"].update(starts="2026-08-01"),
    "a risk": lambda plan: plan["risks"]["weak_demand"].update(impact=150_000_000),
    "the name": lambda plan: plan.update(name="x"),
}
HELD: dict[str, Edit] = {
    "an exclusion": lambda plan: plan["not_this_year"].clear(),
    "the owner": governed(owner=STAFF),
    "priorities": lambda plan: plan["priorities"].reverse(),
    "more for a line": lambda plan: plan["budget"]["lines"]["online_marketing"].update(amount=900_000_000),
    "a phasing": lambda plan: plan["profiles"]["season"].update(weights=[1] * 12),
}


@pytest.mark.parametrize("case", FREE)
def test_what_is_done_and_with_whom_needs_no_approval(case: str) -> None:
    assert problems(edited(FREE[case]), approver="") == ()


@pytest.mark.parametrize("case", HELD)
def test_what_was_agreed_needs_the_owner(case: str) -> None:
    new = edited(HELD[case])
    assert problems(new) == ()
    assert problems(new, approver="CHU CUA HANG") == ()
    for approver in ("", "  ", STAFF):
        (problem,) = problems(new, approver=approver)
        assert problem.code == "AMENDMENT_APPROVAL"
        assert f"`{OWNER}`" in problem.hint


def test_who_may_approve_stands_in_the_version_in_force() -> None:
    new = edited(governed(owner=STAFF))
    assert codes(new, approver=STAFF) == ["AMENDMENT_APPROVAL"]


def test_without_an_owner_anyone_may_approve_but_someone_must() -> None:
    old, new = edited(governed(owner=""), version=1), edited(governed(owner=""), HELD["priorities"])
    assert problems(new, old=old, approver="anyone") == ()
    assert codes(new, old=old, approver="") == ["AMENDMENT_APPROVAL"]


def test_money_may_be_approved_by_whom_the_plan_names_above_the_amount() -> None:
    rows = [{"above": 10_000_000, "by": "Lan"}, {"above": 40_000_000, "by": "Minh"}]
    old = edited(governed(approvals=rows), version=1)
    small, large = (edited(governed(approvals=rows), moved(amount)) for amount in (20_000_000, 50_000_000))
    assert codes(small, old=old, approver="Lan") == []
    assert codes(large, old=old, approver="Lan") == ["AMENDMENT_APPROVAL"]
    assert codes(large, old=old, approver="Minh") == []
    assert codes(edited(governed(approvals=rows), moved(5_000_000)), old=old, approver="Lan") == ["AMENDMENT_APPROVAL"]
    both = edited(governed(approvals=rows), moved(20_000_000), HELD["priorities"])
    assert codes(both, old=old, approver="Lan") == ["AMENDMENT_APPROVAL"]


def test_only_moves_between_lines_are_delegated() -> None:
    row = {"to": STAFF, "up_to": 100_000_000, "lines": ["contingency_reserve", "online_marketing"]}
    with_row = governed(delegations=[row])
    old = edited(with_row, version=1)
    assert codes(edited(with_row, moved(50_000_000)), old=old, approver="") == []
    for edit in (HELD["more for a line"], HELD["a phasing"], HELD["priorities"], moved(1_000, giver="purchasing")):
        assert codes(edited(with_row, edit, moved(1_000)), old=old, approver="") == ["AMENDMENT_APPROVAL"]
    assert codes(edited(with_row, moved(1_000)), old=old, approver="", requester="") == ["AMENDMENT_APPROVAL"]


def test_a_delegated_share_is_of_the_line_that_gives_and_the_reserve_must_be_named() -> None:
    row = {"to": STAFF, "share": "10%"}
    with_row = governed(delegations=[row])
    old = edited(with_row, version=1)
    for amount, expected in ((86_400_000, []), (86_400_001, ["AMENDMENT_APPROVAL"])):
        assert (
            codes(edited(with_row, moved(amount, "online_marketing", "purchasing")), old=old, approver="") == expected
        )
    assert codes(edited(with_row, moved(1_000)), old=old, approver="") == ["AMENDMENT_APPROVAL"]


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_delegation_counts_what_was_moved_before(now: int, before: int, limit: int) -> None:
    row = {"to": STAFF, "up_to": limit, "lines": ["contingency_reserve"]}
    old, new = edited(governed(delegations=[row]), version=1), edited(governed(delegations=[row]), moved(now))
    standing = Standing(5, "2026-06", moved={STAFF: {"contingency_reserve": before}})
    assert (codes(new, standing, old=old, approver="") == []) == (now + before <= limit)


def test_the_one_who_asks_may_not_approve_where_the_plan_says_so() -> None:
    separate = governed(separate_approver=True)
    old, new = edited(separate, version=1), edited(separate, moved(1_000))
    assert codes(new, old=old, requester="Chu cua hang") == ["AMENDMENT_SELF_APPROVED"]
    assert codes(new, old=old, requester=" ") == ["AMENDMENT_SELF_APPROVED"]
    assert codes(new, old=old) == []
    assert codes(edited(moved(1_000)), requester=OWNER) == []
    assert codes(edited(moved(1_000)), old=old, requester=OWNER) == ["AMENDMENT_SELF_APPROVED"]


# ── what an amendment is ────────────────────────────────────────────────────────────────────────────────────────────


def test_reason_and_trade_off_are_not_blank() -> None:
    assert codes(edited(FREE["a risk"]), reason=" ", trade_off="\n") == ["AMENDMENT_REASON", "AMENDMENT_TRADE_OFF"]


def test_a_version_follows_its_predecessor_and_changes_something() -> None:
    assert codes(BCH) == ["AMENDMENT_SAME", "AMENDMENT_VERSION"]
    assert codes(edited()) == ["AMENDMENT_SAME"]
    assert codes(edited(FREE["a risk"], version=3)) == ["AMENDMENT_VERSION"]


def test_another_plan_is_no_version_of_this_one() -> None:
    assert codes(edited(lambda plan: plan.update(id="other"))) == ["AMENDMENT_OTHER_PLAN"]


def test_the_year_and_the_currency_stay() -> None:
    new = edited(lambda plan: plan["year"].update(weeks=53), lambda plan: plan.update(currency="JPY"))
    assert codes(new) == ["AMENDMENT_YEAR", "AMENDMENT_YEAR"]


def test_closed_periods_keep_their_plan() -> None:
    new = edited(FREE["a risk"])
    for period, expected in (("2026-05", True), ("2026-06", False), ("2026-12", False), ("2027-01", True), ("", True)):
        assert (codes(new, effective_from=period) == ["AMENDMENT_CLOSED_PERIOD"]) == expected
    (problem,) = problems(new, Standing(12, ""), effective_from="2026-12")
    assert problem.hint == "put it into next year's plan"


def test_a_line_is_not_cut_below_what_it_has_used() -> None:
    used = Standing(5, "2026-06", {"contingency_reserve": 120_000_000, "online_marketing": 10**10})
    (problem, other) = problems(edited(moved(24_240_000)), used)
    assert problem.code == other.code == "AMENDMENT_BELOW_CONSUMED"
    assert problem.hint == "leave it at least 120000000"
    assert codes(edited(moved(24_000_000)), Standing(5, "2026-06", {"contingency_reserve": 120_000_000})) == []
    assert codes(edited(FREE["a risk"]), used) == []


def test_a_line_with_spending_does_not_go() -> None:
    def without(plan: Data) -> None:
        del plan["budget"]["lines"]["fixed_costs"]

    (problem,) = problems(edited(without), Standing(5, "2026-06", {"fixed_costs": 5}))
    assert problem.place.file == "plan.budget.lines.fixed_costs"


def test_everything_is_said_at_once() -> None:
    new = edited(lower_share, moved(140_000_000), version=4)
    standing = Standing(5, "2026-06", {"contingency_reserve": 30_000_000}, {"online_share": 1})
    assert sorted(codes(new, standing, reason="", trade_off="", approver="", effective_from="2026-01")) == [
        "AMENDMENT_APPROVAL",
        "AMENDMENT_BELOW_CONSUMED",
        "AMENDMENT_CLOSED_PERIOD",
        "AMENDMENT_LOCKED_GOAL",
        "AMENDMENT_REASON",
        "AMENDMENT_TRADE_OFF",
        "AMENDMENT_VERSION",
    ]


def test_every_problem_says_the_way_out() -> None:
    new = edited(lower_share, moved(140_000_000), version=4)
    for problem in problems(new, reason="", trade_off="", approver="x", effective_from="x"):
        assert problem.hint
        assert problem.message[0] in "`n" or problem.message[0].islower()


@given(plans(), plans(), st.booleans())
def test_amending_never_fails_and_reads_back(one: Data, other: Data, approved: bool) -> None:
    old, new = plan_from(one), plan_from({**other, "version": 2})
    approver = "Mara" if approved else ""
    how = {"reason": "r", "trade_off": "t", "requester": "Jonas", "approver": approver, "effective_from": "2026-06"}
    found = amendment_problems(old, new, Standing(0, "2026-01"), **how)
    assert list(found) == sorted(found)
    made = Amendment(
        old.id, old.version, digest(old), new.version, digest(new), "2026-06", "r", "t", "Jonas", approver, changes(old, new)
    )  # fmt: skip
    assert amendment_from(json.loads(json.dumps(made.to_dict()))) == made
