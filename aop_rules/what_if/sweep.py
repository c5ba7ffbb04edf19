"""A sweep: one event decided for each of many values, on as many cores as there are, with the same answers as one by one."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aop_rules.errors import ExactError
from aop_rules.events import EventBase, parse_event, plain
from aop_rules.exact.number import Exact, exact, number_text, parse_number
from aop_rules.facts.host import Given
from aop_rules.history.given import given_of, given_plainly
from aop_rules.what_if.data import figure
from aop_rules.what_if.facts import EventLike, checked
from aop_rules.what_if.standing import moment_or_none
from aop_rules.what_if.trial import Question, Trials, Tried, said_as_shares
from aop_rules.what_if.world import World, as_text, from_text
from aop_rules.wording.numbers import Language

VALUES_MAX = 100_000
"""Values of one sweep: some minutes of work."""
WORTH_A_PROCESS = 25
"""Values that take about as long to decide as a process to start."""
Number = Exact | str
"""A number as `parse_number` reads it: `5`, `"7%"`, `"12.50"`."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What each value leads to, by value."""

    path: str
    event: EventBase
    currency: str
    language: Language
    rows: tuple[Tried, ...]
    share: bool = False
    """Whether the values are shares, told in percent."""

    def text(self, language: Language | None = None) -> str:
        """One line a value, in `en` or `vi`; in the plan's language where missing."""
        from aop_rules.what_if.sweep_text import sweep_text

        return sweep_text(self, language or self.language)

    def to_dict(self) -> dict[str, Any]:
        """The sweep as plain data that JSON can hold."""
        rows = [tried_data(each) for each in self.rows]
        return {"path": self.path, "event": plain(self.event), "currency": self.currency, "rows": rows}


def sweep(
    world: World,
    *,
    path: str,
    values: Iterable[Number] | tuple[Number, Number, Number],
    event: EventLike,
    landings: Iterable[str] = (),
    as_of: date | datetime | str | None = None,
    given: Given | None = None,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Sweep:
    """Decides `event` with the number at `path` set to each of the `values`.

    `path` is one of the plan (`kpis.churn.breach`, of a threshold its number) or of the event (`costs[0].amount`); `plan.`
    or `event.` before it says which. `values` are numbers, or a tuple of low, high and step. `landings` are KPIs whose
    landing is told too. A value that the plan or the event cannot have gives a row that says why. `processes` is how many
    work at once: as many as pay where missing, 1 for none but this one. `progress` is told how many values are done.
    Raises EventError, PlanError or InputError (no such path or KPI) and ValueError (no numbers, no range, too many).
    """
    values = values if isinstance(values, tuple) else [*values]
    wanted, one = numbers(values), checked(world.plan, event)
    share = said_as_shares(world, path, one, values)
    asked = Question(path, one, tuple(landings), moment_or_none(as_of), given or {}, share)
    rows = tried(world, asked, wanted, processes, progress)
    return Sweep(path, asked.event, world.plan.currency, world.plan.language, rows, share)


def numbers(values: Iterable[Number] | tuple[Number, Number, Number]) -> tuple[Exact, ...]:
    """The values in order, each once. Raises ValueError where they are none.

    >>> numbers((0, 10, 5)), numbers(["7%", 1, "7%"])
    ((0, 5, 10), (Fraction(7, 100), 1))
    """
    try:
        read = [parse_number(each) for each in values]
    except ExactError as error:
        raise ValueError(str(error)) from None
    if isinstance(values, tuple) and len(read) == 3:
        low, high, step = read
        if step <= 0 or high < low:
            raise ValueError("a range is low, high and a step: high not below low, the step above 0")
        count = (high - low) // step + 1
        _few(count)
        return tuple(exact(low + n * step) for n in range(count))
    if not read:
        raise ValueError("a sweep needs values")
    _few(len(read))
    return tuple(sorted(set(read)))


def _few(count: int) -> None:
    if count > VALUES_MAX:
        raise ValueError(f"{count} values; at most {VALUES_MAX} in one sweep")


def tried(
    world: World,
    question: Question,
    values: Sequence[Exact],
    processes: int | None,
    progress: Callable[[int], None] | None,
) -> tuple[Tried, ...]:
    """What each value leads to, in the order of the values, whoever worked it out."""
    given_plainly(question.given)  # what another process could not be given is refused in this one too
    trials = Trials(world, question)  # what is wrong with the question is said here, once
    workers = min(processes or _worth(len(values)), len(values))
    if workers <= 1:
        found = []
        for value in values:
            found.append(trials.at(value))
            if progress:
                progress(len(found))
        return tuple(found)
    return _in_processes(world, question, values, workers, progress)


def _worth(count: int) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, count // WORTH_A_PROCESS)


def _in_processes(
    world: World,
    question: Question,
    values: Sequence[Exact],
    workers: int,
    progress: Callable[[int], None] | None,
) -> tuple[Tried, ...]:
    asked = {
        "world": as_text(world),
        "path": question.path,
        "event": plain(question.event),
        "landings": list(question.landings),
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "given": given_plainly(question.given),
        "share": question.share,
    }
    size = -(-len(values) // (4 * workers))  # some pieces for each, so that nobody waits long for the last one
    pieces = [values[start : start + size] for start in range(0, len(values), size)]
    found: dict[int, list[Tried]] = {}
    with ProcessPoolExecutor(workers, multiprocessing.get_context(_start_method())) as pool:
        texts = (json.dumps({**asked, "values": [number_text(each) for each in piece]}) for piece in pieces)
        waiting = {pool.submit(tried_in_text, text): n for n, text in enumerate(texts)}
        for done in as_completed(waiting):
            found[waiting[done]] = [_tried_from(row) for row in json.loads(done.result())]
            if progress:
                progress(sum(map(len, found.values())))
    return tuple(row for n in range(len(pieces)) for row in found[n])


def _start_method() -> str:
    """A copy of this process needs nothing of the program that runs; it is safe on Linux, while no other thread holds a lock."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def tried_in_text(text: str) -> str:
    """The same in another process: plain data in, plain data out."""
    asked = json.loads(text)
    question = Question(
        asked["path"],
        parse_event(asked["event"]),
        tuple(asked["landings"]),
        moment_or_none(asked["as_of"]),
        given_of(asked["given"]),
        asked["share"],
    )
    trials = Trials(from_text(asked["world"]), question)
    return json.dumps([tried_data(trials.at(parse_number(value))) for value in asked["values"]])


def tried_data(one: Tried) -> dict[str, Any]:
    """One row as plain data."""
    return {
        "value": number_text(one.value),
        "outcome": one.outcome or None,
        "course": one.course or None,
        "hard": one.hard,
        "fit": figure(one.fit),
        "landings": {kpi: figure(landing) for kpi, landing in one.landings.items()},
        "why": list(one.why),
        **({"bare_share": True} if one.bare else {}),
    }


def _tried_from(data: dict[str, Any]) -> Tried:
    def number(value: int | str | None) -> Exact | None:
        return None if value is None else parse_number(value)

    return Tried(
        parse_number(data["value"]),
        data["outcome"] or "",
        data["course"] or "",
        data["hard"],
        number(data["fit"]),
        {kpi: number(landing) for kpi, landing in data["landings"].items()},
        tuple(data["why"]),
        data.get("bare_share", False),
    )
