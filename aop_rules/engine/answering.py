"""What people said of decisions: followed, overridden, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import get_args

from aop_rules.engine.base import Base
from aop_rules.errors import LedgerError, Place, Problem
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
from aop_rules.history.stories import KINDS as STORY_KINDS
from aop_rules.history.stories import Story, stories
from aop_rules.ledger.entry import Entry


class Answering(Base):
    """Keeps what people say."""

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

    def _about(self, decision_id: str) -> tuple[Entry, ...]:
        """The entries that tell of a decision: those of its event, and what was said of it."""
        found = self.ledger.about("decision", id=decision_id)
        if not found:
            message = f"the ledger holds no decision `{decision_id}`"
            raise LedgerError([Problem(Place("<ledger>"), "LEDGER_NO_DECISION", message, "`aop log` lists them")])
        said = (self.ledger.about(kind, source=decision_id) for kind in ("answer", "outcome"))
        told = self.ledger.about("decision", source=found[0].source)
        return (*told, *(entry for entries in said for entry in entries))

    def _answer(self, answer: Answer) -> Answer:
        self.ledger.write(lambda pen: pen.keep([answer_draft(answer, pen.about("answer", source=answer.decision_id))]))
        return answer
