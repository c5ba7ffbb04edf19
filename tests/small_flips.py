"""Tiny plans and proposals in small whole numbers, and the search for flips written as plainly as it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from aop_rules import Decision, Engine, event_from
from aop_rules.decision.decide import decide
from aop_rules.decision.outcome import Outcome, ladder
from aop_rules.errors import InputError
from aop_rules.events import EventBase, Proposal, SpendRequest
from aop_rules.facts.check import check_event
from aop_rules.flipping.event_fields import fields_of
from aop_rules.flipping.fields import Field, Value, Way
from aop_rules.flipping.flip import Flips
from aop_rules.flipping.flips import flips
from aop_rules.rules.standard import REQUESTS
from strategies import Data, opened, proposal

SEEN_MAX = 12
"""The nearest values of a way are looked at one by one: all of a cost, and twice and more of most benefits."""
PAIRS_MAX = 3
"""Of two fields together so many values each, evenly from the nearest to the furthest."""
small = st.integers(1, 5)


@st.composite
def tiny_plans(draw: st.DrawFn) -> Data:
    """Sales, profit, a margin with a floor, cash with a minimum, two lines, a clerk, and a stop at some share."""
    plan: Data = {
        "aop": 1,
        "id": "tiny",
        "name": "Tiny",
        "currency": "VND",
        "year": {"starts": "2026-01-01", "periods": "quarterly"},
        "priorities": ["sales", "margin"],
        "goals": {
            "sales": {"name": "sales", "kpi": "sales"},
            "margin": {"name": "margin", "kpi": "margin", "floor": draw(st.sampled_from(["20%", "35%", "50%"]))},
        },
        "kpis": {
            "sales": {"name": "sales", "kind": "flow", "target": {"year": draw(small) * 4}},
            "profit": {"name": "profit", "kind": "flow", "target": {"year": draw(small) * 2}},
            "margin": {
                "name": "margin",
                "kind": "ratio",
                "numerator": "profit",
                "denominator": "sales",
                "basis": "ytd",
            },
            "money": {"name": "money", "kind": "stock"},
        },
        "budget": {
            "lines": {
                "goods": {"name": "goods", "amount": draw(small) * 4, "inventory": draw(st.booleans())},
                "ads": {"name": "ads", "amount": draw(small) * 2, "serves": ["sales"]},
            }
        },
        "resources": {"roles": {"clerk": {"name": "clerk", "capacity": 1}}, "hires": draw(st.integers(0, 1))},
        "policies": {},
    }
    if draw(st.booleans()):
        plan["policies"]["contribution"] = "profit"
    if draw(st.booleans()):
        plan["policies"]["minimum_cash"] = {"kpi": "money", "minimum": draw(small)}
    if draw(st.booleans()):
        plan["not_this_year"] = {"second_shop": {"name": "a second shop", "reason": "not now"}}
    if draw(st.booleans()):
        plan["governance"] = {"owner": "Mara", "approvals": [{"above": draw(small), "by": "Mara"}]}
    return plan


@st.composite
def tiny_pasts(draw: st.DrawFn) -> list[Data]:
    """The first quarter: readings, and an invoice."""
    sales = draw(small) + 2
    read = {"sales": sales, "profit": draw(st.integers(0, sales)), "money": draw(small) * 2}
    event = {"kind": "kpi_observation", "effective_date": "2026-03-31", "period": "2026-Q1"}
    past: list[Data] = [{**event, "event_id": kpi, "kpi": kpi, "value": value} for kpi, value in read.items()]
    spent = {"kind": "actual", "effective_date": "2026-02-01", "line": draw(st.sampled_from(["goods", "ads"]))}
    return [*past, {**spent, "event_id": "bill", "amount": draw(small)}]


@st.composite
def tiny_events(draw: st.DrawFn) -> Data:
    """A proposal, or a request to spend."""
    lines = st.sampled_from(["goods", "ads"])
    if draw(st.integers(0, 4)) == 0:
        asked = {"event_id": "r", "kind": "spend_request", "effective_date": "2026-05-04"}
        return {**asked, "line": draw(lines), "amount": draw(small) * 2, "divisible": draw(st.booleans())}
    gains = [{"kpi": "sales", "likely": draw(small)}, {"kpi": "profit", "likely": draw(st.integers(-3, 12))}]
    return proposal(
        category=draw(st.sampled_from(["web", "web", "web", "second shop"])),
        costs=[{"line": draw(lines), "amount": draw(small)} for _ in range(draw(st.integers(0, 2)))],
        benefits=gains[: draw(st.sampled_from([2, 2, 2, 1, 0]))],
        needs=draw(st.sampled_from([[], [{"role": "clerk", "amount": "1.3"}]])),
        hires=draw(st.sampled_from([0, 0, 0, 2])),
        divisible=draw(st.sampled_from([True, False, None])),
        evidence=draw(st.sampled_from([None, {"kind": "none"}, {"kind": "test"}])),
    )


@dataclass(frozen=True)
class World:
    """A decision, how to make others like it, and what the library says would flip it."""

    engine: Engine
    event: EventBase
    found: Flips
    deciding: Callable[[EventBase], Decision]

    def better(self, event: EventBase) -> bool:
        rungs = ladder(self.event.kind in REQUESTS)
        try:
            outcome = self.deciding(event).outcome
        except InputError:
            return False
        return rungs.index(outcome) < rungs.index(self.found.decision.outcome)


def world(plan: Data, past: list[Data], data: Data) -> World:
    """The flips of an event after a past."""
    return asked(opened(plan, past), data)


def asked(engine: Engine, data: Data) -> World:
    """The flips of an event where an engine stands."""
    event = event_from(data)
    deciding = deciding_of(engine, event)
    return World(engine, event, flips(event, deciding, engine.plan), deciding)


def deciding_of(engine: Engine, event: EventBase) -> Callable[[EventBase], Decision]:
    """Decides on variants of an event as of the day on which it became known. What only asks leaves the position as it is."""
    known: dict[EventBase, Decision] = {}
    asks = isinstance(event, (Proposal, SpendRequest))
    before = engine.position(event.known.date(), also=event) if asks else None

    def deciding(each: EventBase) -> Decision:
        if each not in known:
            check_event(engine.plan, each)
            where = before or engine.position(event.known.date(), also=each)
            known[each] = decide(engine.plan, engine.plan_digest, engine.graph, engine.program, where, each)
        return known[each]

    return deciding


def untrue(world: World) -> Iterator[str]:
    """What is told and is not so: a flip that is not better, or one step before it that is."""
    rungs = ladder(world.event.kind in REQUESTS)
    now = rungs.index(world.found.decision.outcome)

    def better(outcome: Outcome | None) -> bool:
        return outcome is not None and rungs.index(outcome) < now

    for flip in world.found.single:
        if not better(flip.outcome) or flip.inside is None or better(flip.inside.outcome):
            yield flip.field
    joint = world.found.joint
    if joint and (not better(joint.outcome) or any(better(less.outcome) for less in joint.inside)):
        yield "joint"


def nearer_alone(world: World) -> Iterator[tuple[str, Value]]:
    """Every value of every field that flips and is nearer than what the library says of it."""
    said = {flip.field: flip for flip in world.found.single}
    if world.found.decision.outcome is ladder(world.event.kind in REQUESTS)[0]:
        return
    for field in fields_of(world.engine.plan, world.event):
        for way in field.ways:
            for to in _looked_at(way):
                flip = said.get(field.id)
                if flip is not None and _distance(field, to) >= _distance(field, flip.to):
                    break
                if world.better(field.put(world.event, to)):
                    yield field.id, to


def _looked_at(way: Way) -> Iterator[Value]:
    """All values of a short way; of a long one the first, and of days those about the turn of each month."""
    if isinstance(way.values, tuple) and len(way) > SEEN_MAX and isinstance(way.at(0), date):
        yield from (day for day in way.values if isinstance(day, date) and (day + timedelta(3)).day < 7)
        return
    yield from (way.at(place) for place in range(min(len(way), SEEN_MAX)))


def _distance(field: Field, to: Value) -> Fraction:
    if isinstance(to, date) and isinstance(field.now, date):
        return Fraction(abs((to - field.now).days))
    if isinstance(to, (int, Fraction)):
        now = field.now if isinstance(field.now, (int, Fraction)) else 0
        return abs(Fraction(to) - Fraction(now))
    return Fraction(field.ways[0].values.index(to))


def nearer_together(world: World) -> Iterator[tuple[Any, ...]]:
    """Every change of two numbers that flips and is nearer than any that the library knows."""
    found = world.found
    if found.decision.outcome is ladder(world.event.kind in REQUESTS)[0]:
        return
    numbers = [f for f in fields_of(world.engine.plan, world.event) if f.joint == "number" and f.now]
    single = {flip.field: flip for flip in found.single}
    alone = [flip.change for flip in found.single if flip.field in {f.id for f in numbers} and flip.change is not None]
    two = len(numbers) == 2 and found.joint is not None
    least = found.joint.largest if found.joint else min(alone, default=Fraction(1))
    for one, other in combinations(numbers, 2):
        ways = [_places(each, _towards(each, single), least, closed=two) for each in (one, other)]
        for here, there in product(*ways):
            changes = [one.change(here), other.change(there)]
            assert None not in changes
            total = sum(each for each in changes if each is not None)
            if (
                two
                and found.joint
                and (max(each for each in changes if each is not None), total) >= (least, found.joint.total)
            ):
                continue
            if world.better(other.put(one.put(world.event, here), there)):
                yield one.id, here, other.id, there


def _towards(field: Field, single: dict[str, Any]) -> Way:
    """The direction in which a field helps, where it is known; else the usual one."""
    flip = single.get(field.id)
    ways = [
        way for way in field.ways if flip is not None and any(way.at(n) == flip.to for n in range(min(len(way), 4_000)))
    ]
    return ways[0] if ways else field.ways[0]


def _places(field: Field, way: Way, least: Fraction, closed: bool) -> list[Value]:
    near = []
    for place in range(min(len(way), SEEN_MAX)):
        change = field.change(way.at(place))
        if change is None or change > least or (change == least and not closed):
            break
        near.append(way.at(place))
    return near if len(near) <= PAIRS_MAX else [near[n * (len(near) - 1) // (PAIRS_MAX - 1)] for n in range(PAIRS_MAX)]
