"""A review as plain data: what `--json` prints. New keys may come; numbers are whole, or text (`12.5`, `9/5`)."""

from __future__ import annotations

from typing import Any

from aop_rules.decision.record import option_data
from aop_rules.exact.number import Exact, number_text
from aop_rules.history.telling import overridden_data, story_data
from aop_rules.plan.values import Words
from aop_rules.position.exposure import Exposure
from aop_rules.position.landings import Landings
from aop_rules.position.model import Figure, Horizon
from aop_rules.position.progress import Progress
from aop_rules.position.transfers import Entry, Freeze
from aop_rules.position.year import calendar_of
from aop_rules.review.ahead import Kept, NotKept, ToAdjust
from aop_rules.review.outlook import owner_of
from aop_rules.review.review import GoalRow, LineRow, Review, RiskRow, RoleRow

FORMAT = 1
"""Raised when a key changes its meaning or goes."""


def review_data(review: Review) -> dict[str, Any]:
    """The review as plain data that JSON can hold; lists in the order of the review. Money is in the plan's `currency`."""
    gaps, ids = review.gaps, calendar_of(review.plan).ids
    return {
        "format": FORMAT,
        "plan": {"id": review.plan.id, "version": review.plan.version},
        "currency": review.plan.currency,
        "period": review.period.id,
        "as_of": review.as_of.isoformat(),
        "closed": review.closed,
        "to_date": review.to_date or None,
        "closed_by_now": [period.id for period in review.closed_by_now],
        "goals": [_goal(row) for row in review.goals],
        "other_kpis": [_goal(row) for row in review.others],
        "progress": _progress(review.progress),
        "lines": [_line(row) for row in review.lines],
        "roles": [_role(row) for row in review.roles],
        "risks": [_risk(row) for row in review.risks],
        "risks_unsure": [{"id": each.risk, "kpis": list(each.kpis)} for each in review.risks_unsure],
        "exposure": _exposure(review.exposure),
        "alerts": [alert.to_dict() for alert in review.alerts],
        "restated": review.restated.to_dict() if review.restated else None,
        "adjust": [_adjust(each) for each in review.outlook.adjust] if review.outlook else [],
        "keep": [_kept(each) for each in review.outlook.keep] if review.outlook else [],
        "not_kept": [_not_kept(each) for each in review.outlook.not_kept] if review.outlook else [],
        "decisions": [story_data(story) for story in review.decisions],
        "overrides_open": [story.kept.decision_id for story in review.still_open],
        "rules_to_look_at": [overridden_data(each) for each in review.look_at],
        "amendments": [each.to_dict() for each in review.amendments],
        "transfers": [_transfer(entry, ids) for entry in review.transfers],
        "freezes": [_freeze(each) for each in review.freezes],
        "gaps": {
            "readings": [
                {"kpi": kpi, "name": _words(name), "reasons": sorted({each.reason for each in missing})}
                | {"owner": owner_of(review.plan, "kpi", kpi)}
                for kpi, name, missing in gaps.readings
            ],
            "unbudgeted": list(gaps.unbudgeted),
            "unplaced": list(gaps.unplaced),
            "unconverted": list(gaps.unconverted),
            "contradicting": list(gaps.contradicting),
        },
    }


def _adjust(each: ToAdjust) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "id": each.id,
        "name": _words(each.name),
        "outcome": each.outcome.value,
        "because": [_words(words) for words in each.because],
        "needs": _words(each.needs) if each.needs else None,
        "owner": each.owner,
        "by": each.by.isoformat() if each.by else None,
        "options": [option_data(option) for option in each.options],
        "no_way": each.no_way,
        "overdue": each.overdue,
    }


def _kept(each: Kept) -> dict[str, Any]:
    return {"kind": each.kind, "id": each.id, "name": _words(each.name), "unrecorded": each.unrecorded or None}


