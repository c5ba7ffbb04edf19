"""The subjects of a proposal: what it asks of lines, limits and people, what it does to KPIs, cash and stock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from aop_rules.events import EventBase, Proposal
from aop_rules.exact.calendar import Calendar, Period
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import Ask, demands, rates_of, span, total, why_unknown
from aop_rules.facts.effects import Effect
from aop_rules.facts.limits import put_limits
from aop_rules.facts.names import name_of
from aop_rules.facts.sheet import Sheet
from aop_rules.plan.model import Plan
from aop_rules.plan.policies import StockCover
from aop_rules.position.model import Figure, Horizon, Position
from aop_rules.wording.folding import fold, folded

Rows = Iterator[tuple[str, str, Sheet]]
"""Subject id, the plan entry it is about, its facts."""


def spends(plan: Plan, event: EventBase, asked: tuple[Ask, ...]) -> Rows:
    """One row a budget line."""
    for line in sorted({ask.line for ask in asked}):
        known = plan.budget.lines.get(line)
        mine = [ask for ask in asked if ask.line == line]
        sheet = Sheet("spend")
        sheet.put("line", line, label=name_of(plan, "line", line))
        _put_asked(sheet, "amount", mine)
        sheet.put("budgeted", known is not None)
        sheet.put("inventory", known is not None and known.inventory)
        sheet.put("contract", known is not None and known.contract)
        sheet.put("reserve", known is not None and known.reserve)
        sheet.put("covered", bool(covers_of(plan, event)))
        yield line, line, sheet


def limits(plan: Plan, position: Position, event: EventBase, asked: tuple[Ask, ...]) -> Rows:
    """One row a limit that the spending meets: its lines and the groups they are part of, at every checked horizon."""
    for line in sorted({above for ask in asked for above in _with_groups(plan, ask.line)}):
        mine = [ask for ask in asked if line in _with_groups(plan, ask.line)]
        for horizon_name in plan.budget.lines[line].horizons:
            periods = sorted({ask.period for ask in mine})
            for period in periods[-1:] if horizon_name == "year" else periods:
                where = position.lines[line][period.id]
                horizon = next(each for each in where.horizons if each.name == horizon_name)
                counted = [ask for ask in mine if _counts(ask.period, period, horizon_name)]
                sheet = _limit(plan, line, horizon, counted, where.sources)
                stop = plan.budget.stop(line, event.kind)
                room = (
                    None if stop is None or not horizon.complete else exact(stop.mark(horizon.allocated) - horizon.used)
                )
                sheet.put("room", room, "money", periods=horizon.periods)
                yield f"{line}:{horizon_name}:{period.id}", line, sheet


def _counts(asked: Period, period: Period, horizon: str) -> bool:
    """Whether money asked in one period counts against a limit that holds for another."""
    return horizon == "year" or asked == period or (horizon == "to_date" and asked < period)


def _limit(plan: Plan, line: str, horizon: Horizon, asks: list[Ask], sources: tuple[str, ...]) -> Sheet:
    sheet = Sheet("limit")
    asked, missing = total(asks), why_unknown(asks)
    sheet.put("line", line, label=name_of(plan, "line", line))
    sheet.put("horizon", horizon.name)
    sheet.put("period", horizon.periods)
    used = horizon.used if horizon.complete else None
    available = horizon.available if horizon.complete else None
    after = None if asked is None or used is None else exact(Fraction(used + asked))
    over = None if after is None else exact(Fraction(after - horizon.allocated))
    sheet.put("allocated", horizon.allocated, "money", periods=horizon.periods, sources=(f"plan.budget.lines.{line}",))
    sheet.put("used", used, "money", periods=horizon.periods, sources=sources)
    _put_asked(sheet, "asked", asks)
    sheet.put("after", after, "money", periods=horizon.periods, quality="estimated", missing=missing)
    sheet.put("available", available, "money", periods=horizon.periods)
    sheet.put("over", over, "money", periods=horizon.periods, quality="estimated", missing=missing)
    return sheet


def _with_groups(plan: Plan, line: str) -> tuple[str, ...]:
    """A line and the groups above it. A plan holds no cycles of groups."""
    known = plan.budget.lines.get(line)
    if known is None:
        return ()
    return (line, *_with_groups(plan, known.group)) if known.group else (line,)


def needs(plan: Plan, position: Position, calendar: Calendar, event: EventBase) -> Rows:
    """One row a role and period."""
    for demand in demands(calendar, event):
        role = plan.resources.roles.get(demand.role)
        unit = role.unit if role else "person"
        sheet = Sheet("need")
        sheet.put("role", demand.role, label=name_of(plan, "role", demand.role))
        sheet.put("period", demand.period.id)
        sheet.put("amount", demand.amount, unit, periods=demand.period.id, quality="estimated")
        where = position.roles[demand.role][demand.period.id] if role else None
        for name in ("capacity", "used", "free"):
            sheet.put(name, getattr(where, name) if where else None, unit, periods=demand.period.id)
        sheet.put("planned", role is not None)
        yield f"{demand.role}:{demand.period.id}", demand.role, sheet


def effect_rows(plan: Plan, effects: tuple[Effect, ...]) -> Rows:
    """One row a KPI that is touched."""
    for effect in effects:
        sheet = Sheet("effect")
        sheet.put("kpi", effect.kpi, label=name_of(plan, "kpi", effect.kpi))
        sheet.figure("before", effect.before)
        sheet.figure("after", effect.after)
        put_limits(sheet, plan, plan.kpis[effect.kpi])
        sheet.put("periods", effect.after.periods)
        yield effect.kpi, effect.kpi, sheet


def cash(plan: Plan, position: Position, asked: tuple[Ask, ...]) -> Rows:
    """One row, where the plan has a minimum and money is asked."""
    policy = plan.policies.minimum_cash
    amount = total(asked)
    if policy is None or not asked or (amount is not None and amount <= 0):
        return
    balance = position.kpis[policy.kpi].value
    sheet = Sheet("cash")
    sheet.figure("balance", balance)
    sheet.put("minimum", policy.minimum, "money", sources=("plan.policies.minimum_cash",))
    _put_asked(sheet, "asked", asked)
    room = None if balance.value is None else exact(Fraction(balance.value - policy.minimum))
    sheet.put("room", room, "money", periods=balance.periods, sources=balance.sources, missing=balance.missing)
    sheet.put("period", balance.periods)
    yield "cash", policy.kpi, sheet


def covers_of(plan: Plan, event: EventBase) -> tuple[StockCover, ...]:
    """The groups of goods that an event names."""
    said = folded((*getattr(event, "category", ()), *event.tags))
    return tuple(
        cover for cover in plan.policies.stock_cover.values() if said & {fold(cover.id), *folded(cover.tags)}
    )  # fmt: skip


def covers(plan: Plan, position: Position, event: EventBase, asked: tuple[Ask, ...]) -> Rows:
    """One row a group of goods that is bought."""
    stock_lines = {line.id for line in plan.budget.lines.values() if line.inventory}
    bought = [ask for ask in asked if ask.line in stock_lines]
    for cover in covers_of(plan, event) if bought else ():
        stock, daily = position.kpis[cover.stock].value, position.kpis[cover.daily_cost_of_sales].value
        days, room = _cover(stock, daily, cover)
        sheet = Sheet("cover")
        sheet.put("group", cover.id, label=cover.name)
        sheet.figure("stock", stock)
        sheet.put("days", days, "days", periods=stock.periods, missing=stock.missing + daily.missing)
        sheet.put("max_days", cover.max_days, "days")
        relook = cover.max_days if cover.relook_days is None else cover.relook_days
        sheet.put("relook_days", relook, "days")
        _put_asked(sheet, "asked", bought)
        sheet.put(
            "room",
            room,
            "money",
            periods=stock.periods,
            sources=stock.sources + daily.sources,
            missing=stock.missing + daily.missing,
        )
        sheet.put("period", stock.periods)
        yield cover.id, cover.id, sheet


def _cover(stock: Figure, daily: Figure, cover: StockCover) -> tuple[Exact | None, Exact | None]:
    if stock.value is None or daily.value is None or daily.value <= 0:
        return None, None
    return Fraction(stock.value) / Fraction(daily.value), exact(Fraction(cover.max_days * daily.value - stock.value))


def prerequisites(plan: Plan, position: Position, event: EventBase) -> Rows:
    """One row an initiative that must be done first: said by the event, or by the initiatives that it is part of."""
    if not isinstance(event, Proposal):
        return
    linked = [plan.initiatives[each] for each in event.links.initiatives]
    for wanted in sorted({*event.requires, *(each for initiative in linked for each in initiative.requires)}):
        known = plan.initiatives.get(wanted)
        where = position.initiatives.get(wanted)
        sheet = Sheet("prerequisite")
        sheet.put("initiative", wanted, label=name_of(plan, "initiative", wanted))
        sheet.put("planned", known is not None)
        sheet.put("done", bool(known and known.status == "done") or bool(where and where.done))
        sheet.day("ready_by", date.fromisoformat(where.expected_end) if where and where.expected_end else None)
        yield wanted, wanted, sheet


def _put_asked(sheet: Sheet, name: str, asks: Sequence[Ask]) -> None:
    """What the event asks, with its periods, the rate that it was taken at, or why it is not known."""
    sources, missing = rates_of(asks), why_unknown(asks)
    sheet.put(name, total(asks), "money", periods=span(asks), quality="estimated", sources=sources, missing=missing)
