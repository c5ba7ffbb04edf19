"""KPIs: targets that fit their kind and the year, parts that can be added up, profiles that can phase."""

from __future__ import annotations

from collections.abc import Iterator

from aop_rules.errors import Problem
from aop_rules.exact.number import number_text
from aop_rules.plan.consistency.periods import periods_in
from aop_rules.plan.draft import Draft
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path


def kpis(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_PROFILE_*, PLAN_PATH_LENGTH, PLAN_TARGET_KIND, PLAN_PART_*, PLAN_KPI_KIND, PLAN_RELOOK, PLAN_NO_READINGS,
    PLAN_BASELINE.
    """
    periods = periods_in(draft, plan)
    yield from _profiles(draft, plan, periods)
    for kpi in plan.kpis.values():
        yield from _target(draft, kpi, periods)
        yield from _yes_or_no(draft, kpi)
        yield from _parts(draft, plan, kpi)
        yield from _readings(draft, kpi)
        yield from _baseline(draft, kpi, periods)
    yield from _in_policies(draft, plan)


def _profiles(draft: Draft, plan: Plan, periods: int | None) -> Iterator[Problem]:
    for name, profile in plan.profiles.items():
        path: Path = ("profiles", name, "weights")
        if not draft.whole(*path):
            continue
        if periods is not None and len(profile.weights) != periods:
            message = f"`{name}` has {len(profile.weights)} weights; the year has {periods} periods"
            yield draft.problem(path, "PROFILE_LENGTH", message, "write one weight a period")
        for n, weight in enumerate(profile.weights):
            if weight < 0:
                message = f"the weight {number_text(weight)} is negative"
                yield draft.problem((*path, n), "PROFILE_SUM", message, "a period's weight is 0 or more")
        if sum(profile.weights) == 0:
            yield draft.problem(path, "PROFILE_SUM", f"the weights of `{name}` sum to 0", "at least one is above 0")


def _target(draft: Draft, kpi: Kpi, periods: int | None) -> Iterator[Problem]:
    target = kpi.target
    path: Path = ("kpis", kpi.id, "target")
    if target is None or not draft.whole(*path):
        return
    if target.year is not None and kpi.kind != "flow":
        message = f"only a flow has a year's total to phase; `{kpi.id}` is a {kpi.kind}"
        hint = "use `constant`, or `path` with one value a period"
        yield draft.problem((*path, "year"), "TARGET_KIND", message, hint, key=True)
    if target.path is not None and periods is not None and len(target.path) != periods:
        message = f"the path has {len(target.path)} values; the year has {periods} periods"
        yield draft.problem((*path, "path"), "PATH_LENGTH", message, "write one value a period")


def _yes_or_no(draft: Draft, kpi: Kpi) -> Iterator[Problem]:
    target = kpi.target
    if kpi.direction != "boolean" or target is None:
        return
    said = {"constant": target.constant} if target.path is None else dict(enumerate(target.path))
    for step, value in said.items():
        if value not in (0, 1, None):
            path: Path = ("kpis", kpi.id, "target", *(("path", step) if target.path else (step,)))
            message = f"`{kpi.id}` is a yes or no, and {number_text(value)} is neither"
            yield draft.problem(path, "TARGET_KIND", message, "write 1 (true) or 0 (false)")


def _parts(draft: Draft, plan: Plan, kpi: Kpi) -> Iterator[Problem]:
    for n, name in enumerate(kpi.sum_of):
        part = plan.kpis.get(name)
        path: Path = ("kpis", kpi.id, "sum_of", n)
        if part is not None and part.kind != kpi.kind:
            message = f"`{name}` is a {part.kind}, so it is no part of a {kpi.kind}"
            yield draft.problem(path, "PART_KIND", message, f"sum {kpi.kind} KPIs only")
        elif part is not None and part.unit != kpi.unit:
            message = f"`{name}` is in {part.unit}, `{kpi.id}` in {kpi.unit}"
            yield draft.problem(path, "PART_UNIT", message, "sum KPIs of one unit")
        if name in kpi.sum_of[:n]:
            yield draft.problem(path, "PART_KIND", f"`{name}` is counted twice", "remove one of them")
    if kpi.kind == "ratio":
        yield from _ratio(draft, plan, kpi)


def _ratio(draft: Draft, plan: Plan, kpi: Kpi) -> Iterator[Problem]:
    above, below = plan.kpis.get(kpi.numerator or ""), plan.kpis.get(kpi.denominator or "")
    for field, part in (("numerator", above), ("denominator", below)):
        if part is not None and part.kind in ("ratio", "rate"):
            what = "shares of shares" if part.kind == "ratio" else "rates"
            message = f"`{part.id}` is itself a {part.kind}: {what} cannot be added up over the year"
            hint = "divide flows or stocks"
            yield draft.problem(("kpis", kpi.id, field), "PART_KIND", message, hint)
    if above is None or below is None:
        return
    if kpi.unit == "ratio" and above.unit != below.unit:
        message = f"`{above.id}` is in {above.unit} and `{below.id}` in {below.unit}, so `{kpi.id}` is no plain ratio"
        hint = f"add its unit, as in `unit: {above.unit}` ({above.unit} per {below.unit})"
        yield draft.problem(("kpis", kpi.id), "PART_UNIT", message, hint, key=True)
    if kpi.unit != "ratio" and above.unit == below.unit:
        message = f"both parts are in {above.unit}, so `{kpi.id}` is a ratio, not {kpi.unit}"
        yield draft.problem(("kpis", kpi.id, "unit"), "PART_UNIT", message, "remove `unit`")


def _readings(draft: Draft, kpi: Kpi) -> Iterator[Problem]:
    derived = "a sum" if kpi.sum_of else "a ratio" if kpi.kind == "ratio" else ""
    for field in ("expected_within", "stale_after"):
        if derived and getattr(kpi, field) is not None:
            message = f"`{kpi.id}` is {derived} of other KPIs and takes no readings, so none is ever due"
            path: Path = ("kpis", kpi.id, field)
            yield draft.problem(path, "NO_READINGS", message, "say it on its parts instead", "warning", key=True)


def _baseline(draft: Draft, kpi: Kpi, periods: int | None) -> Iterator[Problem]:
    history = kpi.baseline
    path: Path = ("kpis", kpi.id, "baseline")
    if history is None or history.planned is not None or kpi.kind in ("ratio", "rate") or not draft.whole(*path):
        return
    hint = "add `planned`, what was planned for each of its values"
    if kpi.kind == "stock":
        message = f"what is normal for a stock is seen against its plan, and the baseline of `{kpi.id}` has none"
        yield draft.problem(path, "BASELINE", message, hint, key=True)
    elif periods is not None and len(history.values) != periods:
        message = f"the baseline has {len(history.values)} values; a year to be phased by this one has {periods}"
        yield draft.problem(path, "BASELINE", message, hint, key=True)


def _in_policies(draft: Draft, plan: Plan) -> Iterator[Problem]:
    wanted: list[tuple[Path, str | None, str]] = [(("policies", "contribution"), plan.policies.contribution, "flow")]
    if plan.policies.minimum_cash:
        wanted.append((("policies", "minimum_cash", "kpi"), plan.policies.minimum_cash.kpi, "stock"))
    for name, cover in plan.policies.stock_cover.items():
        wanted.append((("policies", "stock_cover", name, "stock"), cover.stock, "stock"))
        wanted.append((("policies", "stock_cover", name, "daily_cost_of_sales"), cover.daily_cost_of_sales, "stock"))
    for path, named, kind in wanted:
        kpi = plan.kpis.get(named or "")
        if kpi is not None and (kpi.kind != kind or kpi.unit != "money"):
            is_what = f"a {kpi.kind} in {kpi.unit}"
            yield draft.problem(path, "KPI_KIND", f"`{kpi.id}` is {is_what}; a {kind} in money is needed here",
                                f"name a KPI with `kind: {kind}`")  # fmt: skip
    for name, cover in plan.policies.stock_cover.items():
        if cover.relook_days is not None and cover.relook_days > cover.max_days:
            message = (
                f"a purchase is looked at again above the cover that forbids it, {number_text(cover.max_days)} days"
            )
            path = ("policies", "stock_cover", name, "relook_days")
            yield draft.problem(path, "RELOOK", message, "`relook_days` is at most `max_days`")
