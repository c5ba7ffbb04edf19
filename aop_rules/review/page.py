"""What every part of a review's page is made with: one review, one language, headings, lists, tables, amounts, days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from aop_rules.exact.calendar import span_label
from aop_rules.exact.number import Exact
from aop_rules.history.shown import Shown
from aop_rules.review.review import Review
from aop_rules.wording.markdown import bullets, escaped, table
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_money, show_period


class Page:
    """One review in one language. Not kept, not shared."""

    def __init__(self, review: Review, language: Language) -> None:
        self.review, self.language, self.plan = review, language, review.plan
        self.shown = Shown(language, review.plan.currency, review.plan)
        self.period = show_period(review.period.id, language)
        self.on = review.as_of.date()

    def say(self, key: str, **parts: object) -> str:
        return say(key, self.language, **parts)

    def heading(self, key: str, level: int = 2) -> str:
        return f"{'#' * level} {self.say(key)}"

    def heading_now(self, key: str, level: int = 2) -> str:
        """Of what is as of the review also where the figures are those of an earlier period's end: it says so."""
        if not self.review.closed_by_now:
            return self.heading(key, level)
        said = self.say(
            "review.now", what=self.say(key), date=show_date(self.on, self.language), closed=self.closed_by_now()
        )
        return f"{'#' * level} {said}"

    def closed_by_now(self) -> str:
        closed = self.review.closed_by_now
        return show_period(span_label(closed[0], closed[-1]), self.language)

    def listed(self, lines: Iterable[str]) -> str:
        return bullets(map(escaped, lines)) or self.say("review.none")

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
        told = [[escaped(cell) for cell in row] for row in rows]
        return table([escaped(head) for head in heads], told, right) if told else self.say("review.none")

    def money(self, amount: Exact) -> str:
        return show_money(amount, self.plan.currency, self.language)

    def day(self, day: date) -> str:
        return show_date(day, self.language)
