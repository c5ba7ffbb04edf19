"""How the plan was changed, and which names were erased: as the ledger holds it, and told to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aop_rules.ledger.entry import Entry, damaged
from aop_rules.plan.amendment import Amendment, amendment_from
from aop_rules.plan.change_report import diff_text
from aop_rules.plan.model import Plan
from aop_rules.wording.markdown import code, escaped, plain, table
from aop_rules.wording.messages import say
from aop_rules.wording.numbers import Language, show_period


@dataclass(frozen=True, slots=True)
class Erasure:
    """A name that was erased."""

    label: str
    """What stands in its place."""
    reason: str
    by: str
    entries: int
    """In how many entries it stood."""


def amendments(entries: Iterable[Entry]) -> tuple[Amendment, ...]:
    """Those among the entries, in their order. Raises LedgerError where somebody has changed one into what is none."""
    return tuple(_amendment(entry) for entry in entries if entry.kind == "amendment")


def erasures(entries: Iterable[Entry]) -> tuple[Erasure, ...]:
    """As of amendments."""
    return tuple(_erasure(entry) for entry in entries if entry.kind == "erasure")


def _amendment(entry: Entry) -> Amendment:
    try:
        return amendment_from(entry.data())
    except (LookupError, TypeError, ValueError):
        raise damaged(entry.sequence) from None


def _erasure(entry: Entry) -> Erasure:
    data = entry.data()
    try:
        return Erasure(str(data["label"]), str(data["reason"]), str(data["by"]), len(data["redacted"]))
    except (LookupError, TypeError):
        raise damaged(entry.sequence) from None


# ── for people ──────────────────────────────────────────────────────────────────────────────────────────────────────


def changed_lines(
    made: Iterable[Amendment], gone: Iterable[Erasure], language: Language
) -> tuple[tuple[str, list[str]], ...]:
    """What is told below the log: a heading and its lines; nothing where there is none."""
    told = (
        (say("changed.plan", language), [amended_line(each, language) for each in made]),
        (say("changed.names", language), [erased_line(each, language) for each in gone]),
    )
    return tuple((heading, [plain(line) for line in lines]) for heading, lines in told if lines)


def amended_line(amendment: Amendment, language: Language) -> str:
    """An amendment in one sentence: from when, who, why, and what is given up for it."""
    said = say("changed.from", language, version=amendment.to_version, period=_period(amendment, language))
    if amendment.requester:
        said = say("changed.by", language, said=said, by=amendment.requester)
    if amendment.approver:
        said = say("changed.approved", language, said=said, by=amendment.approver)
    said = say("record.reason", language, said=said, reason=amendment.reason)
    return say("changed.trade_off", language, said=said, trade_off=amendment.trade_off)


def erased_line(erasure: Erasure, language: Language) -> str:
    """An erasure in one sentence."""
    said = say("changed.erased", language, label=erasure.label, count=erasure.entries)
    if erasure.by:
        said = say("changed.erased_by", language, said=said, by=erasure.by)
    return say("record.reason", language, said=said, reason=erasure.reason)


def amendment_record(amendment: Amendment, language: Language = "en", *, plan: Plan | None = None) -> str:
    """The record of one amendment in Markdown, as `decision_record` is that of a decision. `plan` gives the plan's name."""
    name = plan.name.in_language(language) if plan else amendment.plan_id
    version = say("record.version", language, id=name, version=amendment.to_version)
    rows = [
        ("changed.effective", escaped(_period(amendment, language))),
        ("changed.requester", escaped(amendment.requester)),
        ("changed.approver", escaped(amendment.approver)),
        ("changed.before", str(amendment.from_version)),
        ("record.digest", code(amendment.to_digest)),
    ]
    head = (say("record.what", language), say("record.said", language))
    # Set in by four signs it is shown as it stands, whatever people wrote.
    changes = "\n".join(f"    {_line(line)}" for line in diff_text(amendment.changes, language).splitlines())
    parts = [
        f"# {escaped(f'v{amendment.to_version}: {version}')}",
        table(head, ((say(key, language), value) for key, value in rows if value)),
        *(f"## {say('record.why', language)}", escaped(amendment.reason)),
        *(f"## {say('changed.given_up', language)}", escaped(amendment.trade_off)),
        *(f"## {say('changed.changes', language)}", changes),
    ]
    return "\n\n".join(parts) + "\n"


def _period(amendment: Amendment, language: Language) -> str:
    return show_period(amendment.effective_from, language)


def _line(text: str) -> str:
    """A line, set in as it was."""
    return " " * (len(text) - len(text.lstrip(" "))) + plain(text)
