"""Where the year stands, as values: for each KPI, budget line and role a figure, exact, or unknown with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeVar

from aop_rules.errors import InputError, Place, Problem, did_you_mean
from aop_rules.exact.calendar import Period
from aop_rules.exact.number import Exact, exact
from aop_rules.position.signals.signal import Signal
from aop_rules.position.transfers import Moves

if TYPE_CHECKING:
    from aop_rules.position.exposure import Exposure
    from aop_rules.position.landings import Landings
    from aop_rules.position.progress import GoalPosition, Progress

Reason = Literal[
    "no_reading",      # a closed period has no reading yet (detail: the day it is due)
    "late",            # its reading was due and has not come (detail: the day it was due)
    "conflict",        # two events give one revision different values (detail: their ids)
    "cannot_sum",      # a ratio or rate was read (or planned) as a bare value: it has no parts to add up
    "nothing_closed",  # no period of the year is closed yet
    "few_periods",     # a rolling window is longer than the closed part of the year
    "no_target",       # the plan gives no target
    "no_landing",      # a yes or no has no end of the year to be worked out
    "no_profile",      # a landing needs phasing weights above zero
    "zero_denominator",
    "not_in_plan",
    "not_stated",      # an event does not state its effect on a KPI
    "estimates_differ",  # its low and its high estimate lie on two sides of what decides
    "no_goals",        # the plan has no goals that something could serve
    "no_rate",         # no exchange rate for the day (detail: currency and day)
]  # fmt: skip
Direction = Literal["higher", "lower", "band", "exact", "boolean"]
Quality = Literal["final", "provisional", "planned", "estimated"]
T = TypeVar("T")

SOURCES_MAX = 20
"""A budget line names as many of the events that it rests on, and tells the number of all."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a figure is not known."""

    reason: Reason
    about: str
    """The id of the KPI, line or role."""
    period: str = ""
    detail: str = ""
    """What the reason calls for besides: see there."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One exact number with what it is: unit, periods, quality and sources. `value` is None where it is unknown.

    Money is in whole currency units (12.50 is `Fraction(25, 2)`); a ratio of 7 % is `Fraction(7, 100)`.
    """

    value: Exact | None
    unit: str
    """`money`, `ratio`, `number`, `days`, or the thing counted."""
    periods: str = ""
    """Period id, or first..last, as in `2026-01..2026-05`."""
    quality: Quality = "final"
    sources: tuple[str, ...] = ()
    """Event ids (readings) or plan paths (targets)."""
    missing: tuple[Missing, ...] = ()
    """Why the value is unknown; empty where it is known."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One KPI in one period: what was read, and what was planned."""

    period: Period
    actual: Figure
    target: Figure
    judged: Figure
    """The value that thresholds are held against at the end of this period (by the KPI's basis)."""
    judged_target: Figure
    breached: bool | None
    """Whether `judged` is past the breach threshold; None where that is unknown, False where the plan has none."""
    recovered: bool | None = None
    """Whether `judged` is past the recovery line that was in force, and so not breached; any value within the breach
    threshold where the plan has no such line. None where that is unknown."""


@dataclass(frozen=True, slots=True)
class KpiPosition:
    """Where one KPI stands after the last closed period."""

    kpi: str
    unit: str
    basis: str
    value: Figure
    """By its basis, at the last closed period."""
    target: Figure
    """Planned value on the same basis and periods."""
    last: Figure
    """The last closed period alone."""
    last_target: Figure
    ytd: Figure
    ytd_target: Figure
    landing: Figure
    """The year's end if the rest goes as the year so far: YTD / W(t) (flows), landing over landing (ratios)."""
    year_target: Figure
    breach_run: int | None
    """Closed periods in a row, up to the last one, past the breach threshold; None where that is unknown."""
    readings: tuple[Reading, ...]
    """Every closed period of the year, in order."""
    persistent: bool | None = None
    """Whether the run is as long as the KPI's `for`. Known more often than the run is."""
    landings: Landings | None = None
    """Where the year may end by every method, side by side, each with its range, and what the rest has to bring. None only
    where a position was made without it."""
    signal: Signal | None = None
    """Signal or noise: three tests at closed periods, and the verdict. None only where a position was made without it."""
    direction: Direction = "higher"
    """Which way is good: the plan's `direction`."""

    @property
    def variance(self) -> Exact | None:
        """`value - target`, in the KPI's unit; None where one of them is unknown."""
        value, target = self.value.value, self.target.value
        return None if value is None or target is None else exact(value - target)

    @property
    def variance_share(self) -> Exact | None:
        """The variance as a share of the target. None also where the target is 0 or negative: a share of that says nothing."""
        over, target = self.variance, self.target.value
        return None if over is None or target is None or target <= 0 else exact(Fraction(over) / target)

    @property
    def attainment(self) -> Exact | None:
        """`value / target`: 1 is on target. None where the variance has no share, and of a yes or no."""
        share = None if self.direction == "boolean" else self.variance_share
        return None if share is None else exact(1 + share)

    @property
    def favourable(self) -> bool | None:
        """Whether the variance lies on the good side; on target it does. Where the target is to be hit (`exact`, `boolean`)
        any variance is unfavourable. None where it is unknown, and for a band, which has no better side.

        >>> from dataclasses import replace
        >>> from aop_rules import Engine
        >>> shop = Engine.open({
        ...     "aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"},
        ...     "kpis": {"scrap": {"name": "Scrap", "kind": "flow", "direction": "lower", "target": 80}},
        ... })
        >>> read = {"kind": "kpi_observation", "event_id": "r1", "effective_date": "2026-01-31", "kpi": "scrap"}
        >>> record = shop.record({**read, "period": "2026-01", "value": 100})
        >>> scrap = shop.position("2026-02-28").kpi("scrap")
        >>> scrap.variance, str(scrap.variance_share), str(scrap.attainment), scrap.favourable
        (20, '1/4', '5/4', False)
        """
        over = self.variance
        if over is None or self.direction == "band":
            return None
        return over >= 0 if self.direction == "higher" else over <= 0 if self.direction == "lower" else over == 0


