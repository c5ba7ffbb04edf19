"""The commands and their options. Each reads, asks the library, and prints; exit codes are documented in `aop --help`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from aop_rules import __version__
from aop_rules.cli import printing
from aop_rules.cli.guard import Guarded
from aop_rules.engine import Engine
from aop_rules.facts.check import fit_the_plan
from aop_rules.ledger.reading import EventFile, events_from, read_event_file
from aop_rules.wording.numbers import Language

_PLAN = click.argument("plan", type=click.Path(dir_okay=False))
_RULES = click.option(
    "--rules", "-r", multiple=True, metavar="FILE", help="A ruleset besides the standard ones (repeatable)."
)
_LANG = click.option(
    "--lang", type=click.Choice(["en", "vi"]), help="Language of the answer; the plan's where missing."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")


@click.group(cls=Guarded, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aop")
def main() -> None:
    """Hold a business to its own year: keep course, or adjust, and why.

    Exit codes: 0 done, 1 problems in the input, 2 wrong usage, 3 a fault of the engine itself.
    """


@main.command()
@_PLAN
@_RULES
@_LANG
@click.option("--strict", is_flag=True, help="Warnings count as problems too.")
@_JSON
def check(plan: str, rules: Sequence[str], lang: Language | None, strict: bool, as_json: bool) -> None:
    """Check PLAN: every problem with its place, and what the plan can decide."""
    report = printing.check_report(plan, rules)
    click.echo(printing.as_json(report.data()) if as_json else report.text(lang))
    sys.exit(1 if report.problems_count(strict) else 0)


@main.command()
@_PLAN
@click.argument("events", nargs=-1, required=True, metavar="EVENT...")
@click.option("--history", "-H", multiple=True, metavar="FILE", help="What has happened so far (repeatable).")
@click.option(
    "--as-of", metavar="DATE", help="What was known by then counts; the day the event became known where missing."
)
@_RULES
@_LANG
@click.option("--detail", type=click.Choice(["short", "standard", "full"]), default="standard", show_default=True)
@_JSON
def decide(
    plan: str,
    events: Sequence[str],
    history: Sequence[str],
    as_of: str | None,
    rules: Sequence[str],
    lang: Language | None,
    detail: printing.Detail,
    as_json: bool,
) -> None:
    """Decide each EVENT (a file, or - for standard input) against PLAN: keep course or adjust, and why."""
    when = printing.parsed_moment(as_of)
    engine = Engine.open(plan, rules)
    past, coming = [_events(file) for file in history], [_events(source) for source in events]
    fit_the_plan(engine.plan, [*past, *coming])
    engine.record_all(event for file in past for event in file.events)
    decisions = [engine.evaluate(event, as_of=when) for file in coming for event in file.events]
    if as_json:
        click.echo("\n".join(decision.to_json() for decision in decisions))
    else:
        click.echo(printing.visible("\n\n".join(decision.explain(lang, detail) for decision in decisions)))


def _events(source: str) -> EventFile:
    if source == "-":
        return events_from(sys.stdin.buffer.read(), "<stdin>")
    return read_event_file(Path(source))


@main.command()
@_PLAN
@click.option("--format", "form", type=click.Choice(["mermaid", "dot", "json"]), default="mermaid", show_default=True)
@_LANG
def graph(plan: str, form: str, lang: Language | None) -> None:
    """Draw how PLAN hangs together: goals, KPIs, initiatives, budget lines, roles, risks."""
    click.echo(printing.graph_text(plan, form, lang))


@main.command()
@_PLAN
@_RULES
@_LANG
@_JSON
def rules(plan: str, rules: Sequence[str], lang: Language | None, as_json: bool) -> None:
    """List the rules in force for PLAN, also those that come from the plan itself."""
    engine = Engine.open(plan, rules)
    click.echo(printing.rules_json(engine) if as_json else printing.rules_text(engine, lang or engine.plan.language))


@main.command()
@click.argument("plan", required=False, type=click.Path(dir_okay=False))
@click.option("--lang", type=click.Choice(["en", "vi"]), default="en", show_default=True)
@_JSON
def vocabulary(plan: str | None, lang: Language, as_json: bool) -> None:
    """List what rules may speak of; with PLAN also its own KPIs, budget lines and attributes."""
    click.echo(printing.vocabulary_json(plan) if as_json else printing.vocabulary_text(plan, lang))


@main.command()
@click.argument("what", type=click.Choice(["plan", "event", "ruleset", "decision"]))
def schema(what: str) -> None:
    """Print a JSON Schema, for editors and for programs."""
    click.echo(printing.as_json(printing.schema_of(what)))
