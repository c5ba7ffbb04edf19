"""A decision as callers hold it: a frozen value that can be kept, compared and replayed, and that can say itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import get_args

from aop_rules.decision.explain import explain
from aop_rules.decision.record import to_dict
from aop_rules.decision.shape import DecisionShape
from aop_rules.decision.value import Decided, Detail
from aop_rules.wording.numbers import Language


@dataclass(frozen=True, slots=True)
class Decision(Decided):
    """What `aop_rules` recommends for one event, and why.

    `course` is `keep` or `adjust`; `outcome` says how; `hard` that no approval lifts it. `findings` holds every rule that
    holds or cannot be told, `deciding` those that made the outcome. `explain` says it to people, `to_dict` to machines.

    >>> from aop_rules import Engine
    >>> engine = Engine.open({
    ...     "aop": 1, "id": "cafe", "name": "Café", "currency": "USD", "year": {"starts": "2026-01-01"},
    ...     "not_this_year": {"second_shop": {"name": "a second shop", "reason": "first make this one pay"}},
    ... })
    >>> asked = {"event_id": "e1", "kind": "proposal", "effective_date": "2026-03-02", "category": "second shop"}
    >>> decision = engine.evaluate(asked)
    >>> decision.course, decision.outcome.value, decision.hard, decision.deciding[0].rule
    ('keep', 'DECLINE', True, 'plan.not_this_year.second_shop')
    >>> decision.explain("en", "short")
    "KEEP COURSE – decline: a second shop is on this year's not-doing list: first make this one pay"
    >>> decision.to_dict()["explanation"]["vi"].splitlines()[0]
    'GIỮ HƯỚNG – từ chối (không ai có thể duyệt bỏ qua)'
    """

    def explain(self, lang: Language | None = None, detail: Detail = "standard") -> str:
        """The decision in words: one sentence (`short`), its reasons (`standard`), or all of it (`full`).

        `lang` is `en` or `vi`; the plan's language where missing. Raises ValueError for any other.
        """
        if lang not in (None, *get_args(Language)) or detail not in get_args(Detail):
            raise ValueError("`lang` is `en` or `vi`, `detail` is `short`, `standard` or `full`")
        return explain(self, lang or self.plan.language, detail)

    def to_dict(self) -> DecisionShape:
        """The decision as plain data for JSON, by `aop schema decision`. The same decision gives the same bytes."""
        return to_dict(self)

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as JSON text, keys in a fixed order."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)
