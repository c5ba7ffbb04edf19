"""A review as a page of Markdown for people, in English or Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from aop_rules.alerts.telling import UNJUDGED, alert_line
from aop_rules.decision.showing import reasons
from aop_rules.exact.number import Exact
from aop_rules.facts.names import name_of, names_of
from aop_rules.history.changed import amended_line
from aop_rules.history.stories import Story
from aop_rules.history.telling import came, did, look_at, recommended
from aop_rules.plan.model import Plan
from aop_rules.position.exposure import Exposure
from aop_rules.position.landings import Landings
from aop_rules.position.model import Figure
from aop_rules.position.progress import Progress
from aop_rules.position.transfers import LAST_YEAR, Entry, Freeze, Leg
from aop_rules.position.year import calendar_of
from aop_rules.review.ahead import Showed
from aop_rules.review.ahead_text import AheadPage
from aop_rules.review.outlook import owner_of
from aop_rules.review.page import Page
from aop_rules.review.review import GoalRow, LineRow, Review, RiskRow, RoleRow
from aop_rules.wording.markdown import bullets, escaped
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_period, show_ratio


def review_text(review: Review, language: Language = "en") -> str:
    """The review for reading. A part with nothing in it says so; the same review gives the same text."""
    page = _Page(review, language)
    return "\n\n".join(filter(None, page.parts())) + "\n"


def unsure_line(each: Showed, plan: Plan, language: Language) -> str:
    """A risk of which nobody can tell whether it showed, and because of what."""
    risk = name_of(plan, "risk", each.risk).in_language(language)
    names = [words.in_language(language) for words in names_of(plan, "kpi", each.kpis)]
    said = say("review.to", language, name=risk, outcome=say("course.unknown", language))
    return say("review.through", language, said=said, kpis=show_list(names, language)) if names else said


_METHODS = ("naive", "seasonal", "shrunk", "own")


class _Page(Page):
    """All of it, in the order in which it is read."""

    def parts(self) -> Iterator[str]:
        at, plan, ahead = self.review, self.plan, AheadPage(self.review, self.language)
        named = self.say("record.version", id=plan.name.in_language(self.language), version=plan.version)
        yield f"# {escaped(self.say('review.title', period=self.period, plan=named))}"
        yield self._when()
        yield self.heading("review.goals")
        yield self._goals("review.goal", at.goals)
        if at.progress:
            yield self._progress(at.progress)
        yield self.heading("review.landings", 3)
        yield self._landings(at.goals)
        yield self.heading("review.others", 3)
        yield self._goals("review.kpi", at.others)
        yield self.heading("review.budget")
        yield self._lines(at.lines)
        yield self.heading("review.roles", 3)
        yield self.listed(map(self._role, at.roles))
        yield self.heading("review.risks")
        yield self.listed([*map(self._risk, at.risks), *map(self._unsure, at.risks_unsure)])
        if at.exposure:
            yield self._exposure(at.exposure)
        yield self.heading_now("review.alerts")
        yield self.listed(
            alert_line(each, self.language) for each in at.alerts if each.state not in UNJUDGED or each.since
        )
        if at.restated:
            yield self.heading_now("review.restated")
            yield bullets(escaped(line) for line in at.restated.lines(self.language, self.plan))
        if at.outlook:
            yield self.heading_now("review.adjust")
            yield from ahead.adjust(at.outlook.adjust)
            yield self.heading_now("review.keep")
            yield self.listed(ahead.kept(at.outlook.keep))
            if at.outlook.not_kept:
                yield self.heading("review.not_kept", 3)
                yield self.listed(map(ahead.not_kept, at.outlook.not_kept))
        yield self.heading("review.decisions")
        yield self._decisions(at.decisions)
        yield self.heading_now("review.still_open", 3)
        yield self.listed(map(self._override, at.still_open))
        yield self.heading("review.look_at", 3)
        yield self.listed(look_at(each, self.language) for each in at.look_at)
        if at.amendments:
            yield self.heading("changed.plan")
            yield self.listed(amended_line(each, self.language) for each in at.amendments)
        yield self.heading("review.transfers")
        yield self.listed(map(self._transfer, at.transfers))
        if at.freezes:
            yield self.heading("review.freezes", 3)
            yield self.listed(map(self._freeze, at.freezes))
        yield self.heading("review.gaps")
        yield self.listed(self._gaps())

    def _when(self) -> str:
        """As of when it is; of a period that is not the last closed one, what is as of its end and what is not."""
        at, day = self.review, show_date(self.on, self.language)
        if at.closed_by_now:
            return self.say("review.looked_back", period=self.period, date=day, closed=self.closed_by_now())
        return self.say("review.as_of" if at.closed else "review.not_closed", date=day)

    # ── the three questions ─────────────────────────────────────────────────────────────────────────────────────────

    def _goals(self, what: str, rows: Sequence[GoalRow]) -> str:
        ytd = self.say("review.ytd")
        if self.review.to_date:
            ytd = self.say("review.in", line=ytd, period=show_period(self.review.to_date, self.language))
        ranked = any(row.rank is not None for row in rows)
        heads = [
            *([self.say("review.priority")] if ranked else []),
            self.say(what),
            self.period,
            self.say("review.planned", what=self.period),
            ytd,
            self.say("review.planned", what=ytd),
            self.say("review.landing"),
            self.say("review.year_target"),
            self.say("review.standing"),
        ]
        first = int(ranked)
        cells = ([*([str(row.rank or "")] if ranked else []), *self._goal(row)] for row in rows)
        return self.table(heads, cells, range(first + 1, first + 7))

    def _goal(self, row: GoalRow) -> list[str]:
        figures = (row.actual, row.target, row.ytd, row.ytd_target, row.landing, row.year_target)
        shown = [self._figure(figure) for figure in figures]
        return [row.name.in_language(self.language), *shown, self._standing(row)]

    def _standing(self, row: GoalRow) -> str:
        stands = self.say(f"standing.{row.standing}")
        if row.held_but_missed:
            held = "standing.held" if row.standing == "on_track" else f"standing.{row.standing}"
            stands = self.say("standing.missed", stands=self.say(held))
        sure = row.progress.confidence if row.progress else None
        return stands if sure is None else f"{stands}; {self.say('review.confidence', confidence=sure)}"

    def _figure(self, figure: Figure | None) -> str:
        """What the plan has no target for stays empty; what is not known says so."""
        if figure is None or (figure.value is None and any(each.reason == "no_target" for each in figure.missing)):
            return ""
        return show_figure(figure.value, figure.unit, self.plan.currency, self.language)

    def _lines(self, rows: Sequence[LineRow]) -> str:
        keys = (
            "line",
            "used_to_date",
            "limit_to_date",
            "over_to_date",
            "used_year",
            "limit_year",
            "over_year",
            "committed",
        )
        heads = [self.say(f"review.{key}") for key in keys]
        return self.table(heads, map(self._line, rows), range(1, len(keys)))

    def _line(self, row: LineRow) -> list[str]:
        over_to_date, over_year = row.over
        return [
            row.name.in_language(self.language),
            self._used(row.to_date.used, row.to_date.complete),
            self.money(row.to_date.limit),
            self.money(over_to_date) if over_to_date else "",
            self._used(row.year.used, row.year.complete),
            self.money(row.year.limit),
            self.money(over_year) if over_year else "",
            self.money(row.year.committed),
        ]

    def _used(self, amount: Exact, complete: bool) -> str:
        return self.money(amount) if complete else self.say("review.at_least", amount=self.money(amount))

    def _role(self, row: RoleRow) -> str:
        at = row.position
        used, there = (show_figure(each, at.unit, self.plan.currency, self.language) for each in (at.used, at.capacity))
        users = show_list([self._name("initiative", each) for each in at.users], self.language)
        return self.say("review.role", role=row.name.in_language(self.language), used=used, capacity=there, users=users)

    def _landings(self, rows: Sequence[GoalRow]) -> str:
        """All methods side by side, each against the year's target; those that nobody used are left out."""
        methods = [
            method for method in _METHODS if any(row.landings and method in row.landings.by_method() for row in rows)
        ]
        heads = [self.say(f"review.{key}") for key in ("goal", *methods, "required")]
        told = (self._landing(row, row.landings, methods) for row in rows if row.landings)
        return self.table(heads, told, range(1, len(heads)))

    def _landing(self, row: GoalRow, at: Landings, methods: Sequence[str]) -> list[str]:
        found = at.by_method()
        cells = [self._against(found[method].landing, row.year_target) if method in found else "" for method in methods]
        pace = at.required_pace.value if at.required_pace else None
        return [row.name.in_language(self.language), *cells, "" if pace is None else self._signed(pace)]

    def _against(self, landing: Figure, target: Figure | None) -> str:
        shown = self._figure(landing)
        if landing.value is None or landing.unit == "ratio" or target is None or not target.value:
            return shown
        return self.say("review.against", value=shown, share=self._signed(Fraction(landing.value) / target.value - 1))

    def _signed(self, share: Exact) -> str:
        return ("+" if share > 0 else "") + show_ratio(share, self.language, 1)

    def _progress(self, at: Progress) -> str:
        names = show_list([self._name("goal", goal) for goal in at.at_risk], self.language)
        coverage, course = show_ratio(at.coverage, self.language), self.say(f"course.{at.course}")
        if at.score is None:
            said = self.say("review.progress.withheld", coverage=coverage, course=course)
        else:
            score = show_ratio(at.score, self.language, 0)
            said = self.say("review.progress", score=score, coverage=coverage, course=course)
        return escaped(f"{said} ({names})" if names else said)

    def _exposure(self, at: Exposure) -> str:
        covered = "review.exposure.unknown" if at.short is None else "review.exposure.covered"
        key = "review.exposure.short" if at.short else covered
        return escaped(self.say(key, remaining=self.money(at.remaining), left=self.money(at.left)))

    def _unsure(self, each: Showed) -> str:
        return unsure_line(each, self.plan, self.language)

    def _risk(self, row: RiskRow) -> str:
        key = "review.risk.occurred" if row.occurred else "review.risk.signalled"
        said = self.say(key, risk=row.name.in_language(self.language))
        if row.kpis:
            names = show_list(
                [each.in_language(self.language) for each in names_of(self.plan, "kpi", row.kpis)], self.language
            )
            said = self.say("review.through", said=said, kpis=names)
        return self.say("review.from", said=said, sources=", ".join(row.sources)) if row.sources else said

    # ── decisions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _decisions(self, told: Iterable[Story]) -> str:
        heads = [self.say(f"review.{key}") for key in ("date", "decision", "about", "recommended", "did", "came")]
        return self.table(heads, map(self._decision, told))

    def _decision(self, story: Story) -> list[str]:
        said = story.kept.said
        day, about = self.shown.day(said["as_of"]), self.shown.titled(said["event"])
        people = did(story, self.language, self.on)
        return [day, said["decision_id"], about, recommended(story, self.language), people, came(story, self.language)]

    def _override(self, story: Story) -> str:
        said = f"{story.kept.decision_id}, {self.shown.titled(story.kept.said['event'])}: {did(story, self.language, self.on)}"
        reason = story.answer.reason if story.answer else ""
        return self.say("record.reason", said=said, reason=reason)

    # ── money that moved, and what is not known ─────────────────────────────────────────────────────────────────────

    def _transfer(self, entry: Entry) -> str:
        giver, taker = self._leg(entry.giver), self._leg(entry.taker)
        said = self.say("review.transfer", amount=self.money(entry.taker.amount), giver=giver, taker=taker)
        asked = self.say("review.asked", said=said, by=entry.asked_by) if entry.asked_by else said
        return self.say("review.from", said=asked, sources=entry.event_id)

    def _leg(self, leg: Leg) -> str:
        if leg.account == LAST_YEAR:
            return self.say("review.last_year")
        period = show_period(calendar_of(self.plan).periods[leg.period - 1].id, self.language)
        return self.say("review.in", line=self._name("line", leg.account), period=period)

    def _freeze(self, freeze: Freeze) -> str:
        names = [self._name("line", line) for line in freeze.lines]
        lines = show_list(names, self.language) or self.say("review.all_lines")
        start, until = (self.day(day) for day in (freeze.start, freeze.until))
        said = self.say("review.freeze", lines=lines, start=start, until=until)
        return self.say("record.reason", said=said, reason=freeze.reason) if freeze.reason else said

    def _gaps(self) -> Iterator[str]:
        gaps = self.review.gaps
        for kpi, name, missing in gaps.readings:
            why = reasons(missing, self.plan, self.language)
            said = self.say("review.unread", kpi=name.in_language(self.language), why=why)
            owner = owner_of(self.plan, "kpi", kpi) if any(each.about == kpi for each in missing) else ""
            yield self.say("review.wanted", said=said, owner=owner) if owner else said
        for key in ("unbudgeted", "unplaced", "unconverted", "contradicting"):
            ids = getattr(gaps, key)
            if ids:
                yield self.say(f"review.{key}", ids=", ".join(ids))

    def _name(self, kind: str, entry: str) -> str:
        return name_of(self.plan, kind, entry).in_language(self.language)
