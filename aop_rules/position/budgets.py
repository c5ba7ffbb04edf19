"""Each budget line in each period: what it may spend, has ordered and spent: in the period, to date, in the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from aop_rules.errors import OutsideYearError
from aop_rules.events import Actual, Commitment, CommitmentRelease, Spending
from aop_rules.exact.calendar import Calendar
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.budget import BudgetLine
from aop_rules.plan.model import Plan
from aop_rules.position.commitments import Posting, open_commitments
from aop_rules.position.counted import Counted
from aop_rules.position.figures import label
from aop_rules.position.model import Horizon, LinePosition
from aop_rules.position.rates import in_plan_currency
from aop_rules.position.year import phased, phasing_of


@dataclass(frozen=True, slots=True)
class Budgets:
    """Every line's position, and the events that fit nowhere: each is named, none is lost."""

    lines: Mapping[str, Mapping[str, LinePosition]]
    unbudgeted: tuple[str, ...]
    unconverted: tuple[str, ...]
    unplaced: tuple[str, ...]


@dataclass(slots=True)
class _Use:
    """What one line has used, by period (index 0 is January of a calendar year)."""

    committed: list[Exact]
    actual: list[Exact]
    unclear: list[bool]
    sources: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, periods: int) -> _Use:
        return cls([0] * periods, [0] * periods, [False] * periods)

    def add(self, other: _Use) -> None:
        self.committed = [exact(a + b) for a, b in zip(self.committed, other.committed, strict=True)]
        self.actual = [exact(a + b) for a, b in zip(self.actual, other.actual, strict=True)]
        self.unclear = [a or b for a, b in zip(self.unclear, other.unclear, strict=True)]
        self.sources |= other.sources


def budgets(plan: Plan, year: Calendar, facts: Counted) -> Budgets:
    """All lines. A group holds its parts and its own spending, under its own amount."""
    postings, unclear, apart = _postings(plan, year, facts)
    own: defaultdict[str, _Use] = defaultdict(lambda: _Use.of(len(year.periods)))
    for one in postings:
        own[one.line].sources.add(one.event_id)
        if one.kind == "actual":
            own[one.line].actual[one.period - 1] += one.amount
    for (held_by, period), amount in open_commitments(postings).items():
        own[held_by].committed[period - 1] = exact(amount)
    for unclear_on, period, event_id in unclear:
        own[unclear_on].unclear[period - 1] = True
        own[unclear_on].sources.add(event_id)
    lines = {}
    for line in plan.budget.lines.values():
        together = _Use.of(len(year.periods))
        for part in _with_parts(plan, line.id):
            together.add(own[part])
        lines[line.id] = _line(plan, year, line, together)
    unconverted = tuple(sorted(event_id for _, _, event_id in unclear))
    return Budgets(MappingProxyType(lines), apart["unbudgeted"], unconverted, apart["unplaced"])


def _postings(
    plan: Plan, year: Calendar, facts: Counted
) -> tuple[list[Posting], list[tuple[str, int, str]], dict[str, tuple[str, ...]]]:
    """Spending in the plan's currency; what had no rate (line, period, event); and what fits no line or period."""
    postings, unclear, unbudgeted, unplaced = [], [], [], []
    for event in facts.of(Spending):
        if event.line not in plan.budget.lines:
            unbudgeted.append(event.event_id)
            continue
        try:
            period = year.resolve(event.period or event.effective_date).index
        except OutsideYearError:
            unplaced.append(event.event_id)
            continue
        amount = in_plan_currency(plan, event, event.amount)
        if amount is None:
            unclear.append((event.line, period, event.event_id))
        else:
            postings.append(_posting(event, period, amount))
    return postings, unclear, {"unbudgeted": tuple(unbudgeted), "unplaced": tuple(unplaced)}


def _posting(event: Spending, period: int, amount: Exact) -> Posting:
    """A commitment without a document stands under its own id; a release names its commitment in either field."""
    if isinstance(event, Commitment):
        return Posting(event.event_id, "commitment", event.line, period, amount, event.doc or event.event_id)
    if isinstance(event, CommitmentRelease):
        return Posting(event.event_id, "release", event.line, period, amount, event.consumes or event.doc)
    assert isinstance(event, Actual)
    return Posting(event.event_id, "actual", event.line, period, amount, event.consumes)


def _with_parts(plan: Plan, line: str) -> Iterable[str]:
    """A line and all lines grouped under it, at any depth, each once."""
    found = [line]
    for group in found:
        found += [part.id for part in plan.budget.lines.values() if part.group == group and part.id not in found]
    return found


def _line(plan: Plan, year: Calendar, line: BudgetLine, use: _Use) -> Mapping[str, LinePosition]:
    allocated = phased(plan, phasing_of(plan, line.profile), line.amount)
    sources, last = tuple(sorted(use.sources)), len(year.periods)

    def horizon(name: Literal["period", "to_date", "year"], first: int, until: int) -> Horizon:
        cut = slice(first - 1, until)
        return Horizon(
            name=name,
            periods=label(year, first, until),
            allocated=exact(sum(allocated[cut])),
            reserved=0,
            committed=exact(sum(use.committed[cut])),
            actual=exact(sum(use.actual[cut])),
            complete=not any(use.unclear[cut]),
        )

    whole = horizon("year", 1, last)
    return MappingProxyType(
        {
            period.id: LinePosition(
                line=line.id,
                period=period.id,
                horizons=(horizon("period", period.index, period.index), horizon("to_date", 1, period.index), whole),
                sources=sources,
            )
            for period in year.periods
        }
    )
