"""An amendment: the next version of a plan, with its reason and what is given up for it, and whether it may be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from aop_rules.errors import OutsideYearError, Place, Problem, did_you_mean
from aop_rules.exact.calendar import calendar
from aop_rules.exact.number import number_text
from aop_rules.plan.approval import FREE, approvers, delegated, line_moves
from aop_rules.plan.changes import Change, change_from, changes
from aop_rules.plan.locks import weakened_goals
from aop_rules.plan.model import Plan
from aop_rules.plan.standing import Standing as Standing
from aop_rules.wording.folding import fold


@dataclass(frozen=True, slots=True)
class Amendment:
    """One step from a version of a plan to the next. Closed periods keep the version that was in force then."""

    plan_id: str
    from_version: int
    from_digest: str
    to_version: int
    to_digest: str
    effective_from: str
    """Id of the first period in which it holds."""
    reason: str
    trade_off: str
    """What is given up for it."""
    requester: str
    approver: str
    """Who approved it; empty where nobody needed to."""
    changes: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """The amendment as plain data that JSON can hold. `amendment_from` reads it back."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "changes": [change.to_dict() for change in self.changes],
        }


_PLAIN = tuple(name for name in Amendment.__dataclass_fields__ if name != "changes")


def amendment_from(data: Mapping[str, Any]) -> Amendment:
    """The amendment that `to_dict` wrote. Raises KeyError where a key is missing."""
    return Amendment(**{name: data[name] for name in _PLAIN}, changes=tuple(map(change_from, data["changes"])))


class _Asked(NamedTuple):
    """Everything that an amendment is judged by. The rules are those of the older version."""

    old: Plan
    new: Plan
    standing: Standing
    changes: tuple[Change, ...]
    reason: str
    trade_off: str
    requester: str
    approver: str
    effective_from: str


def amendment_problems(
    old: Plan,
    new: Plan,
    standing: Standing,
    *,
    reason: str,
    trade_off: str,
    requester: str,
    approver: str,
    effective_from: str,
) -> tuple[Problem, ...]:
    """Everything that keeps `new` from becoming the next version of `old`; nothing where it may.

    >>> from aop_rules.plan.load import plan_from
    >>> plan = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
    >>> old, new = plan_from(plan), plan_from({**plan, "version": 2, "resources": {"hires": 1}})
    >>> said = {"reason": "a second shift", "requester": "Mara", "approver": "", "effective_from": "2026-06"}
    >>> for problem in amendment_problems(old, new, Standing(5, "2026-06"), trade_off=" ", **said):
    ...     print(problem)
    amendment:1:1: AMENDMENT_TRADE_OFF: what is given up for it is not said (say in `trade_off` what the business will do without)
    """
    asked = _Asked(old, new, standing, changes(old, new), reason, trade_off, requester, approver, effective_from)
    found = list(_reasons(asked))
    if new.id != old.id:
        message = f"`{new.id}` is another plan than `{old.id}`"
        found.append(_problem("AMENDMENT_OTHER_PLAN", message, f"keep `id: {old.id}`", "plan.id"))
    else:
        for check in (_version, _year, _period, _approval, _separate, _consumed):
            found += check(asked)
        found += weakened_goals(old, asked.changes, standing)
    return tuple(sorted(found))


def _problem(code: str, message: str, hint: str, place: str = "amendment") -> Problem:
    return Problem(Place(place), code, message, hint)


# ── what it is ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _reasons(asked: _Asked) -> Iterator[Problem]:
    if not asked.reason.strip():
        hint = "say in `reason` what has changed since the plan was agreed"
        yield _problem("AMENDMENT_REASON", "the reason is missing", hint)
    if not asked.trade_off.strip():
        hint = "say in `trade_off` what the business will do without"
        yield _problem("AMENDMENT_TRADE_OFF", "what is given up for it is not said", hint)


