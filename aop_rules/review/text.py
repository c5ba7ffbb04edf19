"""A review as a page of Markdown for people, in English or Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby

from aop_rules.alerts.telling import UNJUDGED, alert_line
from aop_rules.decision.option import Option
from aop_rules.decision.option_words import remarks
from aop_rules.decision.showing import reasons
from aop_rules.exact.number import Exact
from aop_rules.facts.names import name_of
from aop_rules.history.changed import amended_line
from aop_rules.history.shown import Shown
from aop_rules.history.stories import Story
from aop_rules.history.telling import came, did, look_at, recommended
from aop_rules.position.exposure import Exposure
from aop_rules.position.landings import Landings
from aop_rules.position.model import Figure
from aop_rules.position.progress import Progress
from aop_rules.position.transfers import LAST_YEAR, Entry, Freeze, Leg
from aop_rules.position.year import calendar_of
from aop_rules.review.outlook import Kept, ToAdjust
from aop_rules.review.review import GoalRow, LineRow, Review, RiskRow, RoleRow
from aop_rules.wording.markdown import bullets, escaped, table
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_money, show_period, show_ratio


def review_text(review: Review, language: Language = "en") -> str:
    """The review for reading. A part with nothing in it says so; the same review gives the same text."""
    page = _Page(review, language)
    return "\n\n".join(filter(None, page.parts())) + "\n"


_KEEP = {"goal": "review.keep.goal", "line": "review.keep.line", "initiative": "review.keep.initiative"}
_METHODS = ("naive", "seasonal", "shrunk", "own")


class _Page:
    """One review in one language. Not kept, not shared."""

    def __init__(self, review: Review, language: Language) -> None:
        self.review, self.language, self.plan = review, language, review.plan
        self.shown = Shown(language, review.plan.currency, review.plan)
        self.period = show_period(review.period.id, language)
        self.on = review.as_of.date()

    def parts(self) -> Iterator[str]:
        at, plan = self.review, self.plan
        named = self.say("record.version", id=plan.name.in_language(self.language), version=plan.version)
        yield f"# {escaped(self.say('review.title', period=self.period, plan=named))}"
        yield self.say("review.as_of" if at.closed else "review.not_closed", date=show_date(self.on, self.language))
        yield self._heading("review.goals")
        yield self._goals("review.goal", at.goals)
        if at.progress:
            yield self._progress(at.progress)
        yield self._heading("review.landings", 3)
        yield self._landings(at.goals)
        yield self._heading("review.others", 3)
        yield self._goals("review.kpi", at.others)
        yield self._heading("review.budget")
        yield self._lines(at.lines)
        yield self._heading("review.roles", 3)
        yield self._list(map(self._role, at.roles))
        yield self._heading("review.risks")
        yield self._list(map(self._risk, at.risks))
        if at.exposure:
            yield self._exposure(at.exposure)
        yield self._heading("review.alerts")
        yield self._list(
            alert_line(each, self.language) for each in at.alerts if each.state not in UNJUDGED or each.since
        )
        if at.restated:
            yield self._heading("review.restated")
            yield bullets(escaped(line) for line in at.restated.lines(self.language, self.plan))
        if at.outlook:
            yield self._heading("review.adjust")
            yield from self._adjust(at.outlook.adjust)
            yield self._heading("review.keep")
            yield self._list(self._kept(at.outlook.keep))
        yield self._heading("review.decisions")
        yield self._decisions(at.decisions)
        yield self._heading("review.still_open", 3)
        yield self._list(map(self._override, at.still_open))
        yield self._heading("review.look_at", 3)
        yield self._list(look_at(each, self.language) for each in at.look_at)
        if at.amendments:
            yield self._heading("changed.plan")
            yield self._list(amended_line(each, self.language) for each in at.amendments)
        yield self._heading("review.transfers")
        yield self._list(map(self._transfer, at.transfers))
        if at.freezes:
            yield self._heading("review.freezes", 3)
            yield self._list(map(self._freeze, at.freezes))
        yield self._heading("review.gaps")
        yield self._list(self._gaps())

    def say(self, key: str, **parts: object) -> str:
        return say(key, self.language, **parts)

    def _heading(self, key: str, level: int = 2) -> str:
        return f"{'#' * level} {self.say(key)}"

    def _list(self, lines: Iterable[str]) -> str:
        return bullets(map(escaped, lines)) or self.say("review.none")

    def _table(self, heads: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
        told = [[escaped(cell) for cell in row] for row in rows]
        return table([escaped(head) for head in heads], told, right) if told else self.say("review.none")

    # ── the three questions ─────────────────────────────────────────────────────────────────────────────────────────

    def _goals(self, what: str, rows: Sequence[GoalRow]) -> str:
        ytd = self.say("review.ytd")
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
        return self._table(heads, cells, range(first + 1, first + 7))

    def _goal(self, row: GoalRow) -> list[str]:
        figures = (row.actual, row.target, row.ytd, row.ytd_target, row.landing, row.year_target)
        shown = [self._figure(figure) for figure in figures]
        return [row.name.in_language(self.language), *shown, self._standing(row)]

    def _standing(self, row: GoalRow) -> str:
        stands = self.say(f"standing.{row.standing}")
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
        return self._table(heads, map(self._line, rows), range(1, len(keys)))

    def _line(self, row: LineRow) -> list[str]:
        over_to_date, over_year = row.over
        return [
            row.name.in_language(self.language),
            self._used(row.to_date.used, row.to_date.complete),
            self._money(row.to_date.limit),
            self._money(over_to_date) if over_to_date else "",
            self._used(row.year.used, row.year.complete),
            self._money(row.year.limit),
            self._money(over_year) if over_year else "",
            self._money(row.year.committed),
        ]

    def _used(self, amount: Exact, complete: bool) -> str:
        return self._money(amount) if complete else self.say("review.at_least", amount=self._money(amount))

    def _money(self, amount: Exact) -> str:
        return show_money(amount, self.plan.currency, self.language)

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
        return self._table(heads, told, range(1, len(heads)))

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
        return escaped(self.say(key, remaining=self._money(at.remaining), left=self._money(at.left)))

    def _risk(self, row: RiskRow) -> str:
        key = "review.risk.occurred" if row.occurred else "review.risk.signalled"
        said = self.say(key, risk=row.name.in_language(self.language))
        return self.say("review.from", said=said, sources=", ".join(row.sources)) if row.sources else said

    # ── what to adjust, what to keep ────────────────────────────────────────────────────────────────────────────────

    def _adjust(self, rows: Sequence[ToAdjust]) -> Iterator[str]:
        if not rows:
            yield self.say("review.none")
        for row in rows:
            name, outcome = row.name.in_language(self.language), self.say(f"outcome.{row.outcome}")
            yield f"### {escaped(self.say('review.to', name=name, outcome=outcome))}"
            yield self._list(self._told(row))
            if row.options:
                heads = [self.say(f"review.{key}") for key in ("way", "frees", "trade_off", "remarks")]
                yield self._table(heads, (self._way(row, each) for each in row.options), (1,))

    def _told(self, row: ToAdjust) -> Iterator[str]:
        yield from (words.in_language(self.language) for words in row.because)
        what = row.needs.in_language(self.language) if row.needs else self.say("review.choose")
        by = self._day(row.by) if row.by else self.say("review.no_review")
        yield self.say("review.action", owner=row.owner, by=by, what=what) if row.owner else what

    def _way(self, row: ToAdjust, option: Option) -> list[str]:
        frees = self._money(option.frees) if option.frees else ""
        said = option.trade_off.in_language(self.language) if option.trade_off else ""
        return [
            option.name.in_language(self.language),
            frees,
            said,
            "; ".join(remarks(option, self.language, row.options)),
        ]

    def _kept(self, rows: Iterable[Kept]) -> Iterator[str]:
        """One line for each kind of thing."""
        for kind, kept in groupby(rows, key=lambda row: row.kind):
            names = show_list([each.name.in_language(self.language) for each in kept], self.language)
            yield self.say(_KEEP[kind], names=names)

    # ── decisions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _decisions(self, told: Iterable[Story]) -> str:
        heads = [self.say(f"review.{key}") for key in ("date", "decision", "about", "recommended", "did", "came")]
        return self._table(heads, map(self._decision, told))

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
        said = self.say("review.transfer", amount=self._money(entry.taker.amount), giver=giver, taker=taker)
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
        start, until = (self._day(day) for day in (freeze.start, freeze.until))
        said = self.say("review.freeze", lines=lines, start=start, until=until)
        return self.say("record.reason", said=said, reason=freeze.reason) if freeze.reason else said

    def _gaps(self) -> Iterator[str]:
        gaps = self.review.gaps
        for _, name, missing in gaps.readings:
            why = reasons(missing, self.plan, self.language)
            yield self.say("review.unread", kpi=name.in_language(self.language), why=why)
        for key in ("unbudgeted", "unplaced", "unconverted", "contradicting"):
            ids = getattr(gaps, key)
            if ids:
                yield self.say(f"review.{key}", ids=", ".join(ids))

    def _name(self, kind: str, entry: str) -> str:
        return name_of(self.plan, kind, entry).in_language(self.language)

    def _day(self, day: date) -> str:
        return show_date(day, self.language)
