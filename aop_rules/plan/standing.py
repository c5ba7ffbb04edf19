"""Where a year stands, as far as a change of its plan is held against it. Filled in by whoever knows what has happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from aop_rules.exact.number import Exact

LOWER_RUNGS = ("adjust_actions", "reallocate", "trigger_contingency")
"""What is tried, in this order, before a locked goal may be lowered."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the year stands when an amendment is asked for. Its mappings are not changed by anyone."""

    closed: int
    """How many periods are closed."""
    first_open: str
    """The id of the first period that is not; empty where none is left."""
    consumed: Mapping[str, Exact] = field(default_factory=lambda: _NOTHING)
    """By budget line: what of the year's amount is used already, in the plan's currency."""
    breach_runs: Mapping[str, int | None] = field(default_factory=lambda: _NOTHING)
    """By KPI: closed periods in a row past its breach threshold; None where it is not known."""
    rungs_tried: frozenset[str] = frozenset()
    """Which of LOWER_RUNGS were already tried this year."""
    moved: Mapping[str, Mapping[str, Exact]] = field(default_factory=lambda: _NOTHING)
    """By delegate: what they have moved out of each budget line this year without approval."""
