"""Money: its currency, its smallest unit, its sign, and sums that must not be more than what they are part of."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aop_rules.errors import Problem, did_you_mean
from aop_rules.exact.currencies import CODES, minor_units
from aop_rules.exact.number import Exact, number_text
from aop_rules.plan.budget import BudgetLine
from aop_rules.plan.draft import Draft
from aop_rules.plan.model import Plan
from aop_rules.source.tree import Path


def amounts(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """PLAN_CURRENCY, PLAN_MINOR_UNIT, PLAN_NEGATIVE, PLAN_PROBABILITY and everything about sums."""
    yield from _currencies(draft, plan)
    yield from _each_amount(draft, plan)
    yield from _total(draft, plan)
    yield from _groups(draft, plan)
    yield from _tolerances(draft, plan)
    yield from _reserve(draft, plan)


def _currencies(draft: Draft, plan: Plan) -> Iterator[Problem]:
    named: list[tuple[Path, str]] = [(("currency",), plan.currency)] if draft.whole("currency") else []
    named += [(("rates", n, "currency"), rate.currency) for n, rate in enumerate(plan.rates)]
    for path, code in named:
        if code not in CODES:
            hint = did_you_mean(code, CODES)
            yield draft.problem(path, "CURRENCY", f"`{code}` is no ISO 4217 currency", hint)
    for n, rate in enumerate(plan.rates):
        if rate.currency == plan.currency:
            message = f"a rate from `{rate.currency}` to itself"
            yield draft.problem(("rates", n, "currency"), "CURRENCY", message, "name the other currency")


def _money(plan: Plan) -> Iterator[tuple[Path, Exact | None, bool]]:
    """Every amount in the plan's currency, and whether it may be negative."""
    yield ("budget", "total"), plan.budget.total, False
    for n, row in enumerate(plan.budget.tolerances):
        yield ("budget", "tolerances", n, "past"), row.past, False
    for name, line in plan.budget.lines.items():
        yield ("budget", "lines", name, "amount"), line.amount, False
        for n, row in enumerate(line.tolerances):
            yield ("budget", "lines", name, "tolerances", n, "past"), row.past, False
    for name, risk in plan.risks.items():
        yield from ((("risks", name, key), getattr(risk, key), False) for key in ("impact", "low", "high"))
        yield ("risks", name, "response", "amount"), risk.response.amount if risk.response else None, False
    for name, initiative in plan.initiatives.items():
        yield ("initiatives", name, "cost_of_delay"), initiative.cost_of_delay, False
    for name, lever in plan.levers.items():
        yield from ((("levers", name, key), getattr(lever, key), False) for key in ("frees", "least", "takes"))
    for n, approval in enumerate(plan.governance.approvals):
        yield ("governance", "approvals", n, "above"), approval.above, False
    for n, delegation in enumerate(plan.governance.delegations):
        yield ("governance", "delegations", n, "up_to"), delegation.up_to, False
    if plan.policies.minimum_cash:
        yield ("policies", "minimum_cash", "minimum"), plan.policies.minimum_cash.minimum, False
    for name, kpi in plan.kpis.items():
        if kpi.unit == "money" and kpi.kind not in ("ratio", "rate") and kpi.target:
            yield ("kpis", name, "target", "year"), kpi.target.year, True
            yield ("kpis", name, "target", "constant"), kpi.target.constant, True
            for n, value in enumerate(kpi.target.path or ()):
                yield ("kpis", name, "target", "path", n), value, True


def _each_amount(draft: Draft, plan: Plan) -> Iterator[Problem]:
    units = minor_units(plan.currency) if plan.currency in CODES and draft.whole("currency") else None
    for path, amount, negative_too in _money(plan):
        if amount is None:
            continue
        shown = number_text(amount)
        if amount < 0 and not negative_too:
            yield draft.problem(path, "NEGATIVE", f"`{shown}` is negative", "write the amount without its sign")
        if units is not None and (Fraction(amount) * 10**units).denominator != 1:
            smallest = number_text(Fraction(1, 10**units)) if units else 1
            message = f"`{shown}` is finer than the smallest unit of {plan.currency}, {smallest}"
            yield draft.problem(path, "MINOR_UNIT", message, f"round it to a multiple of {smallest}")
    for n, delegation in enumerate(plan.governance.delegations):
        if delegation.share is not None:
            yield from _not_negative(draft, ("governance", "delegations", n, "share"), delegation.share)
    for name, role in plan.resources.roles.items():
        yield from _not_negative(draft, ("resources", "roles", name, "capacity"), role.capacity)
    for name, initiative in plan.initiatives.items():
        for n, need in enumerate(initiative.needs):
            yield from _not_negative(draft, ("initiatives", name, "needs", n, "amount"), need.amount)
    for name, risk in plan.risks.items():
        if risk.probability is not None and not 0 <= risk.probability <= 1:
            message = f"a probability lies between 0% and 100%, not at {number_text(risk.probability * 100)}%"
            yield draft.problem(("risks", name, "probability"), "PROBABILITY", message, "write it as in `30%`")


