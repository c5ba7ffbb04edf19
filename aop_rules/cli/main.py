"""The commands and their options. Each reads, asks the library, and prints; exit codes are documented in `aop --help`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from aop_rules import __version__
from aop_rules.cli import adjusting as adjusting_commands
from aop_rules.cli import alerts as alert_commands
from aop_rules.cli import flips as flip_commands
from aop_rules.cli import ledger as ledger_commands
from aop_rules.cli import printing, recording, versions
from aop_rules.cli import replan as replan_commands
from aop_rules.cli import review as review_command
from aop_rules.cli import select as select_command
from aop_rules.cli import status as status_command
from aop_rules.cli import what_if as what_if_command
from aop_rules.cli.guard import Guarded
from aop_rules.cli.options import (
    AS_OF,
    EVENTS,
    HISTORY,
    JSON,
    LANG,
    MAPPING,
    PLAN,
    RULES,
    events_in,
    ledger_option,
    ledger_or_memory,
    one_past,
)
from aop_rules.engine import Engine
from aop_rules.facts.check import fit_the_plan
from aop_rules.wording.numbers import Language


@click.group(cls=Guarded, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aop")
def main() -> None:
    """Hold a business to its own year: keep course, or adjust, and why.

    Exit codes: 0 done, 1 problems in the input, 2 wrong usage, 3 a fault of the engine itself.
    """


@main.command()
@PLAN
@RULES
@LANG
@click.option("--strict", is_flag=True, help="Warnings count as problems too.")
@JSON
def check(plan: str, rules: Sequence[str], lang: Language | None, strict: bool, as_json: bool) -> None:
    """Check PLAN: every problem with its place, and what the plan can decide."""
    report = printing.check_report(plan, rules)
    printing.echo(printing.as_json(report.data()) if as_json else report.text(lang))
    sys.exit(1 if report.problems_count(strict) else 0)


@main.command()
@PLAN
@EVENTS
@HISTORY
@MAPPING
@ledger_option(required=False)
@click.option("--dry-run", is_flag=True, help="Keep nothing in the ledger.")
@AS_OF
@RULES
@LANG
@click.option("--detail", type=click.Choice(["short", "standard", "full"]), default="standard", show_default=True)
@JSON
def decide(
    plan: str,
    events: Sequence[str],
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    dry_run: bool,
    as_of: str | None,
    rules: Sequence[str],
    lang: Language | None,
    detail: printing.Detail,
    as_json: bool,
) -> None:
    """Decide each EVENT (a file, or - for standard input) against PLAN: keep course or adjust, and why.

    What has happened so far comes from --history files, or from a --ledger, which then keeps the events and decisions too.
    """
    when = printing.parsed_moment(as_of)
    one_past(ledger, history)
    agreed = Engine.open(plan, rules)  # before a ledger is made: what cannot be read leaves none behind
    past = [events_in(file, agreed.plan, mapping) for file in history]
    coming = [events_in(source, agreed.plan, mapping) for source in events]
    fit_the_plan(agreed.plan, [*past, *coming])
    with ledger_or_memory(ledger, tenant, history, create=not dry_run) as kept:
        engine = agreed.on(kept)
        engine.record_all(event for file in past for event in file.events)
        decided = engine.submit if ledger and not dry_run else engine.evaluate
        decisions = [decided(event, as_of=when) for file in coming for event in file.events]
    if as_json:
        printing.echo(printing.escaped("\n".join(decision.to_json() for decision in decisions)))
    else:
        printing.echo("\n\n".join(decision.explain(lang, detail) for decision in decisions))
        if ledger and not dry_run:
            printing.echo("\n".join(["", *(f"kept as {decision.decision_id}" for decision in decisions)]))


@main.command()
@PLAN
@click.option("--format", "form", type=click.Choice(["mermaid", "dot", "json"]), default="mermaid", show_default=True)
@LANG
def graph(plan: str, form: str, lang: Language | None) -> None:
    """Draw how PLAN hangs together: goals, KPIs, initiatives, budget lines, roles, risks."""
    printing.echo(printing.graph_text(plan, form, lang))


@main.command()
@PLAN
@RULES
@LANG
@JSON
def rules(plan: str, rules: Sequence[str], lang: Language | None, as_json: bool) -> None:
    """List the rules in force for PLAN, also those that come from the plan itself."""
    engine = Engine.open(plan, rules)
    printing.echo(printing.rules_json(engine) if as_json else printing.rules_text(engine, lang or engine.plan.language))


@main.command()
@click.argument("plan", required=False, type=click.Path(dir_okay=False))
@click.option("--lang", type=click.Choice(["en", "vi"]), default="en", show_default=True)
@JSON
def vocabulary(plan: str | None, lang: Language, as_json: bool) -> None:
    """List what rules may speak of; with PLAN also its own KPIs, budget lines and attributes."""
    printing.echo(printing.vocabulary_json(plan) if as_json else printing.vocabulary_text(plan, lang))


@main.command()
@click.argument("what", type=click.Choice(["plan", "event", "ruleset", "decision"]))
def schema(what: str) -> None:
    """Print a JSON Schema, for editors and for programs."""
    printing.echo(printing.as_json(printing.schema_of(what)))


for command in (
    *alert_commands.COMMANDS,
    *recording.COMMANDS,
    *ledger_commands.COMMANDS,
    *versions.COMMANDS,
    *review_command.COMMANDS,
    *status_command.COMMANDS,
    *adjusting_commands.COMMANDS,
    *replan_commands.COMMANDS,
    *select_command.COMMANDS,
    *flip_commands.COMMANDS,
    *what_if_command.COMMANDS,
):
    main.add_command(command)
