"""What a condition comes to over one record: it holds, it does not, or it cannot be told, and then why."""

from __future__ import annotations

from typing import NamedTuple

from aop_rules.inference.record import Known


class Result(NamedTuple):
    """One expression over one record. `value` None means that it cannot be told.

    `missing` names every attribute of the expression that this record does not know, sorted; `faults` says what is
    wrong with the others that cannot be used, and names a division by zero. Both are filled whether or not the
    value was decided all the same, and never depend on the order of evaluation.
    """

    value: Known | None
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Undecided(NamedTuple):
    """A condition that cannot be told for this record: the attributes it lacks, and the faults it met.

    >>> from aop_rules import Matcher, Vocabulary
    >>> matcher = Matcher.compile({"large": "amount > 100"}, Vocabulary.of({"amount": "number"}))
    >>> [(each.id, each.missing) for each in matcher.match({}).unknown]
    [('large', ('amount',))]
    """

    id: str
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class Match(NamedTuple):
    """What a set of conditions comes to over one record, both in the order in which the conditions were given.

    >>> from aop_rules import Matcher, Vocabulary
    >>> matcher = Matcher.compile({"large": "amount > 100"}, Vocabulary.of({"amount": "number"}))
    >>> matcher.match({"amount": 150}).holds, matcher.match({}).holds
    (('large',), ())
    """

    holds: tuple[str, ...]
    unknown: tuple[Undecided, ...] = ()
