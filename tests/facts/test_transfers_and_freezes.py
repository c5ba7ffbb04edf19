"""What a line can give, who may move it without asking, and what a freeze stops."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules import Decision, Engine, EventError, event_from
from aop_rules.decision.outcome import Outcome
from aop_rules.events import EventBase
from aop_rules.facts.transfers import moved_out, transfer_problems
from aop_rules.position.compute import position
from strategies import Data, opened, proposal

SHOP: Data = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "VND",
    "year": {"starts": "2026-01-01"},
    "goals": {"sales": {"name": "Sales", "kpi": "sales"}},
    "kpis": {"sales": {"name": "Sales", "kind": "flow", "target": {"year": 120}}},
    "budget": {
        "lines": {
            "ads": {"name": "Ads", "amount": 1200, "serves": ["sales"]},
            "yearly": {"name": "Yearly", "amount": 1200, "horizons": ["year"]},
            "rent": {"name": "Rent", "amount": 1200, "contract": True},
            "spare": {"name": "Spare", "amount": 600, "reserve": True, "horizons": ["year"]},
            "fairs": {"name": "Fairs", "amount": 1200},
            "spring": {"name": "Spring fair", "amount": 600, "group": "fairs", "horizons": ["year"]},
            "autumn": {"name": "Autumn fair", "amount": 600, "group": "fairs", "horizons": ["year"]},
        }
    },
    "risks": {
        "storm": {
            "name": "Storm",
            "threatens": ["sales"],
            "response": {"do": "repair", "budget": "spare", "amount": 200},
        }
    },
    "governance": {
        "owner": "Mara",
        "delegations": [
            {"to": "Mara", "up_to": 300, "lines": ["spare", "ads", "yearly", "fairs"]},
            {"to": "Jonas", "up_to": 200, "share": "10%"},
        ],
    },
}
"""A hundred a month on the ads; the fairs together no faster than the months."""


def moving(giver: str, taker: str, amount: int, **more: Any) -> Data:
    base = {"event_id": f"{giver}-{taker}-{amount}", "kind": "budget_transfer", "effective_date": "2026-06-10"}
    return {**base, "from": giver, "to": taker, "amount": amount, **more}


def used(line: str, amount: int, month: int = 5, **more: Any) -> Data:
    day = f"2026-{month:02}-05"
    base = {"event_id": f"used-{line}-{month}", "kind": "actual", "line": line, "amount": amount}
    return {**base, "effective_date": day, **more}


def decided(event: Data, *history: Data, plan: Data = SHOP) -> Decision:
    return opened(plan, history).evaluate(event)


def outcome(event: Data, *history: Data, plan: Data = SHOP) -> Outcome:
    return decided(event, *history, plan=plan).outcome


def rules(decision: Decision) -> set[str]:
    return {f.rule for f in decision.findings if f.holds}


# ── what can be spared ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_gives_what_it_has_to_date_and_no_more() -> None:
    assert outcome(moving("ads", "yearly", 250), used("ads", 350)) is Outcome.ACCEPT
    over = decided(moving("ads", "yearly", 251), used("ads", 350))
    assert (over.outcome, over.fit) == (Outcome.ADJUST_TO_FIT, 250)
    assert over.deciding[0].subject == "ads:to_date:2026-06"


def test_orders_for_later_months_stay_covered() -> None:
    order = used("ads", 950, 6, kind="commitment", period="2026-09", effective_date="2026-06-01")
    assert outcome(moving("ads", "yearly", 1), order) is Outcome.DECLINE
    order["amount"] = 880
    assert decided(moving("ads", "yearly", 50), order).fit == 20


def test_a_line_that_is_checked_for_the_year_gives_from_the_whole_year() -> None:
    assert outcome(moving("yearly", "ads", 300), used("yearly", 900)) is Outcome.ACCEPT
    assert decided(moving("yearly", "ads", 300), used("yearly", 901)).fit == 299


def test_a_line_that_has_used_all_gives_nothing() -> None:
    decision = decided(moving("ads", "yearly", 1), used("ads", 700))
    assert decision.outcome is Outcome.DECLINE
    assert [f.rule for f in decision.deciding] == ["transfer.nothing-to-give"]


def test_what_leaves_a_group_must_be_left_in_the_group() -> None:
    """The spring fair has 600 for the year; all fairs together 600 to the end of June."""
    assert decided(moving("spring", "ads", 300), used("autumn", 400)).fit == 200
    assert outcome(moving("spring", "autumn", 300), used("autumn", 400)) is Outcome.ACCEPT


def test_a_group_gives_to_its_own_part_and_loses_nothing() -> None:
    assert outcome(moving("fairs", "spring", 300), used("autumn", 600)) is Outcome.ACCEPT


def test_what_owes_a_contract_cannot_be_moved_but_may_be_due_in_another_month() -> None:
    decision = decided(moving("rent", "spare", 1))
    assert decision.outcome is Outcome.DECLINE and "transfer.owed-by-contract" in rules(decision)
    later = moving("rent", "rent", 50, from_period="2026-06", to_period="2026-07")
    assert outcome(later) is Outcome.ACCEPT


def test_between_periods_of_a_line_room_is_all_that_counts() -> None:
    later = moving("ads", "ads", 600, from_period="2026-06", to_period="2026-12")
    assert outcome(later) is Outcome.ACCEPT
    assert decided(later, used("ads", 150)).fit == 450


def test_an_earlier_period_gets_what_a_later_one_itself_has() -> None:
    sooner = moving("ads", "ads", 100, from_period="2026-12", to_period="2026-06")
    assert outcome(sooner) is Outcome.ACCEPT
    assert decided({**sooner, "amount": 101}).fit == 100


def test_a_closed_period_keeps_its_limits_unless_that_is_approved() -> None:
    late = moving("yearly", "ads", 10, period="2026-05")
    decision = decided(late)
    assert decision.outcome is Outcome.ESCALATE and "transfer.closed-period" in rules(decision)
    assert outcome({**late, "period": "2026-06"}) is Outcome.ACCEPT
    assert outcome({**late, "effective_date": "2026-06-04"}) is Outcome.ACCEPT, "May is reviewed on 5 June"


def test_use_that_cannot_be_told_is_never_enough() -> None:
    abroad = used("ads", 5, currency="USD")
    decision = decided(moving("ads", "yearly", 10), abroad)
    assert decision.outcome is Outcome.NEED_DATA
    assert "USD" in decision.explain("en") or "used-ads-5" in decision.explain("en")


# ── what is delegated ───────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_delegated_counts_up_over_the_year() -> None:
    first, second = moving("spare", "ads", 200), moving("yearly", "ads", 100)
    assert outcome(second, first) is Outcome.ACCEPT
    third = decided(moving("yearly", "ads", 101), first)
    assert third.outcome is Outcome.ESCALATE
    assert [f.rule for f in third.deciding] == ["transfer.past-delegation"]
    assert third.explain("en").count("100 ₫ may still be moved") == 1


def test_each_person_has_a_delegation_of_their_own() -> None:
    mine = moving("yearly", "ads", 120, asked_by="Jonas")
    assert outcome(mine) is Outcome.ACCEPT
    assert outcome({**mine, "amount": 121}) is Outcome.ESCALATE
    assert outcome(mine, moving("yearly", "ads", 300)) is Outcome.ACCEPT
    assert outcome(mine, moving("yearly", "fairs", 1, asked_by="jonas")) is Outcome.ESCALATE
    elsewhere = [moving(line, "ads", 90, asked_by="Jonas") for line in ("fairs", "yearly")]
    assert outcome(moving("ads", "yearly", 21, asked_by="Jonas"), *elsewhere) is Outcome.ESCALATE


def test_the_reserve_gives_only_where_a_delegation_names_it() -> None:
    assert outcome(moving("spare", "ads", 10)) is Outcome.ACCEPT
    decision = decided(moving("spare", "ads", 10, asked_by="Jonas"))
    assert decision.outcome is Outcome.ESCALATE and "transfer.not-delegated" in rules(decision)


def test_the_reserve_gives_to_a_contingency_that_was_decided_beforehand() -> None:
    storm = {"event_id": "s", "kind": "risk_occurred", "effective_date": "2026-06-01", "risk": "storm"}
    repair = moving("spare", "yearly", 200, asked_by="Jonas", links={"risks": ["storm"]})
    assert outcome(repair) is Outcome.ESCALATE
    assert outcome(repair, storm) is Outcome.ACCEPT
    assert outcome({**repair, "amount": 201}, storm) is Outcome.ESCALATE


def test_whom_nothing_is_delegated_to_asks_and_so_does_everybody_where_nothing_is() -> None:
    assert outcome(moving("yearly", "ads", 1, asked_by="Ines")) is Outcome.ESCALATE
    alone = {**SHOP, "governance": {"owner": "Mara"}}
    assert outcome(moving("yearly", "ads", 1), plan=alone) is Outcome.ESCALATE
    nobody = {**SHOP, "governance": {"delegations": [{"to": "Jonas", "up_to": 200}]}}
    assert outcome(moving("yearly", "ads", 1), plan=nobody) is Outcome.ESCALATE


def test_money_goes_back_into_the_reserve_without_asking_and_uses_up_nothing() -> None:
    back = moving("yearly", "spare", 500, asked_by="Ines")
    assert outcome(back) is Outcome.ACCEPT
    assert outcome(moving("yearly", "ads", 300), moving("yearly", "spare", 500)) is Outcome.ACCEPT


def test_a_transfer_is_told_by_why_it_may_be_moved() -> None:
    text = decided(moving("spare", "ads", 200), moving("yearly", "ads", 60)).explain("en")
    assert "within what is delegated: 260 ₫ moved this year with it, 240 ₫ was left" in text


def test_what_was_moved_is_told_by_who_asked() -> None:
    engine = opened(SHOP, [moving("spare", "ads", 20), moving("yearly", "ads", 5, asked_by="Jonas")])
    assert moved_out(engine.plan, engine.position("2026-12-31").moves.entries) == {
        "Mara": {"spare": 20},
        "Jonas": {"yearly": 5},
    }


# ── what may be recorded ────────────────────────────────────────────────────────────────────────────────────────────

EARLY = datetime(2026, 6, 30, tzinfo=UTC)
LINES = sorted(SHOP["budget"]["lines"])


def recordable(event: Data, *history: Data) -> list[str]:
    engine = Engine.open(SHOP)
    seen = position(engine.plan, [event_from(each) for each in history], EARLY)
    return [str(problem) for problem in transfer_problems(engine.plan, seen, event_from(event))]


def test_a_transfer_below_what_is_used_is_not_recorded_and_the_most_is_named() -> None:
    assert recordable(moving("ads", "yearly", 250), used("ads", 350)) == []
    (said,) = recordable(moving("ads", "yearly", 251), used("ads", 350))
    assert "TRANSFER_OVERDRAWN" in said and "`ads` can give at most 250, not 251" in said
    (said,) = recordable(moving("ads", "yearly", 1), used("ads", 5, currency="USD"))
    assert "TRANSFER_UNCLEAR" in said
    assert recordable(used("ads", 900_000)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.integers(1, 900), st.integers(1, 12)), max_size=5),
    st.sampled_from(LINES),
    st.sampled_from(LINES),
    st.integers(1, 1300),
    st.integers(1, 12),
)
def test_no_recorded_transfer_puts_a_donor_below_what_it_has_used(
    spent: list[tuple[str, int, int]], giver: str, taker: str, amount: int, month: int
) -> None:
    plan = Engine.open(SHOP, standard=False).plan
    bills = [event_from(used(line, n, when, event_id=f"b{i}")) for i, (line, n, when) in enumerate(spent)]
    event = event_from(moving(giver, taker, amount, period=f"2026-{month:02}"))
    end = datetime(2026, 12, 31, tzinfo=UTC)
    before, after = position(plan, bills, end), position(plan, [*bills, event], end)

    def short(seen: Any) -> dict[tuple[str, str, str], int]:
        """By how much each limit that the giving line and its groups check is exceeded."""
        return {
            (line, where.period, one.name): max(0, -one.available)
            for line in plan.budget.with_groups(giver)
            for where in seen.lines[line].values()
            for one in where.horizons
            if one.name in plan.budget.lines[line].horizons
        }

    worse = any(short(after)[key] > was for key, was in short(before).items())
    if not transfer_problems(plan, before, event):
        assert not worse
    elif giver != taker:
        assert worse


# ── a freeze ────────────────────────────────────────────────────────────────────────────────────────────────────────


def frozen(*lines: str, until: str | None = "2026-06-30", start: str = "2026-06-05") -> Data:
    data = {"event_id": f"f{lines}", "kind": "budget_freeze", "effective_date": start, "lines": list(lines)}
    return data | ({"until": until} if until else {})


def request(line: str = "ads", day: str = "2026-06-10", **more: Any) -> Data:
    base = {"event_id": "r", "kind": "spend_request", "effective_date": day, "line": line, "amount": 10}
    return {**base, "links": {"goals": ["sales"]}, **more}


@pytest.mark.parametrize(
    ("lines", "day", "stopped"),
    [
        (("ads",), "2026-06-05", True),
        (("ads",), "2026-06-30", True),
        (("ads",), "2026-06-04", False),
        (("ads",), "2026-07-01", False),
        (("yearly",), "2026-06-10", False),
        ((), "2026-06-10", True),
    ],
)
def test_new_spending_needs_approval_in_the_frozen_days(lines: tuple[str, ...], day: str, stopped: bool) -> None:
    decision = decided(request(day=day), frozen(*lines))
    assert decision.outcome is (Outcome.ESCALATE if stopped else Outcome.ACCEPT)
    assert ("transfer.frozen" in rules(decision)) is stopped


def test_a_freeze_of_a_group_holds_for_its_parts() -> None:
    assert "transfer.frozen" in rules(decided(request("spring"), frozen("fairs")))


def test_what_is_owed_by_contract_is_frozen_only_by_name() -> None:
    assert "transfer.frozen" not in rules(decided(request("rent"), frozen()))
    assert "transfer.frozen" in rules(decided(request("rent"), frozen("rent")))


def test_a_proposal_is_frozen_by_when_it_would_spend() -> None:
    def costing(period: str, **more: Any) -> Data:
        return proposal(costs=[{"line": "ads", "amount": 10, "period": period}], links={"goals": ["sales"]}, **more)

    assert "transfer.frozen" in rules(decided(costing("2026-06"), frozen("ads")))
    assert "transfer.frozen" not in rules(decided(costing("2026-07"), frozen("ads")))
    assert "transfer.frozen" in rules(decided(costing("2026-07"), frozen("ads", until=None)))


def test_a_freeze_lets_money_back_into_the_reserve_and_nowhere_else() -> None:
    assert outcome(moving("ads", "spare", 10), frozen("ads")) is Outcome.ACCEPT
    assert outcome(moving("ads", "yearly", 10), frozen("ads")) is Outcome.ESCALATE
    assert outcome(moving("yearly", "ads", 10), frozen("ads")) is Outcome.ESCALATE


def test_a_freeze_itself_keeps_the_course() -> None:
    assert outcome(frozen("ads")) is Outcome.KEEP_COURSE
    assert outcome(used("ads", 10, 6), frozen("ads")) is Outcome.KEEP_COURSE


# ── the ladder ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_ladder_works_on_what_the_line_really_has() -> None:
    asking = request(amount=650)
    assert decided(asking).fit == 600
    assert outcome(asking, moving("spare", "ads", 50)) is Outcome.ACCEPT
    assert decided(asking, moving("ads", "yearly", 100)).fit == 500
    carried = {"event_id": "c", "kind": "carry_forward", "effective_date": "2026-01-02", "line": "ads", "amount": 50}
    assert outcome(asking, carried) is Outcome.ACCEPT


def test_the_whole_budget_grows_by_what_last_year_left_and_by_no_transfer() -> None:
    plan = {**SHOP, "budget": {**SHOP["budget"], "total": 5400}}
    spent = [used(line, amount) for line, amount in (("rent", 1200), ("yearly", 1200), ("fairs", 1200), ("spare", 550))]
    asking = request(amount=1251, effective_date="2026-12-10")
    carried = {"event_id": "c", "kind": "carry_forward", "effective_date": "2026-01-02", "line": "ads", "amount": 1}
    for history, stopped in (([], True), ([moving("spare", "ads", 50)], True), ([carried], False)):
        found = decided(asking, *spent, *history, plan=plan).findings
        assert ("total:year" in {f.subject for f in found if f.holds and f.effect.value == "FIT"}) is stopped


# ── what makes no sense ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (moving("adds", "yearly", 5), "EVENT_UNKNOWN_ID"),
        (moving("ads", "yeerly", 5), "EVENT_UNKNOWN_ID"),
        (moving("ads", "yearly", 5, from_period="2026-13"), "EVENT_UNKNOWN_PERIOD"),
        (moving("ads", "yearly", 0), "EVENT_WRONG_VALUE"),
        (moving("ads", "yearly", -5), "EVENT_NEGATIVE"),
        (moving("ads", "yearly", "5.5"), "EVENT_MINOR_UNIT"),
        (moving("ads", "yearly", 5, currency="USD"), "EVENT_WRONG_VALUE"),
        (moving("ads", "ads", 5), "EVENT_WRONG_VALUE"),
        (moving("ads", "ads", 5, from_period="2026-06-03", to_period="2026-06"), "EVENT_WRONG_VALUE"),
        (frozen("adds"), "EVENT_UNKNOWN_ID"),
        (frozen("ads", until="2026-06-01"), "EVENT_ORDER"),
        (
            {"event_id": "c", "kind": "carry_forward", "effective_date": "2026-01-02", "line": "adds", "amount": 5},
            "EVENT_UNKNOWN_ID",
        ),
    ],
)
def test_what_makes_no_sense_is_not_taken(event: Data | EventBase, code: str) -> None:
    with pytest.raises(EventError) as caught:
        Engine.open(SHOP).evaluate(event)
    assert code in {problem.code for problem in caught.value.problems}
