"""The commands that say what would give another answer: what would have to be different, and what to ask."""

from __future__ import annotations

from collections.abc import Sequence

import click

from aop_rules.cli import printing
from aop_rules.cli.looking import Looking, looks_at
from aop_rules.cli.options import EVENTS, JSON, LANG
from aop_rules.wording.numbers import Language


@click.command()
@looks_at
@EVENTS
@LANG
@JSON
def flips(look: Looking, events: Sequence[str], lang: Language | None, as_json: bool) -> None:
    """Say what would have to be different about each EVENT for a better answer; nothing is kept."""
    with look.events(events) as (engine, asked):
        found = [engine.flips(event, as_of=look.when) for event in asked]
    if as_json:
        printing.echo("\n".join(printing.as_json(each.to_dict()) for each in found))
    else:
        printing.echo("\n\n".join(each.text(lang) for each in found))


@click.command()
@looks_at
@EVENTS
@LANG
@JSON
def ask(look: Looking, events: Sequence[str], lang: Language | None, as_json: bool) -> None:
    """Say what is worth asking about each EVENT: what is not known and would change the answer; nothing is kept."""
    with look.events(events) as (engine, asked):
        found = [engine.ask(event, as_of=look.when) for event in asked]
    if as_json:
        printing.echo("\n".join(printing.as_json(each.to_dict()) for each in found))
    else:
        printing.echo("\n\n".join(each.text(lang) for each in found))


COMMANDS = (flips, ask)
