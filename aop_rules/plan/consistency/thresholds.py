"""Thresholds: a breach lies on the bad side, recovery beyond it, a warning before it, all in the KPI's own unit."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.errors import Problem
from aop_rules.exact.number import Exact
from aop_rules.plan.draft import Draft
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.threshold import Threshold
from aop_rules.source.tree import Path


def thresholds(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_THRESHOLD_DIRECTION, _UNIT, _TARGET, _ORDER, _ALONE."""
    for kpi in plan.kpis.values():
        for field in ("warn", "breach", "recover"):
            line: Threshold | None = getattr(kpi, field)
            if line is not None:
                path: Path = ("kpis", kpi.id, field)
                yield from _direction(draft, kpi, field, line, path)
                yield from _unit(draft, kpi, line, path)
                yield from _target_known(draft, plan, kpi, line, path)
        yield from _together(draft, kpi)


def _direction(draft: Draft, kpi: Kpi, field: str, line: Threshold, path: Path) -> Iterator[Problem]:
    if line.two_sided or not kpi.one_way:
        yield from _sides(draft, kpi, field, line, path)
        return
    # For a KPI that is better when higher, being too low is bad and recovering goes up.
    up_is_meant = (kpi.direction == "lower") != (field == "recover")
    if line.upward != up_is_meant:
        side = "good" if field != "recover" else "bad"
        message = f"`{kpi.id}` is better when {kpi.direction}, so `{field}: {line}` lies on the {side} side"
        turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}[line.operator]
        hint = f"was `{turned} {str(line).split(' ', 1)[1]}` meant?"
        yield draft.problem(path, "THRESHOLD_DIRECTION", message, hint)


def _sides(draft: Draft, kpi: Kpi, field: str, line: Threshold, path: Path) -> Iterator[Problem]:
    """A line with two sides, or of a KPI that is good in between or on its target."""
    inward = line.operator == "inside"
    if kpi.one_way:
        message = f"`{kpi.id}` is better when {kpi.direction}, so `{field}: {line}` lies on the good side too"
        hint = "keep the bad side only, as in `< target - 2%`, or make it `direction: band` or `exact`"
    elif kpi.direction == "boolean" and (line.bound != "offset" or line.amount != 0 or not line.two_sided):
        message, hint = f"`{kpi.id}` is a yes or no, which `{line}` cannot part", "write `off target`, or drop it"
    elif not line.two_sided and kpi.direction == "exact":
        message = f"the target of `{kpi.id}` is to be hit, and `{field}: {line}` looks to one side only"
        hint = "write `off target by more than 2%` or `outside 34%..36%`; for `recover` `off target by at most 1%`"
    elif line.two_sided and inward != (field == "recover"):
        side = "good" if inward else "bad"
        message = f"`{field}: {line}` lies on the {side} side of `{kpi.id}`"
        hint = "`warn` and `breach` are `outside` or `off target by more than`, `recover` is `inside` or `at most`"
    else:
        return
    yield draft.problem(path, "THRESHOLD_DIRECTION", message, hint)


def _unit(draft: Draft, kpi: Kpi, line: Threshold, path: Path) -> Iterator[Problem]:
    if line.bound == "share":
        return
    if line.percent and kpi.unit != "ratio":
        message = f"`{line}` is a share, but `{kpi.id}` is in {kpi.unit}"
        hint = "write an amount, or a share of the target as in `< 95% of target`"
        yield draft.problem(path, "THRESHOLD_UNIT", message, hint)
    ends = [line.amount] if line.to is None else [line.amount, line.to]
    if kpi.unit == "ratio" and not line.percent and not all(-1 <= end <= 1 for end in ends):
        message = f"`{line}` is past any share, but `{kpi.id}` is a ratio"
        meant = f"{line}%" if line.to is None else str(line).replace("..", "%..") + "%"
        yield draft.problem(path, "THRESHOLD_UNIT", message, f"was `{meant}` meant?")


