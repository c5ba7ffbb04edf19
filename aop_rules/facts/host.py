"""Attributes of the embedding program: declared in code with their types, given with each event."""

from __future__ import annotations

from collections.abc import Mapping

from aop_rules.errors import EventError, Place, Problem, did_you_mean
from aop_rules.facts.sheet import Evidence, Sheet
from aop_rules.inference.record import fitted
from aop_rules.limits import DIGITS_MAX
from aop_rules.rules.vocabulary import Vocabulary

Given = Mapping[str, object]
"""Attribute name to value, as in `{"vendor.rating": 4}`."""


def host_sheets(declared: Vocabulary, given: Given) -> tuple[Sheet, ...]:
    """What the host gave, by first name. A value that does not fit its type makes the rules that need it fail, loudly.

    Raises EventError for a name that was not declared.
    """
    unknown = sorted(name for name in given if declared.type_of(name) is None)
    if unknown:
        raise EventError(_undeclared(name, declared) for name in unknown)
    too_long = sorted(name for name, value in given.items() if isinstance(value, int) and abs(value) >= 10**DIGITS_MAX)
    if too_long:
        raise EventError(_too_long(name) for name in too_long)
    sheets: dict[str, Sheet] = {}
    for term in declared.terms:
        scope, _, name = term.path.partition(".")
        sheet = sheets.setdefault(scope, Sheet(scope))
        value = given.get(term.path)
        known = None if value is None else fitted(value, term.type)
        sheet.put(name, known, term.type.unit, quality="given", sources=("host",))
        if value is not None and known is None:
            sheet.spoil(name, value)
    return tuple(sheets.values())


def _too_long(name: str) -> Problem:
    message = f"the number given for `{name}` has more than {DIGITS_MAX} digits"
    return Problem(Place("<given>"), "EVENT_WRONG_VALUE", message, "give a smaller one")


def _undeclared(name: str, declared: Vocabulary) -> Problem:
    hint = did_you_mean(name, declared.names) if declared.names else "declare it: `Engine.open(…, attributes={…})`"
    return Problem(Place("<given>"), "EVENT_UNKNOWN_ATTRIBUTE", f"no attribute `{name}` was declared", hint)


def merged(sheets: tuple[Sheet, ...], base: Mapping[str, Mapping[str, object]]) -> dict[str, Mapping[str, object]]:
    """The host's values beside our own. Ours stand: a host adds names, it never changes what one means."""
    record = dict(base)
    for sheet in sheets:
        record[sheet.scope] = {**sheet.values, **base.get(sheet.scope, {})}
    return record


def evidence_of(sheets: tuple[Sheet, ...]) -> dict[str, Evidence]:
    return {name: evidence for sheet in sheets for name, evidence in sheet.evidence.items()}
