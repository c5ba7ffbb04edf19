"""The commands that compare and change plans: diff and amend."""

from __future__ import annotations

from collections.abc import Sequence

import click

from aop_rules.cli import printing
from aop_rules.cli.options import AS_OF, JSON, LANG, PLAN, RULES, ledger_option, opened
from aop_rules.engine import Engine
from aop_rules.history.policy import policy_diff
from aop_rules.history.telling import policy_data, policy_text
from aop_rules.plan.change_report import diff_data, diff_text
from aop_rules.plan.changes import changes
from aop_rules.plan.load import load_plan
from aop_rules.wording.numbers import Language

_NEW = click.argument("new", type=click.Path(dir_okay=False))


@click.command()
@click.argument("old", type=click.Path(dir_okay=False))
@_NEW
@click.option(
    "--decisions", is_flag=True, help="Decide the ledger's decisions again under NEW: which come out otherwise."
)
@ledger_option(required=False)
@RULES
@LANG
@JSON
def diff(
    old: str,
    new: str,
    decisions: bool,
    ledger: str | None,
    tenant: str,
    rules: Sequence[str],
    lang: Language | None,
    as_json: bool,
) -> None:
    """Say what changes from the plan OLD to the plan NEW, in the words of the business.

    With --decisions: what the recorded decisions of the ledger would have been under NEW (and --rules), and by which rule.
    """
    before, after = load_plan(old), load_plan(new)
    language = lang or after.language
    if not decisions:
        found = changes(before, after)
        click.echo(printing.as_json(diff_data(found)) if as_json else printing.visible(diff_text(found, language)))
        return
    if ledger is None:
        raise click.UsageError("--decisions needs the --ledger that holds them")
    other = Engine.open(after, rules)
    with opened(ledger, tenant) as kept:
        again = policy_diff(kept.entries(), other.plan, other.plan_digest, other.program, other.attributes)
    click.echo(printing.as_json(policy_data(again)) if as_json else printing.visible(policy_text(again, language)))


@click.command()
@PLAN
@_NEW
@ledger_option()
@click.option("--reason", default="", metavar="TEXT", help="What has changed since the plan was agreed.")
@click.option("--trade-off", default="", metavar="TEXT", help="What is given up for it.")
@click.option("--by", required=True, metavar="NAME", help="Who asks for it.")
@click.option("--approved-by", default="", metavar="NAME", help="Who approves it, where that is needed.")
@click.option(
    "--from", "effective_from", default="", metavar="PERIOD", help="Holds from this period on; the first open one."
)
@AS_OF
@RULES
@LANG
def amend(
    plan: str,
    new: str,
    ledger: str,
    tenant: str,
    reason: str,
    trade_off: str,
    by: str,
    approved_by: str,
    effective_from: str,
    as_of: str | None,
    rules: Sequence[str],
    lang: Language | None,
) -> None:
    """Put NEW in force in the ledger of PLAN as its next version: with a reason, a trade-off and whose approval it needs."""
    when = printing.parsed_moment(as_of)
    with opened(ledger, tenant) as kept:
        engine = Engine.open(plan, rules, ledger=kept)
        amended = engine.amend(
            new,
            reason=reason,
            trade_off=trade_off,
            by=by,
            approved_by=approved_by,
            effective_from=effective_from,
            as_of=when,
        )
    language = lang or amended.plan.language
    click.echo(printing.visible(diff_text(changes(engine.plan, amended.plan), language)))
    click.echo(f"\nversion {amended.plan.version} is in force from {amended.in_force_from}")


COMMANDS = (diff, amend)
