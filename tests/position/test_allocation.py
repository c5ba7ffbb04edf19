"""A plan that was amended: closed periods keep what they were planned by, the open ones share out the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aop_rules.events import EventBase, parse_event
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier
from aop_rules.position.compute import position
from aop_rules.position.model import Position
from aop_rules.position.tally import Tally

YEAR_END = datetime(2027, 1, 31, tzinfo=UTC)
HEAD = {"aop": 1, "id": "shop", "name": "Shop", "currency": "VND", "year": {"starts": "2026-01-01"}}
SEASON = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9]


def plan(version: int = 1, *, profile: str | None = "season", weights: list[int] = SEASON, **lines: int) -> Plan:
    """A plan whose every line is also the cost that a KPI aims at."""
    return Plan.model_validate(
        {
            **HEAD,
            "version": version,
            "profiles": {"season": {"weights": weights}},
            "budget": {"lines": {line: {"name": line, "amount": n, "profile": profile} for line, n in lines.items()}},
            "kpis": {
                line: {"name": line, "kind": "flow", "unit": "order", "target": {"year": n, "profile": profile}}
                for line, n in lines.items()
            },
        }
    )


def of_kpi(version: int = 1, **kpi: Any) -> Plan:
    return Plan.model_validate({**HEAD, "version": version, "kpis": {"k": {"name": "K", "unit": "order", **kpi}}})


def at(now: Plan, *earlier: tuple[Plan, int], events: list[EventBase] | None = None) -> Position:
    return position(now, events or [], YEAR_END, earlier=tuple(Earlier(*each) for each in earlier))


def months(seen: Position, line: str = "ads") -> list[Any]:
    return [where.horizons[0].allocated for where in seen.lines[line].values()]


def targets(seen: Position, kpi: str = "ads") -> list[Any]:
    return [reading.target.value for reading in seen.kpis[kpi].readings]


def readings(*values: int) -> list[EventBase]:
    base = {"kind": "kpi_observation", "kpi": "k", "effective_date": date(2026, 1, 1)}
    return [
        parse_event({**base, "event_id": f"r{n}", "period": f"2026-{n:02}", "value": value})
        for n, value in enumerate(values, 1)
    ]


AMOUNTS = st.integers(0, 10**6)
WEIGHTS = st.lists(st.integers(0, 9), min_size=12, max_size=12).filter(any)
PLANS = st.builds(
    lambda amount, weights, profile: plan(ads=amount, weights=weights, profile=profile),
    AMOUNTS,
    WEIGHTS,
    st.sampled_from([None, "season"]),
)
PASTS = st.lists(st.tuples(PLANS, st.integers(0, 12)), max_size=3).map(
    lambda pasts: [(old.model_copy(update={"version": n}), through) for n, (old, through) in enumerate(pasts, 1)]
)
NOW = PLANS.map(lambda each: each.model_copy(update={"version": 9}))
EACH = settings(max_examples=60, deadline=None)


@EACH
@given(NOW, PASTS)
def test_the_parts_of_an_amended_year_sum_to_its_amount(now: Plan, pasts: list[tuple[Plan, int]]) -> None:
    seen = at(now, *pasts)
    if all(through < 12 for _, through in pasts):
        assert sum(months(seen)) == now.budget.lines["ads"].amount
        assert sum(targets(seen)) == now.budget.lines["ads"].amount
    assert months(seen) == targets(seen)
    assert seen.kpis["ads"].year_target.value == now.budget.lines["ads"].amount


@EACH
@given(NOW, PLANS, st.integers(0, 12))
def test_closed_periods_keep_their_targets(now: Plan, old: Plan, through: int) -> None:
    seen, was = at(now, (old, through)), at(old)
    assert months(seen)[:through] == months(was)[:through]
    assert targets(seen)[:through] == targets(was)[:through]


@EACH
@given(PLANS, PASTS, st.integers(0, 12))
def test_an_amendment_that_changes_nothing_changes_nothing(old: Plan, pasts: list[Any], through: int) -> None:
    """Neither by itself nor after others: the versions before it stay as they are."""
    last = max([through, *(until for _, until in pasts)])
    same = old.model_copy(update={"version": 9})
    before, after = at(old, *pasts), at(same, *pasts, (old.model_copy(update={"version": 8}), last))
    assert (before.lines, before.kpis) == (after.lines, after.kpis)


@EACH
@given(NOW, PASTS, st.randoms())
def test_versions_may_be_named_in_any_order(now: Plan, pasts: list[tuple[Plan, int]], random: Any) -> None:
    mixed = list(pasts)
    random.shuffle(mixed)
    assert at(now, *mixed) == at(now, *pasts)
    assert Tally(now, [Earlier(*each) for each in mixed]).position(YEAR_END) == at(now, *pasts)


def test_a_higher_amount_falls_on_the_open_periods_by_their_weights() -> None:
    seen = at(plan(2, ads=2300), (plan(ads=2000), 5))
    assert months(seen) == [100] * 5 + [120] * 6 + [1080]


def test_where_the_open_periods_weigh_nothing_the_rest_falls_evenly() -> None:
    early = [6, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    seen = at(plan(2, ads=1300, weights=early), (plan(ads=1200, weights=early), 2))
    assert months(seen) == [600, 600] + [10] * 10


def test_less_than_was_planned_for_the_closed_periods_takes_from_the_open_ones() -> None:
    seen = at(plan(2, ads=300, profile=None), (plan(ads=1200, profile=None), 6))
    assert months(seen) == [100] * 6 + [-50] * 6


def test_a_new_line_has_nothing_in_closed_periods_and_a_new_kpi_its_whole_year() -> None:
    seen = at(plan(2, ads=1200, fairs=600, profile=None), (plan(ads=1200, profile=None), 6))
    assert months(seen, "fairs") == [0] * 6 + [100] * 6
    assert targets(seen, "fairs") == [50] * 12


def test_a_version_that_was_replaced_before_it_began_never_held() -> None:
    first, never = plan(ads=1200, profile=None), plan(2, ads=2400, profile=None)
    now = plan(3, ads=1800, profile=None)
    assert months(at(now, (first, 6), (never, 4))) == months(at(now, (first, 4))) == [100] * 4 + [175] * 8


def test_a_path_and_a_constant_are_taken_from_the_version_in_force() -> None:
    stock = {"kind": "stock", "direction": "higher"}
    path = of_kpi(2, **stock, target={"path": list(range(101, 113))})
    constant = of_kpi(**stock, target={"constant": 7})
    assert targets(at(path, (constant, 3)), "k") == [7, 7, 7, *range(104, 113)]
    assert targets(at(constant, (path, 3)), "k") == [101, 102, 103, *[7] * 9]


def test_a_breach_is_judged_by_the_threshold_of_its_time() -> None:
    flow = {"kind": "flow", "basis": "period", "target": {"constant": 100}}
    strict, lenient = of_kpi(1, **flow, breach="< 95% of target"), of_kpi(2, **flow, breach="< 80% of target")
    values = readings(90, 90, 90, 90, 70, 90)
    seen = at(lenient, (strict, 3), events=values).kpis["k"].readings
    assert [each.breached for each in seen[:6]] == [True, True, True, False, True, False]


def test_a_breach_is_judged_on_the_basis_and_the_target_of_its_time() -> None:
    flow = {"kind": "flow", "breach": "< 90% of target"}
    to_date = of_kpi(1, **flow, basis="ytd", target={"constant": 100})
    single = of_kpi(2, **flow, basis="period", target={"constant": 50})
    seen = at(single, (to_date, 2), events=readings(120, 70, 44, 46)).kpis["k"].readings
    assert [each.breached for each in seen[:4]] == [False, False, True, False]
    assert [each.target.value for each in seen[:4]] == [100, 100, 50, 50]


def test_a_ratio_follows_the_targets_that_its_parts_had() -> None:
    def shop(version: int, cost: int) -> Plan:
        kpis = {
            "cost": {"name": "Cost", "kind": "flow", "target": {"constant": cost}},
            "sales": {"name": "Sales", "kind": "flow", "target": {"constant": 100}},
            "share": {"name": "Share", "kind": "ratio", "numerator": "cost", "denominator": "sales", "basis": "ytd"},
        }
        return Plan.model_validate({**HEAD, "version": version, "kpis": kpis})

    seen = at(shop(2, 30), (shop(1, 10), 6)).kpis["share"].readings
    assert [str(seen[n].judged_target.value) for n in (0, 5, 6, 11)] == ["1/10", "1/10", "9/70", "1/5"]


def test_spending_is_held_against_what_its_period_had() -> None:
    bill = {"kind": "actual", "event_id": "b", "line": "ads", "amount": 90, "effective_date": date(2026, 2, 1)}
    seen = at(plan(2, ads=2300), (plan(ads=2000), 5), events=[parse_event(bill)])
    assert [one.available for one in seen.lines["ads"]["2026-02"].horizons] == [10, 110, 2210]
