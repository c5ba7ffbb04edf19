"""What to ask: of all that is not known, what would change the answer, whom to ask, by when, and what is not worth asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

from aop_rules.decision.decision import Decision
from aop_rules.decision.outcome import Outcome, ladder
from aop_rules.decision.showing import reasons
from aop_rules.events import EventBase, KpiObservation
from aop_rules.exact.number import Exact, exact
from aop_rules.flipping.asking_words import asked_data, asked_text
from aop_rules.flipping.boundary import Deciding
from aop_rules.flipping.fields import Value
from aop_rules.flipping.unknowns import Unknown, lacking_findings, unknowns
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.rules.standard import REQUESTS
from aop_rules.wording.numbers import Language

Observed = Callable[[EventBase, Sequence[KpiObservation]], Decision]
"""Decides on an event as if these readings had come."""
Others = Mapping[int, Value]
"""Unknowns, by their place, with what they are taken to be."""
TOGETHER_MAX = 6
"""So many unknowns are tried in every combination of their ends; of more, those that the same figures wait for."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is not known."""

    field: str
    """Where it stands in the event: `benefits[1]`; `readings.cash.2026-05` for a reading; the rule, for what cannot be tried."""
    name: Words
    unit: str
    low: Value | None
    high: Value | None
    outcomes: tuple[Outcome, ...]
    """At the low end, the likely value where one is stated (of a reading: what is planned), and the high end, where they
    are furthest apart, of many unknowns where they are found apart first; empty for what cannot be tried."""
    stake: int
    """By how many rungs the outcomes differ."""
    worth: Exact | None
    """What knowing it beforehand saves, in the plan's currency: the mean of what is earned if it is only done where that
    is above zero, less what is earned if it is decided by the mean. Ends count 1, a likely estimate 4."""
    who: str
    """Whom to ask; empty where the plan names nobody."""
    by: date | None
    """The next review, or the event's deadline if that is earlier."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`questions` would change the answer, what matters most first; `not_needed` would not."""

    decision: Decision
    questions: tuple[Question, ...]
    not_needed: tuple[Question, ...]

    def text(self, lang: Language | None = None) -> str:
        """One line a question. `lang` is `en` or `vi`; the plan's language where missing."""
        return asked_text(self, lang or self.decision.plan.language)

    def to_dict(self) -> dict[str, Any]:
        """As plain data for JSON: numbers are whole or text."""
        return asked_data(self)


def asking(event: EventBase, deciding: Deciding, plan: Plan, *, observed: Observed | None = None) -> Asked:
    """What to ask about an event. `observed` decides with readings that have not come; without it none are tried."""
    decision = deciding(event)
    open_ = unknowns(plan, decision, observed is not None)
    trial = _Trial(event, deciding, observed, open_)
    asked = [_question(plan, decision, trial, n) for n in range(len(open_))]
    needed = sorted((each for each in asked if each.stake), key=_most_first)
    lifted = {cover for each in open_ for cover in each.covers}
    untried = tuple(_untried(plan, decision, lifted, bool(open_)))
    return Asked(decision, (*needed, *untried), tuple(each for each in asked if not each.stake))


def _most_first(question: Question) -> tuple[int, Exact, str]:
    return -question.stake, -(question.worth or 0), question.field


@dataclass(slots=True)
class _Trial:
    """Decides with unknowns as they could turn out, each combination once."""

    event: EventBase
    deciding: Deciding
    observed: Observed | None
    unknowns: tuple[Unknown, ...]
    _known: dict[tuple[tuple[int, Value], ...], Decision] = field(default_factory=dict)

    def at(self, values: Others) -> Decision:
        key = tuple(sorted(values.items(), key=lambda pair: pair[0]))
        if key not in self._known:
            event, readings = self.event, []
            for n, to in key:
                unknown = self.unknowns[n]
                event = unknown.put(event, to)
                readings += [unknown.reading(to)] if unknown.reading else []
            self._known[key] = self.observed(event, readings) if readings and self.observed else self.deciding(event)
        return self._known[key]

    @property
    def many(self) -> bool:
        return len(self.unknowns) > TOGETHER_MAX

    def others(self, n: int) -> Iterator[Others]:
        """What the other unknowns could be while one is looked at: as it is likely, and at their ends.

        Of many, those that the same figures wait for are at each of their ends last, KPI by KPI; the rest as it is likely.
        """
        rest, likely = self._rest(n), self._likely(n)
        if likely:
            yield likely
        if not self.many:
            for ends in product(*(self.unknowns[m].ends for m in rest)):
                yield dict(zip(rest, ends, strict=True))
            return
        yield {}
        for end in (0, -1):
            yield {m: self.unknowns[m].ends[end] for m in rest}
        kpis = sorted(self.unknowns[n].beside - {self.unknowns[n].kpi})[: TOGETHER_MAX - 1]
        for places in product((0, -1), repeat=len(kpis)):
            at = dict(zip(kpis, places, strict=True))
            moved = {m: self.unknowns[m].ends[at[kpi]] for m in rest if (kpi := self.unknowns[m].kpi) in at}
            yield {**likely, **moved}

    def _rest(self, n: int) -> list[int]:
        return [m for m in range(len(self.unknowns)) if m != n]

    def _likely(self, n: int) -> dict[int, Value]:
        known = ((m, self.unknowns[m].likely) for m in self._rest(n))
        return {m: likely for m, likely in known if likely is not None}


