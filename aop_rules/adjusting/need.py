"""A need: money that is short on a line by some period, or a goal that lands short of what was planned."""

from __future__ import annotations

from dataclasses import dataclass

from aop_rules.exact.number import Exact


@dataclass(frozen=True, slots=True)
class Need:
    """One of both: `line` with `amount`, or `goal` with `short`. Amounts are more than 0.

    >>> Need(line="ads", amount=500).id, Need(goal="growth", short=20).id
    ('ads', 'growth')
    """

    line: str = ""
    """The budget line that is short."""
    amount: Exact = 0
    """By how much, in whole units of the plan's currency."""
    period: str = ""
    """Id of the period in which the money has to be there; the current one where empty."""
    horizon: str = ""
    """The limit that is short: `period`, `to_date` or `year`. Where it is the year's, no other period of the line helps."""
    goal: str = ""
    """The goal that is short."""
    short: Exact = 0
    """By how much, in the unit of the KPI that it is compared through (of a ratio its numerator)."""
    risk: str = ""
    """The risk that it comes from, if one does: what was decided for it is a way."""

    @property
    def id(self) -> str:
        """What is short."""
        return self.line or self.goal