@dataclass(frozen=True, slots=True)
class Horizon:
    """One limit of one budget line: its amount and how much of it is used. Whole currency units, exact."""

    name: Literal["period", "to_date", "year"]
    periods: str
    allocated: Exact
    reserved: Exact
    """What is still held for orders to come."""
    committed: Exact
    """Open commitments: ordered and not yet invoiced."""
    actual: Exact
    complete: bool = True
    """False where an amount could not be converted to the plan's currency: the figures then leave it out, and no one
    can tell what is available."""
    transferred_in: Exact = 0
    transferred_out: Exact = 0
    carried_in: Exact = 0
    """What last year left to the line."""

    @property
    def moved(self) -> Exact:
        """What transfers and last year added to the plan's amount; negative where they took."""
        return exact(self.transferred_in - self.transferred_out + self.carried_in)

    @property
    def limit(self) -> Exact:
        """What may be used: the plan's amount with what has moved."""
        return exact(self.allocated + self.moved)

    @property
    def used(self) -> Exact:
        """Never below zero: a refund gives back what was spent, and never makes the limit larger."""
        return max(0, exact(self.reserved + self.committed + self.actual))

    @property
    def available(self) -> Exact:
        """Negative where the limit is already exceeded."""
        return exact(self.limit - self.used)


@dataclass(frozen=True, slots=True)
class LinePosition:
    """Where one budget line (or group: all its parts together) stands, as seen for one period."""

    line: str
    period: str
    horizons: tuple[Horizon, ...]
    """`period`, `to_date` (all periods up to and with this one) and `year`, in this order, whatever the plan checks."""
    sources: tuple[str, ...] = ()
    """Event ids of its spending in the whole year: at most `SOURCES_MAX`, those known last."""
    documents: int = 0
    """How many events of spending there are in all."""
    unconverted: tuple[str, ...] = ()
    """Event ids of its spending in a currency without a rate for its day: as many as of `sources`."""
    moved_by: tuple[str, ...] = ()
    """Event ids of the transfers, and of what was carried forward, that changed its limits."""


@dataclass(frozen=True, slots=True)
class RolePosition:
    """One role in one period: what there is and what the planned initiatives use."""

    role: str
    unit: str
    period: str
    capacity: Exact
    """Where it changes inside the period, the least of it."""
    used: Exact
    users: tuple[str, ...]
    """Initiatives that use it in this period."""

    @property
    def free(self) -> Exact:
        return exact(self.capacity - self.used)


@dataclass(frozen=True, slots=True)
class RiskPosition:
    risk: str
    occurred: bool
    signalled: bool
    sources: tuple[str, ...] = ()
    expected: Exact | None = None
    """Probability × mean impact, in whole units of the plan's currency (negative: an opportunity); None where the plan lacks
    one of them."""
    may_come: bool = True
    """False once it has occurred, or its last day is over: then nothing of it is to be expected any more."""


@dataclass(frozen=True, slots=True)
class InitiativePosition:
    """What milestone updates said of an initiative."""

    initiative: str
    done: bool
    expected_end: str
    """ISO date; the planned one where no update came; empty where the plan has none."""
    late_days: int
    """Days by which the expected end (or milestone) is past the planned one; 0 where on time."""
    sources: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    """Milestones that an update said were reached, in the plan's order; all of them once it is done."""
    late: tuple[str, ...] = ()
    """Milestones not reached whose day is over, or which are expected after it."""


