"""The answers of the solver, judged by trying every value of every variable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aop_rules.errors import InputError
from aop_rules.exact.number import Exact
from aop_rules.solving import highs, search
from aop_rules.solving.solve import Conflict, Model, Row, Solution, Stage, Variable, solve

# ── the slow and obvious judge ──────────────────────────────────────────────────────────────────────────────────────


def answers(model: Model) -> Iterator[dict[str, Exact]]:
    """All values that keep every row; every variable is whole and has bounds."""
    for values in product(*(choices(variable) for variable in model.variables)):
        chosen: dict[str, Exact] = dict(zip((variable.id for variable in model.variables), values, strict=True))
        if all(kept(row, chosen) for row in model.rows):
            yield chosen


def choices(variable: Variable) -> list[int]:
    assert variable.kind == "whole" and variable.low is not None and variable.high is not None
    if variable.least:
        return [0, *(n for n in range(1, int(variable.high // 1) + 1) if n >= variable.least)]
    return list(range(-int(-variable.low // 1), int(variable.high // 1) + 1))


def kept(row: Row, values: dict[str, Exact]) -> bool:
    reached = sum(factor * values[name] for name, factor in row.terms.items())
    return (row.least is None or reached >= row.least) and (row.most is None or reached <= row.most)


def value(stage: Stage, values: Any) -> Exact:
    return stage.constant + sum(factor * values[name] for name, factor in stage.terms.items())


def best(model: Model, stages: Sequence[Stage]) -> tuple[Exact, ...] | None:
    """What the stages come to at best, the first before the second; None where nothing is possible."""
    signs = [1 if stage.sense == "min" else -1 for stage in stages]
    found = [tuple(s * value(stage, each) for s, stage in zip(signs, stages, strict=True)) for each in answers(model)]
    return tuple(s * v for s, v in zip(signs, min(found), strict=True)) if found else None


# ── small models ────────────────────────────────────────────────────────────────────────────────────────────────────

NAMES = ("a", "b", "c", "d")
factors = st.one_of(st.integers(-5, 7), st.fractions(-3, 3, max_denominator=4))
limits = st.one_of(st.none(), st.integers(-4, 12), st.fractions(-2, 9, max_denominator=3))


@st.composite
def whole_variables(draw: st.DrawFn, name: str) -> Variable:
    if draw(st.integers(0, 3)) == 0:
        return Variable(name, high=draw(st.integers(0, 4)), kind="whole", least=draw(st.integers(1, 4)))
    low = draw(st.integers(-2, 1))
    return Variable(name, low, draw(st.integers(low, 3)), "whole")


@st.composite
def real_variables(draw: st.DrawFn, name: str) -> Variable:
    if draw(st.booleans()):
        return Variable(name, high=draw(st.integers(0, 9)), least=draw(st.fractions(1, 5, max_denominator=3)))
    return Variable(name, draw(st.integers(-3, 1)), draw(st.integers(2, 9)))


@st.composite
def models(draw: st.DrawFn, *, real: bool = False) -> Model:
    names = NAMES[: draw(st.integers(1, 4))]
    kinds = [whole_variables, real_variables] if real else [whole_variables]
    variables = [draw(draw(st.sampled_from(kinds))(name)) for name in names]
    terms = st.dictionaries(st.sampled_from(names), factors)
    rows = [Row(f"row {n}", draw(terms), draw(limits), draw(limits)) for n in range(draw(st.integers(0, 4)))]
    return Model(variables, rows)


@st.composite
def stagings(draw: st.DrawFn, least: int = 0) -> list[Stage]:
    terms = st.dictionaries(st.sampled_from(NAMES), factors)
    senses = st.sampled_from(["min", "max"])
    return [Stage(f"s{n}", draw(terms), draw(senses), draw(factors)) for n in range(draw(st.integers(least, 3)))]


def over(model: Model, stages: list[Stage]) -> list[Stage]:
    """The stages without what the model does not have."""
    known = {variable.id for variable in model.variables}
    return [replace(stage, terms={n: f for n, f in stage.terms.items() if n in known}) for stage in stages]


def values(found: Solution | Conflict) -> tuple[Exact, ...] | None:
    return tuple(stage.value for stage in found.stages) if isinstance(found, Solution) else None


class TestTheBest:
    @given(models(), stagings())
    def test_no_enumeration_finds_a_better_value(self, model: Model, stages: list[Stage]) -> None:
        stages = over(model, stages)

        found = solve(model, stages, method="exact")

        assert best(model, stages) == values(found)
        assert isinstance(found, Conflict) or found.proved

    @given(models(), stagings())
    def test_what_is_answered_is_a_possible_answer(self, model: Model, stages: list[Stage]) -> None:
        stages = over(model, stages)

        found = solve(model, stages)

        if isinstance(found, Solution):
            assert dict(found.values) in list(answers(model))
            assert [value(stage, found.values) for stage in stages] == [stage.value for stage in found.stages]

    @settings(max_examples=50)
    @given(models(real=True), stagings())
    def test_highs_reaches_what_the_exact_search_does(self, model: Model, stages: list[Stage]) -> None:
        stages = over(model, stages)

        assert values(solve(model, stages, method="exact")) == values(solve(model, stages, method="highs"))

    @given(models(real=True), stagings(), st.randoms())
    def test_the_order_of_anything_never_matters(self, model: Model, stages: list[Stage], random: Any) -> None:
        stages = over(model, stages)
        variables, rows = list(model.variables), [replace(row, terms=shuffled(row.terms, random)) for row in model.rows]
        random.shuffle(variables)
        random.shuffle(rows)
        turned = [replace(stage, terms=shuffled(stage.terms, random)) for stage in stages]

        assert solve(model, stages) == solve(Model(variables, rows), turned)

    @settings(max_examples=50)
    @given(
        models(real=True),
        stagings(),
        st.sampled_from([1_000, 10**9, Fraction(1, 7)]),
        st.sampled_from(["exact", "highs"]),
    )
    def test_scaling_rows_and_stages_changes_nothing_but_the_scale(
        self, model: Model, stages: list[Stage], scale: Exact, method: Any
    ) -> None:
        stages = over(model, stages)
        rows = [Row(row.id, times(row.terms, scale), by(row.least, scale), by(row.most, scale)) for row in model.rows]
        scaled = [replace(each, terms=times(each.terms, scale), constant=each.constant * scale) for each in stages]

        was, now = solve(model, stages, method=method), solve(Model(model.variables, rows), scaled, method=method)

        was_values = values(was)
        assert values(now) == (None if was_values is None else tuple(each * scale for each in was_values))

    @settings(max_examples=50)
    @given(models(real=True), stagings(), st.sampled_from([1_000, 10**9]), st.sampled_from(["exact", "highs"]))
    def test_scaling_real_amounts_changes_nothing_but_the_scale(
        self, model: Model, stages: list[Stage], scale: int, method: Any
    ) -> None:
        stages = over(model, stages)
        reals = {variable.id for variable in model.variables if variable.kind == "real"}
        variables = [larger(each, scale) if each.id in reals else each for each in model.variables]

        def smaller(terms: Any) -> dict[str, Exact]:
            return {name: factor * scale if name not in reals else factor for name, factor in terms.items()}

        rows = [Row(row.id, smaller(row.terms), by(row.least, scale), by(row.most, scale)) for row in model.rows]
        scaled = [replace(each, terms=smaller(each.terms), constant=each.constant * scale) for each in stages]

        was, now = solve(model, stages, method=method), solve(Model(variables, rows), scaled, method=method)

        was_values = values(was)
        assert values(now) == (None if was_values is None else tuple(each * scale for each in was_values))

    @given(models(real=True), stagings())
    def test_what_is_nothing_or_enough_is_one_of_the_two(self, model: Model, stages: list[Stage]) -> None:
        found = solve(model, over(model, stages))

        assume(isinstance(found, Solution))
        for variable in model.variables:
            amount = found.values[variable.id]
            assert not variable.least or amount == 0 or variable.least <= amount <= variable.high

    def test_nothing_or_enough_takes_nothing_where_enough_is_too_much(self) -> None:
        model = Model([Variable("ads", high=9, least=5)], [Row("cash", {"ads": 1}, most=4)])

        found = solve(model, [Stage("reach", {"ads": 1}, "max")])

        assert dict(found.values) == {"ads": 0}

    def test_a_third_stays_a_third(self) -> None:
        model = Model([Variable("a"), Variable("b", kind="whole", high=9)], [Row("r", {"a": 3, "b": 3}, most=4)])

        for method in ("exact", "highs"):
            found = solve(model, [Stage("s", {"a": 1, "b": Fraction(1, 2)}, "max")], method=method)
            assert Fraction(4, 3) == found.stages[0].value

    def test_a_stage_without_terms_is_its_constant(self) -> None:
        told: list[str] = []

        found = solve(
            Model([Variable("a", high=2)]),
            [Stage("none", {}, "max", 5), Stage("a", {"a": 1}, "max")],
            progress=told.append,
        )

        assert values(found) == (5, 2)
        assert told == ["a"]


def shuffled(terms: Any, random: Any) -> dict[str, Exact]:
    items = list(terms.items())
    random.shuffle(items)
    return dict(items)


def times(terms: Any, scale: Exact) -> dict[str, Exact]:
    return {name: factor * scale for name, factor in terms.items()}


def by(limit: Exact | None, scale: Exact) -> Exact | None:
    return None if limit is None else limit * scale


def larger(variable: Variable, scale: int) -> Variable:
    return replace(variable, low=by(variable.low, scale), high=by(variable.high, scale), least=variable.least * scale)


# ── what cannot be ──────────────────────────────────────────────────────────────────────────────────────────────────


def without(model: Model, name: str) -> Model:
    """The model without one row or bound."""
    variable, _, side = name.rpartition(":")
    variables = [
        replace(v, **{side: None}) if v.id == variable and side in ("low", "high") else v for v in model.variables
    ]
    return Model(variables, [row for row in model.rows if row.id != name])


def named(model: Model, names: Sequence[str]) -> Model:
    """The model with these rows and bounds, and no others."""
    for row in model.rows:
        model = model if row.id in names else without(model, row.id)
    for variable in model.variables:
        for name in (f"{variable.id}:low", f"{variable.id}:high"):
            model = model if variable.least or name in names else without(model, name)
    return model


class TestConflicts:
    @given(models(real=True), st.sampled_from(["exact", "highs"]))
    def test_a_conflict_is_one_by_itself_and_none_of_it_is_to_spare(self, model: Model, method: Any) -> None:
        found = solve(model, [], method=method)
        assume(isinstance(found, Conflict))
        alone = named(model, found.rows)

        assert isinstance(solve(alone, [], method="exact"), Conflict)
        for name in found.rows if found.minimal else ():
            assert isinstance(solve(without(alone, name), [], method=method), Solution)

    def test_the_rows_that_conflict_are_named_and_no_others(self) -> None:
        variables = [Variable("online"), Variable("store")]
        rows = [
            Row("total", {"online": 1, "store": 1}, 120, 120),
            Row("store at least", {"store": 1}, least=70),
            Row("share", {"online": Fraction(11, 20), "store": Fraction(-9, 20)}, least=0),
            Row("cash", {"online": 1}, most=500),
        ]

        assert Conflict(("share", "store at least", "total")) == solve(Model(variables, rows), [])

    def test_a_bound_that_binds_is_named(self) -> None:
        model = Model([Variable("a", high=3), Variable("b")], [Row("need", {"a": 1}, least=4)])

        assert Conflict(("a:high", "need")) == solve(model, [])

    def test_bounds_that_cross_conflict(self) -> None:
        assert Conflict(("a:high", "a:low")) == solve(Model([Variable("a", 5, 3)]), [Stage("s", {"a": 1}, "min")])


class TestRefusals:
    @pytest.mark.parametrize("method", ["exact", "highs"])
    @pytest.mark.parametrize("kind", ["real", "whole"])
    def test_what_has_no_best_is_refused(self, method: Any, kind: Any) -> None:
        model = Model([Variable("a", kind=kind)])

        assert refused(model, [Stage("s", {"a": 1}, "max")], method=method) == "OPTIMISE_UNBOUNDED"

    @pytest.mark.parametrize("method", ["exact", "highs"])
    def test_what_has_no_best_and_cannot_be_is_a_conflict(self, method: Any) -> None:
        model = Model([Variable("a"), Variable("b", high=3)], [Row("r", {"b": 1}, least=4)])

        assert Conflict(("b:high", "r")) == solve(model, [Stage("s", {"a": 1}, "max")], method=method)

    @pytest.mark.parametrize(
        "model",
        [
            Model([Variable("a"), Variable("a")]),
            Model([Variable("a")], [Row("r", {"a": 1}), Row("r", {"a": 2})]),
            Model([Variable("a")], [Row("r", {"b": 1})]),
            Model([Variable("a")], [Row("a:low", {"a": 1})]),
            Model([Variable("a", high=0.5)]),  # type: ignore[arg-type]
            Model([Variable("a")], [Row("r", {"a": True})]),
            Model([Variable("a", kind="binary")]),  # type: ignore[arg-type]
            Model([Variable("a", least=5)]),
            Model([Variable("a", low=1, high=9, least=5)]),
            Model([Variable("a", high=9, least=-5)]),
        ],
    )
    def test_a_model_that_says_nothing_clear_is_refused(self, model: Model) -> None:
        assert refused(model, []) == "OPTIMISE_BAD_MODEL"

    def test_so_is_a_stage(self) -> None:
        assert refused(Model([]), [Stage("s", {"a": 1}, "most")]) == "OPTIMISE_BAD_MODEL"  # type: ignore[arg-type]

    def test_a_search_that_was_stopped_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        many = [Variable(f"x{n:02}", high=1, kind="whole") for n in range(16)]
        costs = {each.id: 30 + n * 37 % 41 for n, each in enumerate(many)}
        model = Model(
            many, [Row("cap", costs, most=401), Row("other", {n: 99 - c for n, c in costs.items()}, most=407)]
        )
        stage = Stage("s", {name: cost + cost % 5 for name, cost in costs.items()}, "max")
        monkeypatch.setattr(search, "PARTS_MAX", 40)

        found = solve(model, [stage], method="exact")

        assert not found.proved and found.stages[0].bound > found.stages[0].value and found.stages[0].gap > 0

    def test_a_search_that_was_stopped_with_nothing_to_show_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search, "PARTS_MAX", 0)

        assert refused(Model([Variable("a", high=1)]), [], method="exact") == "OPTIMISE_NOT_SETTLED"

    def test_without_scipy_the_way_out_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(__import__("sys").modules, "scipy.optimize", None)

        assert (
            refused(Model([Variable("a", high=1)]), [Stage("s", {"a": 1}, "max")], method="highs")
            == "OPTIMISE_NEEDS_EXTRA"
        )


def refused(model: Model, stages: list[Stage], **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        solve(model, stages, **options)
    return caught.value.problems[0].code


class TestHighsIsNotTrusted:
    def test_a_rounded_answer_that_breaks_a_row_is_cut_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = iter([(1, 1, 0), (1, 0, 1)])
        asked: list[Any] = []

        def lying(program: Any, *_: Any) -> Any:
            asked.append(program)
            return highs._Answer(0, tuple(map(Fraction, next(said))), Fraction(-2))

        monkeypatch.setattr(highs, "_ask", lying)
        items = [Variable(name, high=1, kind="whole") for name in "abc"]
        model = Model(items, [Row("cap", {"a": 10**13, "b": 10**13 + 1, "c": 10**13}, most=2 * 10**13)])

        found = solve(model, [Stage("s", {"a": 1, "b": 1, "c": 1}, "max")], method="highs")

        assert dict(found.values) == {"a": 1, "b": 0, "c": 1} and found.method == "highs"
        assert asked[1].lines[-1].terms == ((0, 1), (1, 1))

    def test_one_dong_too_much_in_ten_million_million_is_too_much(self) -> None:
        unit = 10**13
        items = [Variable(f"x{n}", high=1, kind="whole") for n in range(8)]
        terms = {item.id: unit + n for n, item in enumerate(items)}
        model = Model(items, [Row("cap", terms, most=4 * unit + 5)])  # the four smallest come to 6 more

        found = solve(model, [Stage("s", {item.id: 1 for item in items}, "max")], method="highs")

        assert found.stages[0].value == 3 and found.proved


def test_highs_answers_a_model_without_variables() -> None:
    found = solve(Model(()), (Stage("nothing", {}, "min"),), method="highs")
    assert isinstance(found, Solution)
    assert found.proved and dict(found.values) == {}


def test_what_is_not_pulled_does_not_make_a_model_too_large_to_be_worked_out() -> None:
    """400 levers of a size each, from which money flows: more cells than the exact method takes, of which few are not 0."""
    count = 400
    variables, rows, needed = [], [], {}
    for n in range(count):
        variables += [Variable(f"pulled{n}", 0, 1, "whole"), Variable(f"size{n}", 0, 1), Variable(f"flow{n}", 0, 1)]
        rows += [Row(f"most{n}", {f"size{n}": 1, f"pulled{n}": -1}, most=0)]
        rows += [Row(f"given{n}", {f"flow{n}": 1, f"size{n}": -1}, most=0)]
        needed[f"flow{n}"] = 10 + n
    model = Model(variables, [*rows, Row("need", needed, least=1_000, most=1_000)])
    found = solve(model, [Stage("edits", {f"pulled{n}": 1 for n in range(count)}, "min")], method="highs")
    assert isinstance(found, Solution)
    assert (found.proved, found.method, found.stages[0].value) == (True, "highs", 3)
