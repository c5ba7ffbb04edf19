"""The same operations on a ledger in memory, in SQLite and in PostgreSQL, and on a plain list: all four agree at every step."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aop_rules.errors import AopError, ConflictError, Problem
from aop_rules.events import EventBase, parse_event
from aop_rules.ledger.entry import Draft, Entry, Head, canonical
from aop_rules.ledger.ledger import Ledger, draft_of
from aop_rules.ledger.memory import MemoryStore
from aop_rules.ledger.pen import Pen
from aop_rules.ledger.postgres import PostgresStore
from aop_rules.ledger.sqlite import SqliteStore
from aop_rules.ledger.store import Store

T = TypeVar("T")

NAMES = ("Lan", "Minh")
ODD = "a\0b\x1a\ud800'\\%"
MOMENTS = ("2026-06-01T00:00:00Z", "2026-06-01T00:00:00.000001Z", "2026-06-02T08:00:00+07:00")


def reading(event_id: str, source: str, value: int, known: str | None, who: str) -> EventBase:
    data = {"kind": "kpi_observation", "effective_date": "2026-05-31", "kpi": "k", "period": "2026-05", "value": value}
    return parse_event({**data, "event_id": event_id, "source": source, "known_at": known, "asked_by": who})


EVENTS = st.builds(
    reading,
    st.sampled_from("abcdefgh"),
    st.sampled_from(["", "erp"]),
    st.sampled_from([1, 1, 1, 2]),
    st.sampled_from([None, MOMENTS[0]]),
    st.sampled_from(["", *NAMES]),
)
DRAFTS = st.builds(
    Draft,
    st.sampled_from(["plan", "decision", "alert", ODD]),
    st.sampled_from(["1", "2", "", ODD]),
    st.builds(
        lambda who, more: canonical({"by": who, "more": more}), st.sampled_from(NAMES), st.sampled_from(["", ODD])
    ),
    st.sampled_from(["", "x", ODD]),
    st.sampled_from([None, *(datetime.fromisoformat(moment) for moment in MOMENTS)]),
)
KINDS = st.lists(st.sampled_from(["event", "plan", "erasure", "alert", ODD, "none"]), max_size=2).map(tuple)


@dataclass(frozen=True)
class Raised:
    """An error, as what it says."""

    kind: type[Exception]
    text: str
    problems: tuple[Problem, ...]


class Model:
    """A ledger as a plain list of what is kept."""

    def __init__(self) -> None:
        self.kept: list[Draft] = []

    def keep(self, drafts: list[Draft]) -> list[int] | int:
        """The sequences; or, where something conflicts, how much does."""
        after, conflicts = list(self.kept), 0
        sequences = []
        for draft in drafts:
            number = next((n for n, each in enumerate(after) if each.identity == draft.identity), None)
            if number is None:
                after.append(draft)
                number = len(after) - 1
            elif not _same(after[number].body, draft.body):
                conflicts += 1
            sequences.append(number + 1)
        if conflicts:
            return conflicts
        self.kept = after
        return sequences

    def erase(self, name: str) -> str | None:
        label = f"[erased-{1 + sum(draft.kind == 'erasure' for draft in self.kept)}]"
        before = self.kept
        self.kept = [replace(draft, body=re.sub(rf"\b{name}\b", label, draft.body)) for draft in before]
        if self.kept == before:
            return None
        self.kept.append(Draft("erasure", label, ""))
        return label


def _same(kept: str, body: str) -> bool:
    """Whether they differ only in what was erased."""
    return re.fullmatch(re.sub(r"\\\[erased\\-\d+\\\]", lambda _: '[^"]+', re.escape(kept)), body) is not None


@dataclass
class Kind:
    """One kind of store: how to open it, and the handles on it."""

    open: Callable[[], Store]
    handles: list[Ledger]
    moments: Iterator[datetime]
    salts: Iterator[str]

    def ledger(self) -> Ledger:
        return Ledger(self.open(), clock=lambda: next(self.moments), salt=lambda: next(self.salts))


def kind(open_store: Callable[[], Store]) -> Kind:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    moments = (start + timedelta(microseconds=n) for n in count())
    made = Kind(open_store, [], moments, (f"{n:032x}" for n in count()))
    made.handles = [made.ledger(), made.ledger()]
    return made


class Stores(RuleBasedStateMachine):
    """Two handles on each kind of store, and the model."""

    postgres: str = ""
    """The address of a database; without one, PostgreSQL is left out."""
    folder: str | None = None
    """Where files are made."""
    runs = 0
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.place = Path(tempfile.mkdtemp(dir=self.folder))
        self.model, self.noted = Model(), Head()
        memory, tenant = MemoryStore(), uuid4().hex
        self.kinds = [kind(lambda: memory), kind(lambda: SqliteStore(self.place / "aop.db"))]
        if self.postgres:
            self.kinds.append(kind(lambda: PostgresStore(self.postgres, tenant)))

    def teardown(self) -> None:
        for each in self.kinds:
            for ledger in each.handles:
                ledger.close()
        shutil.rmtree(self.place)

    def all(self, handle: int, work: Callable[[Ledger], Any]) -> Any:
        """What each kind gives or raises, which is the same."""
        given = [_given(work, each.handles[handle]) for each in self.kinds]
        assert all(each == given[0] for each in given), given
        return given[0]

    def keep(self, drafts: list[Draft], keep: Callable[[Ledger], tuple[Any, ...]], handle: int, most: int = 9) -> None:
        meant = self.model.keep(drafts)
        kept = self.all(handle, keep)
        if isinstance(kept, Raised):
            assert (kept.kind, len(kept.problems)) == (ConflictError, min(meant, most))
        else:
            assert [each.sequence for each in kept] == meant

    @initialize()
    def nothing_yet(self) -> None:
        assert self.all(0, lambda ledger: ledger.head()) == Head()

    @rule(handle=st.integers(0, 1), events=st.lists(EVENTS, min_size=1, max_size=4))
    def extends(self, handle: int, events: list[EventBase]) -> None:
        self.keep([draft_of(event) for event in events], lambda ledger: ledger.extend(events), handle)

    @rule(handle=st.integers(0, 1), drafts=st.lists(DRAFTS, max_size=3))
    def keeps(self, handle: int, drafts: list[Draft]) -> None:
        self.keep(drafts, lambda ledger: ledger.keep(drafts), handle)

    @rule(handle=st.integers(0, 1), drafts=st.lists(DRAFTS, max_size=3))
    def fails_in_the_middle(self, handle: int, drafts: list[Draft]) -> None:
        def work(pen: Pen) -> None:
            pen.keep(drafts)
            raise KeyError(pen.head().sequence)

        assert isinstance(self.all(handle, lambda ledger: ledger.write(work)), Raised)

    @rule(handle=st.integers(0, 1), outer=DRAFTS, inner=DRAFTS, last=DRAFTS)
    def works_within_work(self, handle: int, outer: Draft, inner: Draft, last: Draft) -> None:
        def undone(pen: Pen) -> None:
            pen.keep([inner])
            raise KeyError(inner.id)

        def work(pen: Pen, ledger: Ledger) -> tuple[Entry, ...]:
            first = pen.keep([outer])
            assert isinstance(_given(lambda each: each.write(undone), ledger), Raised)
            return first + ledger.keep([last])

        self.keep([outer, last], lambda ledger: ledger.write(lambda pen: work(pen, ledger)), handle, most=1)

    @rule(handle=st.integers(0, 1), name=st.sampled_from(NAMES))
    def erases(self, handle: int, name: str) -> None:
        label = self.model.erase(name)
        said = self.all(handle, lambda ledger: ledger.erase(name, reason="asked for it"))
        assert (said and said.id) == label
        if said:
            self.model.kept[-1] = replace(self.model.kept[-1], body=said.body)

    @rule(handle=st.integers(0, 1))
    def reopens(self, handle: int) -> None:
        for each in self.kinds:
            each.handles[handle].close()
            each.handles[handle] = each.ledger()

    @rule(handle=st.integers(0, 1))
    def notes_the_head(self, handle: int) -> None:
        self.noted = self.all(handle, lambda ledger: ledger.head())

    @rule(handle=st.integers(0, 1))
    def verifies(self, handle: int) -> None:
        assert self.all(handle, lambda ledger: ledger.verify(self.noted)).sound

    @rule(handle=st.integers(0, 1), after=st.integers(0, 30), kinds=KINDS)
    def reads(self, handle: int, after: int, kinds: tuple[str, ...]) -> None:
        entries = self.all(handle, lambda ledger: tuple(ledger.entries(after, kinds)))
        meant = [draft for draft in self.model.kept[after:] if not kinds or draft.kind in kinds]
        assert [entry.identity for entry in entries] == [draft.identity for draft in meant]

    @rule(handle=st.integers(0, 1), events=st.lists(EVENTS, min_size=1, max_size=2))
    def reads_on_while_others_write(self, handle: int, events: list[EventBase]) -> None:
        there = len(self.model.kept)
        begun = [iter(each.handles[handle].entries()) for each in self.kinds]
        first = [next(entries, None) for entries in begun]
        self.extends(1 - handle, events)
        rest = [tuple(entries) for entries in begun]
        assert all(each == first[0] for each in first)
        assert all(each == rest[0] for each in rest)
        assert len(rest[0]) == max(there - 1, 0)

    @rule(handle=st.integers(0, 1), draft=DRAFTS)
    def looks_up(self, handle: int, draft: Draft) -> None:
        meant = [each for each in self.model.kept if each.kind == draft.kind]
        found = self.all(handle, lambda ledger: ledger.find(*draft.identity[::2], draft.source))
        assert (found and found.body) == next((each.body for each in meant if each.identity == draft.identity), None)
        by_id = self.all(handle, lambda ledger: ledger.about(draft.kind, id=draft.id))
        assert [entry.body for entry in by_id] == [each.body for each in meant if each.id == draft.id]
        by_source = self.all(handle, lambda ledger: ledger.about(draft.kind, source=draft.source))
        assert [entry.body for entry in by_source] == [each.body for each in meant if each.source == draft.source]

    @precondition(lambda self: self.model.kept)
    @rule(handle=st.integers(0, 1), as_of=st.sampled_from([None, "2026-05-31", "2026-06-01"]))
    def tells_events(self, handle: int, as_of: str | None) -> None:
        self.all(handle, lambda ledger: ledger.records(as_of))

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        type(self).steps += 1
        entries = self.all(0, lambda ledger: tuple(ledger.entries()))
        assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
        said = [Draft(entry.kind, entry.id, entry.body, entry.source, entry.known_at) for entry in entries]
        assert said == self.model.kept


def _given(work: Callable[[Ledger], T], ledger: Ledger) -> T | Raised:
    """What it gives, or raises."""
    try:
        return work(ledger)
    except (AopError, KeyError) as error:
        return Raised(type(error), str(error), getattr(error, "problems", ()))


def some(runs: int, steps: int) -> settings:
    """So many runs of so many steps, whatever they find kept nowhere."""
    return settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
