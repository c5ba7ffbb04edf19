"""The best adjustment: the least shortfall goal by goal, then the lowest rung, the fewest edits, the least money moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from aop_rules.adjusting.landing_effects import Estimate
from aop_rules.exact.number import Exact, exact
from aop_rules.replanning.case import Case, landings_after
from aop_rules.replanning.least_change import (
    flow,
    flows,
    held,
    model_of,
    rows_with,
    shares_of,
    stages_of_edits,
    stages_of_goals,
)
from aop_rules.replanning.rungs import RUNGS, Rung, height, rung_of
from aop_rules.solving.model import Model, Row, Stage
from aop_rules.solving.solve import Conflict, Reached, Solution, solve

Method = Literal["auto", "exact", "highs"]
Progress = Callable[[str], None]
"""Told the id of each stage as work on it begins."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best that levers reach."""

    rung: Rung
    """The highest that a pulled lever stands on; `keep` where none is."""
    shares: Mapping[str, Exact]
    """By lever that is pulled: how much of it (1: all)."""
    given: Mapping[tuple[str, str], Exact]
    """By lever and receiver: the money that goes there."""
    short: Mapping[str, Exact]
    """By aim: what is missed, in its unit; where several estimates are held to, by the worst of them."""
    stages: tuple[Reached, ...]
    """What each stage reached, in their order."""
    proved: bool
    method: str


@dataclass(frozen=True, slots=True)
class Search:
    """How to look."""

    estimates: tuple[Estimate, ...] = ("likely",)
    """Held to at once: what is chosen holds in all of them."""
    method: Method = "auto"
    progress: Progress | None = None

    def best(self, case: Case) -> Found | Conflict:
        """The best adjustment, or rows that cannot hold together."""
        reached = self._goals(case)
        if isinstance(reached, Conflict):
            return reached
        holds, stages, proved = reached
        for lower in _steps(case):
            solved = self._solve(rows_with(model_of(lower, self.estimates), holds), stages_of_edits(lower))
            if not isinstance(solved, Conflict):
                return self._found(lower, solved, stages, proved)
        raise AssertionError("what all levers reach is reached by all levers")

    def first_miss(self, case: Case, objective: Mapping[str, Exact]) -> tuple[str, Exact] | Conflict | None:
        """The first stage that cannot come within the band of what was reached elsewhere, and the least that it misses
        (as a share of what is aimed at), while those before it do. None where all of them can.
        """
        model = model_of(case, self.estimates)
        rows: list[Row] = []
        for stage in stages_of_goals(case) or (_NOTHING,):
            found = self._solve(rows_with(model, rows), (stage,))
            if isinstance(found, Conflict):
                return found
            reached = found.stages[0].value
            if stage is not _NOTHING:
                if reached > objective[stage.id] + case.band:
                    return stage.id, reached
                rows.append(held(stage, objective[stage.id], case.band))
        return None

    def most(self, case: Case) -> Exact:
        """The most money that can be freed for the needs together, with every limit and every bound kept."""
        terms = {flow(lever, to): exact(lever.frees) for lever, to in flows(case) if to.id.startswith("need.")}
        scale = sum(terms.values()) or 1
        stage = Stage("money", {name: exact(Fraction(frees) / scale) for name, frees in terms.items()}, "max")
        found = self._solve(model_of(case, self.estimates, needed=False), (stage,))
        return 0 if isinstance(found, Conflict) or not terms else exact(found.stages[0].value * scale)

    # ── stage by stage ──────────────────────────────────────────────────────────────────────────────────────────────

    def _goals(self, case: Case) -> tuple[tuple[Row, ...], tuple[Reached, ...], bool] | Conflict:
        """The rows that hold what was reached goal by goal, what that is, and whether it is proved."""
        model, proved = model_of(case, self.estimates), True
        rows: list[Row] = []
        stages: list[Reached] = []
        for stage in stages_of_goals(case) or (_NOTHING,):
            found = self._solve(rows_with(model, rows), (stage,))
            if isinstance(found, Conflict):
                return found
            proved = proved and found.proved
            if stage is not _NOTHING:
                rows.append(held(stage, found.stages[0].value, case.band))
                stages += found.stages
        return tuple(rows), tuple(stages), proved

    def _solve(self, model: Model, stages: Sequence[Stage]) -> Solution | Conflict:
        return solve(model, stages, method=self.method, progress=self.progress)

    def _found(self, case: Case, solution: Solution, before: tuple[Reached, ...], proved: bool) -> Found:
        shares = shares_of(case, solution.values)
        pulled = [lever for lever in case.levers if lever.id in shares]
        given = {
            (lever.id, to.id): exact(lever.frees * solution.values[flow(lever, to)])
            for lever, to in flows(case)
            if lever.id in shares and solution.values[flow(lever, to)]
        }
        rungs = [rung_of(case.plan, lever) for lever in pulled]
        return Found(
            rung=max(rungs, key=height, default="keep"),
            shares=shares,
            given=given,
            short=self.short(case, shares),
            stages=(*before, *(each for each in solution.stages if each.id in ("edits", "money"))),
            proved=proved and solution.proved,
            method=solution.method,
        )

    def short(self, case: Case, shares: Mapping[str, Exact]) -> Mapping[str, Exact]:
        """By aim: what is missed then."""
        landed = [landings_after(case, shares, estimate) for estimate in self.estimates]
        return {aim.id: max(aim.short(landings) or 0 for landings in landed) for aim in case.aims.aims}


_NOTHING = Stage("nothing", {}, "min")
"""Only whether there is any way."""


def up_to(case: Case, rung: Rung) -> frozenset[str]:
    """The levers that stand on a rung or below."""
    return frozenset(lever.id for lever in case.levers if height(rung_of(case.plan, lever)) <= height(rung))


def _steps(case: Case) -> tuple[Case, ...]:
    """The same with the levers of the lowest rung only, then those of the next one too, and so on."""
    heights = sorted({height(rung_of(case.plan, lever)) for lever in case.levers})
    return (case.with_levers(()), *(case.with_levers(up_to(case, RUNGS[each])) for each in heights))
