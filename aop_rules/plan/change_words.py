"""A difference between two versions of a plan as one sentence of the business, in both languages."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import groupby
from typing import Any

from aop_rules.exact.calendar import Period, calendar, span_label
from aop_rules.exact.number import Exact, exact
from aop_rules.plan.difference import Around, Difference
from aop_rules.plan.field_words import Field, field_of, word
from aop_rules.plan.kpis import Target
from aop_rules.plan.model import Plan
from aop_rules.plan.value_words import Reader
from aop_rules.plan.values import Words
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import (
    Language,
    show_figure,
    show_number,
    show_period,
    show_ratio,
)


def words_of(difference: Difference, old: Plan, new: Plan) -> Words:
    """The sentence, with names as the plan has them and figures in their units."""
    return Words(en=_sentence(difference, old, new, "en"), vi=_sentence(difference, old, new, "vi"))


def _sentence(difference: Difference, old: Plan, new: Plan, language: Language) -> str:
    if difference.whole_entry:
        return _entry(difference, old, new, language)
    field = field_of(difference.owner, difference.key)
    subjects = [_name(each, language, before=difference.key == "name") for each in difference.around]
    what = field.name.in_language(language) if field.name else difference.key
    before = Reader(old, tuple(each.before for each in difference.around), language)
    after = Reader(new, tuple(each.after for each in difference.around), language)
    told = _periods(difference, field, before, after) or _values(difference, field, before, after)
    by = _by(difference, before.unit(field), after.unit(field), new.currency, language)
    if not subjects:
        return say("change.plan", language, what=what, values=told) + by
    return say("change.entry", language, subject=", ".join(subjects), what=what, values=told) + by


def _values(difference: Difference, field: Field, before: Reader, after: Reader) -> str:
    """Before and after. Where people would read both alike (a third decimal, a space) they stand as in the file."""
    old, new = before.value(difference.before, field), after.value(difference.after, field)
    if old == new:
        plain = (difference.plain_before, difference.plain_after)
        old, new = (json.dumps(value, ensure_ascii=False, default=str) for value in plain)
    return say("change.values", after.language, before=old, after=new)


def _entry(difference: Difference, old: Plan, new: Plan, language: Language) -> str:
    """An entry that came, went, or (an attribute, a rule of the plan's own) is another now."""
    *outer, entry = difference.around
    if entry.before is not None and entry.after is not None:
        if entry.kind == "rule":
            return say("change.changed.rule", language, name=entry.id)
        before, after = (word(kind, language) for kind in (entry.before, entry.after))
        values = say("change.values", language, before=before, after=after)
        return say("change.changed.attribute", language, name=entry.id, values=values)
    way = "added" if entry.before is None else "removed"
    name = _name(entry, language)
    if entry.kind == "line":
        line, plan = (entry.after, new) if way == "added" else (entry.before, old)
        name = f"{name} ({show_figure(line.amount, 'money', plan.currency, language)})"
    told = say(_SENTENCES[entry.kind][way == "removed"], language, name=name)
    around = ", ".join(_name(each, language) for each in outer)
    return say("change.within", language, subject=around, told=told) if around else told


_SENTENCES = {
    "attribute": ("change.added.attribute", "change.removed.attribute"),
    "cover": ("change.added.cover", "change.removed.cover"),
    "exclusion": ("change.added.exclusion", "change.removed.exclusion"),
    "goal": ("change.added.goal", "change.removed.goal"),
    "import": ("change.added.import", "change.removed.import"),
    "initiative": ("change.added.initiative", "change.removed.initiative"),
    "kpi": ("change.added.kpi", "change.removed.kpi"),
    "line": ("change.added.line", "change.removed.line"),
    "milestone": ("change.added.milestone", "change.removed.milestone"),
    "profile": ("change.added.profile", "change.removed.profile"),
    "risk": ("change.added.risk", "change.removed.risk"),
    "lever": ("change.added.lever", "change.removed.lever"),
    "role": ("change.added.role", "change.removed.role"),
    "rule": ("change.added.rule", "change.removed.rule"),
}


def _name(entry: Around, language: Language, before: bool = False) -> str:
    """Its name in the newer version that has it."""
    first, second = (entry.before, entry.after) if before else (entry.after, entry.before)
    name = getattr(first if first is not None else second, "name", None)
    return name.in_language(language) if isinstance(name, Words) else entry.id


# ── what changed in a row of periods, and by how much ───────────────────────────────────────────────────────────────


def _periods(difference: Difference, field: Field, before: Reader, after: Reader) -> str:
    """For one value a period: the periods that changed, those that change alike as one span. Empty for anything else."""
    if f"{difference.owner}.{difference.key}" not in ("Kpi.target", "Target.path", "Profile.weights"):
        return ""
    year, language = after.plan.year, after.language
    periods = calendar(year.starts, year.periods, year.weeks).periods
    old, new = _by_period(difference.before, len(periods)), _by_period(difference.after, len(periods))
    if before.plan.year != year or not len(old) == len(new) == len(periods):
        return ""
    rows = groupby(zip(periods, old, new, strict=True), key=lambda row: row[1:])
    told: list[str] = []
    for (was, now), run in rows:
        shown = before.value(was, field), after.value(now, field)
        if was != now and shown[0] == shown[1]:
            return ""
        if was != now:
            span = show_period(_span([period for period, _, _ in run]), language)
            told.append(say("change.period", language, period=span, before=shown[0], after=shown[1]))
    return "; ".join(told)


def _by_period(value: Any, periods: int) -> tuple[Exact, ...]:
    """One value a period; nothing for what is not agreed by period."""
    if isinstance(value, Target):
        return value.path or ((value.constant,) * periods if value.constant is not None else ())
    return value if isinstance(value, tuple) else ()


def _span(run: list[Period]) -> str:
    return span_label(run[0], run[-1])


def _by(difference: Difference, unit: str, new_unit: str, currency: str, language: Language) -> str:
    """By how much a figure changes; empty for what is none."""
    before, after = difference.before, difference.after
    if unit != new_unit or not (_is_number(before) and _is_number(after)):
        return ""
    apart = exact(Fraction(after) - before)
    if unit == "ratio":
        points = show_number(apart * 100, language)
        if points == "0":
            return ""
        key = "change.point" if points in ("1", "-1") else "change.points"
        return say("change.by", language, by=say(key, language, points=_signed(apart, points)))
    by = _signed(apart, show_figure(apart, unit, currency, language))
    if before <= 0 or unit in ("day", "period", "person"):
        return say("change.by", language, by=by)
    share = Fraction(apart) / before
    return say("change.by_share", language, by=by, share=_signed(share, show_ratio(share, language, places=1)))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def _signed(value: Exact, shown: str) -> str:
    return f"+{shown}" if value > 0 else shown