def _target_known(draft: Draft, plan: Plan, kpi: Kpi, line: Threshold, path: Path) -> Iterator[Problem]:
    if not line.needs_target or kpi.target is not None or not draft.whole("kpis", kpi.id):
        return
    if any(goal.kpi == kpi.id and goal.end is not None for goal in plan.goals.values()):
        return
    message = f"`{line}` speaks of a target, and `{kpi.id}` has none"
    yield draft.problem(path, "THRESHOLD_TARGET", message, "add a `target`, or write the threshold as an amount")


def _together(draft: Draft, kpi: Kpi) -> Iterator[Problem]:
    path: Path = ("kpis", kpi.id)
    if kpi.breach is None:
        for field, name in (("recover", "recover"), ("periods_to_act", "for"), ("keep", "keep")):
            if field in kpi.model_fields_set and draft.whole(*path, "breach"):
                message = f"`{name}` says how a breach is handled, and `{kpi.id}` has no `breach`"
                yield draft.problem((*path, name), "THRESHOLD_ALONE", message, "add `breach`", "warning", key=True)
        return
    if kpi.recover is not None and _past(kpi.recover, kpi.breach, kpi):
        message = f"a value that recovers (`{kpi.recover}`) is still past the breach (`{kpi.breach}`)"
        hint = "recovery lies on the good side of the breach, or on the same line"
        yield draft.problem((*path, "recover"), "THRESHOLD_ORDER", message, hint)
    if kpi.warn is not None and _before(kpi.breach, kpi.warn, kpi):
        message = f"the warning `{kpi.warn}` comes after the breach `{kpi.breach}`"
        yield draft.problem((*path, "warn"), "THRESHOLD_ORDER", message, "a warning comes before the breach")
    if (
        kpi.target is not None
        and kpi.target.constant is not None
        and kpi.breach.past(kpi.target.constant, kpi.target.constant)
    ):
        message = f"the target itself is past the breach `{kpi.breach}`"
        yield draft.problem((*path, "breach"), "THRESHOLD_ORDER", message, "lower one of the two")


def _past(recover: Threshold, breach: Threshold, kpi: Kpi) -> bool:
    """Whether the line of recovery lies within the breach."""
    if recover.two_sided or breach.two_sided:
        return _reaches_past(recover, breach, kpi)
    if recover.upward == breach.upward:
        return False  # the direction is wrong, and said so already
    inner, outer = _lines(recover, breach, kpi)
    if inner is None or outer is None:
        return False
    return inner > outer if breach.upward else inner < outer


def _before(breach: Threshold, warn: Threshold, kpi: Kpi) -> bool:
    """Whether the breach comes before the warning."""
    if breach.two_sided or warn.two_sided:
        return _reaches_past(breach, warn, kpi)
    if breach.upward != warn.upward:
        return False
    first, second = _lines(breach, warn, kpi)
    if first is None or second is None:
        return False
    return first < second if breach.upward else first > second


def _reaches_past(inner: Threshold, outer: Threshold, kpi: Kpi) -> bool:
    """Of two lines with two sides: whether the range of the first reaches past that of the second."""
    target = _any_target(inner, outer, kpi)
    one, other = inner.ends(target), outer.ends(target)
    return one is not None and other is not None and not other[0] <= one[0] <= one[1] <= other[1]


def _lines(one: Threshold, other: Threshold, kpi: Kpi) -> tuple[Exact | None, Exact | None]:
    """Both lines as figures: with the constant target, or where both hang on any target alike, with 1 (or 0) for it."""
    target = _any_target(one, other, kpi)
    return one.line(target), other.line(target)


def _any_target(one: Threshold, other: Threshold, kpi: Kpi) -> Exact | None:
    target = kpi.target.constant if kpi.target else None
    if target is None and one.bound == other.bound:
        return 1 if one.bound == "share" else 0
    return target
