"""Which channel and which month a miss comes from, from a position."""

from __future__ import annotations

from fractions import Fraction

import pytest

from aop_rules import Engine, InputError
from aop_rules.position.model import Figure, Position
from aop_rules.position.variance.contributions import contributions, ratio_against_plan
from aop_rules.position.variance.ratio import RatioChange
from strategies import ROOT, opened

EXAMPLE = ROOT / "examples" / "babycare_house"
MILLION = 1_000_000


@pytest.fixture(scope="module")
def engine() -> Engine:
    from aop_rules import read_events

    engine = Engine.open(EXAMPLE / "plan.yaml")
    engine.record_all(read_events(EXAMPLE / "history" / "2026_jan_may.jsonl"))
    return engine


@pytest.fixture(scope="module")
def may(engine: Engine) -> Position:
    return engine.position("2026-06-05")


def test_channels_and_months_sum_to_the_miss(engine: Engine, may: Position) -> None:
    split = contributions(engine.plan, may, "revenue")

    assert split.change.value == (4650 - 4896) * MILLION
    parts = {part: figure.value for part, figure in split.by_part}
    assert parts == {"online_revenue": Fraction(-5212, 10) * MILLION, "store_revenue": Fraction(2752, 10) * MILLION}
    months = [figure.value for _, figure in split.by_period]
    assert months == [n * MILLION for n in (-34, -30, -62, -68, -52)]
    assert len(split.cells) == 10 and sum(figure.value or 0 for *_, figure in split.cells) == split.change.value


def test_a_kpi_without_parts_is_its_own_part(engine: Engine, may: Position) -> None:
    split = contributions(engine.plan, may, "marketing_spend")
    assert [part for part, _ in split.by_part] == ["marketing_spend"]
    assert split.change.value == Fraction(2424, 100) * MILLION


def test_before_anything_is_closed_nothing_is_known_of_the_year(engine: Engine) -> None:
    split = contributions(engine.plan, engine.position("2026-01-10"), "revenue")
    assert split.by_period == () == split.cells
    assert split.change.value is None and split.change.missing[0].reason == "nothing_closed"


def test_an_unknown_month_leaves_its_row_and_column_unknown(engine: Engine) -> None:
    split = contributions(engine.plan, engine.position("2026-07-20"), "revenue")
    assert [figure.value is None for _, figure in split.by_period] == [False] * 5 + [True]
    assert split.change.value is None and split.change.missing[0].reason == "late"


def test_a_ratio_against_its_plan_is_split_as_asked(engine: Engine, may: Position) -> None:
    split = ratio_against_plan(engine.plan, may, "marketing_ratio", "numerator_first")

    assert isinstance(split, RatioChange)
    assert split.before == Fraction(6, 100) and split.now == Fraction(318, 4650)
    assert split.numerator == Fraction(2424, 489600) and split.numerator + split.denominator == split.change


def test_a_ratio_of_unknown_parts_stays_unknown(engine: Engine) -> None:
    split = ratio_against_plan(engine.plan, engine.position("2026-07-20"), "marketing_ratio", "shapley")
    assert isinstance(split, Figure) and split.value is None
    assert {why.reason for why in split.missing} == {"late"}


def test_what_does_not_add_up_is_refused(engine: Engine, may: Position) -> None:
    with pytest.raises(ValueError, match="only flows"):
        contributions(engine.plan, may, "cash")
    with pytest.raises(ValueError, match="only a ratio"):
        ratio_against_plan(engine.plan, may, "revenue", "shapley")
    with pytest.raises(InputError, match="did you mean `revenue`"):
        contributions(engine.plan, may, "revenu")


@pytest.mark.parametrize(("planned", "read"), [(0, 60), (120, 0)])
def test_a_ratio_over_nothing_is_unknown_with_the_reason(planned: int, read: int) -> None:
    kpis = {
        "profit": {"name": "profit", "kind": "flow", "target": {"year": 120}},
        "sales": {"name": "sales", "kind": "flow", "target": {"year": planned}},
        "margin": {"name": "margin", "kind": "ratio", "numerator": "profit", "denominator": "sales"},
    }
    plan = {"aop": 1, "id": "shop", "name": "Shop", "currency": "VND", "year": {"starts": "2026-01-01"}, "kpis": kpis}
    engine = opened({**plan, "goals": {"margin": {"name": "margin", "kpi": "margin", "to": "10%"}}})
    for kpi, value in (("profit", 10), ("sales", read)):
        reading = {"event_id": kpi, "kind": "kpi_observation", "kpi": kpi, "period": "2026-01", "value": value}
        engine.record({**reading, "effective_date": "2026-01-31"})
    split = ratio_against_plan(engine.plan, engine.position("2026-02-10"), "margin", "shapley")
    assert isinstance(split, Figure) and split.missing[0].reason == "zero_denominator"
    assert engine.diagnose("margin", as_of="2026-02-10").text("en")
