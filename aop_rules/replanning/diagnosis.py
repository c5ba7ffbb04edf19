"""Why a goal is missed, as values: where the difference comes from, what feeds it, what is left to do, the ladder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from aop_rules.decision.option import GoalLanding
from aop_rules.exact.number import Exact
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Figure, KpiPosition
from aop_rules.position.progress import GoalPosition
from aop_rules.position.signals.signal import Signal
from aop_rules.replanning.rungs import Rung
from aop_rules.wording.numbers import Language


@dataclass(frozen=True, slots=True)
class Branch:
    """One KPI in the tree of differences from plan, over the closed periods."""

    kpi: str
    role: Literal["whole", "numerator", "denominator", "part"]
    change: Figure
    """Actual less plan, in the KPI's unit."""
    effect: Exact | None
    """Of the two parts of a ratio: what it adds to the ratio's change (the mean of both orders); both sum to it."""
    by_period: tuple[tuple[str, Figure], ...]
    """Of a flow, what each closed period adds: they sum to `change`."""
    parts: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Feeding:
    """An initiative that feeds the goal."""

    initiative: str
    name: Words
    path: tuple[str, ...]
    """From it to the goal, by ids."""
    status: str
    done: bool
    expected_end: str
    """ISO date; empty where nobody said."""
    late_days: int
    owner: str


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder, with the rungs below it."""

    rung: Rung
    levers: tuple[str, ...]
    """What may be pulled on this rung itself."""
    brings: Exact
    """By how much the goal comes closer, with goals before it kept, in the unit of the KPI that it is compared through."""
    short: Exact
    """What it still misses; 0: enough."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Figures are in the unit of their KPI."""

    plan: Plan = field(repr=False)
    as_of: datetime
    goal: GoalPosition
    at: KpiPosition
    landing: GoalLanding
    """Before is where it lands; `compared` the KPI through which it is held against others."""
    tree: Branch
    required: Figure | None
    """What the open periods together have to bring; None where none is open, and for a stock."""
    planned_rest: Figure | None
    required_pace: Figure | None
    """By how much the rest has to do better than planned."""
    signal: Signal | None
    feeding: tuple[Feeding, ...]
    """What is latest first."""
    ladder: tuple[Step, ...]
    """From the lowest rung; empty where the landing or target is not known, and when the year is over."""

    def text(self, language: Language | None = None) -> str:
        """For reading, at most 100 columns wide, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.replanning.diagnose_text import diagnose_text

        return diagnose_text(self, language or self.plan.language)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold. New keys may come; numbers are whole, or text (`12.5`, `9/5`)."""
        from aop_rules.replanning.diagnose_data import diagnosis_data

        return diagnosis_data(self)
