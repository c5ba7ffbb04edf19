"""Flips in words and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from aop_rules.decision.explain import untitled
from aop_rules.decision.outcome import Outcome, ladder
from aop_rules.decision.value import Decided
from aop_rules.exact.number import number_text
from aop_rules.facts.names import name_of
from aop_rules.flipping.fields import Value
from aop_rules.plan.field_words import field_of
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.rules.standard import REQUESTS
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_period

if TYPE_CHECKING:
    from aop_rules.flipping.flip import Checked, Flip, Flips, JointFlip


def flips_sentence(found: Flips, language: Language) -> str:
    """What would give a better answer, in one sentence."""
    if not found.single and found.joint is None:
        return _nothing(found, language)
    said = [
        say(
            "flip.would",
            language,
            outcome=_outcome(outcome, language),
            what="; ".join(_told(found, each, language) for each in flips),
        )
        for outcome, flips in _by_outcome(found)
    ]
    if found.joint is not None and not found.single:
        said.append(_joint(found, found.joint, language))
    return "; ".join(said)


def flips_text(found: Flips, language: Language) -> str:
    """One line a flip, what gives the best answer first; then the smallest joint change."""
    event, plan = found.decision.event, found.decision.plan
    head = f"{say(f'course.{found.decision.course}', language)} – {_outcome(found.decision.outcome, language)}"
    title = event.title or untitled(found.decision, language)
    lines = [
        head,
        f"{title} · {show_date(event.effective_date, language)} · {plan.name.in_language(language)} v{plan.version}",
    ]
    for outcome, flips in _by_outcome(found):
        lines += ["", say("flip.head", language, outcome=_outcome(outcome, language))]
        lines += [f"  • {_told(found, each, language)}" for each in flips]
    if found.joint is not None:
        lines += ["", say("flip.joint.head", language, outcome=_outcome(found.joint.outcome, language))]
        lines += [f"  • {_told(found, each, language)}" for each in found.joint.parts]
    if not found.single and found.joint is None:
        lines += ["", _nothing(found, language)]
        lines += [f"  • {f.message.in_language(language)}  [{f.rule}]" for f in found.stands]
    return "\n".join(lines)


def _by_outcome(found: Flips) -> Iterator[tuple[Outcome, list[Flip]]]:
    rungs = ladder(found.decision.event.kind in REQUESTS)
    known = [each for each in found.single if each.outcome is not None]
    known.sort(key=lambda each: rungs.index(each.outcome or rungs[-1]))
    for outcome, flips in groupby(known, key=lambda each: each.outcome):
        if outcome is not None:
            yield outcome, list(flips)


def _outcome(outcome: Outcome, language: Language) -> str:
    return say(f"outcome.{outcome}", language)


def _joint(found: Flips, joint: JointFlip, language: Language) -> str:
    what = show_list([_told(found, each, language) for each in joint.parts], language)
    return say("flip.would", language, outcome=_outcome(joint.outcome, language), what=what)


def _nothing(found: Flips, language: Language) -> str:
    if found.decision.outcome is ladder(found.decision.event.kind in REQUESTS)[0]:
        return say("flip.best", language)
    if found.only_amendment:
        clauses = [clause_words(found.decision.plan, each, language) for each in found.clauses]
        return say("flip.amendment", language, clauses=show_list(clauses, language))
    return say("flip.none", language)


_PARTS = frozenset(
    {"priorities", "scope", "not_this_year", "kpis", "budget", "resources", "risks", "governance", "policies"}
)
_ENTRIES = {"priorities": "goal", "kpis": "kpi", "risks": "risk", "lines": "line"}
"""Parts of a plan whose next word is the id of an entry, by its kind."""


def clause_words(plan: Plan, clause: str, language: Language) -> str:
    """A clause by its names, as in `Not this year: a new store`; one that is no part of a plan as it is written."""
    part, *rest = clause.split(".")
    if part not in _PARTS:
        return clause
    head = say(f"diff.{part}", language)
    if part == "not_this_year" and rest and rest[0] in plan.not_this_year:
        return f"{head}: {plan.not_this_year[rest[0]].name.in_language(language)}"
    path = [part, *rest]
    for key, entry in pairwise(path):
        if key in _ENTRIES:
            return f"{head}: {name_of(plan, _ENTRIES[key], entry).in_language(language)}"
    named = field_of(part.title(), rest[0]).name if rest else None
    return f"{head}: {named.in_language(language)}" if named else head


def _told(found: Flips, flip: Flip, language: Language) -> str:
    """One flip, as in `cost on online marketing at most 112,000,000 ₫ (now 120,000,000 ₫)`."""
    name, to = flip.name.in_language(language), shown(found.decision, flip.to, flip.unit, language)
    if flip.until is not None:
        ends = [to, shown(found.decision, flip.until, flip.unit, language)]
        low, high = ends if flip.bound in ("at_least", "from") else reversed(ends)
        said = say("flip.between", language, name=name, low=low, high=high)
    else:
        said = {
            "at_most": say("flip.at_most", language, name=name, to=to),
            "at_least": say("flip.at_least", language, name=name, to=to),
            "from": say("flip.from", language, name=name, to=to),
            "until": say("flip.until", language, name=name, to=to),
            "is": say("flip.is", language, name=name, to=to),
        }[flip.bound]
    now = say("flip.unsaid", language) if flip.now is None else shown(found.decision, flip.now, flip.unit, language)
    return say("flip.now", language, said=said, now=now)


def shown(decision: Decided, value: Value, unit: str, language: Language) -> str:
    """A value of a field of the event."""
    if isinstance(value, date):
        return show_date(value, language)
    if isinstance(value, str):
        if unit == "period":
            return show_period(value, language)
        return say(value if value in ("yes", "no") else f"evidence.{value}", language)
    currency = decision.event.currency or decision.plan.currency
    return show_figure(value, unit, currency, language)


# ── as data ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def flips_data(found: Flips) -> dict[str, Any]:
    """All of it for machines. `format` is raised when a key changes its meaning or goes."""
    decision, joint = found.decision, found.joint
    return {
        "format": 1,
        "decision_id": decision.decision_id,
        "event": decision.event.event_id,
        "outcome": decision.outcome.value,
        "hard": decision.hard,
        "flips": [_flip(each) for each in found.single],
        "joint": None
        if joint is None
        else {
            "outcome": joint.outcome.value,
            "largest_change": number_text(joint.largest),
            "sum_of_changes": number_text(joint.total),
            "parts": [
                {**_flip(each), "inside": _checked(less)} for each, less in zip(joint.parts, joint.inside, strict=True)
            ],
        },
        "only_amendment": found.only_amendment,
        "clauses": list(found.clauses),
        "stands": [
            {"rule": f.rule, "subject": {"kind": f.kind, "id": f.subject}, "message": _both(f.message)}
            for f in found.stands
        ],
        "text": {"en": flips_text(found, "en"), "vi": flips_text(found, "vi")},
    }


def _flip(flip: Flip) -> dict[str, Any]:
    return {
        "field": flip.field,
        "name": _both(flip.name),
        "unit": flip.unit,
        "now": plainly(flip.now),
        "to": plainly(flip.to),
        "bound": flip.bound,
        "until": plainly(flip.until),
        "outcome": flip.outcome.value if flip.outcome else None,
        "change": None if flip.change is None else number_text(flip.change),
        "inside": _checked(flip.inside),
        "outside": _checked(flip.outside),
    }


def _checked(checked: Checked | None) -> dict[str, Any] | None:
    if checked is None:
        return None
    return {"value": plainly(checked.value), "outcome": checked.outcome.value if checked.outcome else None}


def plainly(value: Value | None) -> int | str | None:
    """A value for JSON: a number that is whole or text, a day as `2026-06-30`."""
    if isinstance(value, (int, Fraction)):
        return number_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _both(words: Words) -> dict[str, str]:
    return {"en": words.en, "vi": words.vi}
