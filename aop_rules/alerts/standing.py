"""The alerts as of a moment: a pure function of plan, position and what the ledger says of alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from aop_rules.alerts.alert import Alert, Changed
from aop_rules.alerts.gone import Past, gone
from aop_rules.alerts.lifecycle import State, Step, followed
from aop_rules.alerts.said import Acknowledgement, Change, Said, unknown
from aop_rules.alerts.sentences import sentence
from aop_rules.alerts.watch import Watch
from aop_rules.alerts.watched import watched
from aop_rules.errors import did_you_mean
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.model import Plan
from aop_rules.plan.notifications import Notifications
from aop_rules.position.allocation import Earlier
from aop_rules.position.closing import computed_from
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of

_ORDER: tuple[State, ...] = ("firing", "recovering", "pending", "resolved", "error", "no_data", "ok")


def alerts(
    plan: Plan,
    graph: PlanGraph,
    position: Position,
    said: Said,
    earlier: Iterable[Earlier] = (),
    past: Past | None = None,
) -> tuple[Alert, ...]:
    """Every alert that the plan can raise, those that are `ok` among them.

    What fires comes first, then by the priority of the goal that it serves, then by rule. `past` tells where the year
    stands for an earlier version: with it also what only that one watched is there, until it is over.
    """
    turns = tuple(earlier)
    watches = watched(plan, position, turns)
    found = [*_each(plan, graph, position, said, watches)]
    present = {watch.identity for watch in watches}
    for once in gone(plan, position.closed, turns, present, past) if past else ():
        found += _each(once.plan, PlanGraph.of(once.plan), once.position, said, once.watches, plan.notifications)
    return tuple(sorted(found, key=lambda each: _rank(plan, each)))


def _each(
    plan: Plan,
    graph: PlanGraph,
    position: Position,
    said: Said,
    watches: Iterable[Watch],
    policy: Notifications | None = None,
) -> Iterator[Alert]:
    """The alerts of one version of the plan, told by the policy of the present one."""
    every = tuple(watches)
    steps = {watch.identity: followed(look.judged for look in watch.looks) for watch in every}
    causes = _causes(plan, every)
    for watch in every:
        above = [(cause, steps[cause.identity]) for cause in causes.get(watch.kpi, ()) if watch.kind == "kpi"]
        alert = _alert(plan, graph, position, said, watch, steps[watch.identity], above)
        yield alert if policy is None else replace(alert, policy=policy)


def _rank(plan: Plan, alert: Alert) -> tuple[int, int, str]:
    ranks = [plan.rank(goal) for goal in alert.goals]
    first = min((rank for rank in ranks if rank is not None), default=len(plan.goals) + 1)
    return _ORDER.index(alert.state), first, alert.rule


def _causes(plan: Plan, watches: Iterable[Watch]) -> Mapping[str, list[Watch]]:
    """By KPI: the watches on KPIs that it is computed from, at any distance."""
    causes: dict[str, list[Watch]] = {}
    for watch in watches:
        if watch.kind == "kpi":
            for kpi in computed_from(plan, {watch.kpi}) - {watch.kpi}:
                causes.setdefault(kpi, []).append(watch)
    return causes


def _alert(
    plan: Plan,
    graph: PlanGraph,
    position: Position,
    said: Said,
    watch: Watch,
    steps: tuple[Step, ...],
    causes: Iterable[tuple[Watch, tuple[Step, ...]]],
) -> Alert:
    muting = [(cause, _fires(those)) for cause, those in causes]
    muted = tuple(step.active and any(n < len(on) and on[n] for _, on in muting) for n, step in enumerate(steps))
    now = steps[-1] if steps else Step()
    closed = {each.id: each.end + timedelta(days=plan.year.review_day) for each in calendar_of(plan).periods}
    look = watch.looks[-1] if watch.looks else None
    identity, about = watch.identity, {watch.kpi or watch.line} - {""}
    return Alert(
        id=identity.fingerprint,
        plan=plan.id,
        rule=identity.rule,
        labels=identity.labels,
        kind=watch.kind,
        name=watch.name,
        state=now.state,
        known=now.known == "known",
        as_of=position.as_of,
        period=now.period,
        since=now.since,
        fired=now.fired,
        run=now.run,
        kpi=watch.kpi,
        line=watch.line,
        goals=_goals(plan, graph, about, "kpi" if watch.kpi else "line"),
        owner=watch.owner,
        unit=watch.unit,
        periods=look.periods if look else "",
        value=look.value if look else None,
        limit=look.limit if look else None,
        missing=look.missing if look else (),
        sentence=sentence(plan, watch, look, now),
        muted_by=tuple(sorted(cause.identity.fingerprint for cause, on in muting if muted and muted[-1] and on[-1])),
        silence=said.silence(identity.fingerprint, position.as_of.date()),
        acknowledgement=_known(said.acknowledgements.get(identity.fingerprint, ()), steps, position),
        steps=steps,
        changes=tuple(
            Changed(
                steps[n].period,
                change,
                sentence(plan, watch, watch.looks[n], steps[n]),
                closed.get(steps[n].period, date.min),
            )
            for n, change in changes(steps, muted)
        ),
        gone=look is not None and look.gone,
        policy=plan.notifications,
    )


def changes(steps: Iterable[Step], muted: Iterable[bool]) -> Iterator[tuple[int, Change]]:
    """The steps at which there is something to tell. What is muted waits; what is over by then was never told."""
    told: Change = "resolved"
    for n, (step, quiet) in enumerate(zip(steps, muted, strict=True)):
        now = _seen(step.state, told) if step.known == "known" else told
        if now != told and not quiet:
            told = now
            yield n, now


def _seen(state: State, told: Change) -> Change:
    """What somebody who was told one thing is to know of a state."""
    if state in ("firing", "recovering"):
        return "firing"
    return "pending" if state == "pending" and told != "resolved" else "resolved"


def _fires(steps: Iterable[Step]) -> tuple[bool, ...]:
    return tuple(step.state in ("firing", "recovering") for step in steps)


def _goals(plan: Plan, graph: PlanGraph, about: set[str], kind: str) -> tuple[str, ...]:
    served = graph.goals_served_by(about, ("kpi",) if kind == "kpi" else ("line",))
    return tuple(sorted(served, key=lambda goal: (plan.rank(goal) or len(plan.goals) + 1, goal)))


def _known(said: Iterable[Acknowledgement], steps: tuple[Step, ...], position: Position) -> Acknowledgement | None:
    """The last one that was said of what goes on now."""
    if not steps or not steps[-1].active:
        return None
    lasting = [step.period for step in steps]
    lasting = lasting[lasting.index(steps[-1].since) :] if steps[-1].since in lasting else []
    day = position.as_of.date().isoformat()
    meant = [each for each in said if each.on <= day and each.period in lasting]
    return meant[-1] if meant else None


def named(found: Iterable[Alert], name: str) -> Alert:
    """The alert with this id, the first letters of it, or this rule. Raises AlertError where there is none, or several."""
    every = tuple(found)
    exact = [each for each in every if name in (each.id, each.rule)]
    meant = exact or [each for each in every if len(name) > 3 and each.id.startswith(name)]
    if len(meant) == 1:
        return meant[0]
    raise unknown(
        name,
        did_you_mean(name, [each.rule for each in every]) if name.startswith("plan") else "`aop alerts` lists them",
    )
