"""What a review leads to, as values: what to adjust or look into, which goals do not simply go on, what is kept, which risks showed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aop_rules.decision.option import Option
from aop_rules.decision.outcome import Outcome
from aop_rules.plan.values import Words
from aop_rules.position.progress import Course


@dataclass(frozen=True, slots=True)
class ToAdjust:
    """One thing of the plan that does not stay as it is, has to be looked into, or that somebody has to tell of."""

    kind: str
    """`kpi`, `line`, `role`, `initiative`, `risk` or `goal`."""
    id: str
    name: Words
    outcome: Outcome
    """The highest rung that is called for; `NEED_DATA` where only figures or word lack."""
    because: tuple[Words, ...]
    """What calls for it, the highest first."""
    needs: Words | None
    """What would end it."""
    owner: str
    """Who answers for it: the plan's owner where it has none of its own; empty where the plan names nobody."""
    by: date | None
    """The day on which a reading is due, where that is still to come; the next review otherwise."""
    options: tuple[Option, ...]
    """The best ways first; empty where only looking is called for, or no lever of the plan helps."""
    overdue: bool = False
    """Of what somebody has to tell: whether its day is over already."""

    @property
    def lacks(self) -> bool:
        """Whether all that is called for is to be told something."""
        return self.outcome is Outcome.NEED_DATA

    @property
    def no_way(self) -> bool:
        """Whether it is to be adjusted, and no lever of the plan helps."""
        return self.outcome.course == "adjust" and not self.options


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing of the plan that stays as it is."""

    kind: str
    id: str
    name: Words
    unrecorded: str = ""
    """Of a budget line: id of the last closed period, where the plan has money for it there and no spending is recorded,
    though for others it is. Empty otherwise."""


@dataclass(frozen=True, slots=True)
class NotKept:
    """One goal that does not simply go on: it is not on course, that is not known, or something to adjust is about it."""

    id: str
    name: Words
    course: Course
    why: Words | None
    """Why its course is not known; None where it is."""
    touched_by: tuple[Words, ...]
    """The names of what is to be adjusted or looked into: its KPI, a part of that, or a risk that threatens it."""


@dataclass(frozen=True, slots=True)
class Showed:
    """One risk that showed by what it watches, as the rules see it; or of which nobody can tell."""

    risk: str
    occurred: bool
    """False: it is only suspected."""
    kpis: tuple[str, ...]
    """Through which KPIs, by id; empty where an event says so."""
    unsure: bool = False
    """It cannot be told whether it showed, because of these KPIs: then it is neither."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The part of a review that looks ahead."""

    adjust: tuple[ToAdjust, ...]
    """The highest rung first, then in the order of the plan."""
    keep: tuple[Kept, ...]
    not_kept: tuple[NotKept, ...] = ()
    """In the order of the plan, as `keep` has its goals: a goal is in one of the two."""
    showed: tuple[Showed, ...] = ()
    """By id."""
