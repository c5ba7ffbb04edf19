"""What most commands look at: a plan, what has happened, and the moment as of which it is seen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Protocol

import click

from aop_rules.cli import printing
from aop_rules.cli.options import AS_OF, HISTORY, MAPPING, PLAN, RULES, engine_with, events_in, ledger_option
from aop_rules.engine import Engine
from aop_rules.events import EventBase
from aop_rules.facts.check import fit_the_plan
from aop_rules.ledger.reading import EventFile
from aop_rules.wording.numbers import Language


@dataclass(frozen=True, slots=True)
class Looking:
    """What `--history`, `--mapping`, `--ledger`, `--tenant`, `--as-of` and `--rules` say, of one plan."""

    plan: str
    history: tuple[str, ...]
    mapping: str | None
    ledger: str | None
    tenant: str
    when: datetime | None
    """None: now, or of an event its day."""
    rules: tuple[str, ...]

    def engine(self) -> AbstractContextManager[Engine]:
        """The engine with all that has happened."""
        return engine_with(self.plan, self.rules, self.ledger, self.tenant, self.history, self.mapping)

    def files(self, engine: Engine, sources: Iterable[str]) -> list[EventFile]:
        """Files of events that fit the plan. Raises EventError with the problems of all of them."""
        files = [events_in(source, engine.plan, self.mapping) for source in sources]
        fit_the_plan(engine.plan, files)
        return files

    @contextmanager
    def events(self, sources: Sequence[str]) -> Iterator[tuple[Engine, list[EventBase]]]:
        """The engine, and the events that are asked about."""
        with self.engine() as engine:
            yield engine, [event for file in self.files(engine, sources) for event in file.events]


def looks_at(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the plan as its first argument, the options above, and of all that a `Looking`."""

    @wraps(command)
    def run(
        plan: str,
        history: Sequence[str],
        mapping: str | None,
        ledger: str | None,
        tenant: str,
        as_of: str | None,
        rules: Sequence[str],
        **more: Any,
    ) -> None:
        when = printing.parsed_moment(as_of)
        command(Looking(plan, tuple(history), mapping, ledger, tenant, when, tuple(rules)), **more)

    wrapped: Callable[..., None] = run
    for option in (RULES, AS_OF, ledger_option(required=False), MAPPING, HISTORY, PLAN):
        wrapped = option(wrapped)
    return wrapped


class Told(Protocol):
    """What says itself to people and to machines."""

    def text(self, language: Language | None = None) -> str: ...

    def to_dict(self) -> dict[str, Any]: ...


def show(found: Told, lang: Language | None, as_json: bool) -> None:
    """Prints it."""
    click.echo(printing.as_json(found.to_dict()) if as_json else printing.visible(found.text(lang)), nl=as_json)


def progress() -> Callable[[str], None] | None:
    """Says on a terminal what is worked on; elsewhere nothing."""
    if not sys.stderr.isatty():
        return None
    return lambda stage: click.echo(f"… {printing.visible(stage)}", err=True)
