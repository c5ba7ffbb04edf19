"""Each budget line in each period: what it may spend, has reserved, ordered and spent: in the period, to date, in the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from aop_rules.exact.calendar import Calendar
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.budget import BudgetLine
from aop_rules.plan.model import Plan
from aop_rules.position.allocation import Earlier, allocated
from aop_rules.position.counted import Fact, latest_known
from aop_rules.position.figures import label
from aop_rules.position.model import SOURCES_MAX, Horizon, LinePosition
from aop_rules.position.spending import LineUse, Spent
from aop_rules.position.transfers import Entry, Moved, moved


@dataclass(frozen=True, slots=True)
class Budgets:
    """Every line's position, and the events that fit nowhere: each is named, none is lost."""

    lines: Mapping[str, Mapping[str, LinePosition]]
    unbudgeted: tuple[str, ...]
    unconverted: tuple[str, ...]
    unplaced: tuple[str, ...]
    known: Mapping[str, datetime]
    """When those that the lines name became known, and the last of `unbudgeted`."""


@dataclass(slots=True)
class _Use:
    """What a line has used with all its parts, by period (index 0 is January of a calendar year)."""

    reserved: list[Exact]
    committed: list[Exact]
    actual: list[Exact]
    unclear: list[bool]
    named: list[Fact] = field(default_factory=list)
    """The spending known last, as many as a line names; so too what had no rate."""
    unconverted: list[Fact] = field(default_factory=list)
    documents: int = 0

    @classmethod
    def of(cls, periods: int) -> _Use:
        return cls([0] * periods, [0] * periods, [0] * periods, [False] * periods)

    def add(self, part: LineUse) -> None:
        self.reserved = [exact(a + b) for a, b in zip(self.reserved, part.reserved, strict=True)]
        self.committed = [exact(a + b) for a, b in zip(self.committed, part.committed, strict=True)]
        self.actual = [exact(a + b) for a, b in zip(self.actual, part.actual, strict=True)]
        self.unclear = [a or b > 0 for a, b in zip(self.unclear, part.unclear, strict=True)]
        self.named = sorted(self.named + part.facts[-SOURCES_MAX:])[-SOURCES_MAX:]
        self.unconverted = sorted(self.unconverted + part.unconverted[-SOURCES_MAX:])[-SOURCES_MAX:]
        self.documents += len(part.facts)


def budgets(
    plan: Plan, year: Calendar, spent: Spent, entries: tuple[Entry, ...] = (), earlier: tuple[Earlier, ...] = ()
) -> Budgets:
    """All lines. A group holds its parts and its own spending, under its own amount."""
    uses = {line: _Use.of(len(year.periods)) for line in plan.budget.lines}
    for part, own in spent.lines().items():
        for line_id in plan.budget.with_groups(part):
            uses[line_id].add(own)
    movements, lines = moved(plan, year, entries), {}
    named = spent.unbudgeted.facts[-SOURCES_MAX:]
    for line in plan.budget.lines.values():
        use = uses[line.id]
        named += use.named + use.unconverted
        lines[line.id] = _line(plan, year, line, use, movements.get(line.id), earlier)
    return Budgets(
        MappingProxyType(lines),
        spent.unbudgeted.ids,
        spent.unconverted.ids,
        spent.unplaced.ids,
        latest_known((each.event_id, each.known) for each in named),
    )


def _ids(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(sorted({each.event_id for each in facts}))


def _line(
    plan: Plan, year: Calendar, line: BudgetLine, use: _Use, change: Moved | None, earlier: tuple[Earlier, ...]
) -> Mapping[str, LinePosition]:
    by_period, change = allocated(plan, year, line, earlier), change or Moved.of(len(year.periods))
    sources, unconverted, moved_by = _ids(use.named), _ids(use.unconverted), tuple(sorted(change.sources))
    last = len(year.periods)

    def horizon(name: Literal["period", "to_date", "year"], first: int, until: int) -> Horizon:
        cut = slice(first - 1, until)
        return Horizon(
            name=name,
            periods=label(year, first, until),
            allocated=exact(sum(by_period[cut])),
            reserved=exact(sum(use.reserved[cut])),
            committed=exact(sum(use.committed[cut])),
            actual=exact(sum(use.actual[cut])),
            complete=not any(use.unclear[cut]),
            transferred_in=exact(sum(change.transferred_in[cut])),
            transferred_out=exact(sum(change.transferred_out[cut])),
            carried_in=exact(sum(change.carried_in[cut])),
        )

    whole = horizon("year", 1, last)
    return MappingProxyType(
        {
            period.id: LinePosition(
                line=line.id,
                period=period.id,
                horizons=(horizon("period", period.index, period.index), horizon("to_date", 1, period.index), whole),
                sources=sources,
                documents=use.documents,
                unconverted=unconverted,
                moved_by=moved_by,
            )
            for period in year.periods
        }
    )
