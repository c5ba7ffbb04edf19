"""The subjects of a proposal: what it asks of lines, limits and people, what it does to KPIs, cash and stock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from aop_rules.events import EventBase, Proposal
from aop_rules.exact.calendar import Calendar, Period, span_label
from aop_rules.exact.currencies import minor_units
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import Ask, demands, rates_of, span, starts, total, why_unknown
from aop_rules.facts.common import sources_of, unconverted
from aop_rules.facts.effects import Effect
from aop_rules.facts.in_use import InUse, open_and_spent_after
from aop_rules.facts.limits import put_limits
from aop_rules.facts.names import name_of, nearest_line
from aop_rules.facts.serving import improves
from aop_rules.facts.sheet import Sheet
from aop_rules.facts.transfers import decided, freezes
from aop_rules.plan.budget import Tolerance
from aop_rules.plan.model import Plan
from aop_rules.plan.policies import MinimumCash, StockCover
from aop_rules.plan.values import Words
from aop_rules.position.model import Figure, Horizon, Missing, Position
from aop_rules.position.transfers import Freeze
from aop_rules.position.year import calendar_of
from aop_rules.wording.folding import fold, folded

Rows = Iterator[tuple[str, str, Sheet]]
"""Subject id, the plan entry it is about, its facts."""


def spends(plan: Plan, position: Position, event: EventBase, asked: tuple[Ask, ...]) -> Rows:
    """One row a budget line."""
    for line in sorted({ask.line for ask in asked}):
        known = plan.budget.lines.get(line)
        mine = [ask for ask in asked if ask.line == line]
        sheet = Sheet("spend")
        sheet.put("line", line, label=name_of(plan, "line", line))
        _put_asked(sheet, "amount", mine)
        sheet.put("budgeted", known is not None)
        near = nearest_line(plan, line) if known is None else None
        sheet.put("nearest", near, label=name_of(plan, "line", near) if near else None)
        sheet.put("inventory", known is not None and known.inventory)
        sheet.put("contract", known is not None and known.contract)
        sheet.put("reserve", known is not None and known.reserve)
        sheet.put("covered", bool(covers_of(plan, event)))
        stopped = _frozen(plan, position, event, line, mine)
        sheet.put("frozen", bool(stopped), sources=tuple(each.event_id for each in stopped))
        sheet.put("frozen_until", max((each.until for each in stopped), default=None))
        sheet.put("decided", any(decided(plan, position, risk, line, total(mine)) for risk in event.links.risks))
        yield line, line, sheet


def _frozen(plan: Plan, position: Position, event: EventBase, line: str, mine: Sequence[Ask]) -> tuple[Freeze, ...]:
    """The freezes that hold on the days on which the money would be spent, from the event's start on."""
    first = min((max(ask.period.start, starts(event)) for ask in mine), default=starts(event))
    now = all(ask.period.start <= starts(event) for ask in mine)
    last = first if now else max(ask.period.end for ask in mine)
    return freezes(plan, position, line, first, last)


def limits(plan: Plan, position: Position, event: EventBase, asked: tuple[Ask, ...]) -> Rows:
    """One row a limit that the spending meets: its lines and the groups they are part of, at every checked horizon."""
    for line in sorted({above for ask in asked for above in plan.budget.with_groups(ask.line)}):
        mine = [ask for ask in asked if line in plan.budget.with_groups(ask.line)]
        for horizon_name in plan.budget.lines[line].horizons:
            for period in _met(plan, position, line, horizon_name, mine):
                where = position.lines[line][period.id]
                horizon = next(each for each in where.horizons if each.name == horizon_name)
                counted = [each for each in mine if _counts(each.period, period, horizon_name)]
                source = f"plan.budget.lines.{line}"
                ask = _Asked.of(counted, _held(plan, position, line, horizon_name, period))
                sheet = _limit(line, name_of(plan, "line", line), horizon, ask, source, where.moved_by)
                _put_used(sheet, horizon, ask, sources_of(where), unconverted(line, where))
                _put_room(sheet, plan, plan.budget.stop(line, event.kind, horizon.limit), horizon)
                yield f"{line}:{horizon_name}:{period.id}", line, sheet
    if plan.budget.total is not None and asked:
        whole, sources, missing = _whole(plan, position, plan.budget.total)
        ask = _Asked.of(asked, exact(sum(position.held.values())))
        sheet = _limit(_TOTAL, _TOTAL_NAME, whole, ask, _TOTAL)
        _put_used(sheet, whole, ask, sources, missing)
        _put_room(sheet, plan, plan.budget.stop(None, event.kind, whole.limit), whole)
        yield "total:year", _TOTAL, sheet


