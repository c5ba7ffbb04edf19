"""The commands that say what would give another answer: what would have to be different, and what to ask."""

from __future__ import annotations

from collections.abc import Sequence

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
from aop_rules.facts.check import fit_the_plan
from aop_rules.wording.numbers import Language


@click.command()
@PLAN
@EVENTS
@HISTORY
@MAPPING
@ledger_option(required=False)
@AS_OF
@RULES
@LANG
@JSON
def flips(
    plan: str,
    events: Sequence[str],
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    as_of: str | None,
    rules: Sequence[str],
    lang: Language | None,
    as_json: bool,
) -> None:
    """Say what would have to be different about each EVENT for a better answer; nothing is kept."""
    when = printing.parsed_moment(as_of)
    with engine_with(plan, rules, ledger, tenant, history, mapping) as engine:
        coming = [events_in(source, engine.plan, mapping) for source in events]
        fit_the_plan(engine.plan, coming)
        found = [engine.flips(event, as_of=when) for file in coming for event in file.events]
    if as_json:
        printing.echo("\n".join(printing.as_json(each.to_dict()) for each in found))
    else:
        printing.echo("\n\n".join(each.text(lang) for each in found))


@click.command()
@PLAN
@EVENTS
@HISTORY
@MAPPING
@ledger_option(required=False)
@AS_OF
@RULES
@LANG
@JSON
def ask(
    plan: str,
    events: Sequence[str],
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    as_of: str | None,
    rules: Sequence[str],
    lang: Language | None,
    as_json: bool,
) -> None:
    """Say what is worth asking about each EVENT: what is not known and would change the answer; nothing is kept."""
    when = printing.parsed_moment(as_of)
    with engine_with(plan, rules, ledger, tenant, history, mapping) as engine:
        coming = [events_in(source, engine.plan, mapping) for source in events]
        fit_the_plan(engine.plan, coming)
        found = [engine.ask(event, as_of=when) for file in coming for event in file.events]
    if as_json:
        printing.echo("\n".join(printing.as_json(each.to_dict()) for each in found))
    else:
        printing.echo("\n\n".join(each.text(lang) for each in found))


COMMANDS = (flips, ask)
