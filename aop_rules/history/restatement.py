"""What was restated, as a value: each figure before and after, what is judged otherwise, and the decisions on the old figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from aop_rules.exact.number import Exact, number_text
from aop_rules.facts.names import name_of
from aop_rules.history.policy import Redecided
from aop_rules.plan.model import Plan
from aop_rules.wording.markdown import plain
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_period

What = Literal[
    "reading",   # what was read of a KPI in a period
    "figure",    # what follows from that for another KPI in that period
    "breached",  # whether a KPI was past its threshold at the end of a period
    "ytd",       # the year so far
    "landing",   # where the year ends, as computed
    "verdict",   # signal or noise, at the last closed period
    "score",     # how far a goal has come
    "course",    # whether a goal is on course, at risk or broken
]  # fmt: skip
Value = Exact | str | bool | None
"""Exact, in whole currency units; a word for `verdict` and `course`; None where it was not known."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is otherwise because of what was restated."""

    what: What
    about: str
    """Id of the KPI; of the goal for `score` and `course`."""
    periods: str
    """Period id, or first..last; empty for what is said of the whole year."""
    unit: str
    """Of a figure, as in `Figure.unit`; empty for what is judged."""
    before: Value
    after: Value
    sources: tuple[str, ...] = ()
    """Of a reading: the ids of the events that say what it is now."""
    known: str = ""
    """Of a reading: ISO date on which that became known."""

    @property
    def judgement(self) -> bool:
        """Whether a limit of the plan, or signal or noise, is judged otherwise."""
        return self.what in ("breached", "verdict") or "broken" in (self.before, self.after)


@dataclass(frozen=True, slots=True)
class Restated:
    """What was restated, and what follows. False where nothing was."""

    as_of: str
    """ISO date."""
    changes: tuple[Change, ...] = ()
    """The readings first, then the KPIs, then the goals, each by id and period."""
    decisions: tuple[Redecided, ...] = ()
    """Each recorded decision that saw an old figure: its outcome, and what it would have been with today's. It stays as made."""

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def readings(self) -> tuple[Change, ...]:
        """The figures that were restated themselves."""
        return tuple(each for each in self.changes if each.what == "reading")

    @property
    def crossed(self) -> tuple[Change, ...]:
        """The thresholds that are crossed because of it, one way or the other."""
        return tuple(each for each in self.changes if each.what == "breached")

    @property
    def verdict_unchanged(self) -> bool:
        """No threshold, floor or ceiling is crossed, signal or noise is judged as before, and each decision would be the same.

        A goal may still be at risk that was on course: `changes` says so.
        """
        judged = any(each.judgement for each in self.changes)
        return not judged and not any(each.changed for each in self.decisions)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold. New keys may come."""
        return {
            "as_of": self.as_of,
            "verdict_unchanged": self.verdict_unchanged,
            "changes": [_change_data(each) for each in self.changes],
            "decisions": [_decision_data(each) for each in self.decisions],
        }

    def text(self, language: Language, plan: Plan) -> str:
        """For people: whether the verdict stands, then a line each; empty where nothing was restated."""
        return "\n  ".join(self.lines(language, plan))

    def lines(self, language: Language, plan: Plan) -> tuple[str, ...]:
        """The lines of `text`, the verdict first."""
        if not self:
            return ()
        course = any(each.what == "course" for each in self.changes)
        unchanged = "restated.going" if course else "restated.unchanged"
        head = say(unchanged if self.verdict_unchanged else "restated.changed", language)
        changes = (_change_said(each, language, plan) for each in self.changes)
        decisions = (_decision_said(each, language) for each in self.decisions)
        return head, *map(plain, (*changes, *decisions))


def _change_data(each: Change) -> dict[str, Any]:
    return {
        **asdict(each),
        "before": _value_data(each.before),
        "after": _value_data(each.after),
        "sources": list(each.sources),
    }


def _value_data(value: Value) -> str | int | bool | None:
    return number_text(value) if isinstance(value, Fraction) else value


def _decision_data(each: Redecided) -> dict[str, Any]:
    lists = {"hard": list(each.hard), "no_longer": list(each.no_longer), "newly": list(each.newly)}
    return {**asdict(each), **lists, "why": list(each.why), "changed": each.changed}


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _change_said(each: Change, language: Language, plan: Plan) -> str:
    kind = "goal" if each.what in ("score", "course") else "kpi"
    parts = {
        "about": name_of(plan, kind, each.about).in_language(language),
        "periods": show_period(each.periods, language),
        "before": _shown(each.before, each, language, plan),
        "after": _shown(each.after, each, language, plan),
    }
    if each.what == "reading":
        known = show_date(date.fromisoformat(each.known), language)
        return say("restated.reading", language, known=known, **parts)
    if each.what in ("landing", "verdict", "score", "course"):
        del parts["periods"]
    return say(f"restated.{each.what}", language, **parts)


def _shown(value: Value, each: Change, language: Language, plan: Plan) -> str:
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    if isinstance(value, str):
        return say(f"verdict.{value}" if each.what == "verdict" else f"course.{value}", language)
    return show_figure(value, "ratio" if each.what == "score" else each.unit, plan.currency, language)


def _decision_said(each: Redecided, language: Language) -> str:
    title = each.title or say(f"kind.{each.kind}", language)
    day = show_date(date.fromisoformat(each.as_of), language)
    was = say(f"outcome.{each.was}", language)
    rules = say("policy.newly", language, rules=show_list(each.newly, language)) if each.newly else ""
    gone = say("policy.no_longer", language, rules=show_list(each.no_longer, language)) if each.no_longer else ""
    if not each.changed:
        return say("restated.same", language, title=title, id=each.decision_id, date=day, was=was)
    said = say(
        "restated.otherwise",
        language,
        title=title,
        id=each.decision_id,
        date=day,
        was=was,
        now=_outcome(each, language),
    )
    return "; ".join([said, *filter(None, (rules, gone))])


def _outcome(each: Redecided, language: Language) -> str:
    if not each.now:
        return say("restated.untold", language)
    outcome = say(f"outcome.{each.now}", language)
    return say("policy.hard", language, outcome=outcome) if each.hard[1] else outcome
