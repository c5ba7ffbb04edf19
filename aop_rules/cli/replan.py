"""The commands that say how to adjust: re-plan for money or goals, cut costs, and why a goal is missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from aop_rules.adjusting.landing_effects import BAND
from aop_rules.adjusting.levers import levers
from aop_rules.adjusting.need import Need
from aop_rules.cli import printing
from aop_rules.cli.options import AS_OF, HISTORY, JSON, LANG, MAPPING, PLAN, RULES, engine_with, ledger_option
from aop_rules.errors import ExactError
from aop_rules.exact.number import Exact, parse_number
from aop_rules.replanning.cut import cut as cut_costs
from aop_rules.replanning.diagnose import diagnose as diagnosed
from aop_rules.replanning.replan import replan as replanned
from aop_rules.wording.numbers import Language


@click.command()
@PLAN
@HISTORY
@MAPPING
@ledger_option(required=False)
@AS_OF
@RULES
@click.option("--goal", "-g", "goals", multiple=True, metavar="GOAL", help="A goal to bring back (repeatable).")
@click.option("--line", metavar="LINE", help="The budget line that needs money.")
@click.option("--amount", metavar="AMOUNT", help="How much it needs, in the plan's currency.")
@click.option("--period", default="", metavar="PERIOD", help="When it needs it; the current period where missing.")
@click.option("--band", metavar="SHARE", help="By how much a goal gives way to the next, of its target (0.1%).")
@LANG
@JSON
def replan(
    plan: str,
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    as_of: str | None,
    rules: Sequence[str],
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
    with engine_with(plan, rules, ledger, tenant, history, mapping) as engine:
        where = engine.position(printing.parsed_moment(as_of) or engine.ledger.now())
        needs = [Need(line=line, amount=_number(amount, "--amount"), period=period)] if line and amount else []
        found = replanned(
            engine.plan,
            where,
            levers(engine.plan, where, engine.graph),
            needs=needs,
            goals=goals or None,
            band=BAND if band is None else _number(band, "--band"),
        )
    click.echo(printing.as_json(found.to_dict()) if as_json else printing.visible(found.text(lang)), nl=as_json)


@click.command()
@PLAN
@HISTORY
@MAPPING
@ledger_option(required=False)
@AS_OF
@RULES
@click.option("--amount", required=True, metavar="AMOUNT", help="How much to save, in the plan's currency.")
@click.option("--by", required=True, metavar="DATE", help="By which day.")
@click.option(
    "--protect",
    multiple=True,
    metavar="NAME",
    help="A line, initiative, goal, lever or tag that stays; LINE:FIRST..LAST for some periods (repeatable).",
)
@LANG
@JSON
def cut(
    plan: str,
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    as_of: str | None,
    rules: Sequence[str],
    amount: str,
    by: str,
    protect: Sequence[str],
    lang: Language | None,
    as_json: bool,
) -> None:
    """Find the cheapest cuts of PLAN that save an amount by a day, in reverse order of its priorities."""
    with engine_with(plan, rules, ledger, tenant, history, mapping) as engine:
        where = engine.position(printing.parsed_moment(as_of) or engine.ledger.now())
        ways = levers(engine.plan, where, engine.graph)
        found = cut_costs(engine.plan, where, ways, _number(amount, "--amount"), _day(by), protect)
    click.echo(printing.as_json(found.to_dict()) if as_json else printing.visible(found.text(lang)), nl=as_json)


@click.command()
@PLAN
@click.argument("goal")
@HISTORY
@MAPPING
@ledger_option(required=False)
@AS_OF
@RULES
@LANG
@JSON
def diagnose(
    plan: str,
    goal: str,
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    as_of: str | None,
    rules: Sequence[str],
    lang: Language | None,
    as_json: bool,
) -> None:
    """Show why GOAL stands where it stands: which part and month, which initiatives, what is left, what could be done."""
    with engine_with(plan, rules, ledger, tenant, history, mapping) as engine:
        where = engine.position(printing.parsed_moment(as_of) or engine.ledger.now())
        found = diagnosed(engine.plan, where, levers(engine.plan, where, engine.graph), engine.graph, goal)
    click.echo(printing.as_json(found.to_dict()) if as_json else printing.visible(found.text(lang)), nl=as_json)


def _number(text: str, option: str) -> Exact:
    try:
        return parse_number(text)
    except ExactError as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = f"`{printing.visible(text)}` is not a date, as in 2026-09-30"
        raise click.BadParameter(hint, param_hint="--by") from None


COMMANDS = (replan, cut, diagnose)