def _not_kept(each: NotKept) -> dict[str, Any]:
    why = _words(each.why) if each.why else None
    told = {"id": each.id, "name": _words(each.name), "course": each.course, "why": why}
    return {**told, "touched_by": [_words(name) for name in each.touched_by]}


def _words(words: Words) -> dict[str, str]:
    return {"en": words.en, "vi": words.vi}


def _goal(row: GoalRow) -> dict[str, Any]:
    figures = {
        "actual": row.actual,
        "target": row.target,
        "ytd": row.ytd,
        "ytd_target": row.ytd_target,
        "landing": row.landing,
        "year_target": row.year_target,
    }
    return {
        "id": row.id,
        "name": _words(row.name),
        "priority": row.rank,
        "kpi": row.kpi or None,
        "standing": row.standing,
        **{key: _figure(figure) for key, figure in figures.items()},
        **_landings(row.landings),
        "score": _number(row.progress.score) if row.progress else None,
        "course": row.progress.course if row.progress else None,
        "confidence": row.progress.confidence if row.progress else None,
    }


def _landings(at: Landings | None) -> dict[str, Any]:
    if at is None:
        return {"landings": None, "required_rest": None, "planned_rest": None, "required_pace": None}
    return {
        "landings": {
            method: {"value": _figure(each.landing), "low": _figure(each.low), "high": _figure(each.high)}
            for method, each in at.by_method().items()
        },
        "required_rest": _figure(at.required),
        "planned_rest": _figure(at.planned_rest),
        "required_pace": _figure(at.required_pace),
    }


def _progress(at: Progress | None) -> dict[str, Any] | None:
    if at is None:
        return None
    told = {"score": _number(at.score), "coverage": number_text(at.coverage), "course": at.course}
    return {**told, "at_risk": list(at.at_risk)}


def _exposure(at: Exposure | None) -> dict[str, Any] | None:
    if at is None:
        return None
    amounts = ("expected", "remaining", "reserve", "left")
    told = {name: number_text(getattr(at, name)) for name in amounts}
    return {**told, "short": at.short, "unquantified": list(at.unquantified)}


def _number(value: Exact | None) -> int | str | None:
    return None if value is None else number_text(value)


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "value": _number(figure.value),
        "unit": figure.unit,
        "periods": figure.periods,
        "quality": figure.quality,
        "missing": sorted({each.reason for each in figure.missing}),
    }


def _line(row: LineRow) -> dict[str, Any]:
    to_date, year = row.over
    return {
        "id": row.id,
        "name": _words(row.name),
        "to_date": {**_horizon(row.to_date), "over": number_text(to_date)},
        "year": {**_horizon(row.year), "over": number_text(year)},
    }


def _horizon(at: Horizon) -> dict[str, Any]:
    return {
        "periods": at.periods,
        "limit": number_text(at.limit),
        "used": number_text(at.used),
        "committed": number_text(at.committed),
        "complete": at.complete,
    }


def _role(row: RoleRow) -> dict[str, Any]:
    at = row.position
    return {
        "id": row.id,
        "name": _words(row.name),
        "unit": at.unit,
        "used": number_text(at.used),
        "capacity": number_text(at.capacity),
        "initiatives": list(at.users),
    }


def _risk(row: RiskRow) -> dict[str, Any]:
    told = {"id": row.id, "name": _words(row.name), "occurred": row.occurred}
    return {**told, "sources": list(row.sources), "kpis": list(row.kpis)}


def _transfer(entry: Entry, ids: tuple[str, ...]) -> dict[str, Any]:
    legs = [
        {"account": leg.account, "period": ids[leg.period - 1], "amount": number_text(leg.amount)} for leg in entry.legs
    ]
    return {"event_id": entry.event_id, "asked_by": entry.asked_by, "legs": legs}


def _freeze(each: Freeze) -> dict[str, Any]:
    days = {"start": each.start.isoformat(), "until": each.until.isoformat()}
    return {"event_id": each.event_id, "lines": list(each.lines), **days, "reason": each.reason}
