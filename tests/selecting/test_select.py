"""The best set of many: published optima, ties, why each loser lost, and what no search and no disguise can change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aop_rules.errors import ExactError, InputError
from aop_rules.exact.number import parse_number
from aop_rules.selecting.candidate import Candidate
from aop_rules.selecting.select import select
from aop_rules.selecting.selection import Loser, Selection

PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text(encoding="utf-8"))


# ── published optima ────────────────────────────────────────────────────────────────────────────────────────────────


def knapsack(data: Mapping[str, Any], cap: Sequence[Any]) -> tuple[list[Candidate], dict[str, Any]]:
    """A published table of profits and uses."""
    candidates = [
        Candidate(f"{n:03}", {"value": profit}, {f"c{row:02}": uses[n - 1] for row, uses in enumerate(data["use"])})
        for n, profit in enumerate(data["profit"], 1)
    ]
    return candidates, {f"c{row:02}": amount for row, amount in enumerate(cap)}


TABLES = [
    *(pytest.param(each, each["cap"], each["optimum"], id=each["id"]) for each in PUBLISHED["petersen"]),
    *(
        pytest.param(PUBLISHED["weing"], each["cap"], each["optimum"], id=f"weing {each['cap']}")
        for each in PUBLISHED["weing"]["instances"]
    ),
]


@pytest.mark.parametrize(("table", "cap", "optimum"), TABLES)
@pytest.mark.parametrize("method", ["auto", "highs"])
def test_a_published_optimum_is_reached_and_proved(table: Any, cap: Any, optimum: Any, method: Any) -> None:
    candidates, caps = knapsack(table, cap)
    found = select(candidates, caps, ["value"], method=method, costs=False)
    assert (found.values["value"], found.proved, found.gap) == (parse_number(optimum), True, 0)
    assert found.runner_up is not None
    assert found.runner_up.ids != found.chosen
    assert found.runner_up.values["value"] <= found.values["value"]
    assert all(left >= 0 for left in found.left.values())


def test_the_projects_of_lorie_and_savage() -> None:
    table = PUBLISHED["lorie_savage"]
    candidates, caps = knapsack(table, table["cap"])
    found = select(candidates, caps, ["value"], prices=True)
    assert [int(name) for name in found.chosen] == table["select"]
    assert found.values["value"] == table["optimum"]
    assert [(each.id, each.reason) for each in found.losers] == [
        ("002", "too_large"), ("005", "too_large"), ("007", "displaced"), ("008", "displaced"),
    ]  # fmt: skip
    assert [(each.cap, each.step) for each in found.prices] == [("c00", 4), ("c01", 3)]


def test_a_cost_is_taken_only_for_what_is_worth_more() -> None:
    table = PUBLISHED["closure"]
    requires: dict[str, list[str]] = {}
    for name, needed in table["requires"]:
        requires.setdefault(name, []).append(needed)
    nodes = [Candidate(n, {"value": v}, {}, tuple(requires.get(n, ()))) for n, v in table["value"].items()]
    assert select(nodes, {}, ["value"]).values["value"] == table["optimum"]
    without = [each for each in nodes if each.id != "Dash"]
    assert select(without, {}, ["value"]).chosen == ("API", "DB")


def test_the_second_objective_only_breaks_ties_of_the_first() -> None:
    one = Candidate("one", {"first": 5, "second": 0}, {"money": 1})
    two = Candidate("two", {"first": 5, "second": 3}, {"money": 1})
    big = Candidate("big", {"first": 4, "second": 900}, {"money": 1})
    found = select([one, two, big], {"money": 1}, ["first", "second"])
    assert (found.chosen, dict(found.values)) == (("two",), {"first": 5, "second": 3})
    assert found.runner_up is not None and found.runner_up.ids == ("one",)


# ── ties ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_among_equal_sets_the_one_of_fewest_wins_then_the_first_ids() -> None:
    parts = [Candidate("a", {"v": 2}, {"m": 1}), Candidate("b", {"v": 2}, {"m": 1})]
    whole = [Candidate("y", {"v": 4}, {"m": 2}), Candidate("z", {"v": 4}, {"m": 2})]
    found = select([*whole, *parts], {"m": 2}, ["v"])
    assert found.chosen == ("y",)
    assert found.runner_up is not None and found.runner_up.ids == ("z",)
    assert select([*whole, *parts], {"m": 2}, ["v"], runner_up=False).chosen == ("y",)


def test_what_brings_nothing_is_left() -> None:
    idle = Candidate("idle", {"v": 0}, {"m": 1})
    assert select([idle, Candidate("good", {"v": 1}, {"m": 1})], {"m": 5}, ["v"]).chosen == ("good",)
    many = [Candidate(f"{n:03}", {"v": int(n % 2)}, {"m": 1}) for n in range(100)]
    assert len(select(many, {"m": 100}, ["v"]).chosen) == 50


# ── why each loser lost ─────────────────────────────────────────────────────────────────────────────────────────────


def reasons(found: Selection) -> dict[str, Loser]:
    return {each.id: each for each in found.losers}


def test_each_loser_says_why() -> None:
    candidates = [
        Candidate("huge", {"v": 99}, {"m": 11}),
        Candidate("on_huge", {"v": 9}, {"m": 1}, ("huge",)),
        Candidate("best", {"v": 9}, {"m": 6}),
        Candidate("variant_a", {"v": 5}, {"m": 3}, group="g"),
        Candidate("variant_b", {"v": 4}, {"m": 3}, group="g"),
        Candidate("late", {"v": 3}, {"m": 4}),
        Candidate("sad", {"v": -1}),
        Candidate("heavy", {"v": 3}, {"m": 9}, ("late",)),
    ]
    lost = reasons(select(candidates, {"m": 10}, ["v"]))
    assert {name: each.reason for name, each in lost.items()} == {
        "huge": "too_large", "on_huge": "requires", "variant_b": "variant", "late": "displaced",
        "sad": "adds_nothing", "heavy": "too_large",
    }  # fmt: skip
    assert lost["on_huge"].others == ("huge",)
    assert lost["variant_b"].others == ("variant_a",)
    assert lost["heavy"].others == ("late",)
    (short,) = lost["late"].caps
    assert (short.cap, short.needs, short.left) == ("m", 4, 1)
    assert lost["late"].instead is not None and lost["late"].instead.values["v"] == 12


def test_bounds_of_an_objective_hold() -> None:
    candidates = [Candidate("a", {"v": 5, "w": 1}, {"m": 1}), Candidate("b", {"v": 3, "w": 2}, {"m": 1})]
    assert select(candidates, {"m": 1}, ["v"], least={"w": 2}).chosen == ("b",)
    assert select(candidates, {"m": 2}, ["v"], most={"v": 4}).chosen == ("b",)
    found = select(candidates, {"m": 1}, ["v"], least={"w": 3})
    assert (found.chosen, found.conflict) == ((), ("cap:m", "least:w"))


def test_a_cap_that_is_exceeded_already_lets_nothing_in() -> None:
    found = select([Candidate("a", {"v": 5}, {"m": 1}), Candidate("b", {"v": 1})], {"m": -3}, ["v"], prices=True)
    assert found.chosen == ("b",)
    assert [(each.step, each.worth["v"], each.chosen) for each in found.prices] == [(4, 5, ("a", "b"))]


# ── what is wrong is said at once ───────────────────────────────────────────────────────────────────────────────────


def test_all_problems_are_said_at_once() -> None:
    wrong = [
        Candidate("a", {}, {"monye": 1}, ("b",)),
        Candidate("b", {}, {"money": -1}, ("a", "c")),
        Candidate("b", {}),
    ]
    with pytest.raises(InputError) as raised:
        select(wrong, {"money": 1}, ["v"])
    assert sorted(problem.code for problem in raised.value.problems) == [
        "SELECT_CYCLE", "SELECT_DUPLICATE_ID", "SELECT_NEGATIVE", "SELECT_UNKNOWN_ID", "SELECT_UNKNOWN_ID",
    ]  # fmt: skip
    assert "`a` → `b` → `a`" in str(raised.value)
    assert "did you mean `money`?" in str(raised.value)


def test_a_float_is_refused() -> None:
    with pytest.raises(ExactError):
        Candidate("a", {"v": 0.1})  # type: ignore[dict-item]


# ── properties ──────────────────────────────────────────────────────────────────────────────────────────────────────

CAPS = ("m", "n")
GOALS = ("v", "w")


@st.composite
def batches(draw: st.DrawFn, most: int = 6) -> list[Candidate]:
    """A few candidates with requirements without circles, and variants."""
    made: list[Candidate] = []
    for n in range(draw(st.integers(1, most))):
        before = [each.id for each in made]
        made.append(
            Candidate(
                f"c{n}",
                {goal: draw(st.integers(-2, 9)) for goal in GOALS},
                {cap: draw(st.integers(0, 6)) for cap in CAPS},
                tuple(draw(st.sets(st.sampled_from(before), max_size=2))) if before else (),
                draw(st.sampled_from(["", "", "g"])),
            )
        )
    return made


caps = st.fixed_dictionaries({cap: st.integers(-1, 14) for cap in CAPS})


def allowed(candidates: Sequence[Candidate], limits: Mapping[str, Any]) -> bool:
    names = {each.id for each in candidates}
    groups = [each.group for each in candidates if each.group]
    return (
        all(set(each.requires) <= names for each in candidates)
        and len(groups) == len(set(groups))
        and all(
            (used := sum(each.uses.get(cap, 0) for each in candidates)) == 0 or used <= limit
            for cap, limit in limits.items()
        )
    )


def value(candidates: Sequence[Candidate]) -> tuple[Any, ...]:
    return tuple(sum(each.gains[goal] for each in candidates) for goal in GOALS)


def every_set(candidates: Sequence[Candidate], limits: Mapping[str, Any]) -> list[tuple[Candidate, ...]]:
    sizes = range(len(candidates) + 1)
    return [some for size in sizes for some in combinations(candidates, size) if allowed(some, limits)]


@settings(max_examples=120, deadline=None)
@given(batches(), caps)
def test_no_exhaustive_search_finds_a_better_set(candidates: list[Candidate], limits: Mapping[str, Any]) -> None:
    sets = {tuple(each.id for each in some): value(some) for some in every_set(candidates, limits)}
    found = select(candidates, limits, GOALS)
    assert found.proved
    assert tuple(found.values.values()) == sets[found.chosen] == max(sets.values())
    equal = [ids for ids, reached in sets.items() if reached == max(sets.values())]
    assert len(found.chosen) == min(map(len, equal))
    others = [reached for ids, reached in sets.items() if ids != found.chosen]
    runner_up = tuple(found.runner_up.values.values()) if found.runner_up else None
    assert runner_up == max(others, default=None)
    for lost in found.losers:
        with_it = [reached for ids, reached in sets.items() if lost.id in ids]
        assert (lost.reason in ("too_large", "requires", "out_of_bounds")) == (not with_it)
        assert not with_it or (lost.instead and tuple(lost.instead.values.values()) == max(with_it))


@settings(max_examples=60, deadline=None)
@given(batches(), caps, st.data())
def test_a_worse_variant_never_changes_the_winner(
    candidates: list[Candidate], limits: Mapping[str, Any], data: st.DataObject
) -> None:
    twin = data.draw(st.sampled_from(candidates))
    assume(twin.group)
    name = data.draw(st.sampled_from(["a worse one", "z worse one"]))
    lost = {goal: data.draw(st.integers(0, 3)) for goal in GOALS}
    more = {cap: data.draw(st.integers(0, 3)) for cap in CAPS}
    assume(any(lost.values()) or any(more.values()))
    worse = Candidate(
        name,
        {goal: twin.gains[goal] - lost[goal] for goal in GOALS},
        {cap: twin.uses[cap] + more[cap] for cap in CAPS},
        twin.requires,
        twin.group,
    )
    before, after = select(candidates, limits, GOALS), select([*candidates, worse], limits, GOALS)
    assert (after.chosen, after.values) == (before.chosen, before.values)


def test_a_worse_one_never_stands_in_the_place_of_a_better_one() -> None:
    better = Candidate("z", {"v": 3}, {"m": 2, "n": 1})
    worse = Candidate("a", {"v": 3}, {"m": 3, "n": 1})
    assert select([worse, better], {"m": 9, "n": 1}, ["v"]).chosen == ("z",)


@settings(max_examples=40, deadline=None)
@given(batches(5), caps, st.randoms(use_true_random=False))
def test_order_never_matters(candidates: list[Candidate], limits: Mapping[str, Any], dice: Any) -> None:
    shuffled = list(candidates)
    dice.shuffle(shuffled)
    turned = dict(reversed(limits.items()))
    assert select(shuffled, turned, GOALS, prices=True) == select(candidates, limits, GOALS, prices=True)


@settings(max_examples=40, deadline=None)
@given(batches(5), caps, st.sampled_from([1000, Fraction(1, 100), Fraction(7, 3)]))
def test_the_scale_of_the_currency_never_matters(
    candidates: list[Candidate], limits: Mapping[str, Any], scale: Any
) -> None:
    scaled = [
        Candidate(
            each.id,
            {goal: gain * scale for goal, gain in each.gains.items()},
            {cap: use * scale for cap, use in each.uses.items()},
            each.requires,
            each.group,
        )
        for each in candidates
    ]
    before = select(candidates, limits, GOALS)
    after = select(scaled, {cap: limit * scale for cap, limit in limits.items()}, GOALS)
    assert after.chosen == before.chosen
    assert {goal: gain / Fraction(scale) for goal, gain in after.values.items()} == dict(before.values)
    assert [(each.id, each.reason) for each in after.losers] == [(each.id, each.reason) for each in before.losers]


@settings(max_examples=40, deadline=None)
@given(batches(), caps, st.data())
def test_a_cheaper_one_never_lowers_the_optimum(
    candidates: list[Candidate], limits: Mapping[str, Any], data: st.DataObject
) -> None:
    before = select(candidates, limits, GOALS, runner_up=False, costs=False)
    place = data.draw(st.integers(0, len(candidates) - 1))
    old = candidates[place]
    uses = {cap: data.draw(st.integers(0, int(use))) for cap, use in old.uses.items()}
    cheaper = Candidate(old.id, old.gains, uses, old.requires, old.group)
    now = [*candidates[:place], cheaper, *candidates[place + 1 :]]
    after = select(now, limits, GOALS, runner_up=False, costs=False)
    assert tuple(after.values.values()) >= tuple(before.values.values())


def test_the_example_on_which_weighted_scores_turn_round() -> None:
    """Three options under which one winner stands; a fourth that is worse than one of them leaves it so."""
    rows = [(7, 8, -1), (8, 5, -5), (6, 3, -9)]
    options = [
        Candidate(str(n), {f"g{k}": score for k, score in enumerate(row)}, {}, (), "one") for n, row in enumerate(rows)
    ]
    worse = Candidate("3", {"g0": 1, "g1": 3, "g2": -4}, {}, (), "one")
    for order in permutations(["g0", "g1", "g2"]):
        assert select([*options, worse], {}, order).chosen == select(options, {}, order).chosen
