"""One subject's facts: the values that conditions read, and beside each what a reader needs to believe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from aop_rules.inference.record import Unknown
from aop_rules.plan.values import Words
from aop_rules.position.model import Figure, Missing
from aop_rules.rules.syntax import Value


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact as evidence: its value, what it is measured in, over which periods, how good, and from where.

    >>> spent = Evidence("line.actual", 318_000_000, "money", "2026-01..2026-05", "final", ("invoice-7",))
    >>> spent.value, spent.unit, spent.periods
    (318000000, 'money', '2026-01..2026-05')
    """

    name: str
    value: Value | None
    """None where it is unknown."""
    unit: str = ""
    """`money`, `ratio`, `days`, a counted thing; empty for text, dates, and yes or no."""
    periods: str = ""
    quality: str = ""
    sources: tuple[str, ...] = ()
    known_at: datetime | None = None
    """When the last of the records behind it became known; None for what the plan says, or the event itself."""
    label: Words | None = None
    """For ids: the name that people read."""
    labels: tuple[Words, ...] = ()
    """For sets of ids: their names."""
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that rules look at, with all that they may read of it."""

    kind: str
    id: str
    """Identity among its kind: a KPI's id, `line:horizon:period`, …"""
    target: str
    """The plan entry it is about (what `on: kpi marketing_ratio` names); empty for the event."""
    label: Words
    record: Mapping[str, Mapping[str, object]]
    evidence: Mapping[str, Evidence]


class Sheet:
    """Collects facts under one first name (`event`, `kpi`, …), then hands them out. Not kept, not shared."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.values: dict[str, object] = {}
        self.evidence: dict[str, Evidence] = {}
        self.spoilt: list[object] = []

    def put(
        self,
        name: str,
        value: Value | None,
        unit: str = "",
        *,
        periods: str = "",
        quality: str = "",
        sources: tuple[str, ...] = (),
        label: Words | None = None,
        labels: tuple[Words, ...] = (),
        missing: tuple[Missing, ...] = (),
    ) -> None:
        """One fact; a value of None is unknown."""
        if isinstance(value, Fraction) and value.denominator == 1:
            value = value.numerator
        self._set(name, Unknown("; ".join(m.reason for m in missing)) if value is None else value)
        path = f"{self.scope}.{name}"
        self.evidence[path] = Evidence(path, value, unit, periods, quality, sources, None, label, labels, missing)

    def figure(self, name: str, figure: Figure) -> None:
        """One fact from a figure of the position, with its periods, quality and sources."""
        self.put(
            name,
            figure.value,
            figure.unit,
            periods=figure.periods,
            quality=figure.quality,
            sources=figure.sources,
            missing=figure.missing,
        )

    def spoil(self, name: str, value: object) -> None:
        """Hands on a value of the wrong kind as it is, so that whoever needs it says so; as evidence it stays unknown."""
        self._set(name, value)
        self.spoilt.append((name, value))

    def _set(self, name: str, value: object) -> None:
        *parents, leaf = name.split(".")
        at = self.values
        for parent in parents:
            below = at.setdefault(parent, {})
            assert isinstance(below, dict)
            at = below
        at[leaf] = value
