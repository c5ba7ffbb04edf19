"""Days, moments and periods as people write them. Of dates only year-month-day and, in Vietnamese, day/month/year."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from aop_rules.errors import OutsideYearError
from aop_rules.exact.calendar import Calendar
from aop_rules.importing.cell import Cell, Unreadable
from aop_rules.importing.numbers import Form

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})")
_SLASHES = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}")
_TIME = re.compile(r"(.*?)(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?(Z)?")
_MONTH = re.compile(r"(?:tháng|thang|t|month)?\s*([0-9]{1,2})(?:\s*[/-]\s*([0-9]{4}))?", re.IGNORECASE)
_QUARTER = re.compile(r"(?:quý|quy|q)\s*([1-4])(?:\s*[/ -]\s*([0-9]{4}))?", re.IGNORECASE)
_NAMED = re.compile(r"([a-z]{3,9})\.?[\s-]+([0-9]{4})", re.IGNORECASE)
_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_AS_IN = {"vi": "write it as in `31/05/2026` or `2026-05-31`"}
_ISO_ONLY = "write it as in `2026-05-31`"


def read_day(cell: Cell, form: Form) -> date:
    """The day in a cell; a time of day beside it is left out. Raises Unreadable (IMPORT_DATE)."""
    return _moment(cell, form).date()


def read_moment(cell: Cell, form: Form) -> str:
    """The moment in a cell as events write it: a plain date, or date and time (UTC). Raises Unreadable (IMPORT_DATE)."""
    moment = _moment(cell, form)
    if moment.time() == time.min:
        return moment.date().isoformat()
    return f"{moment.isoformat()}Z"


def read_period(cell: Cell, form: Form, year: Calendar | None) -> str:
    """The id of the period that a cell names: by id, as month or quarter (`05/2026`, `Tháng 5`, `Q2/2026`), or by a day in it.

    Without a year the text itself, in the form of an id where it can be brought to one. Raises Unreadable (IMPORT_PERIOD).
    """
    said = cell.value
    if isinstance(said, datetime):
        return _resolved(said.date().isoformat(), year)
    if isinstance(said, Decimal):
        said = str(said.to_integral_value()) if said == said.to_integral_value() and 1 <= said <= 12 else str(said)
    if not isinstance(said, str):
        raise _no_period(year)
    text = " ".join(said.split())
    if year is None or text in year.ids:
        return text if year is not None else _as_id(text, form, None) or text
    return _resolved(_as_id(text, form, year) or text, year)


def _moment(cell: Cell, form: Form) -> datetime:
    if isinstance(cell.value, datetime):
        return cell.value
    if not isinstance(cell.value, str):
        raise Unreadable("IMPORT_DATE", "is no date", "give the cell the format of a date")
    found = _TIME.fullmatch(cell.value.strip())
    day, hour, minute, second = (found[1], found[2], found[3], found[4]) if found else (cell.value, None, None, None)
    try:
        at = time(int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        raise Unreadable("IMPORT_DATE", "has a time that no day has", _AS_IN.get(form, _ISO_ONLY)) from None
    return datetime.combine(_day(day.strip(), form), at)


def _day(text: str, form: Form) -> date:
    iso, first = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text)
    hint = _AS_IN.get(form, _ISO_ONLY)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if first and form == "vi":
            return date(int(first[3]), int(first[2]), int(first[1]))
    except ValueError:
        order = "" if iso else " (the day stands first)"
        raise Unreadable("IMPORT_DATE", f"is a day that no year has{order}", hint) from None
    if _SLASHES.fullmatch(text):
        said = "can be read as day first or month first" if form != "vi" else "has no whole year"
        also = "; `format: vi` reads the day first" if form != "vi" else ""
        raise Unreadable("IMPORT_DATE", said, hint + also)
    raise Unreadable("IMPORT_DATE", "is no date", hint)


def _as_id(text: str, form: Form, year: Calendar | None) -> str | None:
    """The text as a period's id or an ISO day, as far as its form tells."""
    if _ISO.fullmatch(text) or _DAY_FIRST.fullmatch(text):
        return _day(text, form).isoformat()
    month, quarter, named = _MONTH.fullmatch(text), _QUARTER.fullmatch(text), _NAMED.fullmatch(text)
    if month and 1 <= int(month[1]) <= 12:
        return _of_year(f"-{int(month[1]):02}", month[2], year)
    if quarter:
        return _of_year(f"-Q{quarter[1]}", quarter[2], year)
    if named:
        fitting = [n for n, name in enumerate(_NAMES, 1) if name == named[1].lower() or name[:3] == named[1].lower()]
        return f"{named[2]}-{fitting[0]:02}" if fitting else None
    return None


def _of_year(ending: str, said: str | None, year: Calendar | None) -> str | None:
    """The period with this ending in the year that is said, or the only one of the plan."""
    if said:
        return said + ending
    fitting = [each for each in year.ids if each.endswith(ending)] if year is not None else []
    return fitting[0] if len(fitting) == 1 else None


def _resolved(text: str, year: Calendar | None) -> str:
    if year is None:
        return text
    try:
        return year.resolve(text).id
    except OutsideYearError:
        raise _no_period(year) from None


def _no_period(year: Calendar | None) -> Unreadable:
    known = f"its periods are `{year.ids[0]}` to `{year.ids[-1]}`" if year else "as in `2026-05`"
    return Unreadable(
        "IMPORT_PERIOD", "is no period of the plan's year", f"{known}; `05/2026` and `Tháng 5` are read too"
    )
