"""Sweeps and break-evens for people: one line a value, and where the outcome switches, in English and Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.exact.number import Exact, number_text
from aop_rules.what_if.break_even import BreakEven
from aop_rules.what_if.sweep import Sweep
from aop_rules.what_if.trial import Tried
from aop_rules.wording.columns import aligned
from aop_rules.wording.markdown import plain
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_money, show_number


def sweep_text(found: Sweep, language: Language) -> str:
    """A table: the value, the outcome, how much would fit, and landings."""
    fits = any(row.fit is not None for row in found.rows)
    kpis = tuple(dict.fromkeys(kpi for row in found.rows for kpi in row.landings))
    table = [[found.path, say("what_if.outcome", language), *([say("what_if.fit", language)] if fits else []), *kpis]]
    for row in found.rows:
        fit = [show_money(row.fit, found.currency, language) if row.fit is not None else ""] if fits else []
        landings = [_number(row.landings.get(kpi), language) for kpi in kpis]
        table.append([_number(row.value, language), _outcome(row, language), *fit, *landings])
    lines = [_title(found.event.title or found.event.event_id, language), "", *aligned(table, left=(0, 1))]
    return "\n".join(lines) + "\n"


def break_even_text(found: BreakEven, language: Language) -> str:
    """One paragraph a switch; where the outcome goes to and fro, or never switches, that is said."""
    return (
        "\n".join([_title(found.event.title or found.event.event_id, language), "", *_switches(found, language)]) + "\n"
    )


def _switches(found: BreakEven, language: Language) -> Iterator[str]:
    low, high = _number(found.low, language), _number(found.high, language)
    if not found.switches:
        outcome = _outcome(found.sampled[0], language)
        key = (
            "what_if.never" if not found.outcome or found.sampled[0].outcome == found.outcome else "what_if.not_reached"
        )
        wanted = say(f"outcome.{found.outcome}", language) if found.outcome else outcome
        yield say(key, language, path=found.path, low=low, high=high, outcome=wanted)
    for switch in found.switches:
        last, first = _number(switch.last.value, language), _number(switch.first.value, language)
        was, now = _outcome(switch.last, language), _outcome(switch.first, language)
        yield say("what_if.switch", language, path=found.path, last=last, was=was, first=first, now=now)
    if not found.monotone:
        yield say("what_if.not_monotone", language, count=len(found.sampled))


def _title(title: str, language: Language) -> str:
    return say("what_if.title", language, title=plain(title))


def _outcome(row: Tried, language: Language) -> str:
    if not row.outcome:
        return say("what_if.cannot_be", language, why=plain("; ".join(row.why)))
    return f"{say(f'course.{row.course}', language)} – {say(f'outcome.{row.outcome}', language)}"


def _number(value: Exact | None, language: Language) -> str:
    """To its last digit."""
    if value is None:
        return say("unknown.value", language)
    return show_number(value, language) if _two_decimals_say_it(value) else str(number_text(value))


def _two_decimals_say_it(value: Exact) -> bool:
    """Whether two decimals say all of it."""
    return value * 100 == int(value * 100)
