"""The engine: one plan, its rules and what has happened, and the decision on what comes in. The façade of the library."""

from __future__ import annotations

from aop_rules.engine.adjusting import Adjusting
from aop_rules.engine.asking import Asking
from aop_rules.engine.flipping import Flipping
from aop_rules.engine.recording import Recording
from aop_rules.engine.replanning import Replanning
from aop_rules.engine.selecting import Selecting
from aop_rules.engine.spending import Spending
from aop_rules.engine.watching import Watching


class Engine(Recording, Spending, Adjusting, Replanning, Flipping, Selecting, Asking, Watching):
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
