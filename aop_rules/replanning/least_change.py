"""The search for an adjustment as a model of straight lines: every lever a size, every limit a row, every goal a stage.

Sizes are shares of a lever (1: all of it), and rows of money are divided by what they are about, so that the scale of a
currency changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from aop_rules.adjusting.landing_effects import Estimate
from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.rooms import Limit, limits_of
from aop_rules.exact.number import Exact, exact
from aop_rules.replanning.aims import Aim, weighed
from aop_rules.replanning.case import Case, changes, money
from aop_rules.solving.model import Model, Row, Stage, Variable

Terms = dict[str, Exact]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where freed money goes: to a need, or to a line in a period from which levers take."""

    id: str
    line: str
    index: int
    """Of the period in which it has to be there."""


def receivers(case: Case) -> tuple[Receiver, ...]:
    """The needs in their order, then the lines that levers take money from."""
    needs = [Receiver(f"need.{n}", need.line, case.index(need.period)) for n, need in enumerate(case.needs, 1)]
    taken = sorted({(lever.takes_from, case.index(lever.period)) for lever in case.levers if lever.takes})
    return (*needs, *(Receiver(f"into.{line}.{index}", line, index) for line, index in taken))


def flows(case: Case) -> Iterator[tuple[Lever, Receiver]]:
    """From which lever money may go where: it has to be there in time, and come from elsewhere or from what is not done."""
    for lever in case.levers:
        for to in receivers(case) if lever.frees > 0 else ():
            if case.index(lever.period) <= to.index and _may_go(case, lever, to):
                yield lever, to


def _may_go(case: Case, lever: Lever, to: Receiver) -> bool:
    if lever.line == to.line and to.id.startswith("into.") and lever.kind != "rephase":
        return False  # money that stays where it is
    if lever.kind == "rephase":
        return lever.line == to.line and case.index(lever.from_period or lever.period) > to.index
    return lever.kind not in ("transfer", "reserve") or lever.line != to.line


def pulled(lever: Lever) -> str:
    return f"pulled:{lever.id}"


def size(lever: Lever) -> str:
    """The variable that holds how much of a lever is pulled: what is whole is all of it or nothing."""
    return pulled(lever) if lever.whole else f"size:{lever.id}"


def flow(lever: Lever, to: Receiver) -> str:
    return f"flow:{lever.id}:{to.id}"


def short(aim: Aim) -> str:
    return f"short:{aim.id}"


def model_of(case: Case, estimates: Sequence[Estimate], needed: bool = True) -> Model:
    """Every variable and row. With `needed=False` the needs ask for nothing: to find the most that can be freed."""
    rows = [*_sizes(case), *_needs(case, needed), *_rooms(case), *_aims(case, estimates), *_apart(case)]
    return Model(tuple(_variables(case, estimates)), tuple(rows))


def stages_of_goals(case: Case) -> tuple[Stage, ...]:
    """One stage a rank: the least shortfall of its goals, as shares of their targets."""
    ranks: dict[tuple[int, int], list[Aim]] = {}
    for aim in case.aims.aims:
        if not aim.hard:
            ranks.setdefault(aim.order, []).append(aim)
    return tuple(
        Stage("+".join(aim.id for aim in tied), {short(aim): 1 for aim in tied}, "min")
        for _, tied in sorted(ranks.items())
    )


def stages_of_edits(case: Case) -> tuple[Stage, ...]:
    """Fewest edits, then least money moved, then the first by id: so that equal ways always give the same answer.

    At last, no more of it goes to lines that levers take from than is needed there.
    """
    total = sum((Fraction(money(lever)) for lever in case.levers), Fraction()) or Fraction(1)
    weights = {lever.id: exact(money(lever) / total) for lever in case.levers}
    return (
        Stage("edits", {pulled(lever): 1 for lever in case.levers}, "min"),
        Stage("money", {size(lever): weights[lever.id] for lever in case.levers if weights[lever.id]}, "min"),
        Stage("first", {pulled(lever): n for n, lever in enumerate(case.levers, 1)}, "min"),
        Stage("split", {size(lever): exact(n * weights[lever.id]) for n, lever in enumerate(case.levers, 1)}, "min"),
        Stage("into", {flow(one, to): weights[one.id] for one, to in flows(case) if to.id.startswith("into.")}, "min"),
    )


# ── variables and rows ──────────────────────────────────────────────────────────────────────────────────────────────


def _variables(case: Case, estimates: Sequence[Estimate]) -> Iterator[Variable]:
    for lever in case.levers:
        yield Variable(pulled(lever), 0, 1, "whole")
        if not lever.whole:
            yield Variable(size(lever), 0, 1, "real")
    asked = sum((Fraction(need.amount) for need in case.needs), Fraction(sum(lever.takes for lever in case.levers)))
    for lever, to in flows(case):
        # What a lever frees is a row, not a bound: so that a conflict can name it.
        yield Variable(flow(lever, to), 0, exact(max(Fraction(1), asked / lever.frees)), "real")
    for aim in case.aims.aims:
        if not aim.hard:
            yield Variable(short(aim), 0, _most_short(case, aim, estimates), "real")


