"""The commands that keep and read back: log, show, accept, override, outcome, verify, replay, erase, plan."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date

import click

from aop_rules.cli import printing
from aop_rules.cli.options import JSON, LANG, ledger_option, opened
from aop_rules.engine import Engine
from aop_rules.errors import LedgerError, Place, Problem
from aop_rules.history.answers import Result
from aop_rules.history.changed import amendment_record, erasures
from aop_rules.history.kept import event_id_of
from aop_rules.history.markdown import decision_record
from aop_rules.history.masking import masked_story
from aop_rules.history.replay import replay as replayed
from aop_rules.history.snapshot import version_id
from aop_rules.history.stories import Story
from aop_rules.history.telling import log_data, log_text
from aop_rules.ledger.entry import Head
from aop_rules.ledger.erasing import standing
from aop_rules.plan.load import dump
from aop_rules.version import __version__
from aop_rules.wording.numbers import Language

_DECISION = click.argument("decision")
_BY = click.option("--by", required=True, metavar="NAME", help="Who says so.")


@click.command()
@ledger_option()
@LANG
@JSON
def log(ledger: str, tenant: str, lang: Language | None, as_json: bool) -> None:
    """List what was decided, what people did, and what came of it; rules that are overridden again and again; and how the
    plan was changed, and which names were erased. As JSON: the decisions.
    """
    with opened(ledger, tenant) as kept:
        engine = Engine.resume(kept)
        told, today = engine.decisions(), kept.now().date()
        made, gone = engine.amendments(), erasures(kept.entries(0, ("erasure",)))
    if as_json:
        click.echo(printing.as_json(log_data(told)))
    else:
        language = lang or engine.plan.language
        said = log_text(told, language, today, plan=engine.plan, amendments=made, erasures=gone)
        click.echo(printing.visible(said))


@click.command()
@_DECISION
@ledger_option()
@LANG
@click.option("--mask", multiple=True, metavar="FIELD", help="Leave this field out, wherever it stands (repeatable).")
@JSON
def show(decision: str, ledger: str, tenant: str, lang: Language | None, mask: Sequence[str], as_json: bool) -> None:
    """Show DECISION as a decision record in Markdown: its id, or the first letters of it, or the id of its event.

    `v2` in its place shows how the plan became version 2.
    """
    with opened(ledger, tenant) as kept:
        engine = Engine.resume(kept)
        made = next((each for each in engine.amendments() if version_id(each.to_version) == decision), None)
        story = _story(engine, decision) if made is None else None
    language = lang or engine.plan.language
    if story is None:
        assert made is not None
        if mask:
            raise click.BadParameter("only a decision has fields to leave out", param_hint="--mask")
        told = amendment_record(made, language, plan=engine.plan)
        click.echo(printing.as_json(made.to_dict()) if as_json else printing.visible(told), nl=as_json)
        return
    if mask:
        try:
            story = masked_story(story, mask, known=engine.program.vocabulary.names)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--mask") from None
    if as_json:
        click.echo(printing.as_json(dict(story.kept.said)))
    else:
        click.echo(printing.visible(decision_record(story, language, plan=engine.plan)), nl=False)


@click.command()
@_DECISION
@ledger_option()
@_BY
@click.option("--reason", default="", metavar="TEXT", help="Why, where that is worth keeping.")
def accept(decision: str, ledger: str, tenant: str, by: str, reason: str) -> None:
    """Keep that DECISION is followed."""
    with opened(ledger, tenant) as kept:
        engine = Engine.resume(kept)
        answer = engine.accept(_story(engine, decision).kept.decision_id, by=by, reason=reason)
    click.echo(f"{answer.decision_id}: {answer.outcome}, accepted")


@click.command()
@_DECISION
@click.argument("outcome")
@ledger_option()
@_BY
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is read again in the review.")
@click.option("--until", required=True, metavar="DATE", help="The last day on which the override holds.")
def override(decision: str, outcome: str, ledger: str, tenant: str, by: str, reason: str, until: str) -> None:
    """Keep that something else is done than DECISION recommends: OUTCOME, as in ACCEPT. The recommendation stays."""
    with opened(ledger, tenant) as kept:
        engine = Engine.resume(kept)
        kept_id = _story(engine, decision).kept.decision_id
        last = _day(until, "--until")
        answer = engine.override(kept_id, outcome.upper(), by=by, reason=reason, until=last)
    click.echo(f"{answer.decision_id}: {answer.outcome} until {answer.until}, against the recommendation")


@click.command()
@_DECISION
@click.argument("result", type=click.Choice(["as_expected", "better", "worse", "unclear"]))
@ledger_option()
@click.option("--on", required=True, metavar="DATE", help="When this was seen.")
@click.option("--note", default="", metavar="TEXT")
@click.option("--by", default="", metavar="NAME", help="Who says so.")
@click.option("--measured", multiple=True, metavar="KPI=VALUE", help="What a KPI turned out to be (repeatable).")
def outcome(
    decision: str, result: Result, ledger: str, tenant: str, on: str, note: str, by: str, measured: Sequence[str]
) -> None:
    """Keep what came of DECISION, once that is seen."""
    figures = dict(_pair(each) for each in measured)
    with opened(ledger, tenant) as kept:
        engine = Engine.resume(kept)
        decision_id = _story(engine, decision).kept.decision_id
        came = engine.report(decision_id, result, on=_day(on, "--on"), note=note, by=by, measured=figures)
    click.echo(f"{came.decision_id}: {came.result.replace('_', ' ')}")


@click.command()
@ledger_option()
@click.option(
    "--head", metavar="NUMBER:HASH", help="A head noted before: tells whether the end was cut off or replaced."
)
@JSON
def verify(ledger: str, tenant: str, head: str | None, as_json: bool) -> None:
    """Check the chain: that every entry is what it was when it was kept, and where it is not."""
    expected = _head(head) if head else None
    with opened(ledger, tenant) as kept:
        found = kept.verify(expected)
    if as_json:
        data = {
            "sound": found.sound,
            "entries": found.entries,
            "head": {"sequence": found.head.sequence, "hash": found.head.hash},
            "breaks": [{"sequence": each.sequence, "says": each.says} for each in found.breaks],
            "erasures": [{"sequence": n, "label": label, "redacted": count} for n, label, count in found.erasures],
        }
        click.echo(printing.as_json(data))
    else:
        lines = [f"entry {each.sequence}: {each.says}" for each in found.breaks]
        lines += [
            f"entry {n}: {label} was put in the place of a name in {count} entries"
            for n, label, count in found.erasures
        ]
        told = "the chain holds" if found.sound else "the chain is broken"
        lines.append(f"{found.entries} entries, {told}")
        if found.head.hash:  # else the last entry cannot be read
            lines.append(f"head {found.head.sequence}:{found.head.hash}")
        click.echo("\n".join(lines))
    sys.exit(0 if found.sound else 1)


@click.command()
@ledger_option()
@JSON
def replay(ledger: str, tenant: str, as_json: bool) -> None:
    """Decide again all that was decided, each on what it saw then: the same, or the first difference."""
    with opened(ledger, tenant) as kept:
        total = sum(1 for _ in kept.entries(0, ("decision",)))
        found = replayed(kept.entries, __version__, progress=_progress(total))
    if as_json:
        data = {
            "decisions": found.decisions,
            "same": found.same,
            "differences": [
                {"decision_id": d.decision_id, "path": d.path, "recorded": d.recorded, "now": d.now}
                for d in found.differences
            ],
            "compared_without_digests": found.without_digests,
            "compared_without_words": found.without_words,
        }
        click.echo(printing.as_json(data))
    else:
        for difference in found.differences[:1]:
            click.echo(printing.visible(str(difference)))
        same = found.decisions - len(found.differences)
        click.echo(f"{found.decisions} decision{'s' * (found.decisions != 1)} replayed, {same} the same")
        if found.without_digests:
            click.echo(f"{found.without_digests} compared without digests: a name was erased from what they rest on")
        if found.without_words:
            click.echo(f"{found.without_words} made by another version: compared without their wording")
    sys.exit(0 if found.same else 1)


@click.command()
@click.argument("name")
@ledger_option()
@click.option(
    "--reason", required=True, metavar="TEXT", help="Why the name is erased; it is kept, so leave the name out."
)
@click.option("--by", default="", metavar="NAME", help="Who erases it.")
def erase(name: str, ledger: str, tenant: str, reason: str, by: str) -> None:
    """Erase NAME (a person's) wherever it stands in the ledger. The chain still verifies, decisions still replay."""
    for what, text in (("NAME", name), ("--reason", reason)):
        if not text.strip():
            raise click.BadParameter("it is empty", param_hint=what)
    with opened(ledger, tenant) as kept:
        entry = Engine.resume(kept).erase(name, reason=reason, by=by)
        left = standing(kept.entries(), name)
    if entry is not None:
        click.echo(f"erased from {_entries(len(entry.data()['redacted']))}; {entry.id} stands in its place")
    elif not left.in_ids:
        click.echo("the name stands nowhere in the ledger")
    if left.in_ids:
        click.echo(f"it still stands in ids of {_entries(len(left.in_ids))}, which the chain is made of")
    if left.otherwise:
        click.echo(f"another spelling of it stands in {_entries(len(left.otherwise))}, and was not erased")


@click.command("plan")
@ledger_option()
def plan_in_force(ledger: str, tenant: str) -> None:
    """Print the plan that is in force in the ledger, as JSON that every command takes for a plan."""
    with opened(ledger, tenant) as kept:
        click.echo(printing.as_json(dump(Engine.resume(kept).plan)))


COMMANDS = (log, show, accept, override, outcome, verify, replay, erase, plan_in_force)


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


def _story(engine: Engine, named: str) -> Story:
    """The one decision whose id starts so, or the last one on the event of this id."""
    made = list(engine.ledger.entries(0, ("decision",)))
    by_id = [entry.id for entry in made if entry.id.startswith(named)]
    on_event = [entry.id for entry in made if event_id_of(entry) == named]
    if len(by_id) > 1 and named not in by_id and not on_event:
        message, hint = f"{len(by_id)} decisions start with `{named}`", "write more letters of the id"
        raise LedgerError([Problem(Place("<ledger>"), "LEDGER_NO_DECISION", message, hint)])
    return engine.decision(on_event[-1] if on_event else named if named in by_id or not by_id else by_id[0])


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"`{text}` is not a date, as in 2026-06-05", param_hint=option) from None


def _pair(text: str) -> tuple[str, str]:
    kpi, equals, value = text.partition("=")
    if not equals or not kpi or not value:
        raise click.BadParameter(f"`{text}` is not KPI=VALUE", param_hint="--measured")
    return kpi, value


def _head(text: str) -> Head:
    number, _, hashed = text.partition(":")
    if not number.isascii() or not number.isdigit() or len(hashed) != 64:
        raise click.BadParameter(f"`{text}` is no head, as `aop verify` prints it", param_hint="--head")
    return Head(int(number), hashed)


def _progress(total: int) -> Callable[[int], None] | None:
    """Says how far it is, on a terminal, where there is much to do."""
    if total < 50 or not sys.stderr.isatty():
        return None

    def said(done: int) -> None:
        if done % 20 == 0 or done == total:
            click.echo(f"\r{done} of {total}" + ("\n" if done == total else ""), nl=False, err=True)

    return said
