"""The command that selects from many proposals: which of them together serve the goals best."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial

import click

from aop_rules.cli import printing
from aop_rules.cli.options import (
    AS_OF,
    EVENTS,
    HISTORY,
    JSON,
    LANG,
    MAPPING,
    PLAN,
    RULES,
    engine_with,
    events_in,
    ledger_option,
)
from aop_rules.errors import Place
from aop_rules.events import EventBase
from aop_rules.facts.check import fit_the_plan
from aop_rules.ledger.reading import EventFile
from aop_rules.selecting.proposals import only_proposals
from aop_rules.wording.numbers import Language


@click.command()
@PLAN
@EVENTS
@HISTORY
@MAPPING
@ledger_option(required=False)
@AS_OF
@RULES
@click.option("--prices", is_flag=True, help="What a little more of each limit that is short would be worth.")
@LANG
@JSON
def select(
    plan: str,
    events: Sequence[str],
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    as_of: str | None,
    rules: Sequence[str],
    prices: bool,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Select from the proposals in each EVENT (a file, or - for standard input): the best of them together, proved.

    They compete for what PLAN leaves of money by line and period, of cash, goods and people. Nothing is kept. What was known
    by --as-of counts; where missing, by the day of the last proposal.
    """
    when = printing.parsed_moment(as_of)
    with engine_with(plan, rules, ledger, tenant, history, mapping) as engine:
        files = [events_in(source, engine.plan, mapping) for source in events]
        fit_the_plan(engine.plan, files)
        proposals = [each for file in files for each in only_proposals(file.events, partial(_place, file))]
        found = engine.select(proposals, as_of=when, prices=prices, progress=_progress())
    click.echo(printing.as_json(found.to_dict()) if as_json else printing.visible(found.text(lang)), nl=as_json)


def _place(file: EventFile, event: EventBase) -> Place:
    return file.place(event, ("kind",))


def _progress() -> Callable[[str], None] | None:
    """Says on a terminal what is worked on; elsewhere nothing."""
    if not sys.stderr.isatty():
        return None
    return lambda stage: click.echo(f"… {printing.visible(stage)}", err=True)


COMMANDS = (select,)
