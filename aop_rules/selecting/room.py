"""What proposals use of money, cash, goods and people, and how much of each is there for all of them together.

A cap is what stands in the way of one proposal alone, too: the limits of a line and its groups at every horizon that is
checked, the whole budget, cash above its minimum, stock cover, people by period, hires. What stops at less than the limit
stops here, too; what the plan lets go past a limit with approval does not count as there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from aop_rules.events import Proposal
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.asks import Ask, asks, demands, total
from aop_rules.facts.proposal import cash, covers, limits
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of


@dataclass(frozen=True, slots=True)
class Cap:
    """One limit for all proposals together."""

    id: str
    """`line:LINE:HORIZON:PERIOD`, `total:year`, `cash`, `cover:GROUP`, `role:ROLE:PERIOD` or `hires`."""
    kind: str
    """`line`, `total`, `cash`, `cover`, `role` or `hires`."""
    entry: str
    """The line, group of goods or role that it is about."""
    periods: str
    unit: str
    """`money`, or the unit of the role."""
    room: Exact
    """How much is there; below 0 where it is exceeded already."""


@dataclass(frozen=True, slots=True)
class Room:
    """All caps that a batch meets, and what each proposal uses of them."""

    caps: Mapping[str, Cap]
    uses: Mapping[str, Mapping[str, Exact]]
    """By event id, then by cap."""
    money: Mapping[str, Exact]
    """By event id: all that it asks within the year."""


def room_for(plan: Plan, position: Position, proposals: Sequence[Proposal]) -> Room:
    """The caps for a batch whose amounts are all known (`unknown_amount`)."""
    asked = {each.event_id: asks(plan, calendar_of(plan), each) for each in proposals}
    caps = {cap.id: cap for cap in _caps(plan, position, proposals, _together(asked))}
    uses = {
        each.event_id: {
            cap: amount for cap, amount in _uses(plan, position, each, asked[each.event_id], caps) if amount > 0
        }
        for each in proposals
    }
    return Room(caps, uses, {name: total(mine) or 0 for name, mine in asked.items()})


def unknown_amount(plan: Plan, proposal: Proposal) -> bool:
    """Whether it asks for money whose amount nobody can tell (no exchange rate)."""
    return total(asks(plan, calendar_of(plan), proposal)) is None


def _together(asked: Mapping[str, Sequence[Ask]]) -> tuple[Ask, ...]:
    """What all ask, one entry a line and period."""
    sums: dict[tuple[str, int], Ask] = {}
    for ask in (ask for mine in asked.values() for ask in mine):
        before = sums.get((ask.line, ask.period.index))
        amount = exact((ask.amount or 0) + (before.amount or 0 if before else 0))
        sums[ask.line, ask.period.index] = Ask(ask.line, ask.period, amount)
    return tuple(sums[key] for key in sorted(sums))


def _caps(plan: Plan, position: Position, proposals: Sequence[Proposal], asked: tuple[Ask, ...]) -> Iterator[Cap]:
    for name, line, sheet in limits(plan, position, proposals[0], asked) if proposals else ():
        kind, entry = ("total", "") if name == "total:year" else ("line", line)
        known = {key: sheet.evidence[f"limit.{key}"].value for key in ("available", "room")}
        there = [amount for amount in known.values() if isinstance(amount, int | Fraction)]
        periods = sheet.evidence["limit.available"].periods
        # What is not known is not there.
        room = min(there) if known["available"] is not None else 0
        yield Cap(name if kind == "total" else f"line:{name}", kind, entry, periods, "money", room)
    for _, _, sheet in cash(plan, position, asked):
        left = sheet.evidence["cash.left"]
        yield Cap("cash", "cash", "", left.periods, "money", _known(left.value))
    for proposal in proposals:
        for group, _, sheet in covers(plan, position, proposal, asks(plan, calendar_of(plan), proposal)):
            fact = sheet.evidence["cover.room"]
            yield Cap(f"cover:{group}", "cover", group, fact.periods, "money", _known(fact.value))
    roles = {(need.role, need.period.id) for each in proposals for need in demands(calendar_of(plan), each)}
    for role, period in sorted(roles):
        where = position.roles.get(role, {}).get(period)
        unit = plan.resources.roles[role].unit if role in plan.resources.roles else ""
        yield Cap(f"role:{role}:{period}", "role", role, period, unit, where.free if where else 0)
    if plan.resources.hires is not None and any(each.hires for each in proposals):
        yield Cap("hires", "hires", "", "", "person", plan.resources.hires)


def _known(value: object) -> Exact:
    """A figure; what is not known is not there."""
    return value if isinstance(value, int | Fraction) else 0


def _uses(
    plan: Plan, position: Position, proposal: Proposal, asked: Sequence[Ask], caps: Mapping[str, Cap]
) -> Iterator[tuple[str, Exact]]:
    year = calendar_of(plan)
    for cap in caps.values():
        if cap.kind == "line":
            horizon, until = cap.id.split(":")[-2:]
            last = year.period(until).index
            yield (
                cap.id,
                _sum(
                    ask
                    for ask in asked
                    if cap.entry in plan.budget.with_groups(ask.line)
                    and (
                        horizon == "year"
                        or ask.period.index == last
                        or (horizon == "to_date" and ask.period.index < last)
                    )
                ),
            )
        elif cap.kind in ("total", "cash"):
            yield cap.id, _sum(asked)
        elif cap.kind == "hires":
            yield cap.id, proposal.hires
    for group, _, sheet in covers(plan, position, proposal, tuple(asked)):
        yield f"cover:{group}", _known(sheet.evidence["cover.asked"].value)
    for need in demands(year, proposal):
        yield f"role:{need.role}:{need.period.id}", need.amount


def _sum(asked: Iterator[Ask] | Sequence[Ask]) -> Exact:
    return exact(sum(ask.amount or 0 for ask in asked))
