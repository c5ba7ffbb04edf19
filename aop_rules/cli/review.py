"""The command that looks back on a period."""

from __future__ import annotations

import click

from aop_rules.cli.looking import Looking, looks_at, show
from aop_rules.cli.options import JSON, LANG
from aop_rules.wording.numbers import Language


@click.command()
@looks_at
@click.option("--period", required=True, metavar="PERIOD", help="A period of the plan, as in 2026-05, or a date in it.")
@LANG
@JSON
def review(look: Looking, period: str, lang: Language | None, as_json: bool) -> None:
    """Look back on a period of PLAN: goals, money and people, risks; then what was decided. Markdown, or JSON."""
    with look.engine() as engine:
        found = engine.review(period, as_of=look.when)
    show(found, lang, as_json)


COMMANDS = (review,)
