"""An adjustment checked again: everything worked out anew from the plan, the position and the levers, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from aop_rules.adjusting.lever import Lever
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.rooms import limits_of
from aop_rules.errors import Place, Problem
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.replanning.adjustment import Adjustment, Edit, shortfalls
from aop_rules.replanning.case import Case, changed
from aop_rules.replanning.certificate import Certificate, below, locked_goals
from aop_rules.replanning.cut import CostCut
from aop_rules.replanning.replan import Replan
from aop_rules.replanning.rungs import RUNGS, height, rung_of
from aop_rules.replanning.search import Search
from aop_rules.replanning.trade_off import trade_off

PLACE = Place("<certificate>")


def verify(one: Replan | CostCut, plan: Plan, position: Position, levers: Iterable[Lever]) -> tuple[Problem, ...]:
    """What is not so (CERTIFICATE_WRONG), nothing where all of it is.

    The edits, the money, every limit, every bound and landing are recomputed without the model that was solved. What lower
    rungs reach is searched for again.
    """
    best, certificate = one.best, one.certificate
    if best is None or certificate is None:
        return ()
    if isinstance(one, Replan):
        case = Case.of(plan, position, levers, one.needs, one.asked, one.band)
    else:
        period = calendar_of(plan).period_of(one.by).id
        need = (Need(amount=one.met, period=period),) if one.met else ()
        case = Case.of(plan, position, levers, need, (), one.band, one.left_out)
    check = _Check(case, best, certificate)
    return tuple(Problem(PLACE, "CERTIFICATE_WRONG", message, "make the adjustment anew") for message in check.all())


@dataclass(frozen=True, slots=True)
class _Check:
    case: Case
    best: Adjustment
    certificate: Certificate

    def all(self) -> Iterator[str]:
        levers = {lever.id: lever for lever in self.case.levers}
        strange = [edit.lever for edit in self.best.edits if edit.lever not in levers]
        yield from (f"lever `{name}` is not one that may be pulled" for name in strange)
        if self.certificate.locked != locked_goals(self.case.plan):
            yield "the locked goals are not those of the plan"
        if strange:
            return
        for edit in self.best.edits:
            yield from self._edit(edit, levers[edit.lever])
        yield from self._apart()
        yield from self._money(levers)
        yield from self._limits(levers)
        yield from self._goals()
        yield from self._rungs(levers)
        yield from self._words()

    def _edit(self, edit: Edit, lever: Lever) -> Iterator[str]:
        amount = Fraction(lever.frees or lever.takes) * edit.share
        allowed = edit.share == 1 if lever.whole else 0 < edit.share <= 1
        if not allowed or (lever.frees and lever.frees * edit.share < lever.least):
            yield f"`{lever.id}` cannot be pulled by {number_text(edit.share)}"
        if amount != edit.amount or sum(given for _, given in edit.to) > lever.frees * edit.share:
            yield f"`{lever.id}` does not move {number_text(edit.amount)}"
        if edit.rung != rung_of(self.case.plan, lever):
            yield f"`{lever.id}` does not stand on `{edit.rung}`"

    def _apart(self) -> Iterator[str]:
        pulled = self.best.shares
        for one, other in self.case.apart:
            if one in pulled and other in pulled:
                yield f"`{one}` and `{other}` exclude each other"

    def _money(self, levers: dict[str, Lever]) -> Iterator[str]:
        for line in sorted({need.line for need in self.case.needs}):
            needed = sum(need.amount for need in self.case.needs if need.line == line)
            given = sum(amount for edit in self.best.edits for to, amount in edit.to if to == line)
            takers = any(levers[edit.lever].takes_from == line for edit in self.best.edits)
            if given < needed or (given > needed and not takers):
                yield f"`{line or 'cut'}` gets {number_text(given)}, and needs {number_text(needed)}"

    def _limits(self, levers: dict[str, Lever]) -> Iterator[str]:
        """The year's limit of every line that gives: what leaves it, less what comes, fits in what is left."""
        out: dict[str, Exact] = {}
        for edit in self.best.edits:
            lever = levers[edit.lever]
            moves = [(lever.line, amount) for _, amount in edit.to] + [(to, -amount) for to, amount in edit.to]
            if lever.takes and lever.takes_from:
                moves.append((lever.takes_from, lever.takes * edit.share))
            for line, amount in moves:
                for account in self.case.plan.budget.with_groups(line):
                    out[account] = out.get(account, 0) + amount
        for account, amount in sorted(out.items()):
            years = [each for each in limits_of(self.case.plan, self.case.position, account) if each.horizon == "year"]
            if any(each.line == account and amount > each.left for each in years):
                yield f"`{account}` gives {number_text(Fraction(amount))}, more than the year leaves it"

    def _goals(self) -> Iterator[str]:
        shares = self.best.shares
        if shortfalls(self.case, shares, self.best.estimates) != self.best.short:
            yield "the goals do not miss what it says"
        for aim, short in zip(self.case.aims.aims, self.best.short, strict=False):
            if aim.hard and short.after:
                yield f"the {aim.what} of `{aim.goal}` breaks"
        moved = changed(self.case.levers, shares, "likely")
        if "likely" in self.best.estimates and self.case.scales.landings(moved) != self.best.landings:
            yield "the goals do not land where it says"
        if self.certificate.objective != self.best.objective:
            yield "the stages are not those of the adjustment"
        scales = {aim.id: aim.scale for aim in self.case.aims.aims}
        missed = {f"{each.goal}.{each.what}": each.after for each in self.best.short}
        for stage in self.best.objective:
            parts = [part for part in stage.id.split("+") if part in scales]
            reached = sum((Fraction(missed.get(part, 0)) / scales[part] for part in parts), Fraction())
            if parts and reached > stage.value + self.case.band:
                yield f"stage `{stage.id}` is further off than it says"
            if stage.id == "edits" and stage.value != len(self.best.edits):
                yield "the edits are not as many as it says"

    def _rungs(self, levers: dict[str, Lever]) -> Iterator[str]:
        rungs = [rung_of(self.case.plan, levers[edit.lever]) for edit in self.best.edits]
        highest = max(rungs, key=height, default=RUNGS[0])
        if not self.certificate.rung == self.best.rung == highest:
            yield f"the rung is `{highest}`"
        lower, search = RUNGS[: height(highest)], Search(("likely",))
        if tuple(each.rung for each in self.certificate.below) != lower:
            yield "not every lower rung is accounted for"
            return
        for each in self.certificate.below:
            again = below(self.case, each.rung, self.best.objective, search)
            if again != each:
                yield f"rung `{each.rung}` reaches something else than it says"
            elif each.stage == "" or (
                each.reached >= each.enough if each.stage == "money" else each.reached <= each.enough
            ):
                yield f"rung `{each.rung}` is enough"

    def _words(self) -> Iterator[str]:
        if self.certificate.trade_off != trade_off(self.case, self.best.shares):
            yield "the trade-off is not that of the adjustment"
