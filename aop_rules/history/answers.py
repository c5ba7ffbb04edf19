"""What people make of a decision: they accept it, or override it with a reason and an end, and later say what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from aop_rules.decision.outcome import ladder
from aop_rules.errors import LedgerError, Place, Problem, did_you_mean
from aop_rules.exact.number import parse_number
from aop_rules.history.kept import Kept
from aop_rules.ledger.entry import Draft, Entry, canonical, saying
from aop_rules.plan.model import Plan
from aop_rules.rules.standard import REQUESTS
from aop_rules.wording.folding import fold

Result = Literal["as_expected", "better", "worse", "unclear"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's word on one decision. The recommendation stays what it was; the answer says what is done."""

    decision_id: str
    answer: Literal["accepted", "overridden"]
    outcome: str
    """What is done: the recommendation where it was accepted."""
    by: str
    reason: str = ""
    until: str = ""
    """ISO date: the last day on which an override holds; empty where it was accepted."""
    rules: tuple[str, ...] = ()
    """The rules that were overridden: those that decided."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a decision, said later."""

    decision_id: str
    result: Result
    on: str
    """ISO date on which this was seen."""
    note: str = ""
    by: str = ""
    measured: Mapping[str, str] | None = None
    """KPI to what it turned out to be, in the plan's units."""


def accepted(kept: Kept, plan: Plan, *, by: str, reason: str = "", before: Answer | None = None) -> Answer:
    """Raises LedgerError where nobody is named, or where an override stands and `by` is none who may override."""
    problems = _who(by)
    if before is not None and before.answer == "overridden":
        problems += _authority(plan, by)
    _raise(problems)
    return Answer(kept.decision_id, "accepted", kept.outcome, by, reason)


def overridden(kept: Kept, plan: Plan, *, outcome: str, by: str, reason: str, until: date) -> Answer:
    """Raises LedgerError with everything that stands against it: a hard decision is only lifted by amending the plan."""
    problems = _who(by)
    if kept.said["hard"]:
        message = f"decision `{kept.decision_id}` is hard: no one can override it"
        problems.append(_problem("ANSWER_HARD", message, "amend the plan: `aop amend`"))
    known = [each.value for each in ladder(kept.event.kind in REQUESTS)]
    if outcome not in known or outcome == kept.outcome:
        said = "is the recommendation itself" if outcome == kept.outcome else "is no outcome here"
        others = ", ".join(f"`{each}`" for each in known if each != kept.outcome)
        problems.append(_problem("ANSWER_OUTCOME", f"`{outcome}` {said}", f"one of {others}"))
    if not reason.strip():
        problems.append(
            _problem("ANSWER_REASON", "an override needs a reason", "say why: it is read again in the review")
        )
    if until <= kept.as_of.date():
        message = f"{until.isoformat()} is not after the decision ({kept.as_of.date().isoformat()})"
        problems.append(_problem("ANSWER_EXPIRY", message, "say until when it holds: an override ends"))
    problems += _authority(plan, by)
    _raise(problems)
    rules = tuple(sorted({str(each["rule"]) for each in kept.said["deciding"]}))
    return Answer(kept.decision_id, "overridden", outcome, by, reason, until.isoformat(), rules)


def check_came(kept: Kept, plan: Plan, on: date, measured: Mapping[str, int | str]) -> None:
    """Raises LedgerError for a day before the decision, a KPI that the plan does not have, and what is no number."""
    problems = []
    if on < kept.as_of.date():
        message = f"{on.isoformat()} is before the decision ({kept.as_of.date().isoformat()})"
        problems.append(_problem("ANSWER_DATE", message, "write the day on which it was seen"))
    for kpi, value in measured.items():
        if kpi not in plan.kpis:
            problems.append(_problem("ANSWER_MEASURED", f"the plan has no KPI `{kpi}`", did_you_mean(kpi, plan.kpis)))
            continue
        try:
            parse_number(value)
        except ValueError:
            problems.append(
                _problem("ANSWER_MEASURED", f"`{value}` is no number", "write it as the plan does: `12.5`, `7%`")
            )
    _raise(problems)


def may_override(plan: Plan) -> tuple[str, ...]:
    """Who may; anyone where the plan names nobody."""
    return plan.governance.may_override or ((plan.governance.owner,) if plan.governance.owner else ())


def _authority(plan: Plan, by: str) -> list[Problem]:
    """Whether somebody may do otherwise than was recommended, or take that back."""
    may = may_override(plan)
    if not by.strip() or not may or fold(by) in map(fold, may):
        return []
    message = f"`{by}` may not override a recommendation of this plan"
    return [_problem("ANSWER_AUTHORITY", message, f"these may: {', '.join(f'`{each}`' for each in may)}")]


def _who(by: str) -> list[Problem]:
    return [] if by.strip() else [_problem("ANSWER_WHO", "nobody is named", "say who answers")]


def _problem(code: str, message: str, hint: str) -> Problem:
    return Problem(Place("<answer>"), code, message, hint)


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise LedgerError(problems)


def answer_draft(answer: Answer, before: Sequence[Entry] = ()) -> Draft:
    """The answer as something to keep, after what was said `before`."""
    body = canonical({**asdict(answer), "rules": list(answer.rules)})
    return saying("answer", answer.decision_id, body, before)


def came_draft(came: Came, before: Sequence[Entry] = ()) -> Draft:
    """As of an answer."""
    body = canonical({**asdict(came), "measured": dict(came.measured or {})})
    return saying("outcome", came.decision_id, body, before)


def answer_of(entry: Entry) -> Answer:
    data: dict[str, Any] = entry.data()
    return Answer(**{**data, "rules": tuple(data["rules"])})


def came_of(entry: Entry) -> Came:
    return Came(**entry.data())
