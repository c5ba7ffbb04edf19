"""The engine: one plan, its rules and what has happened, and the decision on what comes in. The façade of the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path
from typing import Any, Self, TypeVar, get_args

from aop_rules.alerts.alert import Alert
from aop_rules.alerts.notifying import Notification
from aop_rules.alerts.outbox import delivered
from aop_rules.alerts.said import KINDS as ALERT_KINDS
from aop_rules.alerts.said import Acknowledgement, Said, Silence, acknowledged, kind_of, said_draft, said_of, silenced
from aop_rules.alerts.sinks import Sink
from aop_rules.alerts.standing import alerts, named
from aop_rules.decision.decide import decide
from aop_rules.decision.decision import Decision
from aop_rules.errors import EventError, LedgerError, Place, Problem
from aop_rules.events import BudgetTransfer, EventBase, SpendRequest
from aop_rules.facts.check import check_event, fit_the_plan
from aop_rules.facts.host import Given, host_sheets
from aop_rules.facts.transfers import transfer_problems
from aop_rules.history.adoption import Adoption
from aop_rules.history.amending import Asking, amended, first_open, standing
from aop_rules.history.answers import (
    Answer,
    Came,
    Result,
    accepted,
    answer_draft,
    came_draft,
    check_came,
    overridden,
)
from aop_rules.history.changed import amendments
from aop_rules.history.following import Entries, Following
from aop_rules.history.given import given_plainly
from aop_rules.history.kept import about, decision_draft
from aop_rules.history.past import last_rules
from aop_rules.history.policy import Redecided, policy_diff
from aop_rules.history.readable import read_back
from aop_rules.history.replay import Replay, decided_before, replay
from aop_rules.history.reserving import (
    RESERVATION,
    RESERVES,
    Amount,
    not_reserved,
    release_of,
    request_of,
    reservation_of,
    taken,
)
from aop_rules.history.snapshot import attributes_of, in_order_of, rules_draft, rulesets_of
from aop_rules.history.stories import KINDS as STORY_KINDS
from aop_rules.history.stories import Story, stories
from aop_rules.history.versions import KINDS, Versions
from aop_rules.importing.arriving import Arriving, arriving
from aop_rules.importing.reading import read_file
from aop_rules.inference.chainer import EngineName
from aop_rules.inference.program import Program
from aop_rules.ledger.entry import Draft, Entry
from aop_rules.ledger.ledger import Ledger, draft_of, event_of
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.reading import event_from
from aop_rules.ledger.record import Record, moment
from aop_rules.ledger.redacted import same_content
from aop_rules.plan.amendment import Amendment
from aop_rules.plan.draft import draft_of as draft_of_plan
from aop_rules.plan.graph import PlanGraph
from aop_rules.plan.imports import Import
from aop_rules.plan.load import digest, plan_from, read_plan, sound
from aop_rules.plan.model import Plan
from aop_rules.position.model import Position
from aop_rules.position.year import calendar_of
from aop_rules.review.review import Review, review
from aop_rules.review.status import Status, status
from aop_rules.rules.collection import collect, own_problems, read_rulesets, standard_rulesets
from aop_rules.rules.ruleset import Ruleset
from aop_rules.rules.vocabulary import Vocabulary
from aop_rules.source.plain import Located
from aop_rules.version import __version__ as VERSION  # noqa: N812

Rules = Iterable[Ruleset | str | PathLike[str]] | Ruleset | str | PathLike[str]
EventLike = EventBase | Mapping[str, Any]
T = TypeVar("T")
ALWAYS = datetime.max.replace(tzinfo=UTC)
"""As of which everything is known."""


class Engine:
    """Decides on events against one plan. May be used from several threads; what it holds follows from its ledger.

    >>> engine = Engine.open({
    ...     "aop": 1, "id": "cafe", "name": "Café", "currency": "USD", "year": {"starts": "2026-01-01"},
    ...     "not_this_year": {"second_shop": {"name": "a second shop", "reason": "first make this one pay"}},
    ... })
    >>> decision = engine.evaluate({
    ...     "event_id": "e1", "kind": "proposal", "effective_date": "2026-03-02", "category": "second shop",
    ... })
    >>> decision.course, decision.outcome.value, decision.hard
    ('keep', 'DECLINE', True)
    """

    def __init__(
        self,
        plan: Plan,
        program: Program,
        ledger: Ledger | None = None,
        attributes: Vocabulary | None = None,
        rulesets: Iterable[Ruleset] = (),
        inference: EngineName = "auto",
    ) -> None:
        """Wire up the parts; `Engine.open` is the usual way. Raises LedgerError where the ledger is another plan's."""
        self.plan = plan
        self.program = program
        self.ledger = ledger if ledger is not None else Ledger()
        self.graph = PlanGraph.of(plan)
        self.plan_digest = digest(plan)
        self.attributes = attributes or Vocabulary(())
        self.rulesets = tuple(rulesets)
        self._inference: EngineName = inference
        self._adoption = Adoption.of(self.ledger.entries(0, KINDS), plan)
        self._following = Following(plan, self._adoption.earlier)

    @classmethod
    def open(
        cls,
        plan: Plan | Mapping[str, Any] | str | PathLike[str],
        rules: Rules = (),
        *,
        standard: bool = True,
        attributes: Mapping[str, str] | None = None,
        ledger: Ledger | str | PathLike[str] | None = None,
        inference: EngineName = "auto",
    ) -> Self:
        """An engine for a plan: a file, plain data, or a `Plan`.

        `rules` are rulesets (files or values) besides the standard ones, which `standard=False` leaves out.
        `attributes` declares typed attributes of the embedding program (`{"vendor.rating": "number"}`); their values
        come with each call of `evaluate`. `inference` picks what does the chaining; every choice gives the same findings.
        `ledger` is a SQLite file (made where there is none), a `postgresql://` address, or a `Ledger`; in memory where
        missing. The plan becomes the ledger's with the first thing that is kept; from then on it is changed by `amend`.
        Raises PlanError or RuleError with every problem, and LedgerError (no ledger, or one of another plan).
        """
        loaded, document = _plan(plan)
        given = [rules] if isinstance(rules, (str, PathLike, Ruleset)) else list(rules)
        own = [each for each in given if isinstance(each, Ruleset)]
        files = [Path(each) for each in given if not isinstance(each, Ruleset)]
        rulesets = [*(standard_rulesets() if standard else ()), *own, *read_rulesets(files)]
        extra = Vocabulary.of(attributes) if attributes else None
        program = Program(collect(loaded, rulesets, extra=extra, document=document), inference)
        kept = None if ledger is None else _ledger(ledger, create=True)
        return cls(loaded, program, kept, extra, rulesets, inference)

    def on(self, ledger: Ledger) -> Self:
        """The same plan and rules with another ledger. Raises LedgerError where that is another plan's."""
        return type(self)(self.plan, self.program, ledger, self.attributes, self.rulesets, self._inference)

    @classmethod
    def resume(cls, ledger: Ledger | str | PathLike[str], *, inference: EngineName = "auto") -> Self:
        """The engine that a ledger was last written by: the plan in force in it, and the rules last decided with.

        Raises LedgerError (no ledger there, or no plan in it).
        """
        kept = _ledger(ledger, create=False)
        plan = Versions.of(kept.entries(0, KINDS)).current
        if plan is None:
            hint = "record or decide something first: `aop record`"
            raise LedgerError([Problem(Place("<ledger>"), "LEDGER_NO_PLAN", "the ledger holds no plan yet", hint)])
        rules = last_rules(kept.entries, kept.head().sequence)
        rulesets = rulesets_of(rules) if rules else standard_rulesets()
        extra = attributes_of(rules) if rules else Vocabulary(())
        program = Program(collect(plan, rulesets, extra=extra), inference)
        return cls(plan, program, kept, extra, rulesets, inference)

    @property
    def in_force_from(self) -> str:
        """Id of the first period in which this version of the plan holds."""
        periods = calendar_of(self.plan).ids
        earlier = self._adoption.earlier
        return periods[min(earlier[-1].through, len(periods) - 1)] if earlier else periods[0]

    # ── facts in, decisions out ─────────────────────────────────────────────────────────────────────────────────────

    def record(self, event: EventLike) -> Record:
        """Keep an event: a reading, a commitment, an invoice. The same event again changes nothing.

        Raises EventError (not an event, or not one of this plan; a transfer of money that is not there), ConflictError
        (its id is taken by another) or LedgerError.
        """
        return self.record_all([event])[0]

    def record_all(self, events: Iterable[EventLike]) -> tuple[Record, ...]:
        """Keep all of the events, or none."""
        checked: list[EventBase] = []
        problems: list[Problem] = []
        for event in events:
            try:
                checked.append(self._event(event))
            except EventError as error:
                problems += error.problems
        if problems:
            raise EventError(problems)

        def work(pen: Pen) -> tuple[Entry, ...]:
            if any(isinstance(event, BudgetTransfer) for event in checked):
                return self._booked(pen, checked)
            return pen.keep([draft_of(event) for event in checked])

        kept = self._write(work)
        return tuple(Record(entry.sequence, event) for entry, event in zip(kept, checked, strict=True))

    def record_file(
        self,
        path: str | PathLike[str],
        mapping: str | PathLike[str] | Import | None = None,
        *,
        dry_run: bool = False,
        restate: bool = False,
    ) -> Arriving:
        """Keep all events of a file, or none; a table (CSV, XLSX) is read by a mapping: the name of one of the plan's
        `imports`, a file that holds one, or an `Import`.

        Gives what was new (with `dry_run`: what would be; nothing is kept). With `restate` a reading that is known with
        another figure becomes its next revision. Raises EventError with every problem of every row, or LedgerError.
        """
        files = [read_file(Path(path), mapping, self.plan).file]
        fit_the_plan(self.plan, files)
        found = arriving(files, self.ledger, restate=restate)
        if not dry_run:
            self.record_all(found.events)
        return found

    def position(self, as_of: date | datetime | str, *, also: EventBase | None = None) -> Position:
        """Where the year stands, from what was known by `as_of` (a date means the end of that day, UTC)."""
        return self._following.position(self.ledger.entries, moment(as_of), also)

    def evaluate(
        self,
        event: EventLike,
        *,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
    ) -> Decision:
        """The decision on an event. Nothing is recorded, so the same call gives the same decision.

        `as_of` is what counts as known: the end of the day on which the event became known, where missing. `given` holds
        the values of attributes declared to `open`: `{"vendor.rating": 4}`.
        Raises EventError where the event is no event, or not one of this plan, and LedgerError where the plan was amended since.
        """
        checked = self._event(event)
        self._adoption.hold(self.ledger.entries, self.plan)
        return self._decided(self.ledger.entries, checked, _moment_of(checked, as_of), given or {})

    def submit(
        self,
        event: EventLike,
        *,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
    ) -> Decision:
        """Like `evaluate`, and keeps the event and the decision, both or neither, with all that it takes to replay it.

        The same event on the same facts is the same decision, kept once. On newer facts it is a new decision, which
        names the one before. Money that a transfer asks for is not moved: `record` does that.
        Raises what `evaluate` and `record` raise.
        """
        checked, held = self._event(event), given_plainly(given or {})
        when = _moment_of(checked, as_of)
        self.position(when)  # what is there by now is folded in before anybody else has to wait

        def work(pen: Pen) -> Decision:
            seen, event = pen.head().sequence, _as_kept(pen, checked)
            decision = self._decided(pen.entries, event, when, given or {})
            drafts = [] if isinstance(event, BudgetTransfer) else [draft_of(event)]
            pen.keep([*drafts, *self._told(pen, decision, seen, held)])
            return decision

        return self._write(work)

    # ── money, before it is ordered ─────────────────────────────────────────────────────────────────────────────────

    def check_spend(
        self,
        *,
        line: str,
        amount: Amount,
        date: date | str,
        ref: str = "",
        period: str | None = None,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
        **more: Any,
    ) -> Decision:
        """The decision on spending an amount from a line on a day. Nothing is recorded.

        `amount` is in whole units of the plan's currency, or `Money`. Under `ref` (an order, a request) money may be held
        already: what is asked is what goes beyond it. `period` is that of the date where missing; `more` are other keys of
        a spend request (`asked_by`, `links`, `category`). It sees every reservation, also one that is dated later.
        Raises EventError.
        """
        request = self._event(request_of(line, amount, date, ref, period, more))
        at, _ = self._following.reserving(self.ledger.entries, _moment_of(request, as_of), ref)
        return self._decided(self.ledger.entries, request, at, given or {})

    def reserve(
        self,
        *,
        line: str,
        amount: Amount,
        date: date | str,
        ref: str,
        period: str | None = None,
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
        **more: Any,
    ) -> Decision:
        """Like `check_spend`, and keeps the decision; where it is a yes, with or without conditions, it holds the money.

        Nobody else decides meanwhile, so a line is never promised twice. The same `ref` and request again is the same
        decision and holds nothing more; where it was no, try again under another `ref`. An order or invoice that names
        `ref` uses the money up, `release` frees it. Raises ConflictError (`ref` is taken by another request) and EventError.
        """
        request = self._event({**request_of(line, amount, date, ref, period, more), "event_id": ref})
        assert isinstance(request, SpendRequest)
        when, held = _moment_of(request, as_of), given_plainly(given or {})
        self.position(when)

        def work(pen: Pen) -> Decision | str:
            draft = draft_of(request)
            if pen.find(draft.kind, draft.id, draft.source) is not None:
                pen.keep([draft])  # which raises ConflictError where it is another request
                return pen.about("decision", source=about(request))[0].id
            seen = pen.head().sequence
            at, named = self._following.reserving(pen.entries, when, ref)
            if named:
                raise taken(ref)
            decision = self._decided(pen.entries, request, at, given or {})
            drafts = [draft, *self._told(pen, decision, seen, held)]
            if decision.outcome in RESERVES:
                drafts.append(draft_of(event_from(reservation_of(request, at))))
            pen.keep(drafts)
            return decision

        done = self._write(work)
        if isinstance(done, Decision):
            return done
        again = decided_before(self.ledger.entries, done, self._inference)
        assert again is not None
        return again

    def release(self, ref: str, *, date: date | str) -> Record:
        """Frees what is left of a reservation. The same again changes nothing.

        Raises EventError (nothing was reserved as `ref`) and ConflictError (it was released on another day).
        """

        def work(pen: Pen) -> Record:
            found = pen.find("event", ref, RESERVATION)
            if found is None:
                raise not_reserved(ref)
            event = self._event(release_of(event_of(found), date))
            (kept,) = pen.keep([draft_of(event)])
            return Record(kept.sequence, event)

        return self._write(work)

    # ── what people say ─────────────────────────────────────────────────────────────────────────────────────────────

    def decision(self, decision_id: str) -> Story:
        """A recorded decision with its answers and what came of it. Raises LedgerError (no such decision)."""
        told = stories(self._about(decision_id))
        return next(story for story in told if story.kept.decision_id == decision_id)

    def decisions(self) -> tuple[Story, ...]:
        """All recorded decisions, in the order in which they were made."""
        return stories(self.ledger.entries(0, STORY_KINDS))

    def accept(self, decision_id: str, *, by: str, reason: str = "") -> Answer:
        """Keep that somebody follows the recommendation. Raises LedgerError: who ends an override must be one who may."""
        story = self.decision(decision_id)
        return self._answer(accepted(story.kept, self.plan, by=by, reason=reason, before=story.answer))

    def override(self, decision_id: str, outcome: str, *, by: str, reason: str, until: date | str) -> Answer:
        """Keep that somebody does something else, why, and until when (a date). The recommendation stays as it is.

        Raises LedgerError with every reason against it: a hard decision, no reason, nobody with the right to.
        """
        kept = self.decision(decision_id).kept
        last = date.fromisoformat(until) if isinstance(until, str) else until
        return self._answer(overridden(kept, self.plan, outcome=outcome, by=by, reason=reason, until=last))

    def report(
        self,
        decision_id: str,
        result: Result,
        *,
        on: date | str,
        note: str = "",
        by: str = "",
        measured: Mapping[str, int | str] | None = None,
    ) -> Came:
        """Keep what came of a decision: `as_expected`, `better`, `worse` or `unclear`, with what KPIs turned out to be.

        Raises LedgerError (no such decision, a day before it, no such KPI, no number) or ValueError (no such result).
        """
        if result not in get_args(Result):
            raise ValueError(f"`result` is one of {', '.join(get_args(Result))}")
        seen = date.fromisoformat(on) if isinstance(on, str) else on
        check_came(self.decision(decision_id).kept, self.plan, seen, measured or {})
        figures = {kpi: str(value) for kpi, value in (measured or {}).items()}
        came = Came(decision_id, result, seen.isoformat(), note, by, figures)
        self.ledger.write(lambda pen: pen.keep([came_draft(came, pen.about("outcome", source=decision_id))]))
        return came

    def review(self, period: str, *, as_of: date | datetime | str | None = None) -> Review:
        """The review of a period (its id, or a date in it), as of a moment: now where missing.

        It is held against the version of the plan that was in force in the period. `review.text("vi")` says it to people, in
        Markdown, `review.to_dict()` to machines. Raises OutsideYearError where the plan's year has no such period.
        """
        when = self._when(as_of)
        held = Versions.of(self.ledger.entries(0, KINDS)).in_force(calendar_of(self.plan).resolve(period))
        if held.current is None or held.current.version == self.plan.version:
            plan, graph, where, earlier = self.plan, self.graph, self.position(when), self._adoption.earlier
        else:
            plan, earlier = in_order_of(held.current, self.plan), held.earlier
            graph, where = PlanGraph.of(plan), Following(plan, earlier).position(self.ledger.entries, when)
        told = alerts(plan, graph, where, said_of(self.ledger.entries(0, ALERT_KINDS)), earlier)
        active = (each for each in told if each.state != "ok")
        return review(plan, where, self.decisions(), period, active, self.amendments())

    def status(self, as_of: date | datetime | str | None = None) -> Status:
        """Where the year stands as of a moment, now where missing: goals, budget lines, people, risks, active alerts, gaps.

        `status.text("vi")` says it to people on one screen, `status.to_dict()` to machines.
        """
        where = self.position(self._when(as_of))
        return status(self.plan, where, self.alerts(where.as_of))

    # ── alerts ──────────────────────────────────────────────────────────────────────────────────────────────────────

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

    # ── looking back, and changing the plan ─────────────────────────────────────────────────────────────────────────

    def replay(self, progress: Callable[[int], None] | None = None) -> Replay:
        """Every recorded decision again, from what it saw. `progress` is told how many are done."""
        return replay(self.ledger.entries, VERSION, self._inference, progress)

    def amend(
        self,
        plan: Plan | Mapping[str, Any] | str | PathLike[str],
        *,
        reason: str,
        trade_off: str,
        by: str,
        approved_by: str = "",
        effective_from: str = "",
        as_of: date | datetime | str | None = None,
    ) -> Engine:
        """Puts the next version of the plan in force, knowingly, and gives the engine for it.

        `effective_from` is a period id, the first open period where missing: closed ones keep their targets and
        thresholds. `as_of` is the moment that the year is looked at, now where missing, and never one before the last
        fact: what is closed by then stays closed. The rules stay those of this engine.
        Raises PlanError with everything that stands against it, and LedgerError.
        """
        loaded, _ = _plan(plan)
        collection = collect(loaded, self.rulesets, extra=self.attributes)
        when = moment(as_of) if as_of is not None else self.ledger.now()

        def work(pen: Pen) -> None:
            # Looked at no earlier than the last fact: a period that is closed by now stays closed.
            latest = self._following.latest(pen.entries, max(when, self.ledger.now())) or when
            where = self._following.position(pen.entries, max(when, latest))
            start = effective_from or first_open(self.plan, where)
            said = Asking(reason, trade_off, by, approved_by, start)
            pen.keep(amended(self.plan, loaded, standing(self.plan, where, pen), said))

        self._write(work)
        return type(self)(
            loaded, Program(collection, self._inference), self.ledger, self.attributes, self.rulesets, self._inference
        )

    def amendments(self) -> tuple[Amendment, ...]:
        """How the plan was changed, in the order in which that was done: each with reason, trade-off, who, and from when."""
        return amendments(self.ledger.entries(0, ("amendment",)))

    def erase(self, name: str, *, reason: str, by: str = "") -> Entry | None:
        """Erases a person's name wherever it stands in the ledger: `Ledger.erase`, which then makes sure that plans, rules
        and decisions can still be read. Raises LedgerError, with nothing erased, where they could not.
        """
        return self.ledger.erase(name, reason=reason, by=by, read_back=_read_back)

    def policy_diff(self, other: Engine) -> tuple[Redecided, ...]:
        """Every recorded decision beside what it would have been under another engine's plan and rules."""
        return policy_diff(self.ledger.entries(), other.plan, other.plan_digest, other.program, other.attributes)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _when(self, as_of: date | datetime | str | None) -> datetime:
        return moment(as_of) if as_of is not None else self.ledger.now()

    def _alerts(self, when: datetime, said: Said | None = None) -> tuple[Alert, ...]:
        heard = said if said is not None else said_of(self.ledger.entries(0, ALERT_KINDS))
        return alerts(self.plan, self.graph, self.position(when), heard, self._adoption.earlier)

    def _decided(self, entries: Entries, event: EventBase, as_of: datetime, given: Given) -> Decision:
        where = self._following.position(entries, as_of, event)
        host = host_sheets(self.attributes, given)
        return decide(self.plan, self.plan_digest, self.graph, self.program, where, event, host)

    def _told(self, pen: Pen, decision: Decision, seen: int, given: Mapping[str, Any]) -> list[Draft]:
        """A decision, and the rules that it was made with, to be kept; nothing where it is there already."""
        before = pen.about("decision", source=about(decision.event))
        if any(entry.id == decision.decision_id for entry in before):
            return []
        rules = rules_draft(self.program, self.rulesets, self.attributes)
        said = {"follows": before[-1].id if before else "", "made_by": VERSION, "rules": rules.source}
        return [rules, decision_draft(decision, seen=seen, given=given, **said)]

    def _booked(self, pen: Pen, events: Sequence[EventBase]) -> tuple[Entry, ...]:
        """Keeps events of which some move money: each only where, after those before it, the money is there."""
        # What this work has kept so far may still be undone, so it is counted apart.
        where = self._following if len(events) == 1 else Following(self.plan, self._following.earlier)
        kept: list[Entry] = []
        for event in events:
            draft = draft_of(event)
            if isinstance(event, BudgetTransfer) and pen.find(draft.kind, draft.id, draft.source) is None:
                position = where.position(pen.entries, ALWAYS)
                problems = transfer_problems(self.plan, position, event)
                if problems:
                    raise EventError(problems)
            kept += pen.keep([draft])
        return tuple(kept)

    def _write(self, work: Callable[[Pen], T]) -> T:
        """Does a piece of work in a ledger that is this plan's, or becomes it with this work."""

        def owned(pen: Pen) -> tuple[Adoption, T]:
            adoption = self._adoption.on(pen, self.plan)
            if adoption.earlier != self._following.earlier:  # others kept and amended it since this engine was opened
                self._following = Following(self.plan, adoption.earlier)
            return adoption, work(pen)

        # Taken over only once it is kept: work that fails makes no plan the ledger's.
        self._adoption, result = self.ledger.write(owned)
        return result

    def _about(self, decision_id: str) -> tuple[Entry, ...]:
        """The entries that tell of a decision: those of its event, and what was said of it."""
        found = self.ledger.about("decision", id=decision_id)
        if not found:
            message = f"the ledger holds no decision `{decision_id}`"
            raise LedgerError([Problem(Place("<ledger>"), "LEDGER_NO_DECISION", message, "`aop log` lists them")])
        said = (self.ledger.about(kind, source=decision_id) for kind in ("answer", "outcome"))
        told = self.ledger.about("decision", source=found[0].source)
        return (*told, *(entry for entries in said for entry in entries))

    def _say(self, said: Acknowledgement | Silence) -> None:
        self.ledger.write(lambda pen: pen.keep([said_draft(said, pen.about(kind_of(said), source=said.alert))]))

    def _answer(self, answer: Answer) -> Answer:
        self.ledger.write(lambda pen: pen.keep([answer_draft(answer, pen.about("answer", source=answer.decision_id))]))
        return answer

    def _event(self, event: EventLike) -> EventBase:
        checked = event if isinstance(event, EventBase) else event_from(event)
        check_event(self.plan, checked)
        return checked


