"""The command that asks what if: the plan or the facts a little different, and what that would change. It keeps nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

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
    events_in,
    ledger_option,
    one_past,
    opened,
)
from aop_rules.engine import Engine
from aop_rules.errors import PlanError
from aop_rules.events import EventBase
from aop_rules.facts.check import fit_the_plan
from aop_rules.limits import DIGITS_MAX
from aop_rules.plan.model import Plan
from aop_rules.source.read import read_text
from aop_rules.what_if.asking import WhatIf
from aop_rules.what_if.asking import what_if as asked
from aop_rules.what_if.break_even import BreakEven, break_even
from aop_rules.what_if.sweep import Sweep, numbers, sweep
from aop_rules.what_if.world import World
from aop_rules.wording.numbers import Language


@click.command("what-if")
@PLAN
@HISTORY
@MAPPING
@ledger_option(required=False)
@AS_OF
@RULES
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Another value in the plan (repeatable).")
@click.option("--with", "more", multiple=True, metavar="FILE", help="Events that happen on top (repeatable).")
@click.option("--decide", "decide", multiple=True, metavar="FILE", help="Events to decide now and then (repeatable).")
@click.option("--redecide", is_flag=True, help="Make the decisions of the ledger again, now and then.")
@click.option("--sweep", "swept", metavar="PATH=LOW..HIGH/STEP", help="Decide --event for each value of one number.")
@click.option("--break-even", "broken_even", metavar="PATH=LOW..HIGH", help="Where the outcome of --event switches.")
@click.option("--event", metavar="FILE", help="The event of --sweep or --break-even.")
@click.option(
    "--landing", "landings", multiple=True, metavar="KPI", help="Of --sweep: show where a KPI lands (repeatable)."
)
@click.option("--outcome", metavar="OUTCOME", help="Of --break-even: only switches to it or away from it.")
@click.option("--processes", type=click.IntRange(1), help="How many work at once; as many as pay where missing.")
@LANG
@JSON
def what_if(
    plan: str,
    history: Sequence[str],
    mapping: str | None,
    ledger: str | None,
    tenant: str,
    as_of: str | None,
    rules: Sequence[str],
    settings: Sequence[str],
    more: Sequence[str],
    decide: Sequence[str],
    redecide: bool,
    swept: str | None,
    broken_even: str | None,
    event: str | None,
    landings: Sequence[str],
    outcome: str | None,
    processes: int | None,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Ask what would change if PLAN said something else (--set), or more happened (--with). Nothing is kept.

    With --sweep or --break-even one event is decided for many values of one number, of the plan
    (kpis.churn.breach) or of the event itself (costs[0].amount).
    """
    when = printing.parsed_moment(as_of)
    if (swept and broken_even) or bool(event) != bool(swept or broken_even):
        raise click.UsageError("one of --sweep and --break-even goes with --event")
    if (decide or redecide) and event:
        raise click.UsageError("--sweep and --break-even decide the event of --event only")
    changes = dict(_setting(each) for each in settings)
    found: WhatIf | Sweep | BreakEven
    with _engine(plan, rules, ledger, tenant, history, mapping) as engine:
        world = World.of(engine.plan, engine.program, engine.rulesets, engine.attributes, engine.ledger)
        meant = world.overlaid(changes).plan  # what happens on top may be of what only this plan has
        laid = [each for file in more for each in _events(meant, file, mapping)]
        if event:
            world, one = world.overlaid(changes, laid), _one(engine.plan, event, mapping)
            with _usage("--sweep" if swept else "--break-even"):
                if swept:
                    found = _swept(world, swept, one, landings, when, processes)
                else:
                    found = _break_even(world, broken_even or "", one, outcome, when, processes)
        else:
            found = asked(
                world,
                plan=changes,
                events=laid,
                decide=[each for file in decide for each in _events(engine.plan, file, mapping)],
                redecide=[story.kept for story in engine.decisions()] if redecide else (),
                as_of=when,
                now=engine.ledger.now(),
            )
    click.echo(printing.as_json(found.to_dict()) if as_json else printing.visible(found.text(lang)).rstrip("\n"))


@contextmanager
def _engine(
    plan: str, rules: Sequence[str], ledger: str | None, tenant: str, history: Sequence[str], mapping: str | None
) -> Iterator[Engine]:
    """The engine on a plan, over a ledger that holds something already, or over history files. Nothing is written."""
    if ledger is None:
        with engine_with(plan, rules, None, tenant, history, mapping) as engine:
            yield engine
        return
    one_past(ledger, history)
    with opened(ledger, tenant) as kept:
        yield Engine.open(plan, rules, ledger=kept)


def _events(plan: Plan, source: str, mapping: str | None) -> tuple[EventBase, ...]:
    file = events_in(source, plan, mapping)
    fit_the_plan(plan, [file])
    return file.events


def _one(plan: Plan, source: str, mapping: str | None) -> EventBase:
    found = _events(plan, source, mapping)
    if len(found) != 1:
        raise click.BadParameter(f"{len(found)} events are in it; one is asked of", param_hint="--event")
    return found[0]


def _swept(
    world: World, said: str, event: EventBase, landings: Sequence[str], when: datetime | None, processes: int | None
) -> Sweep:
    path, low, rest = _range(said)
    high, slash, step = rest.partition("/")
    if not slash:
        raise ValueError("a range ends with its step, as in `costs[0].amount=0..500/100`")
    values = (low, high, step)
    with _progress(len(numbers(values))) as told:
        return sweep(
            world,
            path=path,
            values=values,
            event=event,
            landings=landings,
            as_of=when,
            processes=processes,
            progress=told,
        )


def _break_even(
    world: World, said: str, event: EventBase, outcome: str | None, when: datetime | None, processes: int | None
) -> BreakEven:
    path, low, high = _range(said)
    return break_even(
        world, path=path, low=low, high=high, event=event, outcome=outcome, as_of=when, processes=processes
    )


def _range(said: str) -> tuple[str, str, str]:
    path, equals, bounds = said.partition("=")
    low, dots, rest = bounds.partition("..")
    if not (equals and dots):
        raise ValueError("a range is written `path=low..high`, as in `costs[0].amount=0..500`")
    return path.strip(), low, rest


@contextmanager
def _usage(option: str) -> Iterator[None]:
    """What is no range, number or outcome is a wrong use of the option."""
    try:
        yield
    except ValueError as error:
        raise click.BadParameter(printing.visible(str(error)), param_hint=option) from None


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None] | None]:
    """Says how far it is, on a terminal, where there is much to do."""
    if total < 50 or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=total, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


_WHOLE = re.compile(r"[+-]?[0-9]+(_[0-9]+)*")
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None}


def _setting(said: str) -> tuple[str, object]:
    """`path=value`: a whole number, `true`, `false`, `null` (takes it out), JSON in brackets, or a text."""
    path, equals, text = said.partition("=")
    if not equals:
        raise click.BadParameter(f"`{printing.visible(said)}` is no `path=value`", param_hint="--set")
    text = text.strip()
    if text in _WORDS:
        return path.strip(), _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) <= 2 * DIGITS_MAX:
        return path.strip(), int(text)
    if text[:1] in ("[", "{"):
        return path.strip(), read_text(text, "<--set>", "json", error=PlanError).data
    return path.strip(), text


COMMANDS = (what_if,)
