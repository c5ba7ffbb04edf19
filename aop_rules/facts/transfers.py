"""A transfer between budget lines: what the giving line can spare, what is delegated, and what is frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from aop_rules.errors import Place, Problem
from aop_rules.events import BudgetTransfer, EventBase
from aop_rules.exact.number import Exact, exact, number_text
from aop_rules.facts.common import sources_of, unconverted
from aop_rules.facts.names import name_of
from aop_rules.facts.sheet import Sheet
from aop_rules.plan.governance import Delegation
from aop_rules.plan.model import Plan
from aop_rules.position.model import Horizon, LinePosition, Position
from aop_rules.position.transfers import LAST_YEAR, Entry, Freeze, changes_of, entry_of
from aop_rules.position.year import calendar_of
from aop_rules.wording.folding import fold


@dataclass(frozen=True, slots=True)
class Room:
    """One limit that a transfer lowers: what is left under it is what can be spared."""

    line: str
    where: LinePosition
    horizon: Horizon

    @property
    def left(self) -> Exact | None:
        """None where an amount in use could not be converted."""
        return self.horizon.available if self.horizon.complete else None


def rooms(plan: Plan, position: Position, event: EventBase) -> tuple[Room, ...]:
    """The limits of the giving line, and of the groups that the money leaves, at each horizon that they check.

    Of the limits to date the one that leaves the least. The position does not count the transfer itself.
    """
    entry = entry_of(plan, calendar_of(plan), event) if isinstance(event, BudgetTransfer) else None
    if entry is None:
        return ()
    return tuple(
        room
        for line in plan.budget.with_groups(entry.giver.account)
        for name in _checked(plan, line, entry)
        for room in _room(position, line, name, changes_of(plan, line, entry))
    )


def transfer_problems(plan: Plan, position: Position, event: EventBase) -> tuple[Problem, ...]:
    """Why a transfer cannot be recorded, whoever approved it: TRANSFER_OVERDRAWN, TRANSFER_UNCLEAR; nothing for others.

    The position is that of the moment before, without the transfer.
    """
    found = rooms(plan, position, event)
    if not isinstance(event, BudgetTransfer) or not found:
        return ()
    at = Place(f"<event {event.event_id}>")
    unclear = [room for room in found if room.left is None]
    if unclear:
        said = f"what `{unclear[0].line}` has used is not known: an amount has no exchange rate"
        return (Problem(at, "TRANSFER_UNCLEAR", said, "give the plan a rate for its day"),)
    tight = min(found, key=lambda room: room.horizon.available)
    most = max(0, tight.horizon.available)
    if event.amount <= most:
        return ()
    used, limit = number_text(tight.horizon.used), number_text(tight.horizon.limit)
    said = (
        f"`{tight.line}` can give at most {number_text(most)}, not {number_text(event.amount)}: "
        f"{used} of {limit} is used ({tight.horizon.periods})"
    )
    return (Problem(at, "TRANSFER_OVERDRAWN", said, "move less, or take the rest from another line"),)


def donors(plan: Plan, position: Position, event: EventBase) -> Iterator[tuple[str, str, Sheet]]:
    """One row a limit that a transfer lowers."""
    for room in rooms(plan, position, event):
        assert isinstance(event, BudgetTransfer)
        at, where, used_by = room.horizon, room.where, sources_of(room.where)
        missing = () if at.complete else unconverted(room.line, where)
        sheet = Sheet("donor")
        sheet.put("line", room.line, label=name_of(plan, "line", room.line))
        sheet.put("horizon", at.name)
        sheet.put("period", at.periods)
        sheet.put("asked", exact(event.amount), "money", periods=at.periods)
        sheet.put(
            "allocated",
            at.limit,
            "money",
            periods=at.periods,
            sources=(f"plan.budget.lines.{room.line}", *where.moved_by),
        )
        used = at.used if at.complete else None
        sheet.put("used", used, "money", periods=at.periods, sources=used_by, missing=missing)
        sources = (*used_by, *where.moved_by)
        sheet.put("room", room.left, "money", periods=at.periods, sources=sources, missing=missing)
        yield f"{room.line}:{at.name}:{where.period}", room.line, sheet


def put_transfer(sheet: Sheet, plan: Plan, position: Position, event: EventBase) -> None:
    """What `event.` says of a transfer: its two ends, and how it stands to what is delegated."""
    transfer = event if isinstance(event, BudgetTransfer) else None
    giver, taker = (transfer.from_line, transfer.to_line) if transfer else (None, None)
    sheet.put("from_line", giver, label=name_of(plan, "line", giver) if giver else None)
    sheet.put("to_line", taker, label=name_of(plan, "line", taker) if taker else None)
    lines = plan.budget.lines
    rephases, releases = transfer is not None and giver == taker, taker in lines and lines[taker or ""].reserve
    sheet.put("rephases", rephases)
    sheet.put("releases", releases and not rephases)
    paid = transfer is not None and any(
        decided(plan, position, risk, transfer.from_line, transfer.amount) for risk in event.links.risks
    )
    sheet.put("decided", paid)
    sheet.put("from_contract", giver in lines and lines[giver or ""].contract and not rephases)
    entry = entry_of(plan, calendar_of(plan), transfer) if transfer else None
    sheet.put("in_closed_period", entry is not None and any(leg.period <= len(position.closed) for leg in entry.legs))
    day = event.effective_date
    stopped = [f for line in (giver, taker) if line for f in freezes(plan, position, line, day, day)]
    sheet.put("frozen", bool(stopped), sources=tuple(dict.fromkeys(each.event_id for each in stopped)))
    allowed = _allowance(plan, position, transfer) if transfer else None
    sheet.put("has_delegation", allowed is not None and allowed.left is not None)
    left, amount = (allowed.left, transfer.amount) if allowed and transfer else (None, 0)
    sheet.put("delegated", left is not None and amount <= left)
    sheet.put(
        "delegated_left", None if left is None else max(0, left), "money", sources=("plan.governance.delegations",)
    )
    total = exact(allowed.moved + amount) if allowed else None
    sheet.put("cumulative_moved", total, "money", sources=allowed.sources if allowed else ())


def freezes(plan: Plan, position: Position, line: str, first: date, last: date) -> tuple[Freeze, ...]:
    """The freezes that hold for a line on one of these days."""
    known, above = plan.budget.lines.get(line), {line, *plan.budget.with_groups(line)}
    owed = known is not None and known.contract
    return tuple(
        freeze
        for freeze in position.moves.freezes
        if freeze.start <= last and first <= freeze.until
        if (not above.isdisjoint(freeze.lines) if freeze.lines else not owed)
    )


def decided(plan: Plan, position: Position, risk: str, line: str, amount: Exact | None) -> bool:
    """Whether a risk has occurred for which it was decided beforehand to use as much of this line."""
    response, where = plan.risks[risk].response, position.risks.get(risk)
    if response is None or response.budget != line or where is None or not where.occurred or amount is None:
        return False
    return response.amount is None or amount <= response.amount


# ── what can be spared ──────────────────────────────────────────────────────────────────────────────────────────────


def _checked(plan: Plan, line: str, entry: Entry) -> tuple[str, ...]:
    """The horizons that a line checks. A later period that gives to an earlier one must have the money itself."""
    horizons = plan.budget.lines[line].horizons
    pulled = entry.rephases and entry.taker.period < entry.giver.period
    return ("period", *horizons) if pulled and "period" not in horizons else horizons


def _room(position: Position, line: str, name: str, given: Mapping[int, Exact]) -> Iterator[Room]:
    """The room under one kind of limit; none where the transfer does not lower it."""
    periods = list(position.lines[line].values())
    by_period = [given.get(n, 0) for n in range(1, len(periods) + 1)]
    at = {"period": 0, "to_date": 1, "year": 2}[name]
    change = {"period": by_period, "to_date": list(accumulate(by_period))}.get(name)
    if change is None:
        lowered = periods[-1:] if sum(by_period) < 0 else []
    else:
        lowered = [where for where, amount in zip(periods, change, strict=True) if amount < 0]
    found = [Room(line, where, where.horizons[at]) for where in lowered]
    if found:
        yield min(found, key=lambda room: (room.horizon.complete, room.horizon.available, room.where.period))


# ── what is delegated ───────────────────────────────────────────────────────────────────────────────────────────────


def moved_out(plan: Plan, entries: Iterable[Entry]) -> Mapping[str, Mapping[str, Exact]]:
    """By who asked: what they have moved out of each line. The owner asks where nobody is named.

    What stays on its line, goes back into the reserve or comes from last year uses up no delegation.
    """
    moved: defaultdict[str, defaultdict[str, Exact]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        if _counts(plan, entry):
            moved[entry.asked_by or plan.governance.owner][entry.giver.account] += entry.taker.amount
    return moved


@dataclass(frozen=True, slots=True)
class _Allowance:
    left: Exact | None
    """What may still be moved without asking; None where nothing is delegated for this person and line."""
    moved: Exact
    """What the same person has moved this year."""
    sources: tuple[str, ...]


def _allowance(plan: Plan, position: Position, event: BudgetTransfer) -> _Allowance:
    """What the one who asks may still move out of a line."""
    owner = plan.governance.owner
    who = fold(event.asked_by or owner)
    mine = [entry for entry in position.moves.entries if fold(entry.asked_by or owner) == who and _counts(plan, entry)]
    by_line = [lines for name, lines in moved_out(plan, mine).items()]
    total = exact(sum(amount for lines in by_line for amount in lines.values()))
    from_here = exact(sum(lines.get(event.from_line, 0) for lines in by_line))
    left = [
        _left(plan, row, event.from_line, total, from_here)
        for row in plan.governance.delegations
        if who and fold(row.to) == who and _may_give(plan, row, event.from_line)
    ]
    return _Allowance(max(left, default=None), total, tuple(entry.event_id for entry in mine))


def _left(plan: Plan, row: Delegation, line: str, total: Exact, from_here: Exact) -> Exact:
    bounds: list[Exact] = []
    if row.up_to is not None:
        bounds.append(exact(row.up_to - total))
    if row.share is not None:
        bounds.append(exact(plan.budget.lines[line].amount * row.share - from_here))
    return min(bounds)


def _may_give(plan: Plan, row: Delegation, line: str) -> bool:
    """Whether a delegation speaks of a line. A reserve is kept for risks: it must be named."""
    known = plan.budget.lines.get(line)
    if row.lines:
        return not set(plan.budget.with_groups(line)).isdisjoint(row.lines)
    return known is not None and not known.reserve


def _counts(plan: Plan, entry: Entry) -> bool:
    taker = plan.budget.lines.get(entry.taker.account)
    return entry.giver.account != LAST_YEAR and not entry.rephases and not (taker is not None and taker.reserve)