def _read_back(entry: Entry) -> None:
    read_back(entry)
    said_of((entry,))


def _as_kept(pen: Pen, event: EventBase) -> EventBase:
    """The event; without a name that was erased from it, which a decision would bring back."""
    draft = draft_of(event)
    known = pen.find(draft.kind, draft.id, draft.source)
    if known is None or known.body == draft.body or not same_content(known, draft.body):
        return event
    return event_of(known)


def _moment_of(event: EventBase, as_of: date | datetime | str | None) -> datetime:
    return moment(as_of if as_of is not None else event.known.date())


def _ledger(ledger: Ledger | str | PathLike[str], create: bool) -> Ledger:
    if isinstance(ledger, Ledger):
        return ledger
    if not isinstance(ledger, (str, PathLike)):
        raise TypeError("`ledger` is a `Ledger`, the name of a file, or a `postgresql://` address")
    return Ledger.open(str(ledger), create=create)


def _plan(plan: Plan | Mapping[str, Any] | str | PathLike[str]) -> tuple[Plan, Located | None]:
    if isinstance(plan, Plan):
        return plan, None
    if isinstance(plan, Mapping):
        return plan_from(plan), None
    loaded, problems, document = read_plan(plan)
    if loaded is None:
        problems = (*problems, *own_problems(draft_of_plan(document)))
    return sound(loaded, problems), document
