"""Where the year stands, told to people: the review, the status, the alerts."""

from __future__ import annotations

from datetime import date, datetime

from aop_rules.alerts.alert import Alert
from aop_rules.alerts.gone import Past
from aop_rules.alerts.notifying import Notification
from aop_rules.alerts.outbox import delivered
from aop_rules.alerts.said import KINDS as ALERT_KINDS
from aop_rules.alerts.said import Acknowledgement, Said, Silence, acknowledged, kind_of, said_draft, said_of, silenced
from aop_rules.alerts.sinks import Sink
from aop_rules.alerts.standing import alerts, named
from aop_rules.engine.answering import Answering
from aop_rules.engine.changing import Changing
from aop_rules.exact.calendar import Period
from aop_rules.history.following import Following
from aop_rules.history.restated import restated
from aop_rules.history.restatement import Restated
from aop_rules.history.snapshot import in_order_of
from aop_rules.history.versions import KINDS, Versions
from aop_rules.inference.program import Program
from aop_rules.ledger.ledger import event_of
from aop_rules.ledger.record import moment
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.load import digest
from aop_rules.position.year import calendar_of
from aop_rules.review.looking_back import at_the_end_of
from aop_rules.review.outlook import looked_ahead, risks_that_showed
from aop_rules.review.review import Review, review
from aop_rules.review.status import Status, status
from aop_rules.rules.collection import collect


class Watching(Answering, Changing):
    """Tells where the year stands."""

    def review(self, period: str, *, as_of: date | datetime | str | None = None) -> Review:
        """The review of a period (its id, or a date in it), as of a moment: now where missing.

        It is held against the version of the plan that was in force in the period. The review of a period before the last closed
        one has its figures as the period left them, with what is known of it by `as_of`; what lies ahead of it (alerts, what to
        adjust, what to keep) is as of `as_of`. `review.text("vi")` says it to people, in
        Markdown, `review.to_dict()` to machines. Raises OutsideYearError where the plan's year has no such period.
        """
        when, looked = self._when(as_of), calendar_of(self.plan).resolve(period)
        held = Versions.of(self.ledger.entries(0, KINDS)).in_force(looked)
        if held.current is None or held.current.version == self.plan.version:
            plan, graph, where, earlier = self.plan, self.graph, self.position(when), self._adoption.earlier
            program, plan_digest = self.program, self.plan_digest
        else:
            plan, earlier = in_order_of(held.current, self.plan), held.earlier
            graph, where = PlanGraph.of(plan), Following(plan, earlier).position(self.ledger.entries, when)
            program, plan_digest = (
                Program(collect(plan, self.rulesets, extra=self.attributes), self._inference),
                digest(plan),
            )
        said = said_of(self.ledger.entries(0, ALERT_KINDS))
        told = alerts(plan, graph, where, said, earlier, self._past(when))
        active = (each for each in told if each.state != "ok")
        ahead = looked_ahead(plan, plan_digest, graph, program, where, looked)
        then, showed, closed = where, ahead.showed, tuple[Period, ...]()
        if looked in where.closed[:-1]:
            events = (event_of(entry) for entry in self.ledger.entries(0, ("event",)))
            then, closed = at_the_end_of(looked, plan, events, when, earlier), where.closed
            showed = risks_that_showed(plan, plan_digest, graph, program, then, looked)
        return review(
            plan,
            then,
            self.decisions(),
            period,
            active,
            self.amendments(),
            ahead,
            self.restated(when),
            showed=showed,
            closed_by_now=closed,
        )

    def restated(
        self, as_of: date | datetime | str | None = None, *, since: date | datetime | str | None = None
    ) -> Restated:
        """What was restated among the readings known by a moment, now where missing, and what that changes of what was said.

        Past decisions stay as they were; beside each that saw an old figure stands what it would be today. `since` leaves out
        what was restated before that moment.
        """
        start = moment(since) if since is not None else None
        return restated(
            self.ledger.entries,
            self.plan,
            self._when(as_of),
            since=start,
            earlier=self._adoption.earlier,
            inference=self._inference,
        )

    def status(self, as_of: date | datetime | str | None = None) -> Status:
        """Where the year stands as of a moment, now where missing: goals, budget lines, people, risks, active alerts, gaps.

        `status.text("vi")` says it to people on one screen, `status.to_dict()` to machines.
        """
        where = self.position(self._when(as_of))
        seen = where.closed[-1] if where.closed else calendar_of(self.plan).periods[0]
        showed = risks_that_showed(self.plan, self.plan_digest, self.graph, self.program, where, seen)
        return status(self.plan, where, self.alerts(where.as_of), showed)

    def alerts(self, as_of: date | datetime | str | None = None) -> tuple[Alert, ...]:
        """Every alert that is not `ok` as of a moment, now where missing: what fires first, then by priority.

        A pure function of the plan, of what was known by then, and of what the ledger holds that was said of alerts.
        """
        return tuple(each for each in self._alerts(self._when(as_of)) if each.state != "ok")

    def acknowledge(
        self, alert: str, *, by: str, reason: str = "", as_of: date | datetime | str | None = None
    ) -> Acknowledgement:
        """Keep that somebody knows of an active alert (its id, or its rule) and sees to it. Raises AlertError."""
        when = self._when(as_of)
        meant = named(self._alerts(when), alert)
        said = acknowledged(meant.id, meant.active, by=by, on=when.date(), period=meant.period, reason=reason)
        self._say(said)
        return said

    def silence(
        self, alert: str, *, by: str, reason: str, until: date | str, as_of: date | datetime | str | None = None
    ) -> Silence:
        """Keep that nobody is to be told of an alert until a day, and why. The alert goes on; what was held back is told after.

        The last silence of an alert counts, so that another one ends or extends it. Raises AlertError with every reason
        against it.
        """
        when = self._when(as_of)
        meant = named(self._alerts(when), alert)
        last = date.fromisoformat(until) if isinstance(until, str) else until
        said = silenced(meant.id, by=by, reason=reason, on=when.date(), until=last)
        self._say(said)
        return said

    def notify(self, sink: Sink, as_of: date | datetime | str | None = None) -> tuple[Notification, ...]:
        """Tell a sink each change of an alert that it has not been told yet, and keep what it took.

        Raises AlertError and whatever the sink raises: what it took before stands as told, the rest is told the next time.
        """
        when = self._when(as_of)
        return delivered(self.ledger, sink, when, lambda said: self._alerts(when, said))

    def _alerts(self, when: datetime, said: Said | None = None) -> tuple[Alert, ...]:
        heard = said if said is not None else said_of(self.ledger.entries(0, ALERT_KINDS))
        return alerts(self.plan, self.graph, self.position(when), heard, self._adoption.earlier, self._past(when))

    def _past(self, when: datetime) -> Past:
        """Where the year stands at a moment as an earlier version of the plan sees it."""
        return lambda version, before: Following(version, before).position(self.ledger.entries, when)

    def _say(self, said: Acknowledgement | Silence) -> None:
        self.ledger.write(lambda pen: pen.keep([said_draft(said, pen.about(kind_of(said), source=said.alert))]))