def _not_negative(draft: Draft, path: Path, amount: Exact) -> Iterator[Problem]:
    if amount < 0:
        message = f"`{number_text(amount)}` is negative"
        yield draft.problem(path, "NEGATIVE", message, "write the amount without its sign")


def _total(draft: Draft, plan: Plan) -> Iterator[Problem]:
    lines, total = plan.budget.lines, plan.budget.total
    if total is None:
        return
    planned = sum(line.amount for line in lines.values() if line.group not in lines)
    if planned > total:
        message = (
            f"the lines sum to {_shown(planned)}, {_shown(planned - total)} more than the total of {_shown(total)}"
        )
        yield draft.problem(("budget", "total"), "LINES_OVER_TOTAL", message, "raise the total or lower a line")


def _groups(draft: Draft, plan: Plan) -> Iterator[Problem]:
    lines = plan.budget.lines
    parts_of: dict[str, list[BudgetLine]] = {}
    for line in lines.values():
        if line.group is not None and line.group in lines:
            parts_of.setdefault(line.group, []).append(line)
    for name, parts in parts_of.items():
        group = lines[name]
        planned = sum(line.amount for line in parts)
        if planned > group.amount:
            shown = ", ".join(f"`{part.id}`" for part in parts)
            over = _shown(planned - group.amount)
            message = f"the parts of `{name}` ({shown}) sum to {_shown(planned)}, {over} more than its limit"
            hint = "raise the limit of the group or lower a part"
            yield draft.problem(("budget", "lines", name, "amount"), "GROUP_OVER_LIMIT", message, hint)


def _tolerances(draft: Draft, plan: Plan) -> Iterator[Problem]:
    ladders: list[tuple[Path, int]] = [(("budget", "tolerances", n), n) for n in range(len(plan.budget.tolerances))]
    rows = [(path, plan.budget.tolerances[n]) for path, n in ladders if "tolerances" in plan.budget.model_fields_set]
    for name, line in plan.budget.lines.items():
        rows += [(("budget", "lines", name, "tolerances", n), row) for n, row in enumerate(line.tolerances)]
    for path, row in rows:
        if row.at is not None and row.at < 0:
            yield draft.problem((*path, "at"), "NEGATIVE", "a share of the budget is negative", "write it as in `80%`")


def _reserve(draft: Draft, plan: Plan) -> Iterator[Problem]:
    """The reserve against what the risks are expected to cost: probability times impact, summed."""
    lines = plan.budget.lines
    for name, risk in plan.risks.items():
        pays = lines.get(risk.response.budget) if risk.response and risk.response.budget else None
        if pays is None or risk.response is None:
            continue
        path: Path = ("risks", name, "response", "budget")
        if not pays.reserve:
            message, hint = f"`{pays.id}` is not a reserve", f"add `reserve: true` to `{pays.id}`, or name a reserve"
            yield draft.problem(path, "NOT_A_RESERVE", message, hint, "warning")
        elif risk.response.amount is not None and risk.response.amount > pays.amount:
            taken, holds = _shown(risk.response.amount), _shown(pays.amount)
            message = f"the response takes {taken}, the reserve `{pays.id}` holds {holds}"
            yield draft.problem(path, "RESERVE_SHORT", message, "raise the reserve or lower the response", "warning")
    expected: Exact = sum(risk.expected or 0 for risk in plan.risks.values())
    reserves = [line for line in lines.values() if line.reserve]
    held = sum(line.amount for line in reserves)
    if expected > held and draft.whole("budget"):
        where: Path = ("budget", "lines", reserves[0].id, "amount") if reserves else ("risks",)
        message = f"the risks are expected to cost {_shown(expected)}; the reserve holds {_shown(held)}"
        yield draft.problem(
            where, "RESERVE_SHORT", message, "raise the reserve, or lower what a risk would cost", "warning", key=True
        )


def _shown(amount: Exact) -> str:
    """With `_` between thousands, as in a plan file; what has no end in decimals is shown to two of them."""
    if isinstance(amount, int):
        return f"{amount:_}"
    text = str(number_text(amount))
    return f"about {round(amount):_}" if "/" in text else text
