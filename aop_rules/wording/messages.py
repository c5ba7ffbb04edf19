"""Sentences said in a language. Both languages say the same placeholders (tested)."""

from __future__ import annotations

from itertools import chain

from aop_rules.wording.numbers import Language
from aop_rules.wording.sentences.alerts import ALERTS
from aop_rules.wording.sentences.decisions import DECISIONS
from aop_rules.wording.sentences.flips import FLIPS
from aop_rules.wording.sentences.options import OPTIONS
from aop_rules.wording.sentences.plans import PLANS
from aop_rules.wording.sentences.records import RECORDS
from aop_rules.wording.sentences.replans import REPLANS
from aop_rules.wording.sentences.reviews import REVIEWS
from aop_rules.wording.sentences.selections import SELECTIONS
from aop_rules.wording.sentences.signals import SIGNALS
from aop_rules.wording.sentences.what_ifs import WHAT_IFS

_ROOMS = (ALERTS, DECISIONS, FLIPS, OPTIONS, PLANS, RECORDS, REPLANS, REVIEWS, SELECTIONS, SIGNALS, WHAT_IFS)
MESSAGES: dict[str, tuple[str, str]] = dict(chain.from_iterable(room.items() for room in _ROOMS))
"""By key; no two rooms say the same key (tested)."""


def say(key: str, language: Language, **parts: object) -> str:
    """One sentence. Raises KeyError for a key or part that does not exist: both are ours.

    >>> say("fit", "vi", amount="120.000.000 ₫")
    'hiện chỉ phù hợp 120.000.000 ₫'
    """
    return MESSAGES[key][language == "vi"].format(**parts)
