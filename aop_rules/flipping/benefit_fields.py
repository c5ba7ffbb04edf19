"""What the benefits of a proposal could be instead: each effect, all in proportion, their ratio, and what nobody has said."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from aop_rules.events import Benefit, EventBase, Proposal
from aop_rules.exact.number import Exact, exact
from aop_rules.facts.changes import ESTIMATES, changes
from aop_rules.flipping.fields import Field, Value, both_ways, replaced
from aop_rules.plan.kpis import Kpi
from aop_rules.plan.model import Plan
from aop_rules.plan.values import Words
from aop_rules.wording.messages import say


def benefit_fields(plan: Plan, event: Proposal) -> Iterator[Field]:
    """Every field of the benefits of a proposal, in the order of the event."""
    yield from _benefits(plan, event)
    yield from _shares(plan, event)
    yield from unsaid(plan, event)


def reference(benefit: Benefit) -> Exact | None:
    """The figure by which a benefit is told: the likely one, else the lowest that is stated."""
    return next((each for each in (benefit.likely, benefit.low, benefit.high) if each is not None), None)


def moved(benefit: Benefit, to: Exact) -> Benefit:
    """A benefit with another likely figure; its low and its high estimate keep their distance."""
    now = reference(benefit)
    by = Fraction(to) - Fraction(0 if now is None else now)
    said = {key: getattr(benefit, key) for key in ("low", "likely", "high")}
    return benefit.model_copy(update={key: exact(value + by) for key, value in said.items() if value is not None})


def _benefits(plan: Plan, event: Proposal) -> Iterator[Field]:
    for n, benefit in enumerate(event.benefits):
        now, kpi = reference(benefit), plan.kpis[benefit.kpi]
        if now is None:
            continue

        def put(each: EventBase, to: Exact, n: int = n) -> EventBase:
            assert isinstance(each, Proposal)
            benefits = (*each.benefits[:n], moved(each.benefits[n], to), *each.benefits[n + 1 :])
            return each.model_copy(update={"benefits": benefits})

        ways = both_ways(plan, event, kpi, now)
        yield Field(f"benefits[{n}]", named(kpi), kpi.unit, now, ways, put, "number")
    amounts = [b for b in event.benefits if plan.kpis[b.kpi].kind != "ratio" and reference(b)]
    if len(amounts) > 1:
        yield _all_amounts(plan, event, amounts[0])


def _all_amounts(plan: Plan, event: Proposal, first: Benefit) -> Field:
    """All benefits that are amounts, in the same proportion; told by the first."""
    kpi, now = plan.kpis[first.kpi], reference(first)
    assert now is not None

    def put(each: EventBase, to: Exact) -> EventBase:
        assert isinstance(each, Proposal)
        share = Fraction(to) / Fraction(now)
        found = [b if plan.kpis[b.kpi].kind == "ratio" else _scaled(b, share) for b in each.benefits]
        return each.model_copy(update={"benefits": tuple(found)})

    said = {lang: say("flip.benefits", lang, kpi=kpi.name.in_language(lang)) for lang in ("en", "vi")}
    same_sign = tuple(
        way for way in both_ways(plan, event, kpi, now) if Fraction(_last(way.values, way.step)) * now >= 0
    )
    return Field("benefits", Words(**said), kpi.unit, now, same_sign, put)


def _last(values: range | tuple[Value, ...], step: Exact) -> Fraction:
    assert isinstance(values, range)
    return values[-1] * Fraction(step)


def _scaled(benefit: Benefit, share: Fraction) -> Benefit:
    said = {key: getattr(benefit, key) for key in ("low", "likely", "high")}
    found = {key: exact(value * share) for key, value in said.items() if value is not None}
    return benefit.model_copy(update=found)


def named(kpi: Kpi) -> Words:
    """What the benefit on a KPI is called."""
    if kpi.kind == "ratio":
        return Words(en=say("flip.share", "en", kpi=kpi.name.en), vi=say("flip.share", "vi", kpi=kpi.name.vi))
    return Words(en=say("flip.benefit", "en", kpi=kpi.name.en), vi=say("flip.benefit", "vi", kpi=kpi.name.vi))


def _shares(plan: Plan, event: Proposal) -> Iterator[Field]:
    """Ratios that nobody stated and that follow from two stated amounts; told so, the numerator moves."""
    stated = [benefit.kpi for benefit in event.benefits]
    likely = changes(plan, event)
    for kpi in plan.kpis.values():
        above, below = kpi.numerator, kpi.denominator
        if kpi.kind != "ratio" or kpi.id in stated or stated.count(above or "") != 1 or not likely.get(below or ""):
            continue
        n, top, bottom = stated.index(above or ""), likely.get(above or ""), likely[below or ""]
        benefit = event.benefits[n]
        if (
            not top
            or bottom is None
            or changes(plan, replaced(event, "benefits", n, **_none_of(benefit))).get(below or "") != bottom
        ):
            continue  # the one is part of the other

        def put(each: EventBase, to: Exact, n: int = n, now: Fraction = Fraction(top) / Fraction(bottom)) -> EventBase:
            assert isinstance(each, Proposal)
            share = Fraction(to) / now
            return replaced(each, "benefits", n, **_said(_scaled(each.benefits[n], share)))

        now = exact(Fraction(top) / Fraction(bottom))
        yield Field(f"benefits.{kpi.id}", named(kpi), kpi.unit, now, both_ways(plan, event, kpi, now), put)


def unsaid(plan: Plan, event: Proposal) -> Iterator[Field]:
    """What nobody has said and much depends on: what it earns, best told by the ratio of what it adds."""
    known = [changes(plan, event, each) for each in ESTIMATES]
    goals = {goal.kpi for goal in plan.goals.values()}
    earned = plan.policies.contribution

    def silent(kpi: str | None) -> bool:
        return all(each.get(kpi or "") is None for each in known)

    wanted = [
        kpi
        for kpi in plan.kpis.values()
        if kpi.kind == "ratio"
        and (kpi.id in goals or kpi.numerator == earned)
        and silent(kpi.numerator)
        and not silent(kpi.denominator)
    ]
    wanted = wanted or [kpi for kpi in plan.kpis.values() if kpi.id == earned and silent(kpi.id)]
    said = [benefit.kpi for benefit in event.benefits if reference(benefit) is not None]
    for kpi in wanted:
        if kpi.id not in said:

            def put(each: EventBase, to: Exact, kpi: str = kpi.id) -> EventBase:
                assert isinstance(each, Proposal)
                others = tuple(benefit for benefit in each.benefits if benefit.kpi != kpi)
                return each.model_copy(update={"benefits": (*others, Benefit(kpi=kpi, likely=to))})

            yield Field(f"benefits.{kpi.id}", named(kpi), kpi.unit, None, both_ways(plan, event, kpi, 0), put)


def _none_of(benefit: Benefit) -> dict[str, Exact]:
    return {key: 0 for key, value in _said(benefit).items() if value is not None}


def _said(benefit: Benefit) -> dict[str, Exact | None]:
    return {key: getattr(benefit, key) for key in ("low", "likely", "high")}
