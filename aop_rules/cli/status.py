"""The command that shows where the year stands, on one screen."""

from __future__ import annotations

import sys
import unicodedata

import click

from aop_rules.cli import printing
from aop_rules.cli.looking import Looking, looks_at
from aop_rules.cli.options import JSON, LANG
from aop_rules.wording.numbers import Language


@click.command()
@looks_at
@click.option("--ascii", "ascii_signs", is_flag=True, help="Draw bars and sparklines with ASCII signs.")
@LANG
@JSON
def status(
    look: Looking,
    ascii_signs: bool,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Show where the year of PLAN stands, on one screen: goals, budgets, people, risks, alerts, what is not known."""
    with look.engine() as engine:
        found = engine.status(look.when)
    if as_json:
        click.echo(printing.as_json(found.to_dict()))
        return
    encoding = sys.stdout.encoding or "utf-8"
    text = printing.visible(found.text(lang))
    if ascii_signs or not _holds(encoding, text):
        text = printing.visible(found.text(lang, ascii_signs=True))
    click.echo(_within(encoding, text), nl=False)


def _holds(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _within(encoding: str, text: str) -> str:
    """The text in letters that an encoding has: without their marks where it lacks those, else a question mark."""
    return "".join(sign if _holds(encoding, sign) else _bare(encoding, sign) for sign in text)


def _bare(encoding: str, sign: str) -> str:
    letter = {"đ": "d", "Đ": "D", "₫": "d", "–": "-", "·": "-"}.get(sign) or unicodedata.normalize("NFD", sign)[0]
    return letter if _holds(encoding, letter) else "?"


COMMANDS = (status,)
