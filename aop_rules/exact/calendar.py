"""The operating year cut into periods: months, quarters, or whole weeks. No day is in two of them, or in none."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from itertools import accumulate, pairwise
from typing import Literal

from aop_rules.errors import ExactError, OutsideYearError, did_you_mean

Pattern = Literal["monthly", "quarterly", "4-4-5", "4-5-4", "5-4-4"]
_DAY = timedelta(days=1)


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """One period of the year. `index` counts from 1; `end` is its last day. Ordered by `start`.

    >>> may = Period(5, "2026-05", date(2026, 5, 1), date(2026, 5, 31))
    >>> may.days, date(2026, 5, 31) in may, str(may)
    (31, True, '2026-05')
    """

    index: int
    id: str
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __lt__(self, other: Period) -> bool:
        return self.start < other.start if isinstance(other, Period) else NotImplemented

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods of one year, in order, without gap or overlap. Raises ExactError where they are not so.

    >>> year = calendar(date(2026, 1, 1))
    >>> year.period_of(date(2026, 5, 17)).id, year.resolve("2026-05").index, len(year.through("2026-05"))
    ('2026-05', 5, 5)
    """

    periods: tuple[Period, ...]

    def __post_init__(self) -> None:
        if not self.periods:
            raise ExactError("a year has at least one period")
        for n, period in enumerate(self.periods, 1):
            if period.index != n or period.end < period.start:
                raise ExactError(f"period `{period.id}` is out of order, or ends before it starts")
        for earlier, later in pairwise(self.periods):
            if later.start != earlier.end + _DAY:
                raise ExactError(f"period `{later.id}` does not start on the day after `{earlier.id}` ends")
        if len(set(self.ids)) != len(self.periods):
            raise ExactError("two periods of the year have one id")

    @property
    def starts(self) -> date:
        """First day of the year."""
        return self.periods[0].start

    @property
    def ends(self) -> date:
        """Last day of the year."""
        return self.periods[-1].end

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(period.id for period in self.periods)

    def period_of(self, day: date) -> Period:
        """The period that holds a day. Raises OutsideYearError."""
        if not self.starts <= day <= self.ends:
            raise OutsideYearError(f"`{day}` is outside the year {self.starts}..{self.ends}")
        return self.periods[bisect_right(self.periods, day, key=lambda period: period.start) - 1]

    def period(self, period_id: str) -> Period:
        """The period of that id. Raises OutsideYearError, naming the year and the id that may have been meant."""
        for period in self.periods:
            if period.id == period_id:
                return period
        hint = did_you_mean(period_id[:40], self.ids)
        raise OutsideYearError(f"no period `{period_id[:40]}` in the year {self.starts}..{self.ends} ({hint})")

    def resolve(self, when: str | date | Period) -> Period:
        """The period meant by a period id, an ISO date in it, or a date. Raises OutsideYearError."""
        if isinstance(when, Period):
            return self.period(when.id)
        if isinstance(when, date):
            return self.period_of(when)
        text = when.strip()
        if text in self.ids:
            return self.period(text)
        day = _iso_date(text)
        return self.period(text) if day is None else self.period_of(day)

    def through(self, last: str | date | Period) -> tuple[Period, ...]:
        """All periods from the first up to and with this one."""
        return self.periods[: self.resolve(last).index]

    def span(self, first: str | date | Period, last: str | date | Period) -> tuple[Period, ...]:
        """The periods from one to another, both included. Raises OutsideYearError where the first is after the last."""
        start, end = self.resolve(first), self.resolve(last)
        if end.index < start.index:
            raise OutsideYearError(f"`{start}` comes after `{end}`; a span goes from the earlier to the later period")
        return self.periods[start.index - 1 : end.index]

    def previous(self, period: str | date | Period) -> Period | None:
        """The period before, or None for the first of the year."""
        index = self.resolve(period).index
        return self.periods[index - 2] if index > 1 else None

    def next(self, period: str | date | Period) -> Period | None:
        """The period after, or None for the last of the year."""
        index = self.resolve(period).index
        return self.periods[index] if index < len(self.periods) else None


