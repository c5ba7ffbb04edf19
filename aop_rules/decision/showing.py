"""Facts as people read them: values with their unit, ids by their name, what is missing as a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

from aop_rules.exact.calendar import Period, span_label
from aop_rules.facts.names import name_of
from aop_rules.facts.sheet import Evidence
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Missing
from aop_rules.position.year import calendar_of
from aop_rules.rules.vocabulary import Vocabulary
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_period

_HOLE = re.compile(r"\{([^{}]*)\}")


def show_evidence(evidence: Evidence, currency: str, language: Language) -> str:
    """The value of one fact, in a sentence."""
    value = evidence.value
    if value is None:
        return say("unknown.value", language)
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    if isinstance(value, (int, Fraction)):
        return show_figure(value, evidence.unit, currency, language)
    if isinstance(value, date):
        return show_date(value, language)
    if isinstance(value, frozenset):
        names = [words.in_language(language) for words in evidence.labels] or [
            tag.replace("_", " ") for tag in sorted(value)
        ]
        return show_list(names, language) if names else say("nothing", language)
    if evidence.label is not None:
        return evidence.label.in_language(language)
    if evidence.name.endswith((".period", ".periods")):
        return show_period(value, language)
    return value


def fill(template: Words, evidence: Mapping[str, Evidence], plan: Plan) -> Words:
    """A rule's sentence with its figures, in both languages. For what is not known stands why."""

    def filled(text: str, language: Language) -> str:
        def value(found: re.Match[str]) -> str:
            fact = evidence.get(found[1].strip()) or Evidence(found[1].strip(), None)
            if fact.value is None and fact.missing:
                return reasons(fact.missing, plan, language)
            return show_evidence(fact, plan.currency, language)

        return _HOLE.sub(value, text)

    return Words(en=filled(template.en, "en"), vi=filled(template.vi, "vi"))


Saying = Literal["missing", "ask"]
"""Why something is not known, or what to ask for."""


def show_missing(
    name: str, evidence: Mapping[str, Evidence], plan: Plan, vocabulary: Vocabulary, saying: Saying = "missing"
) -> Words:
    """Why a fact is not known (each missing reading by name, or that nobody said it), or what to ask for."""
    found = evidence.get(name)
    if found is None or not found.missing:
        term = vocabulary.term(name)
        doc = term.doc if term and term.doc else Words(en=name, vi=name)
        return Words(en=say(f"{saying}.plain", "en", term=doc.en), vi=say(f"{saying}.plain", "vi", term=doc.vi))
    return Words(en=reasons(found.missing, plan, "en", saying), vi=reasons(found.missing, plan, "vi", saying))


def reasons(missing: Iterable[Missing], plan: Plan, language: Language, saying: Saying = "missing") -> str:
    """Every reason why a figure is not known, once: readings that lack for the same periods stand together."""
    periods: dict[tuple[str, str], dict[str, str]] = {}
    for each in missing:
        periods.setdefault((each.reason, each.about), {})[each.period] = each.detail
    abouts: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
    for (reason, about), found in periods.items():
        abouts.setdefault((reason, tuple(sorted(found.items()))), []).append(about)
    said = [
        _missing(plan, f"{saying}.{reason}", names, dict(found), language) for (reason, found), names in abouts.items()
    ]
    return "; ".join(dict.fromkeys(said))


def _missing(plan: Plan, key: str, abouts: list[str], found: dict[str, str], language: Language) -> str:
    names = show_list([name_of(plan, "kpi", about).in_language(language) for about in abouts], language)
    last = _detail(found[max(found)], language)
    return say(key, language, about=names, period=_spans(plan, list(found), language), detail=last)


def _spans(plan: Plan, periods: list[str], language: Language) -> str:
    """Periods as people say them: those that follow one another as a span."""
    runs: list[list[Period]] = []
    for period in calendar_of(plan).periods:
        if period.id in periods:
            follows = bool(runs) and runs[-1][-1].index + 1 == period.index
            runs[-1].append(period) if follows else runs.append([period])
    spans = [span_label(run[0], run[-1]) for run in runs] or list(filter(None, periods))
    return show_list([show_period(span, language) for span in spans], language)


def _detail(detail: str, language: Language) -> str:
    try:
        return show_date(date.fromisoformat(detail), language)
    except ValueError:
        return detail
