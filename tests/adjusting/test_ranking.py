"""The ranking: what no set of ways, no order and no worse way can do to the winner."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aop_rules.adjusting.ranking import Contender, beats, ranked, winner

PUBLISHED = Path(__file__).parent / "rank_reversal.json"
scores = st.one_of(st.none(), st.integers(-6, 6))


@st.composite
def fields(draw: st.DrawFn) -> list[Contender]:
    goals = draw(st.integers(0, 3))
    ids = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True))
    return [
        Contender(
            name,
            tuple(draw(st.booleans()) for _ in range(2)),
            tuple(draw(scores) for _ in range(goals)),
            (draw(st.integers(0, 1)), draw(st.integers(0, 3))),
        )
        for name in ids
    ]


bands = st.lists(st.integers(0, 3).map(lambda n: Fraction(n, 2)), max_size=3)


@given(fields(), bands, st.data())
def test_a_way_that_is_no_better_in_anything_never_changes_the_winner(
    field: list[Contender], bands: list[Fraction], data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from(field))
    worse = Contender(
        "z",
        tuple(gate and data.draw(st.booleans()) for gate in model.gates),
        tuple(
            None if s is None or data.draw(st.booleans()) else s - data.draw(st.integers(0, 4)) for s in model.scores
        ),
        tuple(price + data.draw(st.integers(0, 2)) for price in model.price),
    )
    assert winner([*field, worse], bands) == winner(field, bands)


@given(fields(), bands, st.randoms(use_true_random=False))
def test_the_order_of_the_ways_changes_nothing(field: list[Contender], bands: list[Fraction], random: object) -> None:
    shuffled = list(field)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ranked(shuffled, bands) == ranked(field, bands)


@given(fields(), bands)
def test_each_place_goes_to_the_winner_of_those_that_are_left(field: list[Contender], bands: list[Fraction]) -> None:
    order = ranked(field, bands)
    assert sorted(order) == sorted(each.id for each in field)
    left = list(field)
    for name in order:
        best = winner(left, bands)
        assert best.id == name
        left.remove(best)


@given(fields())
def test_without_a_band_it_is_the_lexicographic_order(field: list[Contender]) -> None:
    def exactly(each: Contender) -> tuple[object, ...]:
        return (
            tuple(not gate for gate in each.gates),
            tuple((score is None, -(score or 0)) for score in each.scores),
            each.price,
            each.id,
        )

    assert ranked(field) == tuple(each.id for each in sorted(field, key=exactly))


@given(fields(), bands)
def test_no_way_ranks_behind_one_that_it_beats_and_costs_no_more_than(
    field: list[Contender], bands: list[Fraction]
) -> None:
    order = ranked(field, bands)
    for one in field:
        for other in field:
            if beats(one, other) and one.price <= other.price and one.price[0] <= other.price[0] and one.id < other.id:
                assert order.index(one.id) < order.index(other.id)


@given(fields(), bands, st.integers(1, 1000))
def test_the_scale_of_the_scores_never_matters(field: list[Contender], bands: list[Fraction], times: int) -> None:
    larger = [
        replace(
            each,
            scores=tuple(None if score is None else score * times for score in each.scores),
            price=(each.price[0], each.price[1] * times),
        )
        for each in field
    ]
    assert ranked(larger, [band * times for band in bands]) == ranked(field, bands)


@given(fields(), bands)
def test_better_in_one_thing_never_loses_a_win(field: list[Contender], bands: list[Fraction]) -> None:
    known = [replace(each, scores=tuple(score or 0 for score in each.scores)) for each in field]
    best = winner(known, bands)
    better = replace(best, scores=tuple((score or 0) + 1 for score in best.scores))
    assert winner([better if each is best else each for each in known], bands).id == best.id


def test_noise_in_an_estimate_does_not_outrank_a_real_loss_below() -> None:
    ways = [Contender("gamed", (), (Fraction(1, 2000), -5)), Contender("honest", (), (0, 0))]
    assert ranked(ways, [Fraction(1, 1000)]) == ("honest", "gamed")
    assert ranked(ways) == ("gamed", "honest")


def test_the_published_reversal_does_not_happen_here() -> None:
    """TOPSIS changes its winner when the fourth way comes; each column is one of our priorities, the weightiest first."""
    case = json.loads(PUBLISHED.read_text(encoding="utf-8"))["rank_reversal"]
    rows = [*case["base"], case["add"]]
    ways = [
        Contender(str(n), (), tuple(kind * value for kind, value in zip(case["types"], row, strict=True)))
        for n, row in enumerate(rows, 1)
    ]
    order = sorted(range(3), key=lambda n: -case["weights"][n])
    assert order == [0, 1, 2]
    assert winner(ways[:3]).id == winner(ways).id == "2"
