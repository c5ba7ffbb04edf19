"""A selection of proposals as text for people, in English or Vietnamese: what to take, what not and why, what was close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aop_rules.exact.number import Exact, exact
from aop_rules.facts.names import name_of
from aop_rules.selecting.room import Cap
from aop_rules.selecting.selected import MONEY, SelectedProposals
from aop_rules.selecting.selection import Loser, Short
from aop_rules.wording.columns import columns, wrapped
from aop_rules.wording.markdown import plain
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_date, show_figure, show_list, show_money, show_period

WIDE = 100

_REASONS = {
    "too_large": "select.too_large",
    "requires": "select.requires",
    "variant": "select.variant",
    "adds_nothing": "select.adds_nothing",
    "displaced": "select.displaced",
    "out_of_bounds": "select.out_of_bounds",
}
_CAPS = {
    "line": "select.cap.line",
    "total": "select.cap.total",
    "cash": "select.cap.cash",
    "cover": "select.cap.cover",
    "role": "select.cap.role",
    "hires": "select.cap.hires",
}


def selected_text(selected: SelectedProposals, language: Language = "en") -> str:
    """The answer for reading; the same answer gives the same text."""
    return "\n".join(_Told(selected, language).lines()) + "\n"


class _Told:
    """One answer in one language. Not kept, not shared."""

    def __init__(self, selected: SelectedProposals, language: Language) -> None:
        self.at, self.language, self.plan = selected, language, selected.plan

    def lines(self) -> Iterator[str]:
        at, found = self.at, self.at.selection
        yield self.say("select.title", count=len(at.titles), date=show_date(at.as_of.date(), self.language))
        if found.conflict:
            yield self.say("select.conflict", limits=", ".join(map(plain, found.conflict)))
        else:
            yield self.say("select.proved" if found.proved else "select.not_proved")
        taken = [(self._outcome(name), self._alone(name)) for name in at.chosen]
        yield from self._part(self.say("select.taken"), taken)
        if len(at.chosen) > 1:
            yield from wrapped(self.say("select.all", worth=self._worth(found.values)), WIDE, "  ", "    ")
        yield from self._part(
            self.say("select.lost"), [(self._outcome(each.id), self._why(each)) for each in at.losers]
        )
        outside = [(self._outcome(each.id), each.message.in_language(self.language)) for each in at.outside]
        yield from self._part(self.say("select.outside"), outside)
        yield from self._part(self.say("select.others"), [("", line) for line in self._around()])

    def say(self, key: str, **parts: object) -> str:
        return say(key, self.language, **parts)

    def _part(self, head: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
        """A heading and its rows, what is said of each in one column, within so many columns."""
        yield ""
        yield head
        wide = min(WIDE // 2, max((columns(first) for first, _ in rows), default=0))
        for first, then in rows:
            start = f"  {first}{' ' * (wide - columns(first))}{'  ' * bool(first)}"
            yield from wrapped(plain(then), WIDE, start, " " * (wide + 2 + 2 * bool(first)))
        if not rows:
            yield f"  {self.say('select.nobody')}"

    def _around(self) -> Iterator[str]:
        other = self.at.selection.runner_up
        if other is not None:
            if other.ids:
                yield self.say("select.runner_up", names=self._names(other.ids), worth=self._worth(other.values))
            else:
                yield self.say("select.no_runner_up")
        for each in self.at.selection.prices:
            cap = self.at.caps[each.cap]
            step = show_figure(each.step, cap.unit, self.plan.currency, self.language)
            yield self.say("select.price", step=step, cap=self._cap(cap), worth=self._worth(each.worth))

    # ── one proposal ────────────────────────────────────────────────────────────────────────────────────────────────

    def _title(self, name: str) -> str:
        return plain(self.at.titles[name])

    def _names(self, names: Sequence[str]) -> str:
        return show_list([self._title(name) for name in names], self.language)

    def _outcome(self, name: str) -> str:
        outcome = say(f"outcome.{self.at.outcomes[name]}", self.language)
        return self.say("select.approve", title=self._title(name), outcome=outcome)

    def _alone(self, name: str) -> str:
        taking = self.at.takings[name]
        gains = {goal: exact(change * taking.signs[goal]) for goal, change in taking.changes.items()}
        return self._worth({**gains, MONEY: exact(-taking.money)})

    def _why(self, loser: Loser) -> str:
        key = _REASONS[loser.reason]
        short = self._shorts(loser.caps)
        if loser.reason == "displaced" and not short:
            key = "select.displaced.alone"
        why = self.say(key, caps=short, names=self._names(loser.others))
        if loser.instead is None or loser.reason == "adds_nothing":
            return why
        return self.say("select.would_cost", why=why, worth=self._worth(loser.instead.values))

    def _shorts(self, caps: Sequence[Short]) -> str:
        """Of one line or role the period in which most is lacking."""
        worst: dict[tuple[str, str], Short] = {}
        for each in caps:
            cap = self.at.caps[each.cap]
            known = worst.get((cap.kind, cap.entry))
            if known is None or each.needs - each.left > known.needs - known.left:
                worst[cap.kind, cap.entry] = each
        return "; ".join(self._short(each) for each in worst.values())

    def _short(self, short: Short) -> str:
        cap = self.at.caps[short.cap]
        left, needs = (
            show_figure(each, cap.unit, self.plan.currency, self.language) for each in (short.left, short.needs)
        )
        return self.say("select.short", cap=self._cap(cap), left=left, needs=needs)

    def _cap(self, cap: Cap) -> str:
        entry = name_of(self.plan, cap.kind, cap.entry).in_language(self.language)
        return self.say(_CAPS[cap.kind], entry=plain(entry), periods=show_period(cap.periods, self.language))

    def _worth(self, values: Mapping[str, Exact]) -> str:
        """What a set changes of each KPI, and for how much money."""
        changes = [
            self._change(each.kpi, each.unit, exact(value * each.sign))
            for each in self.at.objectives
            if (value := values.get(each.id, 0))
        ]
        shown = ", ".join(changes) or self.say("select.no_change")
        money = show_money(-values.get(MONEY, 0), self.plan.currency, self.language)
        return self.say("select.for", changes=shown, money=money)

    def _change(self, kpi: str, unit: str, change: Exact) -> str:
        name = plain(name_of(self.plan, "kpi", kpi).in_language(self.language))
        value = ("+" if change > 0 else "") + show_figure(change, unit, self.plan.currency, self.language)
        return self.say("select.change", value=value, kpi=name)
