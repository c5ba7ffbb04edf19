"""Parts that texts of adjustments share: edits, landings, shortfalls, in aligned lines of at most 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aop_rules.decision.option import GoalLanding
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.model import Plan
from aop_rules.replanning.adjustment import Adjustment, Edit, Shortfall
from aop_rules.replanning.binding import Binding
from aop_rules.replanning.case import LeftOut, Why
from aop_rules.replanning.certificate import Certificate
from aop_rules.wording.columns import wrapped
from aop_rules.wording.differences import show_difference
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_figure, show_list, show_money, show_period, show_ratio

WIDE = 100


@dataclass(frozen=True, slots=True)
class Told:
    """Tells of one plan in one language."""

    plan: Plan
    language: Language

    def say(self, key: str, **parts: object) -> str:
        return say(key, self.language, **parts)

    def money(self, amount: Exact) -> str:
        return show_money(amount, self.plan.currency, self.language)

    def signed(self, shown: str, value: Exact) -> str:
        return f"+{shown}" if value > 0 else shown

    def figure(self, value: Exact | None, kpi: str) -> str:
        unit = self.plan.kpis[kpi].unit if kpi in self.plan.kpis else "number"
        return show_figure(value, unit, self.plan.currency, self.language)

    def difference(self, value: Exact, kpi: str) -> str:
        """By how much figures of a KPI differ: of shares in percentage points."""
        unit = self.plan.kpis[kpi].unit if kpi in self.plan.kpis else "number"
        return show_difference(value, unit, self.plan.currency, self.language)

    def goal(self, goal: str) -> str:
        return self.plan.goals[goal].name.in_language(self.language)

    def goals(self, goals: Iterable[str]) -> str:
        return show_list([self.goal(goal) for goal in goals], self.language)

    def lever(self, name: str) -> str:
        """The name of a lever that the plan declares, or of what a followed one is about."""
        declared = self.plan.levers.get(name)
        if declared is not None:
            return declared.name.in_language(self.language)
        kind, _, about = name.partition(".")
        tables = (self.plan.budget.lines, self.plan.initiatives)
        known = next((table[about].name.in_language(self.language) for table in tables if about in table), about)
        return self.say(f"lever.{kind}", name=known) if f"lever.{kind}" in _NAMED else known

    def stage(self, stage: str) -> str:
        """The goals of a stage."""
        return self.goals(dict.fromkeys(each.rpartition(".")[0] for each in stage.split("+")))

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def method(self, method: str) -> str:
        return self.say("replan.method.highs" if method == "highs" else "replan.method.exact")

    def trade_off(self, one: Certificate) -> Iterator[str]:
        said = one.trade_off.in_language(self.language)
        yield from self.row(f"{said[:1].upper()}{said[1:]}.")

    def part(self, title: str, rows: Iterable[str]) -> Iterator[str]:
        yield ""
        yield title.upper()
        yield from rows

    def row(self, text: str, indent: str = "  ") -> Iterator[str]:
        yield from wrapped(text, WIDE, indent, indent + "  ")

    def edits(self, adjustment: Adjustment) -> Iterator[str]:
        for edit in adjustment.edits:
            yield from self.row(
                "; ".join((f"{edit.name.in_language(self.language)}: {self._money_of(edit)}", *self._more(edit)))
            )

    def short_edits(self, adjustment: Adjustment | None) -> str:
        if adjustment is None:
            return self.say("replan.none")
        if not adjustment.edits:
            return self.say("nothing")
        return ", ".join(f"{edit.name.in_language(self.language)} ({self._size(edit)})" for edit in adjustment.edits)

    def landings(self, landings: Sequence[GoalLanding]) -> Iterator[str]:
        """One line a goal: before, after, and by how much that changes the KPI that it is compared through."""
        rows = [("", "", self.say("replan.before"), self.say("replan.after"), self.say("replan.change"))]
        for each in landings:
            rank = str(self.plan.rank(each.goal) or "")
            before, after = self.figure(each.before, each.kpi), self.figure(each.after, each.kpi)
            rows.append((rank, self.goal(each.goal), before, after, self._change(each)))
        wide = [max(len(row[n]) for row in rows) for n in range(5)]
        for row in rows:
            left = f"  {row[0]:<{wide[0]}} {row[1]:<{wide[1]}}"
            yield f"{left}  {row[2]:>{wide[2]}}  {row[3]:>{wide[3]}}  {row[4]}".rstrip()

    def misses(self, short: Iterable[Shortfall]) -> str:
        told = [
            self.say("replan.miss", goal=self.goal(each.goal), amount=self.difference(each.after, each.kpi))
            for each in short
            if each.after
        ]
        return "; ".join(told) or self.say("replan.miss.none")

    def certificate(self, one: Certificate) -> Iterator[str]:
        """Why no lower rung, then how it is proved."""
        if one.below:
            yield from self.part(self.say("replan.below"), self._below(one))
        yield from self.part(self.say("replan.proof"), self.proof(one))

    def unknown(self, goals: Iterable[str]) -> Iterator[str]:
        """Goals of which nothing can be told, and why."""
        kpis, asked = self.plan.kpis, list(goals)
        two_way = [goal for goal in asked if (kpi := kpis.get(self.plan.goals[goal].kpi or "")) and not kpi.one_way]
        rest = [goal for goal in asked if goal not in two_way]
        if rest:
            yield from self.row(self.say("replan.unknown", goals=self.goals(rest)))
        if two_way:
            yield from self.row(self.say("replan.two_way", goals=self.goals(two_way)))

    def conflicts(self, conflicts: Sequence[Binding]) -> Iterator[str]:
        rows = (line for each in conflicts for line in self.row(each.words.in_language(self.language)))
        yield from self.part(self.say("replan.conflicts"), rows)

    def left_out(self, left: Sequence[LeftOut]) -> Iterator[str]:
        if left:
            rows = (line for each in left for line in self.row(f"{self.lever(each.lever)}: {self.why(each.why)}"))
            yield from self.part(self.say("replan.left_out"), rows)

    def why(self, why: Why) -> str:
        """Why something is not offered."""
        return self.say(_WHY[why])

    def _below(self, one: Certificate) -> Iterator[str]:
        same: dict[tuple[str, Exact, Exact], list[str]] = {}
        for each in one.below:
            rungs = same.setdefault((each.stage, each.reached, each.enough), [])
            rungs.append(self.say(RUNG_NAMES[each.rung]))
        for (stage, reached, enough), rungs in same.items():
            if stage == "money":
                said = self.say("replan.below.money", most=self.money(reached), needed=self.money(enough))
            else:
                shares = {"reached": show_ratio(reached, self.language), "enough": show_ratio(enough, self.language)}
                said = self.say("replan.below.goal", goal=self.stage(stage), **shares)
            yield from self.row(f"{', '.join(rungs)}: {said}")

    def proof(self, one: Certificate) -> Iterator[str]:
        if one.proved:
            yield from self.row(self.say("replan.proved", method=self.method(one.method)))
        else:
            gaps = [each.gap for each in one.objective if each.gap is not None]
            gap = show_ratio(max(gaps), self.language) if len(gaps) == len(one.objective) else self.say("unknown.value")
            yield from self.row(self.say("replan.not_proved", method=self.method(one.method), gap=gap))
        yield from self.row(self.say("replan.locked", digest=one.locked[:19]))

    def _change(self, each: GoalLanding) -> str:
        if each.compared_before is None or each.compared_after is None:
            return ""
        change = exact(each.compared_after - each.compared_before)
        if not change:
            return "–"
        shown = self.signed(self.difference(change, each.compared), change)
        if each.compared == each.kpi:
            return shown
        return f"{shown} ({self.plan.kpis[each.compared].name.in_language(self.language)})"

    def _size(self, edit: Edit) -> str:
        return self.money(edit.amount) if edit.amount else show_ratio(edit.share, self.language)

    def _money_of(self, edit: Edit) -> str:
        if not edit.to:
            return self._size(edit)
        to = [
            (
                self.plan.budget.lines[line].name.in_language(self.language) if line else self.say("replan.unspent"),
                amount,
            )
            for line, amount in edit.to
        ]
        return ", ".join(self.say("replan.to", amount=self.money(amount), to=name) for name, amount in to)

    def _more(self, edit: Edit) -> Iterator[str]:
        if edit.share != 1 and edit.kind not in ("reserve", "transfer", "rephase"):
            yield self.say("replan.part", share=show_ratio(edit.share, self.language))
        if edit.left is not None:
            line = self.plan.budget.lines[edit.line].name.in_language(self.language)
            yield self.say("replan.left", amount=self.money(edit.left), line=line)
        if edit.risks is not None:
            yield self.say("replan.risks", amount=self.money(edit.risks))
        if edit.period:
            yield self.say("option.from", period=show_period(edit.period, self.language))
        if edit.approval:
            yield self.say("replan.approval", who=edit.approval)


_NAMED = frozenset({"lever.rephase", "lever.transfer", "lever.reserve", "lever.defer", "lever.stop"})
RUNG_NAMES = {
    "keep": "outcome.KEEP_COURSE",
    "watch": "outcome.WATCH",
    "investigate": "outcome.INVESTIGATE",
    "adjust_actions": "outcome.ADJUST_ACTIONS",
    "reallocate": "outcome.REALLOCATE",
    "trigger_contingency": "outcome.TRIGGER_CONTINGENCY",
    "escalate_goal_review": "outcome.ESCALATE_GOAL_REVIEW",
}
_WHY: dict[Why, str] = {
    "contract": "left_out.contract",
    "undeclared": "left_out.undeclared",
    "moves_nothing": "left_out.moves_nothing",
    "protected": "left_out.protected",
    "later": "left_out.later",
    "no_cut": "left_out.no_cut",
}
