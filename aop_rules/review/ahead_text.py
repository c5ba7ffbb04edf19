"""The part of a review's page that looks ahead: what to adjust or look into, who has to tell what, what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from aop_rules.decision.option import Option
from aop_rules.decision.option_words import remarks, reshapes
from aop_rules.review.ahead import Kept, NotKept, ToAdjust
from aop_rules.review.page import Page
from aop_rules.wording.markdown import escaped
from aop_rules.wording.numbers import show_list, show_period

_KEEP = {"goal": "review.keep.goal", "line": "review.keep.line", "initiative": "review.keep.initiative"}


class AheadPage(Page):
    """What lies ahead of one review, in one language."""

    def adjust(self, rows: Sequence[ToAdjust]) -> Iterator[str]:
        if not rows:
            yield self.say("review.none")
        for row in rows:
            if row.lacks:
                continue
            name, outcome = row.name.in_language(self.language), self.say(f"outcome.{row.outcome}")
            yield f"### {escaped(self.say('review.to', name=name, outcome=outcome))}"
            yield self.listed(self._told(row))
            if row.options:
                heads = [self.say(f"review.{key}") for key in ("way", "frees", "trade_off", "remarks")]
                yield self.table(heads, (self._way(row, each) for each in row.options), (1,))
        lacking = [row for row in rows if row.lacks]
        if lacking:
            yield self.heading("review.lacking", 3)
            yield self.table([self.say(f"review.{key}") for key in ("what", "whom", "by")], map(self._lacking, lacking))

    def _lacking(self, row: ToAdjust) -> list[str]:
        """What somebody has to tell, who, and by when."""
        why = "; ".join(words.in_language(self.language) for words in row.because)
        by = self.day(row.by) if row.by else self.say("review.no_review")
        when = self.say("review.overdue", date=by) if row.overdue else by
        return [why, row.owner or self.say("review.nobody"), when]

    def _told(self, row: ToAdjust) -> Iterator[str]:
        yield from (words.in_language(self.language) for words in row.because)
        if row.no_way:
            yield self.say("offered.none").replace("`", "")  # a page of Markdown shows no sign of a terminal
        what = row.needs.in_language(self.language) if row.needs else self.say("review.choose")
        by = self.day(row.by) if row.by else self.say("review.no_review")
        yield self.say("review.action", owner=row.owner, by=by, what=what) if row.owner else what

    def _way(self, row: ToAdjust, option: Option) -> list[str]:
        frees = self.money(option.frees) if option.frees and not reshapes(option) else ""
        said = option.trade_off.in_language(self.language) if option.trade_off else ""
        return [
            option.name.in_language(self.language),
            frees,
            said,
            "; ".join(remarks(option, self.language, row.options)),
        ]

    def kept(self, rows: Iterable[Kept]) -> Iterator[str]:
        """One line for each kind of thing."""
        told = tuple(rows)
        for kind, kept in groupby(told, key=lambda row: row.kind):
            names = show_list([each.name.in_language(self.language) for each in kept], self.language)
            yield self.say(_KEEP[kind], names=names)
        silent = [each for each in told if each.unrecorded]
        if silent:
            names = show_list([each.name.in_language(self.language) for each in silent], self.language)
            yield self.say("review.unrecorded", period=show_period(silent[0].unrecorded, self.language), names=names)

    def not_kept(self, each: NotKept) -> str:
        goal, course = each.name.in_language(self.language), self.say(f"course.{each.course}")
        if each.why:
            course = self.say("review.not_known", why=each.why.in_language(self.language))
        elif each.course == "at_risk":
            course = self.say("review.will_be_missed")
        said = self.say("review.to", name=goal, outcome=course)
        names = show_list([name.in_language(self.language) for name in each.touched_by], self.language)
        return self.say("review.see", said=said, names=names) if names else said
