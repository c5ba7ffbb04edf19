"""How to adjust: the ways, with what each frees, costs and endangers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from aop_rules.adjusting.adjust import offers
from aop_rules.adjusting.asked_amount import AmountLike, amount_in
from aop_rules.adjusting.landing_effects import Scales
from aop_rules.adjusting.need import Need
from aop_rules.adjusting.offered import Offered
from aop_rules.adjusting.options import options_for
from aop_rules.decision.decide import decide
from aop_rules.decision.decision import Decision
from aop_rules.engine.base import Base, EventLike, moment_of
from aop_rules.events import EventBase
from aop_rules.exact.number import Exact
from aop_rules.facts.host import Given, host_sheets
from aop_rules.position.model import Position
from aop_rules.replanning.wanted import check_needs


class Adjusting(Base):
    """Finds ways."""

    def options(
        self,
        event: EventLike | None = None,
        *,
        line: str = "",
        amount: AmountLike = 0,
        period: str = "",
        goal: str = "",
        as_of: date | datetime | str | None = None,
        given: Given | None = None,
    ) -> Offered:
        """Every way to adjust, the best first: for an event, for money that a budget line is short of, or for a goal.

        `amount` is in whole units of the plan's currency, `period` the id of the period in which it is needed, or a date in
        it (the current one where missing). Each option tells what it frees, and where every goal lands without and with it.
        Raises EventError (no event of this plan), InputError (no such line, goal or period; no amount), and ValueError where
        none of the three is given.
        """
        if event is not None:
            checked = self._event(event)
            when = moment_of(checked, as_of)
            where = self._following.position(self.ledger.entries, when, checked)
            check = self._checking(where, given)
            return Offered(self.plan, offers(check(checked), self.plan, self.graph, where, check))
        asked = amount_in(self.plan, amount)
        if not (line or asked or goal):
            raise ValueError("say what for: an event, a `line` with the `amount` that it is short of, or a `goal`")
        where = self.position(self._when(as_of))
        short = Scales(self.plan, where)
        needs = [Need(line=line, amount=asked, period=period)] if line or asked else []
        goals = [goal] if goal else []
        check_needs(self.plan, where, needs, goals)
        needs += [need for each in goals for need in _lacking(short, each)]
        check = self._checking(where, given)
        found = (options_for(need, self.plan, where, self.graph, check) for need in needs)
        return Offered(self.plan, tuple(found))

    def _checking(self, where: Position, given: Given | None = None) -> Callable[[EventBase], Decision]:
        host = host_sheets(self.attributes, given or {})

        def check(event: EventBase) -> Decision:
            return decide(self.plan, self.plan_digest, self.graph, self.program, where, event, host)

        return check


def _lacking(scales: Scales, goal: str) -> list[Need]:
    """What a goal is short of; nothing where it lands well, or where that is not known."""
    lacks: Exact | None = scales.lacks(scales.plan.goals[goal])
    return [Need(goal=goal, short=lacks)] if lacks else []