_TOTAL = "budget.total"
_TOTAL_NAME = Words(en="the whole budget", vi="toàn bộ ngân sách")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an event asks of one limit. Money that is held under its document already is not asked again."""

    asks: Sequence[Ask]
    held: Exact
    """Of what the event asks: what counts already."""
    beyond: Exact | None
    """What it adds; None where an amount has no rate."""

    @classmethod
    def of(cls, asks: Sequence[Ask], held: Exact) -> _Asked:
        whole = total(asks)
        if whole is None:
            return cls(asks, 0, None)
        counts = max(0, min(held, whole))
        return cls(asks, counts, exact(Fraction(whole - counts)))


def _held(plan: Plan, position: Position, line: str, horizon: str, until: Period) -> Exact:
    """What counts under the event's document against a limit of a line (a group: with its parts)."""
    return exact(
        sum(
            amount
            for (each, period), amount in position.held.items()
            if line in plan.budget.with_groups(each)
            and (horizon == "year" or period == until.index or (horizon == "to_date" and period < until.index))
        )
    )


def _met(plan: Plan, position: Position, line: str, horizon: str, asks: list[Ask]) -> tuple[Period, ...]:
    """The periods in which a limit is met. What is asked in January counts in every month's limit to date since."""
    periods = sorted({ask.period for ask in asks})
    if horizon == "year":
        return tuple(periods[-1:])
    if horizon == "period":
        return tuple(periods)
    every = calendar_of(plan).periods
    used = [period for period in every if _has_use(position.lines[line][period.id].horizons[0])]
    last = max([periods[-1], *used[-1:], *((position.current,) if position.current else ())])
    return every[periods[0].index - 1 : last.index]


def _has_use(horizon: Horizon) -> bool:
    return not horizon.complete or any((horizon.reserved, horizon.committed, horizon.actual))


def _counts(asked: Period, period: Period, horizon: str) -> bool:
    """Whether money asked in one period counts against a limit that holds for another."""
    return horizon == "year" or asked == period or (horizon == "to_date" and asked < period)


def _whole(plan: Plan, position: Position, total: Exact) -> tuple[Horizon, tuple[str, ...], tuple[Missing, ...]]:
    """The year of all lines together against the budget's total. Each group holds its parts already."""
    tops = [line.id for line in plan.budget.lines.values() if not line.group]
    places = [position.lines[line][calendar_of(plan).periods[-1].id] for line in tops]
    years = [place.horizons[2] for place in places]
    whole = Horizon(
        name="year",
        periods=span_label(calendar_of(plan).periods[0], calendar_of(plan).periods[-1]),
        allocated=total,
        reserved=exact(sum(each.reserved for each in years)),
        committed=exact(sum(each.committed for each in years)),
        actual=exact(sum(each.used - each.reserved - each.committed for each in years)),
        complete=all(each.complete for each in years),
        carried_in=exact(sum(each.carried_in for each in years)),
    )
    sources = sources_of(*places)
    missing = [each for line, place in zip(tops, places, strict=True) for each in unconverted(line, place)]
    return whole, sources, tuple(missing)


def _limit(
    line: str, label: Words, horizon: Horizon, ask: _Asked, source: str, moved_by: tuple[str, ...] = ()
) -> Sheet:
    sheet = Sheet("limit")
    sheet.put("line", line, label=label)
    sheet.put("horizon", horizon.name)
    sheet.put("period", horizon.periods)
    sheet.put("allocated", horizon.limit, "money", periods=horizon.periods, sources=(source, *moved_by))
    sheet.put("moved", horizon.moved, "money", periods=horizon.periods, sources=moved_by)
    transferred = exact(horizon.transferred_in - horizon.transferred_out)
    sheet.put("transferred", transferred, "money", periods=horizon.periods, sources=moved_by)
    sheet.put("carried", horizon.carried_in, "money", periods=horizon.periods, sources=moved_by)
    _put_asked(sheet, "asked", ask.asks, ask.beyond)
    sheet.put("held", ask.held, "money", periods=horizon.periods)
    return sheet


def _put_used(
    sheet: Sheet, horizon: Horizon, ask: _Asked, sources: tuple[str, ...], unclear: tuple[Missing, ...]
) -> None:
    """What is used now, and with what is asked; where money had no rate, why neither is known."""
    asked, missing = ask.beyond, why_unknown(ask.asks)
    unclear = () if horizon.complete else unclear
    missing = tuple(dict.fromkeys((*unclear, *missing)))
    used = horizon.used if horizon.complete else None
    available = horizon.available if horizon.complete else None
    after = None if asked is None or used is None else exact(Fraction(used + asked))
    over = None if after is None else exact(Fraction(after - horizon.limit))
    sheet.put("used", used, "money", periods=horizon.periods, sources=sources, missing=unclear)
    for name in ("reserved", "committed", "actual"):
        part = getattr(horizon, name) if horizon.complete else None
        sheet.put(name, part, "money", periods=horizon.periods, sources=sources, missing=unclear)
    sheet.put("already", None if used is None else used > horizon.limit, periods=horizon.periods, missing=unclear)
    standing = None if used is None or over is None else _standing(used > horizon.limit, over > 0)
    sheet.put("standing", standing, periods=horizon.periods, label=_STANDING.get(standing or ""), missing=missing)
    sheet.put("after", after, "money", periods=horizon.periods, quality="estimated", missing=missing)
    sheet.put("available", available, "money", periods=horizon.periods, missing=unclear)
    sheet.put("over", over, "money", periods=horizon.periods, quality="estimated", missing=missing)


