"""Options that several commands take, and what is made of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from aop_rules.engine import Engine
from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.facts.check import event_problems, fit_the_plan
from aop_rules.importing.arriving import arriving
from aop_rules.importing.reading import Imported, read_file
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.reading import EventFile, events_from
from aop_rules.limits import HISTORY_BYTES_MAX
from aop_rules.plan.model import Plan

F = TypeVar("F", bound=Callable[..., object])

PLAN = click.argument("plan", type=click.Path(dir_okay=False))
EVENTS = click.argument("events", nargs=-1, required=True, metavar="EVENT...")
RULES = click.option(
    "--rules", "-r", multiple=True, metavar="FILE", help="A ruleset besides the standard ones (repeatable)."
)
LANG = click.option("--lang", type=click.Choice(["en", "vi"]), help="Language of the answer; the plan's where missing.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
AS_OF = click.option(
    "--as-of", metavar="DATE", help="What was known by then counts; where missing: of an event its day, else today."
)
HISTORY = click.option("--history", "-H", multiple=True, metavar="FILE", help="What has happened so far (repeatable).")
MAPPING = click.option(
    "--mapping",
    "-m",
    metavar="NAME|FILE",
    help="How CSV and XLSX files are read: an import of the plan, or a file of them.",
)
_WHERE = "Where all is kept: a SQLite file, or a postgresql:// address."


def ledger_option(required: bool = True) -> Callable[[F], F]:
    """`--ledger` and `--tenant`."""

    def added(command: F) -> F:
        command = click.option("--tenant", default="", metavar="NAME", help="Which of a database's ledgers.")(command)
        return click.option("--ledger", "-L", required=required, metavar="FILE|URL", help=_WHERE)(command)

    return added


def opened(where: str, tenant: str) -> Ledger:
    """The ledger at an address, which holds something. Only commands that add the first thing to one make it."""
    ledger = Ledger.open(where, tenant=tenant, create=False)
    try:
        if not ledger.head().sequence:
            hint = "check the name, and the tenant"
            raise LedgerError([Problem(Place("<ledger>"), "LEDGER_NOT_FOUND", "it holds nothing yet", hint)])
    except LedgerError:
        ledger.close()
        raise
    return ledger


def one_past(where: str | None, history: Sequence[str]) -> None:
    """What has happened comes from one place."""
    if where and history:
        raise click.UsageError(
            "what has happened comes from --history or from --ledger (`aop record` puts files into it)"
        )


def ledger_or_memory(where: str | None, tenant: str, history: Sequence[str] = (), create: bool = False) -> Ledger:
    """The ledger at an address, or one in memory for what comes from files."""
    one_past(where, history)
    return Ledger.open(where, tenant=tenant, create=create) if where else Ledger()


def events_in(source: str, plan: Plan | None = None, mapping: str | None = None) -> EventFile:
    """The events of a file (of a table: by the mapping), or of standard input (`-`)."""
    return imported_from(source, plan, mapping).file


def imported_from(source: str, plan: Plan | None, mapping: str | None) -> Imported:
    """The same, with what became of the rows of a table."""
    if source == "-":
        return Imported(events_from(sys.stdin.buffer.read(HISTORY_BYTES_MAX + 1), "<stdin>"))
    check = partial(event_problems, plan) if plan is not None else None
    return read_file(Path(source), mapping, plan, check)


@contextmanager
def engine_with(
    plan: str, rules: Sequence[str], ledger: str | None, tenant: str, history: Sequence[str], mapping: str | None = None
) -> Iterator[Engine]:
    """The engine on a plan, over a ledger or over what history files hold."""
    with ledger_or_memory(ledger, tenant, history) as kept:
        engine = Engine.open(plan, rules, ledger=kept)
        files = [events_in(file, engine.plan, mapping) for file in history]
        fit_the_plan(engine.plan, files)
        engine.record_all(arriving(files, kept).events)
        yield engine
