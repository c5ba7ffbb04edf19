"""Many at once: the best set of proposals that compete, and the order in which work is best done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from aop_rules.engine.base import EventLike, moment_of
from aop_rules.engine.deciding import Deciding
from aop_rules.selecting.best import Method
from aop_rules.selecting.proposals import only_proposals, select_proposals
from aop_rules.selecting.selected import SelectedProposals
from aop_rules.selecting.sequence import Sequence, sequence


class Selecting(Deciding):
    """Selects and puts in order."""

    def select(
        self,
        proposals: Iterable[EventLike],
        *,
        as_of: date | datetime | str | None = None,
        method: Method = "auto",
        prices: bool = False,
        progress: Callable[[str], None] | None = None,
        seconds: int | None = None,
    ) -> SelectedProposals:
        """Which of many proposals together serve the goals best, in their order of priority, under all limits; proved.

        Nothing is recorded. `as_of` is what counts as known: the end of the day of the last proposal, where missing. `prices`
        works out what a little more of each limit that is short would be worth. `found.chosen`, `.losers` with the reason of
        each, `.selection.runner_up`; `found.text("vi")` says it to people, `found.to_dict()` to machines.
        Raises EventError, and InputError (SELECT_…).
        """
        checked = [self._event(each) for each in proposals]
        self._adoption.hold(self.ledger.entries, self.plan)
        when = max((moment_of(each, as_of) for each in checked), default=self._when(as_of))
        return select_proposals(
            self.plan,
            self.position(when),
            checked,
            lambda event: self._decided(self.ledger.entries, event, when, {}),
            method=method,
            prices=prices,
            progress=progress,
            seconds=seconds,
        )

    def sequence(
        self,
        proposals: Iterable[EventLike] = (),
        *,
        initiatives: bool = True,
        as_of: date | datetime | str | None = None,
    ) -> Sequence:
        """In which order the plan's open initiatives, and proposals, are best done as of a moment: now where missing.

        What others require comes before them; then the rank of the best goal served, then cost of delay per month over
        months. `found.order`, `.deferred` with the value lost; `.text("vi")`, `.to_dict()`. Raises EventError, InputError.
        """
        checked = only_proposals([self._event(each) for each in proposals])
        return sequence(self.plan, self.position(self._when(as_of)), checked, initiatives=initiatives)
