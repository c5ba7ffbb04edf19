"""The order of work as plain data for JSON and as text for people, in English or Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from aop_rules.exact.number import Exact, number_text
from aop_rules.selecting.sequence import Deferred, Sequence, Step, Work
from aop_rules.wording.markdown import plain
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_money

FORMAT = 1
"""Raised when a key changes its meaning or goes."""


def sequence_data(found: Sequence) -> dict[str, Any]:
    """The order as plain data; what is unknown is null."""
    return {
        "format": FORMAT,
        "plan": {"id": found.plan.id, "version": found.plan.version},
        "currency": found.plan.currency,
        "as_of": found.as_of.isoformat(),
        "order": [
            {
                **_work(step.work),
                "starts": step.starts.isoformat(),
                "ends": _day(step.ends),
                "ahead_of": list(step.ahead_of),
            }
            for step in found.steps
        ],
        "deferred": [
            {**_work(each.work), "reason": each.reason, "others": list(each.others), "value_lost": _n(each.value_lost)}
            for each in found.deferred
        ],
        "without_cost": list(found.without_cost),
    }


def _work(work: Work) -> dict[str, Any]:
    return {
        "id": work.id,
        "name": {"en": work.name.en, "vi": work.name.vi},
        "kind": work.kind,
        "rank": work.rank,
        "cost_of_delay": _n(work.cost_of_delay),
        "months": _n(work.months),
        "urgency": _n(work.urgency),
        "window": [_day(work.opens), _day(work.closes)],
        "requires": list(work.requires),
    }


def _n(value: Exact | None) -> int | str | None:
    return None if value is None else number_text(value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def sequence_text(found: Sequence, language: Language = "en") -> str:
    """The order for reading; the same order gives the same text."""
    return "\n".join(_lines(found, language)) + "\n"


def _lines(found: Sequence, language: Language) -> Iterator[str]:
    yield say("sequence.title", language, date=show_date(found.as_of, language))
    works = [*(step.work for step in found.steps), *(each.work for each in found.deferred)]
    names = {work.id: work.name.in_language(language) for work in works}
    for number, step in enumerate(found.steps, 1):
        yield f"{number:>3}. {plain(names[step.work.id])}: {'; '.join(_said(found, step, names, language))}"
    if not found.steps:
        yield f"     {say('sequence.none', language)}"
    if found.deferred:
        yield say("sequence.deferred", language)
    for each in found.deferred:
        why = _why(each, names, language)
        lost = each.value_lost
        if lost is None:
            said = say("sequence.lost.unknown", language, why=why)
        else:
            said = say("sequence.lost", language, why=why, amount=show_money(lost, found.plan.currency, language))
        yield f"  –  {plain(names[each.work.id])}: {said}"


def _said(found: Sequence, step: Step, names: dict[str, str], language: Language) -> Iterator[str]:
    work = step.work
    if step.ahead_of:
        ahead = show_list([plain(names[name]) for name in step.ahead_of], language)
        yield say("sequence.ahead_of", language, names=ahead)
    yield say("sequence.no_rank", language) if work.rank is None else say("sequence.rank", language, rank=work.rank)
    if work.cost_of_delay is None or work.months is None:
        yield say("sequence.no_cost", language)
        return
    amount = show_money(work.cost_of_delay, found.plan.currency, language)
    yield say("sequence.cost", language, amount=amount, months=show_figure(work.months, "month", "", language))


def _why(each: Deferred, names: dict[str, str], language: Language) -> str:
    work = each.work
    if each.reason == "requires":
        others = show_list([plain(names.get(name, name)) for name in each.others], language)
        return say("sequence.waits", language, names=others)
    last = min(day for day in (work.closes, work.decide_by, each.ends) if day is not None)
    if each.reason == "too_late" and each.ends is not None and work.closes is not None:
        end, day = show_date(each.ends, language), show_date(work.closes, language)
        return say("sequence.too_late", language, end=end, date=day)
    return say("sequence.past_window", language, date=show_date(last, language))