def calendar(starts: date, pattern: Pattern = "monthly", weeks: int = 52) -> Calendar:
    """The year that starts on a day, cut by a pattern.

    Months are named by the month in which they start (`2026-05`), quarters by the calendar year in which the fiscal
    year starts (`2026-Q1` is its first quarter), periods of weeks by the calendar year in which its first week ends
    (`2026-P01`: a year from 28 December 2025 is 2026). A year that starts on the 29th to 31st starts its shorter
    months on their last day. `weeks` (52 or 53) counts for the patterns of weeks: a 53rd lengthens the last period.
    Raises ExactError for another pattern or number of weeks, or a year past 9999.

    >>> calendar(date(2026, 4, 1), "quarterly").ids
    ('2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4')
    >>> [p.days // 7 for p in calendar(date(2026, 8, 30), "4-4-5", weeks=53).periods]
    [4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 6]
    """
    try:
        if pattern == "monthly":
            firsts = [_month_after(starts, n) for n in range(13)]
            return _cut(firsts, [f"{day:%Y-%m}" for day in firsts[:-1]])
        if pattern == "quarterly":
            firsts = [_month_after(starts, 3 * n) for n in range(5)]
            return _cut(firsts, [f"{starts.year:04}-Q{n}" for n in range(1, 5)])
        if pattern not in ("4-4-5", "4-5-4", "5-4-4"):
            raise ExactError(f"a year cannot be cut by `{pattern}`")
        lengths = [int(part) for part in pattern.split("-")] * 4
        lengths[-1] += _extra_week(weeks)
        firsts = [starts + timedelta(weeks=n) for n in accumulate(lengths, initial=0)]
        named = (starts + 6 * _DAY).year
        return _cut(firsts, [f"{named:04}-P{n:02}" for n in range(1, 13)])
    except (OverflowError, ValueError) as fault:
        if isinstance(fault, ExactError):
            raise
        raise ExactError(f"a year that starts on {starts} would end past the year 9999") from fault


def year_of_weeks(year: int, month: int, weekday: int, rule: Literal["last", "nearest"] = "last") -> date:
    """The last day of a fiscal year of 52 or 53 weeks that always ends on one weekday (0 is Monday, as in `datetime`).

    `last` is the last such weekday of the month; `nearest` the one nearest to the month's last day (it may fall on one
    of the first three days of the next month). Raises ExactError for another rule, month or weekday.

    >>> year_of_weeks(2008, 8, weekday=5)
    datetime.date(2008, 8, 30)
    """
    if rule not in ("last", "nearest") or not 1 <= month <= 12 or not 0 <= weekday <= 6 or not 1 <= year < 9999:
        raise ExactError("a year of weeks ends by the rule `last` or `nearest`, in month 1..12, on weekday 0..6")
    month_end = date(year, month, monthrange(year, month)[1])
    back = (month_end.weekday() - weekday) % 7
    if rule == "nearest" and back > 3:
        return month_end + (7 - back) * _DAY
    return month_end - back * _DAY


def weeks_between(previous_end: date, end: date) -> int:
    """Whole weeks from the end of one fiscal year to that of the next: 52, or 53. Raises ExactError for parts of one.

    >>> weeks_between(year_of_weeks(2007, 8, 5), year_of_weeks(2008, 8, 5))
    53
    """
    weeks, days = divmod((end - previous_end).days, 7)
    if days or weeks < 0:
        raise ExactError(f"from {previous_end} to {end} is not a number of whole weeks")
    return weeks


def span_label(first: Period, last: Period) -> str:
    """How a figure names its periods: `2026-01..2026-05`, or one id."""
    return first.id if first.id == last.id else f"{first.id}..{last.id}"


def _cut(firsts: list[date], ids: Iterable[str]) -> Calendar:
    """Periods from their first days; the last of these is the first day of the next year."""
    spans = zip(ids, pairwise(firsts), strict=True)
    return Calendar(tuple(Period(n, name, start, after - _DAY) for n, (name, (start, after)) in enumerate(spans, 1)))


def _month_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last_day = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last_day))


def _extra_week(weeks: int) -> int:
    if weeks not in (52, 53):
        raise ExactError(f"a year has 52 or 53 weeks, not {weeks}")
    return weeks - 52


def _iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
