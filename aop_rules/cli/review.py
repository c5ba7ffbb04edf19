"""The command that looks back on a period."""

from __future__ import annotations

from collections.abc import Sequence

import click

from aop_rules.cli import printing
from aop_rules.cli.options import (
    AS_OF,
    HISTORY,
    JSON,
    LANG,
    MAPPING,
    PLAN,
    RULES,
    events_in,
    ledger_option,
    ledger_or_memory,
)
from aop_rules.engine import Engine
from aop_rules.facts.check import fit_the_plan
from aop_rules.wording.numbers import Language


@click.command()
@PLAN
@click.option("--period", required=True, metavar="PERIOD", help="A period of the plan, as in 2026-05, or a date in it.")
@HISTORY
@MAPPING
@ledger_option(required=False)
@AS_OF
@RULES
@LANG
@JSON
def review(
    plan: str,
    period: str,
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    as_of: str | None,
    rules: Sequence[str],
    lang: Language | None,
    as_json: bool,
) -> None:
    """Look back on a period of PLAN: goals, money and people, risks; then what was decided. Markdown, or JSON."""
    when = printing.parsed_moment(as_of)
    with ledger_or_memory(ledger, tenant, history) as kept:
        engine = Engine.open(plan, rules, ledger=kept)
        files = [events_in(file, engine.plan, mapping) for file in history]
        fit_the_plan(engine.plan, files)
        engine.record_all(event for file in files for event in file.events)
        found = engine.review(period, as_of=when)
    click.echo(printing.as_json(found.to_dict()) if as_json else printing.visible(found.text(lang)), nl=as_json)


COMMANDS = (review,)
