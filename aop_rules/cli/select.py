"""The command that selects from many proposals: which of them together serve the goals best."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import click

from aop_rules.cli.looking import Looking, looks_at, progress, show
from aop_rules.cli.options import EVENTS, JSON, LANG
from aop_rules.errors import Place
from aop_rules.events import EventBase
from aop_rules.ledger.reading import EventFile
from aop_rules.selecting.proposals import only_proposals
from aop_rules.wording.numbers import Language


@click.command()
@looks_at
@EVENTS
@click.option("--prices", is_flag=True, help="What a little more of each limit that is short would be worth.")
@LANG
@JSON
def select(look: Looking, events: Sequence[str], prices: bool, lang: Language | None, as_json: bool) -> None:
    """Select from the proposals in each EVENT (a file, or - for standard input): the best of them together, proved.

    They compete for what PLAN leaves of money by line and period, of cash, goods and people. Nothing is kept. What was known
    by --as-of counts; where missing, by the day of the last proposal.
    """
    with look.engine() as engine:
        proposals = [
            each for file in look.files(engine, events) for each in only_proposals(file.events, partial(_place, file))
        ]
        found = engine.select(proposals, as_of=look.when, prices=prices, progress=progress())
    show(found, lang, as_json)


def _place(file: EventFile, event: EventBase) -> Place:
    return file.place(event, ("kind",))


COMMANDS = (select,)
