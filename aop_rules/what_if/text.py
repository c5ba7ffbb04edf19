"""What differs, for people: aligned tables in English and Vietnamese, of nothing but what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from aop_rules.what_if.asking import Comparison, WhatIf
from aop_rules.what_if.rows import Cell, Part, Row, rows
from aop_rules.wording.columns import aligned
from aop_rules.wording.markdown import plain
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list

_PARTS: Mapping[Part, str] = {
    "goals": "what_if.goals",
    "kpis": "what_if.kpis",
    "budget": "what_if.budget",
    "alerts": "what_if.alerts",
    "decisions": "what_if.decisions",
}


def what_if_text(found: WhatIf, language: Language) -> str:
    """Ends with a line end; equal values give equal texts."""
    lines = [*_head(found, language)]
    different = [row for row in rows(found) if row.differs]
    if not different:
        lines += ["", say("what_if.nothing", language)]
    for part, those in groupby(different, key=lambda row: row.part):
        lines += ["", say(_PARTS[part], language), *_part(tuple(those), found.plan.currency, language)]
    return "\n".join(lines) + "\n"


def comparison_text(found: Comparison, language: Language | None) -> str:
    """One table; a scenario of which nothing differs has the figures of today."""
    scenarios = found.scenarios
    if not scenarios:
        return say("what_if.nothing", language or "en") + "\n"
    first = next(iter(scenarios.values()))
    spoken = language or first.plan.language
    told = {name: {(row.part, row.key): row for row in rows(each)} for name, each in scenarios.items()}
    different: dict[tuple[Part, tuple[str, ...]], Row] = {}
    for part in _PARTS:
        for each in told.values():
            different |= {key: row for key, row in each.items() if row.differs and row.part == part}
    if not different:
        return say("what_if.nothing", spoken) + "\n"
    table = [["", say("what_if.now", spoken), *scenarios]]
    for key, row in different.items():
        now = _cell(row.before, row.unit, first.plan.currency, spoken)
        after = [_after(each.get(key), row, first.plan.currency, spoken) for each in told.values()]
        table.append([_label(row, spoken), now, *after])
    return "\n".join(aligned(table)) + "\n"


def _after(there: Row | None, like: Row, currency: str, language: Language) -> str:
    """Alerts that do not differ have no row: they are as they are now."""
    return _cell(there.after if there else like.before, like.unit, currency, language)


def _head(found: WhatIf, language: Language) -> Iterator[str]:
    yield say("what_if.as_of", language, date=show_date(found.as_of.date(), language))
    yield from (f"  {plain(change.sentence(language))}" for change in found.changes)
    for event in found.events:
        about = plain(event.title) or say(f"kind.{event.kind}", language)
        yield f"  {say('what_if.event', language, about=about, id=plain(event.event_id))}"
    if not found.changes and not found.events:
        yield f"  {say('what_if.unchanged', language)}"
    if found.unseen:
        yield say("what_if.unseen", language, ids=show_list([plain(each) for each in found.unseen], language))


def _part(those: Sequence[Row], currency: str, language: Language) -> Iterator[str]:
    table = [
        [_label(row, language), *(_cell(each, row.unit, currency, language) for each in (row.before, row.after))]
        for row in those
    ]
    for line, row in zip(aligned([[a, b, "→", c] for a, b, c in table]), those, strict=True):
        yield f"  {line}"
        yield from (f"    {say(key, language, what=plain(what))}" for key, what in row.notes)


def _label(row: Row, language: Language) -> str:
    name = plain(row.name.in_language(language))
    return f"{name}, {say(row.of, language)}" if row.of else name


def _cell(cell: Cell, unit: str, currency: str, language: Language) -> str:
    if isinstance(cell, str):
        return say(cell, language) if cell else say("what_if.not_there", language)
    return show_figure(cell, unit, currency, language)
