"""One thing that is watched, and what each closed period showed of it: values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from aop_rules.alerts.identity import Identity
from aop_rules.alerts.lifecycle import Judged
from aop_rules.exact.number import Exact
from aop_rules.plan.values import Words
from aop_rules.position.model import Missing

Kind = Literal["kpi", "floor", "budget", "data", "reserve"]


@dataclass(frozen=True, slots=True)
class Look:
    """What one closed period showed, and the figures behind it."""

    judged: Judged
    periods: str
    """What the value stands for: the period, or all up to it."""
    value: Exact | None = None
    limit: Exact | None = None
    """The value that it was held against, in the same unit."""
    upward: bool = False
    """Whether values above the limit are past it."""
    missing: tuple[Missing, ...] = ()
    gone: bool = False
    """Whether the plan that was in force watched it no more."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that is watched."""

    identity: Identity
    kind: Kind
    name: Words
    unit: str
    looks: tuple[Look, ...] = field(repr=False)
    owner: str = ""
    kpi: str = ""
    line: str = ""
