"""The command that lists the ways to adjust."""

from __future__ import annotations

from collections.abc import Sequence

import click

from aop_rules.adjusting.offered import Offered
from aop_rules.cli import printing
from aop_rules.cli.looking import Looking, looks_at
from aop_rules.cli.options import JSON, LANG
from aop_rules.wording.numbers import Language


@click.command()
@looks_at
@click.argument("events", nargs=-1, metavar="[EVENT]...")
@click.option("--line", metavar="LINE", default="", help="A budget line that is short of money, with --amount.")
@click.option("--amount", metavar="AMOUNT", default="", help="By how much, in whole units of the plan's currency.")
@click.option("--period", metavar="PERIOD", default="", help="When the money is needed; now where missing.")
@click.option("--goal", metavar="GOAL", default="", help="A goal that is to be brought back.")
@LANG
@JSON
def options(
    look: Looking,
    events: Sequence[str],
    line: str,
    amount: str,
    period: str,
    goal: str,
    lang: Language | None,
    as_json: bool,
) -> None:
    """List the ways to adjust, the best first: for each EVENT, for a --line that is short of an --amount, or for a --goal.

    Beside each way stands where every goal lands, then what is gained and what is given up. Nothing is kept.
    """
    if bool(line) != bool(amount):
        raise click.UsageError("money is short on a line: give both --line and --amount")
    if bool(events) == bool(line or goal):
        raise click.UsageError("say what for: an EVENT, or --line with --amount, or --goal")
    with look.events(events) as (engine, asked):
        if events:
            found = [engine.options(event, as_of=look.when) for event in asked]
        else:
            found = [engine.options(line=line, amount=amount or 0, period=period, goal=goal, as_of=look.when)]
    printing.echo(_shown(found, lang, as_json).rstrip("\n"))


def _shown(found: Sequence[Offered], lang: Language | None, as_json: bool) -> str:
    if as_json:
        return printing.as_json(found[0].to_dict() if len(found) == 1 else [each.to_dict() for each in found])
    return "\n".join(printing.visible(each.text(lang)) for each in found)


COMMANDS = (options,)
