"""The command that keeps what has happened: events, and tables of a business by a mapping; all of them, or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from aop_rules.cli import printing
from aop_rules.cli.options import EVENTS, JSON, MAPPING, PLAN, RULES, imported_from, ledger_option, ledger_or_memory
from aop_rules.engine import Engine
from aop_rules.events import plain
from aop_rules.facts.check import fit_the_plan
from aop_rules.importing.arriving import Arriving, arriving
from aop_rules.importing.reading import Imported


@click.command()
@PLAN
@EVENTS
@MAPPING
@ledger_option(required=False)
@click.option("--dry-run", is_flag=True, help="Keep nothing: say what would be recorded (also without --ledger).")
@click.option("--restate", is_flag=True, help="A reading that is known with another figure becomes its next revision.")
@RULES
@JSON
def record(
    plan: str,
    events: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    dry_run: bool,
    restate: bool,
    rules: Sequence[str],
    as_json: bool,
) -> None:
    """Keep each EVENT (files, or - for standard input) in the ledger of PLAN: all of them, or none.

    CSV and XLSX files are read by a --mapping: one that the plan holds under `imports`, or a file with such a key.
    """
    if not ledger and not dry_run:
        raise click.UsageError("--ledger is missing (or --dry-run, to see what would be recorded)")
    agreed = Engine.open(plan, rules)  # before a ledger is made: what cannot be read leaves none behind
    read = [imported_from(file, agreed.plan, mapping) for file in events]
    files = [each.file for each in read]
    fit_the_plan(agreed.plan, files)
    with ledger_or_memory(ledger, tenant, create=not dry_run) as kept:
        engine = agreed.on(kept)
        found = arriving(files, kept, restate=restate)
        if not dry_run:
            engine.record_all(found.events)
    if as_json:
        click.echo(printing.as_json(_data(found, dry_run)))
    else:
        click.echo(printing.visible("\n".join(_lines(found, read, dry_run))))


def _data(found: Arriving, dry_run: bool) -> dict[str, object]:
    if not dry_run:
        return {"recorded": len(found.new), "known_before": found.known}
    events = [plain(event) for event in found.new]
    return {"would_record": len(found.new), "known_before": found.known, "events": events}


def _lines(found: Arriving, read: Sequence[Imported], dry_run: bool) -> Iterator[str]:
    new = len(found.new)
    again = f", {found.known} known before" if found.known else ""
    yield f"{new} event{'s' * (new != 1)} {'would be ' * dry_run}recorded{again}"
    if dry_run:
        yield from (f"{count:>6}  {kind}  {period}".rstrip() for kind, period, count in found.contents)
    empty, left_out = sum(each.without_figures for each in read), sum(each.left_out for each in read)
    if empty:
        yield f"{empty} row{'s' * (empty != 1)} without a figure: nothing known of {'them' if empty != 1 else 'it'}"
    if left_out:
        yield f"{left_out} row{'s' * (left_out != 1)} left out, as the mapping says"


COMMANDS = (record,)
