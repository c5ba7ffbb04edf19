"""The command that lists alerts, answers them, and tells others of what is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from aop_rules.alerts.sinks import sink_at
from aop_rules.alerts.telling import alerts_text
from aop_rules.cli import printing
from aop_rules.cli.looking import Looking, looks_at
from aop_rules.cli.options import JSON, LANG
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language


@click.command()
@looks_at
@LANG
@click.option("--ack", metavar="ALERT", help="Keep that somebody knows of this alert: its id, or its rule.")
@click.option("--silence", metavar="ALERT", help="Tell nobody of this alert, until a day and for a reason.")
@click.option("--by", default="", metavar="NAME", help="Who says so.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is silenced.")
@click.option("--until", metavar="DATE", help="The last day of the silence.")
@click.option(
    "--notify", multiple=True, metavar="FILE|URL", help="Tell a file, a webhook or an Apprise address (repeatable)."
)
@JSON
def alerts(
    look: Looking,
    lang: Language | None,
    ack: str | None,
    silence: str | None,
    by: str,
    reason: str,
    until: str | None,
    notify: Sequence[str],
    as_json: bool,
) -> None:
    """List the alerts of PLAN: what is off, since when, who knows of it. Or answer one, or tell others what is new.

    What is said and told is kept in the --ledger.
    """
    if not look.ledger and (ack or silence or notify):
        raise click.UsageError("what is said and told of alerts is kept in a --ledger")
    if silence and not until:
        raise click.UsageError("a silence needs --until")
    with look.engine() as engine:
        done = []
        if ack:
            known = engine.acknowledge(ack, by=by, reason=reason, as_of=look.when)
            done.append(f"{known.alert}: {known.by} knows of it")
        if silence:
            held = engine.silence(silence, by=by, reason=reason, until=_day(until or ""), as_of=look.when)
            done.append(f"{held.alert}: silenced until {held.until}")
        for where in notify:
            told = engine.notify(sink_at(where), look.when)
            language = lang or engine.plan.language
            done += [say("alert.told", language, text=one.text(language)) for each in told for one in each.each] or [
                say("alert.nothing_new", language)
            ]
        found = engine.alerts(look.when)
    if as_json:
        click.echo(printing.as_json([each.to_dict() for each in found]))
    else:
        printing.echo("\n".join(done) or alerts_text(found, engine.plan, lang or engine.plan.language))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"`{text}` is not a date, as in 2026-06-05", param_hint="--until") from None


COMMANDS = (alerts,)