def _question(plan: Plan, decision: Decision, trial: _Trial, n: int) -> Question:
    unknown = trial.unknowns[n]
    found = _Apart((), -1, None)
    for others in trial.others(n):
        found = max(found, _apart(decision, trial, n, others), key=_Apart.rank)
        if found.stake > 0 and trial.many:
            break  # that it matters is enough to know
    return Question(
        unknown.field,
        unknown.name,
        unknown.unit,
        unknown.ends[0],
        unknown.ends[-1],
        found.outcomes,
        found.stake,
        found.worth,
        _who(plan, decision.event, unknown.kpi, bool(unknown.reading)),
        decision.valid_until,
    )


@dataclass(frozen=True, slots=True)
class _Apart:
    """How far apart the outcomes of one unknown are, with the others somewhere."""

    outcomes: tuple[Outcome, ...]
    stake: int
    worth: Exact | None

    def rank(self) -> tuple[int, Exact]:
        return self.stake, self.worth or 0


def _apart(decision: Decision, trial: _Trial, n: int, others: Others) -> _Apart:
    unknown, rungs = trial.unknowns[n], ladder(decision.event.kind in REQUESTS)
    decided = tuple(trial.at({**others, n: to}).outcome for to in unknown.values)
    left_open = (trial.at(others).outcome,) if unknown.reading else ()
    levels = [rungs.index(outcome) for outcome in (*decided, *left_open)]
    return _Apart(decided, max(levels) - min(levels), _worth(trial, unknown, n, others))


def _worth(trial: _Trial, unknown: Unknown, n: int, others: Others) -> Exact | None:
    """The expected value of knowing it, as far as what is earned is known at each of its values."""
    weights = [(to, 1) for to in unknown.ends] + ([] if unknown.likely is None else [(unknown.likely, 4)])
    nets = [(_net(trial.at({**others, n: to})), weight) for to, weight in weights]
    known = [(Fraction(net), weight) for net, weight in nets if net is not None]
    if len(known) < len(nets):
        return None
    whole = sum(weight for _, weight in known)
    informed = sum((max(net, Fraction(0)) * weight for net, weight in known), Fraction(0)) / whole
    blind = sum((net * weight for net, weight in known), Fraction(0)) / whole
    return exact(informed - max(blind, Fraction(0)))


def _net(decision: Decision) -> Exact | None:
    """What is earned net of what it costs, where a finding speaks of it."""
    values = [fact.value for f in decision.findings for fact in f.facts if fact.name == "event.net_contribution"]
    return next((each for each in values if isinstance(each, (int, Fraction)) and not isinstance(each, bool)), None)


def _who(plan: Plan, event: EventBase, kpi: str, reading: bool) -> str:
    owner = plan.kpis[kpi].owner if kpi in plan.kpis else ""
    asks = "" if reading else event.asked_by
    return asks or owner or plan.governance.owner


def _untried(plan: Plan, decision: Decision, lifted: set[tuple[str, str]], tried: bool) -> Iterator[Question]:
    """What rules lack that no trial can supply: a rate, a role, a policy of the plan; readings where none can be tried."""
    told: set[Words] = set()
    for f in lacking_findings(decision):
        missing = tuple(each for fact in f.facts for each in fact.missing)
        left = tuple(each for each in missing if (each.reason, each.about) not in lifted)
        if tried:
            left = tuple(each for each in left if each.reason != "estimates_differ")
        if missing and not left:
            continue
        name = f.needs or f.message
        if left:
            name = Words(en=reasons(left, plan, "en", "ask"), vi=reasons(left, plan, "vi", "ask"))
        if name in told:
            continue
        told.add(name)
        about = next((each.about for each in left if each.about in plan.kpis), "")
        yield Question(
            f.rule, name, "", None, None, (), 0, None, _who(plan, decision.event, about, True), decision.valid_until
        )