def _most_short(case: Case, aim: Aim, estimates: Sequence[Estimate]) -> Exact:
    start = aim.short(case.scales.base) or 0
    worst = max(sum(max(0, -_on_aim(case, lever, aim, estimate)) for lever in case.levers) for estimate in estimates)
    return exact(Fraction(start + worst) / aim.scale)


def _sizes(case: Case) -> Iterator[Row]:
    for lever in case.levers:
        if not lever.whole:
            yield Row(f"most:{lever.id}", {size(lever): 1, pulled(lever): -1}, None, 0)
            if lever.least and lever.frees:
                least = exact(-Fraction(lever.least) / lever.frees)
                yield Row(f"least:{lever.id}", {size(lever): 1, pulled(lever): least}, 0, None)
    for lever in case.levers:
        given: Terms = {flow(one, to): 1 for one, to in flows(case) if one.id == lever.id}
        if given:
            yield Row(f"given:{lever.id}", {**given, size(lever): -1}, None, 0)


def _needs(case: Case, needed: bool) -> Iterator[Row]:
    for n, need in enumerate(case.needs, 1):
        if needed and need.amount:
            terms: Terms = {
                flow(lever, to): exact(Fraction(lever.frees) / need.amount)
                for lever, to in flows(case)
                if to.id == f"need.{n}"
            }
            yield Row(f"need:{n}", terms, 1, 1)
    for to in receivers(case):
        takers = [one for one in case.levers if one.takes and not one.takes_from and case.index(one.period) == to.index]
        if to.id.startswith("into..") and takers:
            scale = max(Fraction(one.takes) for one in takers)
            paid: Terms = {
                flow(lever, into): exact(lever.frees / scale) for lever, into in flows(case) if into.id == to.id
            }
            for one in takers:
                paid[size(one)] = exact(paid.get(size(one), 0) - one.takes / scale)
            yield Row(f"paid:{to.index}", paid, 0, None)


def _rooms(case: Case) -> Iterator[Row]:
    """What leaves a line, less what comes to it, fits under every limit that it stands under."""
    accounts = {lever.line for lever in case.levers} | {lever.takes_from for lever in case.levers if lever.takes}
    limits = {
        limit.id: limit
        for account in sorted(accounts & set(case.plan.budget.lines))
        for limit in limits_of(case.plan, case.position, account)
    }
    for name in sorted(limits):
        terms = _net(case, limits[name])
        if any(factor > 0 for factor in terms.values()):
            scale = max(abs(Fraction(factor)) for factor in terms.values())
            scaled = {variable: exact(factor / scale) for variable, factor in terms.items() if factor}
            yield Row(f"room:{name}", scaled, None, exact(limits[name].left / scale))


def _net(case: Case, limit: Limit) -> Terms:
    """By variable: what leaves the account of a limit within it, less what comes."""
    until = case.index(limit.period)

    def counts(line: str, index: int) -> bool:
        inside = limit.line in case.plan.budget.with_groups(line)
        return inside and (limit.horizon == "year" or index == until or (limit.horizon == "to_date" and index < until))

    terms: Terms = {}
    for lever, to in flows(case):
        given = case.index(lever.from_period) if lever.kind == "rephase" else to.index
        net = counts(lever.line, given) - counts(to.line, to.index)
        if net:
            terms[flow(lever, to)] = exact(net * lever.frees)
    for lever in case.levers:
        if lever.takes and counts(lever.takes_from, case.index(lever.period)):
            terms[size(lever)] = exact(terms.get(size(lever), 0) + lever.takes)
    return terms


def _aims(case: Case, estimates: Sequence[Estimate]) -> Iterator[Row]:
    for aim in case.aims.aims:
        missed = aim.wanted - (weighed(aim.terms, case.scales.base) or 0)
        for estimate in estimates:
            terms: Terms = {}
            for lever in case.levers:
                moved = _on_aim(case, lever, aim, estimate)
                if moved:
                    terms[size(lever)] = exact(Fraction(moved) / aim.scale)
            if not aim.hard:
                terms[short(aim)] = 1
            elif not any(factor < 0 for factor in terms.values()):
                continue
            yield Row(f"{aim.what}:{aim.goal}:{estimate}", terms, exact(Fraction(missed) / aim.scale), None)


def _on_aim(case: Case, lever: Lever, aim: Aim, estimate: Estimate) -> Exact:
    moved = changes(case.plan, lever, estimate)
    return exact(sum(factor * moved.get(kpi, 0) for kpi, factor in aim.terms))


def _apart(case: Case) -> Iterator[Row]:
    for a, b in case.apart:
        yield Row(f"apart:{a}:{b}", {f"pulled:{a}": 1, f"pulled:{b}": 1}, None, 1)


def held(stage: Stage, value: Exact, band: Exact) -> Row:
    """Later stages give back at most the band of what this one reached."""
    return Row(f"held:{stage.id}", dict(stage.terms), None, exact(value + band))


def rows_with(model: Model, rows: Sequence[Row]) -> Model:
    return Model(model.variables, (*model.rows, *rows))


def shares_of(case: Case, values: Mapping[str, Exact]) -> dict[str, Exact]:
    """How much of each lever is pulled."""
    return {lever.id: exact(values[size(lever)]) for lever in case.levers if values[size(lever)]}