@dataclass(frozen=True, slots=True)
class Position:
    """Everything above, as of one moment. A pure function of plan, records and moment.

    >>> from aop_rules import Engine
    >>> engine = Engine.open({
    ...     "aop": 1, "id": "cafe", "name": "Café", "currency": "USD", "year": {"starts": "2026-01-01"},
    ...     "budget": {"lines": {"ads": {"name": "Ads", "amount": 1200}}},
    ... })
    >>> spent = {"event_id": "i1", "kind": "actual", "effective_date": "2026-02-05", "line": "ads", "amount": 150}
    >>> record = engine.record(spent)
    >>> where = engine.position("2026-02-28")
    >>> [(each.name, each.used, each.available) for each in where.lines["ads"]["2026-02"].horizons]
    [('period', 150, -50), ('to_date', 150, 50), ('year', 150, 1050)]
    """

    as_of: datetime
    current: Period | None
    """The period that holds `as_of`; None outside the year."""
    closed: tuple[Period, ...]
    kpis: Mapping[str, KpiPosition]
    lines: Mapping[str, Mapping[str, LinePosition]]
    """By line id, then by period id, for every period of the year."""
    roles: Mapping[str, Mapping[str, RolePosition]]
    risks: Mapping[str, RiskPosition]
    initiatives: Mapping[str, InitiativePosition]
    duplicates: tuple[str, ...] = ()
    """Event ids of readings that contradict each other within one revision."""
    unbudgeted: tuple[str, ...] = ()
    """Event ids of spending on lines that the plan does not have."""
    unconverted: tuple[str, ...] = ()
    """Event ids of spending in a currency without a rate for its day."""
    unplaced: tuple[str, ...] = ()
    """Event ids of facts that name a KPI, role, risk, initiative or period that the plan does not have."""
    known: Mapping[str, datetime] = field(default_factory=dict)
    """By event id: when the events became known that stand here as sources, and the last of those that fit no line."""
    digest: str = ""
    """Of the facts that counted: the same facts give the same digest, whatever their order (`position.digest`)."""
    held: Mapping[tuple[str, int], Exact] = field(default_factory=dict)
    """By line id and period index: what counts already under the document of the spend request that is being decided on."""
    moves: Moves = field(default_factory=Moves)
    """Money that moved between lines, periods and years, and the freezes of the year."""
    goals: Mapping[str, GoalPosition] = field(default_factory=dict)
    """How far each goal has come, by goal id."""
    progress: Progress | None = None
    """The goals together; None where the plan has none."""
    exposure: Exposure | None = None
    """What the risks are expected to cost, against the reserve. None only where a position was made without it."""

    # What the plan does not have raises InputError (`POSITION_UNKNOWN`) with the name that may have been meant.

    def kpi(self, kpi: str) -> KpiPosition:
        """Where a KPI stands: `value` against `target` on its own basis, `last` (the last closed period), `ytd`, `landing` and
        `landings` (the year's end by every method), the run of breaches, and whether it is signal or noise.

        >>> from aop_rules import Engine, InputError
        >>> where = Engine.open("examples/babycare_house/plan.yaml").position("2026-06-05")
        >>> where.kpi("revenue").year_target.value
        14400000000
        >>> try:
        ...     where.kpi("revenu")
        ... except InputError as error:
        ...     print(error.problems[0].hint)
        did you mean `revenue`?
        """
        return _named("KPI", kpi, self.kpis)

    def budget(self, line: str, period: str = "") -> LinePosition:
        """Where a budget line stands: `horizons` holds its limits for the period, to date, and for the year. Each says what is
        `allocated`, the `limit` (with what was moved), what is `reserved`, `committed` (ordered, not yet invoiced) and `actual`
        (invoiced), what of it is `used` together, and what is `available`: negative where the limit is exceeded.

        `period` is a period id; where missing the current period, before the year its first and after it its last.

        >>> from aop_rules import Engine
        >>> where = Engine.open("examples/babycare_house/plan.yaml").position("2026-06-05")
        >>> [(each.name, each.limit) for each in where.budget("online_marketing", "2026-05").horizons]
        [('period', 69120000), ('to_date', 293760000), ('year', 864000000)]
        """
        periods = _named("budget line", line, self.lines)
        if period:
            return _named("period", period, periods)
        ids = list(periods)
        after = bool(self.closed) and self.current is None
        return periods[self.current.id if self.current else ids[-1 if after else 0]]

    def goal(self, goal: str) -> GoalPosition:
        """How far a goal has come: `score` from 0 (where last year ended) to 1 (where this year shall end), its `course`, and how
        sure its owner is (`confidence`).
        """
        return _named("goal", goal, self.goals)

    def risk(self, risk: str) -> RiskPosition:
        """Whether a risk showed or occurred, and what it is expected to cost; all of them against the reserve: `exposure`."""
        return _named("risk", risk, self.risks)


def _named(what: str, name: str, known: Mapping[str, T]) -> T:
    if name not in known:
        message = f"the plan has no {what} `{name}`"
        raise InputError([Problem(Place("<position>"), "POSITION_UNKNOWN", message, did_you_mean(name, known))])
    return known[name]
