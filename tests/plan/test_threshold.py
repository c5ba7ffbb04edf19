"""Thresholds read as they are written, and never decide what they cannot know."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.plan.threshold import Threshold

amounts = st.one_of(
    st.integers(0, 10**15), st.builds(Fraction, st.integers(0, 10**9), st.sampled_from([2, 4, 5, 10, 100, 1000]))
).map(lambda value: int(value) if Fraction(value).denominator == 1 else value)
sides = st.sampled_from(["outside", "inside"])
two_sided = (
    st.builds(lambda side: Threshold(side, "offset", 0), sides)
    | st.builds(Threshold, sides, st.just("offset"), amounts.filter(bool), st.booleans())
    | st.builds(Threshold, sides, st.just("share"), amounts.filter(bool), st.just(True))
    | st.builds(
        lambda side, ends, percent: Threshold(side, "absolute", min(ends), percent, max(ends)),
        sides,
        st.tuples(amounts, amounts),
        st.booleans(),
    )
)
thresholds = st.builds(
    Threshold,
    st.sampled_from(["<", "<=", ">", ">="]),
    st.just("absolute"),
    amounts,
    st.booleans(),
) | st.builds(
    Threshold,
    st.sampled_from(["<", "<=", ">", ">="]),
    st.just("offset"),
    st.one_of(amounts, amounts.map(lambda value: -value)).filter(bool),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("> 7%", "kpi.value > 7%"),
        ("< 35%", "kpi.value < 35%"),
        (">= 500_000_000", "kpi.value >= 500_000_000"),
        ("< 95% of target", "kpi.value < 95% * kpi.target"),
        ("< target", "kpi.value < kpi.target"),
        ("< target - 2%", "kpi.value < kpi.target - 2%"),
        ("> target + 50_000", "kpi.value > kpi.target + 50_000"),
        ("< -12.5", "kpi.value < -12.5"),
        ("outside 34%..36%", "kpi.value < 34% or kpi.value > 36%"),
        ("inside -2..1_000.5", "kpi.value >= -2 and kpi.value <= 1_000.5"),
        ("off target", "kpi.value != kpi.target"),
        ("on target", "kpi.value == kpi.target"),
        ("off target by more than 2%", "abs(kpi.value - kpi.target) > 2%"),
        ("off target by at most 5% of target", "abs(kpi.value - kpi.target) <= 5% * abs(kpi.target)"),
    ],
)
def test_writes_back_as_it_was_read_and_as_a_condition(text: str, expression: str) -> None:
    threshold = Threshold.parse(text)
    assert str(threshold) == text
    assert threshold.expression() == expression


@given(thresholds | two_sided)
def test_parse_after_print_is_identity(threshold: Threshold) -> None:
    assert Threshold.parse(str(threshold)) == threshold


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7%",
        "> seven",
        "< 95 of target",
        "> 1,5",
        "< target * 2",
        "> 7%%",
        "> " + "9" * 500,
        "outside 3",
        "outside 5..3",
    ],
)
def test_refuses_what_could_mean_something_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"\("):
        Threshold.parse(text)


def test_on_the_line_is_not_past_it() -> None:
    assert Threshold.parse("> 7%").past(Fraction(7, 100), None) is False
    assert Threshold.parse(">= 7%").past(Fraction(7, 100), None) is True


def test_is_exact_where_floats_are_not() -> None:
    assert Threshold.parse(">= 110% of target").past(110_000, 100_000) is True


@pytest.mark.parametrize("text", ["< 95% of target", "< target", "< target - 2%"])
def test_without_a_target_it_cannot_be_told(text: str) -> None:
    assert Threshold.parse(text).past(0, None) is None


@given(thresholds, amounts, amounts)
def test_past_agrees_with_its_line(threshold: Threshold, value: int, target: int) -> None:
    line = threshold.line(target)
    assert line is not None
    assert (
        threshold.past(value, target)
        == {
            "<": value < line,
            "<=": value <= line,
            ">": value > line,
            ">=": value >= line,
        }[threshold.operator]
    )


@given(two_sided, amounts, st.none() | amounts)
def test_what_is_not_inside_is_outside(line: Threshold, value: Fraction, target: Fraction | None) -> None:
    other = replace(line, operator="inside" if line.operator == "outside" else "outside")
    past = line.past(value, target)
    assert (past is None) == (other.past(value, target) is None) == (target is None and line.needs_target)
    assert past is None or past != other.past(value, target)


@given(two_sided, amounts, amounts)
def test_the_line_of_two_sides_is_the_nearer_end(line: Threshold, value: Fraction, target: Fraction) -> None:
    ends, nearer = line.ends(target), line.line(target, value)
    assert ends is not None and nearer is not None
    assert abs(nearer - value) == min(abs(end - value) for end in ends)
    assert line.line(target) is None


@pytest.mark.parametrize(
    "text", ["outside 3%..5", "off target by 3", "off target by more than 5 of target", "near target"]
)
def test_refuses_two_sides_that_could_mean_something_else(text: str) -> None:
    with pytest.raises(ValueError, match=r"\("):
        Threshold.parse(text)
