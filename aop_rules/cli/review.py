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
    engine_with,
    ledger_option,
)
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
    with engine_with(plan, rules, ledger, tenant, history, mapping) as engine:
        found = engine.review(period, as_of=when)
    click.echo(printing.as_json(found.to_dict()) if as_json else printing.visible(found.text(lang)), nl=as_json)


COMMANDS = (review,)