_STANDING = {
    "already_past": Words(en="is already past", vi="đã vượt"),
    "goes_past": Words(en="would go past", vi="sẽ vượt"),
    "within": Words(en="would stay within", vi="vẫn trong"),
}


def _standing(past: bool, goes_past: bool) -> str:
    return "already_past" if past else "goes_past" if goes_past else "within"


def _put_room(sheet: Sheet, plan: Plan, stop: Tolerance | None, horizon: Horizon) -> None:
    room: Exact | None = None
    if stop is not None and horizon.complete:
        short = Fraction(1, 10 ** minor_units(plan.currency)) if stop.reached else 0  # it stops at the mark itself
        room = exact(stop.mark(horizon.limit) - short - horizon.used)
    sheet.put("room", room, "money", periods=horizon.periods)


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
        kpi = plan.kpis[effect.kpi]
        put_limits(sheet, plan, kpi)
        measured = any(goal.kpi == kpi.id for goal in plan.goals.values())
        sheet.put("worsens", measured and not improves(kpi, effect) and effect.after.value != effect.before.value)
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
    since = _spent_since(plan, position, policy, amount)
    left = None if room is None or since.amount is None else exact(Fraction(room - since.amount))
    sheet.put("since", since.amount, "money", sources=since.sources, missing=since.missing)
    sources, missing = balance.sources + since.sources, balance.missing + since.missing
    sheet.put("left", left, "money", periods=balance.periods, sources=sources, missing=missing)
    sheet.put("period", balance.periods)
    yield "cash", policy.kpi, sheet


def _spent_since(plan: Plan, position: Position, policy: MinimumCash, asked: Exact | None) -> InUse:
    """What the plan counts besides the balance. Of money that is held under the event's document what is asked is no part."""
    readings = position.kpis[policy.kpi].readings
    if policy.spent_since == "ignored" or not readings:
        return InUse(0, (), ())
    since = open_and_spent_after(plan, position, readings[-1].period)
    if since.amount is None:
        return since
    held = max(0, min(sum(position.held.values()), asked or 0))
    return since._replace(amount=max(0, exact(since.amount - held)))


def covers_of(plan: Plan, event: EventBase) -> tuple[StockCover, ...]:
    """The groups of goods that an event names."""
    said = folded((*getattr(event, "category", ()), *event.tags))
    return tuple(
        cover for cover in plan.policies.stock_cover.values() if said & {fold(cover.id), *folded(cover.tags)}
    )  # fmt: skip


def covers(plan: Plan, position: Position, event: EventBase, asked: tuple[Ask, ...]) -> Rows:
    """One row a group of goods that is bought."""
    bought = [ask for ask in asked if ask.line in plan.budget.stock_lines]
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
    """One row an initiative that must be done first: said by the event, or by those it is part of that do not run yet."""
    waiting = [plan.initiatives[each] for each in event.links.initiatives if plan.initiatives[each].status == "planned"]
    said = event.requires if isinstance(event, Proposal) else ()
    for wanted in sorted({*said, *(each for initiative in waiting for each in initiative.requires)}):
        known = plan.initiatives.get(wanted)
        where = position.initiatives.get(wanted)
        ends = date.fromisoformat(where.expected_end) if where and where.expected_end else None
        sheet = Sheet("prerequisite")
        sheet.put("initiative", wanted, label=name_of(plan, "initiative", wanted))
        sheet.put("planned", known is not None)
        sheet.put("done", bool(known and known.status == "done") or bool(where and where.done))
        sheet.put("stopped", known is not None and known.status == "stopped")
        # A day that has passed without word tells nothing of when it will be done.
        sheet.put("ready_by", ends if ends is not None and ends >= position.as_of.date() else None)
        yield wanted, wanted, sheet


def _put_asked(sheet: Sheet, name: str, asks: Sequence[Ask], amount: Exact | None = None) -> None:
    """What the event asks, with its periods, the rate that it was taken at, or why it is not known."""
    sources, missing = rates_of(asks), why_unknown(asks)
    amount = total(asks) if amount is None else amount
    sheet.put(name, amount, "money", periods=span(asks), quality="estimated", sources=sources, missing=missing)
