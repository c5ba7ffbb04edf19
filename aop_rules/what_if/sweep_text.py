"""Sweeps and break-evens for people: one line a value, and where the outcome switches, in English and Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.exact.number import Exact, exact, number_text
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
        table.append([_number(row.value, language, found.share), _outcome(row, language), *fit, *landings])
    lines = [_title(found.event.title or found.event.event_id, language), "", *aligned(table, left=(0, 1))]
    if any(row.bare for row in found.rows):
        lines += ["", _with_signs(found.rows[0].value, found.rows[-1].value, language)]
    return "\n".join(lines) + "\n"


def break_even_text(found: BreakEven, language: Language) -> str:
    """One paragraph a switch; where the outcome goes to and fro, or never switches, that is said."""
    return (
        "\n".join([_title(found.event.title or found.event.event_id, language), "", *_switches(found, language)]) + "\n"
    )


def _switches(found: BreakEven, language: Language) -> Iterator[str]:
    low, high = _number(found.low, language, found.share), _number(found.high, language, found.share)
    if all(row.bare for row in found.sampled):
        yield _with_signs(found.low, found.high, language)
        return
    if not found.switches:
        outcome = _outcome(found.sampled[0], language)
        key = (
            "what_if.never" if not found.outcome or found.sampled[0].outcome == found.outcome else "what_if.not_reached"
        )
        wanted = say(f"outcome.{found.outcome}", language) if found.outcome else outcome
        yield say(key, language, path=found.path, low=low, high=high, outcome=wanted)
    for switch in found.switches:
        last, first = (_number(each.value, language, found.share) for each in (switch.last, switch.first))
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


def _with_signs(low: Exact, high: Exact, language: Language) -> str:
    """How shares are asked for, where nobody can tell whether they are."""
    return say("what_if.bare_share", language, low=f"{number_text(low)}%", high=f"{number_text(high)}%")


def _number(value: Exact | None, language: Language, share: bool = False) -> str:
    """To its last digit; a share in percent."""
    if value is None:
        return say("unknown.value", language)
    if share:
        return f"{_number(exact(value * 100), language)} %"
    finite = value * 10**_PLACES == int(value * 10**_PLACES)
    return show_number(value, language, _PLACES) if finite else str(number_text(value))


_PLACES = 12
"""Decimals of what ends; all else is shown as a fraction."""
