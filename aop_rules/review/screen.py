"""A status as one screen of a terminal: aligned columns, bars and sparklines, in English or Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from aop_rules.alerts.telling import alert_line
from aop_rules.decision.showing import reasons
from aop_rules.exact.number import Exact
from aop_rules.facts.names import names_of
from aop_rules.position.model import Figure
from aop_rules.position.year import calendar_of
from aop_rules.review.bars import ASCII, BLOCKS, bar, sparkline
from aop_rules.review.status import GoalStatus, LineStatus, RiskStatus, RoleStatus, Status
from aop_rules.review.text import unsure_line
from aop_rules.wording.columns import columns, padded, shortened, wrapped
from aop_rules.wording.markdown import plain
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import (
    Language,
    show_date,
    show_figure,
    show_list,
    show_money,
    show_number,
    show_period,
    show_ratio,
)

WIDE = 100
NAME = 32
BAR = 20
PERIODS = 12
"""Closed periods that a sparkline shows: the last ones."""
ALERTS = 3
GAPS = 4


def status_text(status: Status, language: Language = "en", *, ascii_signs: bool = False) -> str:
    """The status for reading, at most 100 columns wide. A part with nothing in it says so; equal statuses give equal texts."""
    return "\n".join(_Screen(status, language, ascii_signs=ascii_signs).lines()) + "\n"


_ALONE = {"status.to_date": "status.to_date.alone", "status.landing": "status.landing.alone"}
_HORIZON = {
    "period": "status.horizon.period",
    "to_date": "status.horizon.to_date",
    "year": "status.horizon.year",
}


class _Screen:
    """One status in one language. Not kept, not shared."""

    def __init__(self, status: Status, language: Language, *, ascii_signs: bool) -> None:
        self.status, self.plan, self.language = status, status.plan, language
        self.signs = ASCII if ascii_signs else BLOCKS

    def lines(self) -> Iterator[str]:
        at = self.status
        named = self.say("record.version", id=at.plan.name.in_language(self.language), version=at.plan.version)
        as_of = self.say("status.as_of", date=show_date(at.as_of.date(), self.language))
        yield from self._row("", plain(named), as_of, self._closed())
        steps = self.say("status.steps", low=self.signs.steps[0], high=self.signs.steps[-1])
        unknown = any(None in goal.attained for goal in at.goals)
        lacking = self.say("status.steps.unknown", sign=self.signs.unknown) if unknown else ""
        yield from self._part("status.goals", self._goals(), steps, lacking)
        to_date = f"{self.say('status.horizon.to_date')} {show_period(self._to_date(), self.language)}"
        spent, ordered, held = tuple(self.signs.parts)
        legend = self.say("status.parts", spent=spent, ordered=ordered, held=held, limit=self.signs.limit)
        yield from self._part("status.budget", (row for line in at.lines for row in self._line(line)), to_date, legend)
        people = (row for role in at.roles for row in self._role(role))
        yield from self._part("status.people", people, show_period(at.current.id, self.language))
        yield from self._part("status.risks", self._risks())
        active = [self.say("status.active", count=len(at.alerts))] if at.alerts else []
        yield from self._part("status.alerts", self._alerts(), *active)
        yield from self._part("status.gaps", self._gaps())

    def say(self, key: str, **parts: object) -> str:
        return say(key, self.language, **parts)

    def _closed(self) -> str:
        if not self.status.closed:
            return self.say("status.none_closed")
        return self.say("status.closed", period=show_period(self._to_date(), self.language))

    def _to_date(self) -> str:
        """The periods up to that which goals and budget lines are told for."""
        return f"{calendar_of(self.plan).ids[0]}..{self.status.review.period.id}"

    # ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _part(self, key: str, rows: Iterable[str], *notes: str) -> Iterator[str]:
        nothing = "review.none" if key in ("status.alerts", "status.gaps") else "status.not_in_plan"
        yield ""
        yield from self._row("", self.say(key).upper(), *notes)
        yield from list(rows) or [f"   {self.say(nothing)}"]

    def _row(self, start: str, *parts: str) -> Iterator[str]:
        """A start that stays as it is, then parts with dots between them: as many in a line as fit one."""
        line, dot, then = start, "", " " * columns(start)
        for part in filter(None, parts):
            if dot and columns(line + dot + part) > WIDE:
                yield (line + dot).rstrip()
                line, dot = then, ""
            told = list(wrapped(part, WIDE, line + dot, then))
            yield from told[:-1]
            line = told[-1]
            dot = f" {self.signs.dot} "
        yield line.rstrip()

    def _name(self, name: str, wide: int = NAME) -> str:
        return padded(shortened(plain(name), wide, self.signs.cut), wide)

    # ── goals ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _goals(self) -> Iterator[str]:
        goals = self.status.goals
        told = [self._figures(goal) for goal in goals]
        first = max((columns(to_date) for to_date, _ in told), default=0)
        periods = min(PERIODS, max((len(goal.attained) for goal in goals), default=0))
        for goal, (to_date, landing) in zip(goals, told, strict=True):
            name = self._name(goal.row.name.in_language(self.language))
            rank = padded(str(goal.row.rank or ""), 2, right=True)
            line = padded(sparkline(goal.attained[-PERIODS:], self.signs), periods)
            yield from self._row(f"{rank} {name}  {line}  ", *self._standing(goal))
            together = f"   {padded(to_date, first)} {self.signs.dot} {landing}"
            if to_date and columns(together) <= WIDE:
                yield together
            elif to_date:
                yield from (f"   {part}" for part in (to_date, landing))

    def _standing(self, goal: GoalStatus) -> Iterator[str]:
        row, at = goal.row, goal.row.progress
        held = row.held_but_missed and row.standing == "on_track"
        yield self.say("standing.held" if held else f"standing.{row.standing}")
        if at is None or row.standing == "no_kpi":
            return
        if at.score is not None and at.target is not None:
            yield self.say("status.way", score=show_ratio(at.score, self.language, 0))
        if at.course == "at_risk" and row.standing not in ("off_track", "lasting"):
            yield self.say("status.at_risk")
        if at.course == "unknown" and row.standing != "unknown":
            yield self.say("course.unknown")
        if at.confidence is not None:
            yield self.say("review.confidence", confidence=at.confidence)

    def _figures(self, goal: GoalStatus) -> tuple[str, str]:
        row = goal.row
        if row.ytd is None or row.landing is None:
            return "", ""
        return self._against("status.to_date", row.ytd, row.ytd_target), self._against(
            "status.landing", row.landing, row.year_target
        )

    def _against(self, key: str, value: Figure, target: Figure | None) -> str:
        shown = self._figure(value)
        if target is None or (target.value is None and any(each.reason == "no_target" for each in target.missing)):
            return self.say(_ALONE[key], value=shown)
        return self.say(key, value=shown, target=self._figure(target))

    def _figure(self, figure: Figure) -> str:
        return show_figure(figure.value, figure.unit, self.plan.currency, self.language)

    # ── money and people ────────────────────────────────────────────────────────────────────────────────────────────

    def _line(self, line: LineStatus) -> Iterator[str]:
        at = line.limit
        drawn = bar((at.actual, at.committed, at.reserved), at.limit, BAR, self.signs, complete=at.complete)
        share = self._share(at.used, at.limit, at.complete)
        label = self._name(self.say(_HORIZON[at.name]), 8)
        start = f"   {self._name(line.name.in_language(self.language), NAME - 6)} {drawn} {share} {label} "
        yield from self._row(start, *self._room(line))

    def _share(self, used: Exact, limit: Exact, complete: bool = True) -> str:
        """Of a limit of 0 there is no share."""
        shown = show_ratio(Fraction(used) / Fraction(limit), self.language, 0) if limit > 0 else "-"
        return padded(shown if complete else f"{self.signs.at_least} {shown}", 7, right=True)

    def _room(self, line: LineStatus) -> Iterator[str]:
        if not line.recorded:
            yield self.say("status.nothing_recorded")
        if line.limit.limit <= 0:
            yield self.say("status.nothing_allowed")
        if line.over:
            yield self.say("status.over", amount=self._money(line.over))
        if line.frozen_until is not None:
            yield self.say("status.frozen", date=show_date(line.frozen_until, self.language))
        elif line.room is not None and line.room >= 0:
            yield self.say("status.room", amount=self._money(line.room))
        elif line.room is not None and -line.room != line.over:
            yield self.say("status.room.none", amount=self._money(-line.room))
        elif line.room is None and self.status.as_of.date() in self.status.current:
            yield self.say("status.room.unknown")

    def _role(self, role: RoleStatus) -> Iterator[str]:
        at = role.position
        drawn = bar((at.used,), at.capacity, BAR, self.signs)
        there, over = (
            show_figure(each, at.unit, self.plan.currency, self.language) for each in (at.capacity, -at.free)
        )
        used = show_number(at.used, self.language)
        start = f"   {self._name(role.name.in_language(self.language), NAME - 6)} {drawn} {self._share(at.used, at.capacity)} "
        told = [self.say("status.capacity", used=used, capacity=there)]
        yield from self._row(start, *told, *([self.say("status.over", amount=over)] if at.free < 0 else []))

    def _money(self, amount: Exact) -> str:
        return show_money(amount, self.plan.currency, self.language)

    # ── risks, alerts, gaps ─────────────────────────────────────────────────────────────────────────────────────────

    def _risks(self) -> Iterator[str]:
        if not self.plan.risks:
            return
        for risk in self.status.risks:
            yield from self._row("   ", self._risk(risk))
        unsure = self.status.review.risks_unsure
        for each in unsure:
            yield from self._row("   ", plain(unsure_line(each, self.plan, self.language)))
        if not self.status.risks and not unsure:
            yield f"   {self.say('status.no_sign')}"
        at = self.status.review.exposure
        if at is not None:
            covered = "unknown" if at.short is None else "short" if at.short else "covered"
            told = self.say(
                f"review.exposure.{covered}", remaining=self._money(at.remaining), left=self._money(at.left)
            )
            yield from self._row("   ", told)

    def _risk(self, risk: RiskStatus) -> str:
        at = risk.position
        said = self.say(
            f"review.risk.{'occurred' if risk.occurred else 'signalled'}",
            risk=plain(risk.name.in_language(self.language)),
        )
        if risk.kpis:
            names = show_list(
                [plain(each.in_language(self.language)) for each in names_of(self.plan, "kpi", risk.kpis)],
                self.language,
            )
            said = self.say("review.through", said=said, kpis=names)
        if not at.may_come:
            return said
        if at.expected is None:
            return self.say("status.expected.unknown", said=said)
        return self.say("status.expected", said=said, amount=self._money(at.expected))

    def _alerts(self) -> Iterator[str]:
        for alert in self.status.alerts[:ALERTS]:
            yield from self._row("   ", plain(alert_line(alert, self.language)))
        yield from self._more(len(self.status.alerts) - ALERTS, "aop alerts")

    def _gaps(self) -> Iterator[str]:
        gaps = self.status.review.gaps
        told = [] if self.status.closed else [self.say("status.none_closed")]
        told += [reasons(each.missing, self.plan, self.language) for each in self.status.unread]
        for key in ("unbudgeted", "unplaced", "unconverted", "contradicting"):
            ids = getattr(gaps, key)
            told += [self.say(f"review.{key}", ids=", ".join(ids))] if ids else []
        for each in told[:GAPS]:
            yield from self._row("   ", plain(each))
        yield from self._more(len(told) - GAPS, "aop status --json")

    def _more(self, count: int, command: str) -> Iterator[str]:
        if count > 0:
            yield f"   {self.say('status.more', count=count, command=command)}"