def _version(asked: _Asked) -> Iterator[Problem]:
    if not asked.changes:
        yield _problem("AMENDMENT_SAME", "nothing changes", "change the plan, or leave it as it is")
    following = asked.old.version + 1
    if asked.new.version != following:
        message = f"version {asked.new.version} does not follow version {asked.old.version}"
        yield _problem("AMENDMENT_VERSION", message, f"write `version: {following}`", "plan.version")


def _year(asked: _Asked) -> Iterator[Problem]:
    old, new = asked.old, asked.new
    pairs = [
        ("currency", old.currency, new.currency),
        ("year.starts", old.year.starts, new.year.starts),
        ("year.periods", old.year.periods, new.year.periods),
        ("year.weeks", old.year.weeks, new.year.weeks),
    ]
    for key, before, after in pairs:
        if before != after:
            message = f"`{key}` cannot change within the year, from `{before}` to `{after}`"
            hint = f"keep `{before}`, or write a plan of its own for another year"
            yield _problem("AMENDMENT_YEAR", message, hint, f"plan.{key}")


def _period(asked: _Asked) -> Iterator[Problem]:
    year, standing = asked.old.year, asked.standing
    periods = calendar(year.starts, year.periods, year.weeks)
    named = asked.effective_from[:40]
    try:
        period = periods.period(asked.effective_from)
    except OutsideYearError:
        message = f"`{named}` is no period of the plan's year"
        yield _problem("AMENDMENT_CLOSED_PERIOD", message, did_you_mean(named, periods.ids))
        return
    if period.index <= standing.closed:
        way_out = (
            f"let it hold from `{standing.first_open}` on" if standing.first_open else "put it into next year's plan"
        )
        message = f"`{period}` is closed: it keeps the plan that was in force"
        yield _problem("AMENDMENT_CLOSED_PERIOD", message, way_out)


# ── who approves ────────────────────────────────────────────────────────────────────────────────────────────────────


def _approval(asked: _Asked) -> Iterator[Problem]:
    old, new = asked.old, asked.new
    needing = [change for change in asked.changes if change.level not in FREE]
    if not needing or delegated(old, new, needing, asked.requester, asked.standing.moved):
        return
    allowed, approver = approvers(old, new, needing), asked.approver.strip()
    if approver and (not allowed or fold(approver) in map(fold, allowed)):
        return
    shown = " or ".join(f"`{name}`" for name in allowed) or "someone"
    touched = ", ".join(dict.fromkeys(f"`{change.path}`" for change in needing[:3]))
    more = f" and {len(needing) - 3} more" if len(needing) > 3 else ""
    who = f"`{approver}` may not approve" if approver else "nobody has approved"
    message = f"{who} the change of {touched}{more}"
    yield _problem("AMENDMENT_APPROVAL", message, f"ask {shown} to approve it, and name them as approver")


def _separate(asked: _Asked) -> Iterator[Problem]:
    approver, requester = fold(asked.approver), fold(asked.requester)
    if not asked.old.governance.separate_approver or not approver:
        return
    hint = "let someone else who may approve it do so: `governance.separate_approver` is set"
    if not requester:
        message = f"who asks is not said, so nobody can tell whether `{asked.approver}` is someone else"
        yield _problem("AMENDMENT_SELF_APPROVED", message, "say in `requester` who asks")
    elif approver == requester:
        yield _problem("AMENDMENT_SELF_APPROVED", f"`{asked.requester}` asks and approves", hint)


# ── what it may not touch ───────────────────────────────────────────────────────────────────────────────────────────


def _consumed(asked: _Asked) -> Iterator[Problem]:
    for line in line_moves(asked.old, asked.new):
        used = asked.standing.consumed.get(line, 0)
        kept = asked.new.budget.lines.get(line)
        amount = kept.amount if kept else 0
        if amount < used:
            least, now = number_text(used), number_text(amount)
            message = f"`{line}` has used {least} of its budget already; {now} is below that"
            place = f"plan.budget.lines.{line}" + (".amount" if kept else "")
            yield _problem("AMENDMENT_BELOW_CONSUMED", message, f"leave it at least {least}", place)
