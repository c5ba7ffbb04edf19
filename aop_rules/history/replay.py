"""Every recorded decision made again from what it saw: the same, byte for byte, or the first difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any

from aop_rules.decision.decision import Decision
from aop_rules.facts.host import host_sheets
from aop_rules.history.given import given_of
from aop_rules.history.past import Seen, past
from aop_rules.history.quiet import quiet
from aop_rules.history.snapshot import attributes_of, program_of
from aop_rules.inference.chainer import EngineName
from aop_rules.inference.program import Program
from aop_rules.ledger.entry import Entry, canonical
from aop_rules.ledger.redacted import same_but_erased
from aop_rules.plan.graph import PlanGraph
from aop_rules.replanning.decided import decided

DIGESTS = ("decision_id", "program_digest", "position_digest")
"""What a decision says of what it rests on. An erased name changes these, and nothing else."""
WORDED = frozenset({"explanation", "message", "needs", "because", "by"})
"""Keys whose text a later version of the library may word otherwise."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a decision does not come out as it was recorded."""

    decision_id: str
    path: str
    recorded: str
    now: str

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.path} was {self.recorded}, is now {self.now}"


@dataclass(frozen=True, slots=True)
class Replay:
    """What replaying a ledger found."""

    decisions: int
    differences: tuple[Difference, ...]
    """The first difference of each decision that has one."""
    without_digests: int = 0
    """Decisions compared without their digests, since a name was erased from what they rest on."""
    without_words: int = 0
    """Decisions of another version of the library, compared without their wording."""

    @property
    def same(self) -> bool:
        return not self.differences


def replay(
    entries: Callable[..., Iterable[Entry]],
    made_by: str,
    inference: EngineName = "auto",
    progress: Callable[[int], None] | None = None,
) -> Replay:
    """Decides again all that was decided. `entries` reads the chain (of some kinds); `made_by` is this version."""
    with quiet():
        return _replayed(entries, made_by, inference, progress)


def _replayed(
    entries: Callable[..., Iterable[Entry]],
    made_by: str,
    inference: EngineName,
    progress: Callable[[int], None] | None,
) -> Replay:
    redacted = {each["sequence"] for entry in entries(0, ("erasure",)) for each in entry.data()["redacted"]}
    first = min(redacted, default=inf)
    again = Again(inference)
    differences, count, undigested, unworded = list[Difference](), 0, 0, 0
    for seen in past(entries()):
        count += 1
        kept = seen.kept
        loose = kept.sequence in redacted or first <= kept.seen
        other = kept.made_by != made_by
        undigested, unworded = undigested + loose, unworded + other
        decided = again.decided(seen)
        now = json.loads(canonical(dict(decided.to_dict()))) if decided else None
        recorded: Any = dict(kept.said)
        if loose and now is not None:
            recorded, now = ({**each, **dict.fromkeys(DIGESTS)} for each in (recorded, now))
        differences += _first(_differences(recorded, now, other, loose, ""), kept.decision_id)
        if progress:
            progress(count)
    return Replay(count, tuple(differences), undigested, unworded)


def decided_before(
    entries: Callable[..., Iterable[Entry]], decision_id: str, inference: EngineName = "auto"
) -> Decision | None:
    """A recorded decision as a value, made again from what it saw; None where the chain no longer holds that."""
    return next(
        (Again(inference).decided(seen) for seen in past(entries()) if seen.kept.decision_id == decision_id), None
    )


class Again:
    """Makes decisions again; plans and programs are built once."""

    def __init__(self, inference: EngineName) -> None:
        self._inference = inference
        self._programs: dict[tuple[int, int], Program] = {}
        self._graphs: dict[int, PlanGraph] = {}

    def decided(self, seen: Seen) -> Decision | None:
        """None where the chain does not hold the plan or the rules that the decision was made with."""
        kept, plan = seen.kept, seen.versions.current
        if plan is None or seen.rules is None:
            return None
        key = (plan.version, seen.rules.sequence)
        if key not in self._programs:
            self._programs[key] = program_of(plan, seen.rules, self._inference)
            self._graphs[plan.version] = PlanGraph.of(plan)
        host = host_sheets(attributes_of(seen.rules), given_of(kept.given))
        event = kept.event
        position = seen.position(f"v{plan.version}", plan, seen.versions.earlier, event)
        digest = str(kept.said["plan"]["digest"])
        return decided(plan, digest, self._graphs[plan.version], self._programs[key], position, event, host)


def _first(found: Iterator[tuple[str, Any, Any]], decision_id: str) -> list[Difference]:
    return [Difference(decision_id, path or "all of it", _short(was), _short(now)) for path, was, now in found][:1]


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _differences(was: Any, now: Any, other: bool, erased: bool, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Paths at which two decisions differ; from another version, new keys and other wording are no difference, and where a
    name was `erased` what now stands in its place is none: the text of an id stays.
    """
    if isinstance(was, dict) and isinstance(now, dict):
        keys = was.keys() if other else {**was, **now}.keys()
        for key in keys:
            if not (other and key in WORDED):
                yield from _differences(was.get(key), now.get(key), other, erased, f"{path}.{key}" if path else key)
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for n, (one, two) in enumerate(zip(was, now, strict=True)):
            yield from _differences(one, two, other, erased, f"{path}[{n}]")
    elif was != now and not (erased and same_but_erased(was, now)):
        yield path, was, now
