"""The commands that say how to adjust: re-plan for money or goals, cut costs, and why a goal is missed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from aop_rules.adjusting.landing_effects import BAND
from aop_rules.cli.looking import Looking, looks_at, progress, show
from aop_rules.cli.options import JSON, LANG
from aop_rules.errors import ExactError
from aop_rules.exact.number import Exact, parse_number
from aop_rules.wording.numbers import Language


@click.command()
@looks_at
@click.option("--goal", "-g", "goals", multiple=True, metavar="GOAL", help="A goal to bring back (repeatable).")
@click.option("--line", metavar="LINE", help="The budget line that needs money.")
@click.option("--amount", metavar="AMOUNT", help="How much it needs, in the plan's currency.")
@click.option("--period", default="", metavar="PERIOD", help="When it needs it; the current period where missing.")
@click.option("--band", metavar="SHARE", help="By how much a goal gives way to the next, of its target (0.1%).")
@LANG
@JSON
def replan(
    look: Looking,
    goals: Sequence[str],
    line: str | None,
    amount: str | None,
    period: str,
    band: str | None,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Find the least change of PLAN that finds money for a line, or brings goals back: all that are short where none is named."""
    if (line is None) != (amount is None):
        raise click.UsageError("money is needed on a line: give both --line and --amount")
    with look.engine() as engine:
        found = engine.replan(
            line=line or "",
            amount=_number(amount, "--amount") if amount else 0,
            period=period,
            goals=goals or None,
            band=BAND if band is None else _number(band, "--band"),
            as_of=look.when,
            progress=progress(),
        )
    show(found, lang, as_json)


@click.command()
@looks_at
@click.option("--amount", required=True, metavar="AMOUNT", help="How much to save, in the plan's currency.")
@click.option("--by", required=True, metavar="WHEN", help="By which day, or by the end of which period (2026-09).")
@click.option(
    "--protect",
    multiple=True,
    metavar="NAME",
    help="A line, initiative, goal, lever or tag that stays; LINE:FIRST..LAST for some periods (repeatable).",
)
@LANG
@JSON
def cut(
    look: Looking,
    amount: str,
    by: str,
    protect: Sequence[str],
    lang: Language | None,
    as_json: bool,
) -> None:
    """Find the cheapest cuts of PLAN that save an amount by a day, in reverse order of its priorities."""
    with look.engine() as engine:
        found = engine.cut(_number(amount, "--amount"), by, protect, as_of=look.when)
    show(found, lang, as_json)


@click.command()
@looks_at
@click.argument("goal")
@LANG
@JSON
def diagnose(look: Looking, goal: str, lang: Language | None, as_json: bool) -> None:
    """Show why GOAL stands where it stands: which part and month, which initiatives, what is left, what could be done."""
    with look.engine() as engine:
        found = engine.diagnose(goal, as_of=look.when)
    show(found, lang, as_json)


def _number(text: str, option: str) -> Exact:
    try:
        return parse_number(text)
    except ExactError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


COMMANDS = (replan, cut, diagnose)
