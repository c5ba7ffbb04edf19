"""What every subject sees: the event and the plan, and any KPI and budget line by its id."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from aop_rules import events as e
from aop_rules.exact.calendar import Calendar, span_label
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import Ask, amount_of, no_rate, rates_of, span, starts, total, why_unknown
from aop_rules.facts.changes import Changes, changes, why_unstated
from aop_rules.facts.names import name_of, names_of
from aop_rules.facts.serving import Paths
from aop_rules.facts.sheet import Sheet
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.position.model import Horizon, LinePosition, Missing, Position
from aop_rules.position.year import calendar_of
from aop_rules.rules.example import value_of
from aop_rules.rules.standard import approvals_by_line
from aop_rules.rules.vocabulary import parse_type
from aop_rules.wording.folding import fold, folded


def event_sheet(
    plan: Plan,
    position: Position,
    calendar: Calendar,
    event: e.EventBase,
    asked: tuple[Ask, ...],
    serves: Paths,
    changed: Changes,
) -> Sheet:
    """Everything under `event.`: what came in, and what it means for the plan."""
    sheet = Sheet("event")
    sheet.put("id", event.event_id)
    sheet.put("kind", event.kind)
    sheet.put("title", event.title)
    sheet.put("date", event.effective_date)
    sheet.put("starts", starts(event))
    sheet.put("tags", frozenset(event.tags))
    said = (*getattr(event, "category", ()), *event.tags)
    sheet.put("categories", folded(said), labels=_as_said(said))
    sheet.put("in_plan", any(plan.initiatives[each].status != "stopped" for each in event.links.initiatives))
    no_goals = not plan.goals and isinstance(event, (e.Proposal, e.SpendRequest))
    missing = (Missing("no_goals", ""),) if no_goals else ()
    goals = None if no_goals else frozenset(serves)
    sheet.put("serves", goals, labels=names_of(plan, "goal", serves), missing=missing)
    ranks = [rank for goal in serves if (rank := plan.rank(goal))]
    sheet.put("best_rank", min(ranks, default=None), "number")
    sheet.put("touches", folded(getattr(event, "touches", ())))
    year = span_label(calendar.periods[0], calendar.periods[-1])
    _proposal(sheet, plan, event, asked, changed, year)
    _situation(sheet, plan, event)
    _put_budget(sheet, plan, position, event, asked)
    for name, word in plan.attributes.items():
        raw, kind = event.attributes.get(name), parse_type(word)
        sheet.put(name, None if raw is None else value_of(raw, kind), kind.unit)
    return sheet


def _proposal(
    sheet: Sheet, plan: Plan, event: e.EventBase, asked: tuple[Ask, ...], changed: Changes, year: str
) -> None:
    proposal = event if isinstance(event, e.Proposal) else None
    request = event if isinstance(event, e.SpendRequest) else None
    lines = [plan.budget.lines.get(ask.line) for ask in asked]
    amount = amount_of(plan, event, asked)
    sheet.put(
        "amount",
        amount,
        "money",
        periods=year,
        quality="estimated",
        sources=rates_of(asked),
        missing=() if amount is not None else (no_rate(event),),
    )
    sheet.put("contract", bool(request and lines and lines[0] and lines[0].contract))
    sheet.put("estimated", bool(changed))
    sheet.put("hires", proposal.hires if proposal else 0, "person")
    bought = [line is not None and line.inventory for line in lines]
    said = getattr(event, "divisible", None)
    sheet.put("divisible", bool(said) if said is not None else bool(bought) and all(bought))
    sheet.put("reversible", proposal.reversible if proposal else None)
    sheet.put("ends", proposal.end if proposal else None)
    sheet.put("deadline", proposal.deadline if proposal else None)
    evidence = proposal.evidence if proposal else None
    sheet.put("evidence", evidence.kind if evidence else None)
    lasted = evidence.periods if evidence else event.periods if isinstance(event, e.MarketSignal) else None
    sheet.put("signal_periods", lasted, "number")
    contribution = plan.policies.contribution
    sheet.put("weighs_contribution", contribution is not None and contribution in changed)
    net, missing = _net(plan, event, asked, contribution) if contribution in changed else (None, ())
    sheet.put("net_contribution", net, "money", periods=year, quality="estimated", missing=missing)


def _net(
    plan: Plan, event: e.EventBase, asked: tuple[Ask, ...], kpi: str | None
) -> tuple[Exact | None, tuple[Missing, ...]]:
    """The likely net. Unknown where the low and the high estimate lie on two sides of zero: then it must be asked."""
    spent = total(tuple(ask for ask in asked if ask.line not in plan.budget.stock_lines))
    if kpi is None or spent is None:
        return None, (no_rate(event),)
    gains = [changes(plan, event, estimate).get(kpi) for estimate in ("low", "likely", "high")]
    low, likely, high = [None if gain is None else exact(Fraction(gain - spent)) for gain in gains]
    if low is None or high is None:
        return None, (why_unstated(plan, event, kpi),)
    if (low < 0) != (high < 0):
        return None, (Missing("estimates_differ", kpi),)
    return (likely if likely is not None else exact(Fraction(low + high) / 2)), ()


def _situation(sheet: Sheet, plan: Plan, event: e.EventBase) -> None:
    sheet.put("direction", event.direction if isinstance(event, e.MarketSignal) else None)
    sheet.put("change", event.change if isinstance(event, e.CostChange) else None, "ratio")
    sheet.put("lasting", event.lasting if isinstance(event, e.CostChange) else None)
    goal = event.goal if isinstance(event, e.GoalChangeRequest) else None
    sheet.put("goal", goal, label=name_of(plan, "goal", goal) if goal else None)
    sheet.put("locked", plan.goals[goal].lock == "locked" if goal in plan.goals and goal else None)


def plan_sheet(plan: Plan, calendar: Calendar) -> Sheet:
    """Everything under `plan.`."""
    sheet = Sheet("plan")
    scope = plan.scope
    sheet.put("starts", calendar.starts)
    sheet.put("ends", calendar.ends)
    includes, excludes = (scope.includes, scope.excludes) if scope else ((), ())
    sheet.put("scope_includes", folded(includes), labels=_as_said(includes))
    sheet.put("scope_excludes", folded(excludes), labels=_as_said(excludes))
    sheet.put("has_scope", bool(scope and scope.includes))
    sheet.put("hires", plan.resources.hires, "person")
    sheet.put("has_minimum_cash", plan.policies.minimum_cash is not None)
    sheet.put("has_stock_cover", bool(plan.policies.stock_cover))
    sheet.put("has_kpis", bool(plan.kpis))
    sheet.put("has_contribution", plan.policies.contribution is not None)
    sheet.put("persistence", plan.governance.persistence, "number", sources=("plan.governance.persistence",))
    return sheet


def _as_said(tags: tuple[str, ...]) -> tuple[Words, ...]:
    """Tags as somebody wrote them, each once."""
    shown = {fold(tag): tag.strip().replace("_", " ") for tag in reversed(tags) if fold(tag)}
    return tuple(Words(en=tag, vi=tag) for _, tag in sorted(shown.items()))


def kpi_sheet(plan: Plan, position: Position) -> Sheet:
    """Everything under `kpis.ID.`."""
    sheet = Sheet("kpis")
    for kpi in plan.kpis:
        where = position.kpis[kpi]
        for name in ("value", "target", "last", "ytd", "ytd_target", "landing", "year_target"):
            sheet.figure(f"{kpi}.{name}", getattr(where, name))
    return sheet


def _put_budget(sheet: Sheet, plan: Plan, position: Position, event: e.EventBase, asked: tuple[Ask, ...]) -> None:
    """Spending that no line holds, and what is asked of the lines that each approval names and of all their parts."""
    nowhere: tuple[str, ...] = ()
    if plan.budget.lines and isinstance(event, e.PeriodClose):
        named = [each for each in position.unbudgeted if each in position.known]
        nowhere = _named(named, len(position.unbudgeted))
    elif plan.budget.lines and isinstance(event, e.Spending) and event.line not in plan.budget.lines:
        nowhere = (event.event_id,)
    sheet.put("unbudgeted", bool(nowhere), sources=nowhere)
    for name, approval in approvals_by_line(plan):
        mine = [ask for ask in asked if not {ask.line, *plan.budget.with_groups(ask.line)}.isdisjoint(approval.lines)]
        amount, missing = total(mine), why_unknown(mine)
        sheet.put(
            name, amount, "money", periods=span(mine), quality="estimated", sources=rates_of(mine), missing=missing
        )


def line_sheet(plan: Plan, position: Position) -> Sheet:
    """Everything under `lines.ID.`: to date, and what is left of the year."""
    sheet = Sheet("lines")
    closed = position.closed[-1] if position.closed else None
    period = position.current or closed or calendar_of(plan).periods[0]
    for line in plan.budget.lines:
        where = position.lines[line][period.id]
        names = ("allocated", "used", "actual", "committed", "reserved", "available")
        put_line(sheet, f"{line}.", where, where.horizons[1], names, unconverted(line, where))
    return sheet


def put_line(
    sheet: Sheet,
    prefix: str,
    where: LinePosition,
    at: Horizon,
    names: tuple[str, ...],
    unclear: tuple[Missing, ...],
) -> None:
    """The figures of one line at one horizon, and for the year; `unclear` says why, where one is not known."""
    year = where.horizons[2]
    figures = [(name, at, name) for name in names]
    figures += [(f"year_{name}", year, name) for name in ("used", "available", "allocated")]
    for said, horizon, name in figures:
        known = horizon.complete or name in ("allocated", "moved")
        read = "limit" if name == "allocated" else name  # what is allocated now: with what has moved
        value, missing = (getattr(horizon, read), ()) if known else (None, unclear)
        used = () if said == "year_allocated" else sources_of(where)
        sources = used if name in ("used", "actual", "committed", "reserved") else (*used, *where.moved_by)
        sheet.put(f"{prefix}{said}", value, "money", periods=horizon.periods, sources=sources, missing=missing)


def sources_of(*places: LinePosition) -> tuple[str, ...]:
    """The records behind budget lines: those that they name, and how many more there are, as in `+183 more`."""
    named = {source for where in places for source in where.sources}
    return _named(named, sum(where.documents for where in places))


def _named(named: Collection[str], count: int) -> tuple[str, ...]:
    more = count - len(named)
    return (*sorted(named), *((f"+{more} more",) if more > 0 else ()))


def unconverted(line: str, where: LinePosition) -> tuple[Missing, ...]:
    """Why the use of a line cannot be told: the events whose currency has no rate on their day."""
    events = ", ".join(where.unconverted)
    return (Missing("no_rate", line, detail=events),) if events else ()
