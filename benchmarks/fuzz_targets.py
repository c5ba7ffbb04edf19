"""What is fuzzed: each target takes bytes, gives them to one way in, and holds what comes out to what it promises.

Only errors of this library may come out of a target, and those that a parser of one value documents. What was accepted
must come back the same when it is written and read once more.
"""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner

from aop_rules import Engine, Money, Vocabulary
from aop_rules.cli import main
from aop_rules.errors import AopError, LedgerError
from aop_rules.events import canonical, parse_event, plain
from aop_rules.exact.calendar import calendar
from aop_rules.exact.number import number_text, parse_number, parse_ratio, ratio_text
from aop_rules.inference.conditions import Matcher
from aop_rules.ledger.cloudevents import to_cloudevent
from aop_rules.ledger.entry import Draft
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.reading import event_from, events_from
from aop_rules.ledger.record import moment
from aop_rules.plan.load import dump, load_plan, plan_from
from aop_rules.plan.threshold import Threshold
from aop_rules.rules.collection import collect
from aop_rules.rules.faults import ExpressionError
from aop_rules.rules.parser import parse
from aop_rules.rules.printer import show
from aop_rules.rules.ruleset import Ruleset, load_ruleset
from aop_rules.source.read import read_text

NOON = datetime(2026, 6, 5, 12, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[1]
FORMATS = ("yaml", "json", "toml", "jsonl", None)
BLANK = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}


@dataclass(frozen=True, slots=True)
class Target:
    """One way in, and what it is meant to read."""

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    structured: bool = True
    """Whether seeds hold data, which is edited as such besides as text."""


class NothingToRead(Exception):  # noqa: N818 - not an error: the input does not reach what is looked at
    """The bytes are not what a program would hand over."""


# ── seeds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _files(*patterns: str) -> list[bytes]:
    return [path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def plans() -> list[bytes]:
    return [json.dumps(BLANK).encode(), *_files("examples/*/plan.*", "tests/plan/broken/*", "tests/source/broken/*")]


def rulesets() -> list[bytes]:
    return _files("rulesets/*.yaml")


def events() -> list[bytes]:
    lines = [line for text in _files("examples/*/history/*.jsonl") for line in text.splitlines()[:4]]
    wrapped = [json.dumps(to_cloudevent(event)).encode() for line in lines[:8] for event in events_from(line).events]
    return [*_files("examples/*/cases/*.yaml"), *lines, b"\n".join(lines[:3]), *wrapped]


def in_toml() -> list[bytes]:
    return [
        b"aop = 1\nid = 'a'\n[goals.sales]\nto = 7\nname = {en = \"a\", vi = 'b'}\n[[rules]]\nid = 'x'\nwhen = '''true'''\n",
        b"kind = 'period_close'\nevent_id = 'a'\neffective_date = 2026-01-01\nknown_at = 2026-01-01T00:00:00Z\nperiod = '2026-01'\n",
        b'a.b."c d" = [1, 2.5, 0x1f, inf, 1e5, [true, {x = 1_000}],\n# note\n]\n[[e]]\n[e.f]\nt = 07:32:00\ns = """\na\\\n  b"""\n',
    ]


def conditions() -> list[bytes]:
    found = [rule.when for text in rulesets() for rule in load_ruleset(read_text(text)).rules if rule.when]
    return [
        text.encode() for text in (*sorted(set(found)), "event.tags in ['a', \"b\"] or known(kpi.value)", "1 < -2%")
    ]


def values() -> list[bytes]:
    return [
        b"7%", b"12.50", b"1_000_000", b"9/5", b"-3", b"1e6", b"1/3", b"1e999999999", b"12.50 USD", b"-1_000 VND",
        b"2026-05-31", b"2026-05-31T17:00+07:00", b"2026-W22", b"2026-05", b"2026-Q2",
        b"< 95% of target", b"< target - 2%", b"> 7 %",
    ]  # fmt: skip


# ── the ways in ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(data: bytes) -> str:
    """As text, whatever the bytes are; half characters too."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _choice(data: bytes) -> tuple[str | None, bytes]:
    """The last byte picks a format, so that seeds stay what they are."""
    return (FORMATS[data[-1] % len(FORMATS)], data[:-1]) if data else (None, data)


def source_yaml(data: bytes) -> None:
    read_text(data, "x", "yaml", recover=True)


def source_json(data: bytes) -> None:
    ours = read_text(data, "x", "json").data
    theirs = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    assert ours == theirs, "another value than the standard library reads"


def source_toml(data: bytes) -> None:
    ours = read_text(data, "x", "toml").data
    assert isinstance(ours, dict) and set(ours) == set(tomllib.loads(data.decode("utf-8-sig"))), "other keys"


def plan_text(data: bytes) -> None:
    form, text = _choice(data)
    plan = load_plan(read_text(text, "x", None if form == "jsonl" else form, recover=True))  # type: ignore[arg-type]
    assert plan_from(dump(plan)) == plan, "not the same plan when read again"


def plan_data(data: bytes) -> None:
    plan = plan_from(_loaded(data))
    assert plan_from(dump(plan)) == plan, "not the same plan when read again"


def ruleset_text(data: bytes) -> None:
    ruleset = load_ruleset(read_text(data, "x", recover=True))
    again = Ruleset.model_validate(ruleset.model_dump(exclude_defaults=True))
    assert again == ruleset, "not the same rules when read again"
    collect(_engine().plan, [ruleset])


def events_text(data: bytes) -> None:
    form, text = _choice(data)
    for event in events_from(text, "x", form).events:
        _same_again(event)


def event_data(data: bytes) -> None:
    _same_again(event_from(_loaded(data)))


def _same_again(event: Any) -> None:
    assert parse_event(plain(event)) == event, "not the same event when read again"
    assert event_from(json.loads(json.dumps(to_cloudevent(event)))) == event, "not the same event as a CloudEvent"
    canonical(event).encode()


def decision(data: bytes) -> None:
    """A whole way: the event read, checked against the plan, decided and explained."""
    for event in events_from(data).events:
        decided = _engine().evaluate(event)
        json.loads(decided.to_json())
        for language in ("en", "vi"):
            decided.explain(language, "full").encode()


def expression(data: bytes) -> None:
    text = _text(data)
    try:
        tree = parse(text)
    except ExpressionError as error:
        assert all(0 <= fault.span[0] <= fault.span[1] <= len(text) for fault in error.faults), (
            "a fault outside the text"
        )
    else:
        assert parse(show(tree)) == tree, "not the same condition when read again"
    Matcher.compile({"a": text}, _vocabulary())


def scalar(data: bytes) -> None:
    text = _text(data)
    for read, write in (
        (parse_number, number_text),
        (parse_ratio, ratio_text),
        (Money.parse, str),
        (Threshold.parse, str),
    ):
        try:
            value = read(text)
        except ValueError as error:
            _documented(error)
        else:
            _written_again(read, write, value)
    for look in (moment, calendar(date(2026, 1, 1)).resolve, calendar(date(2026, 2, 2), "4-4-5").resolve):
        try:
            look(text)  # type: ignore[operator]
        except ValueError as error:
            _documented(error)


def _written_again(read: Any, write: Any, value: Any) -> None:
    try:
        again = read(write(value))
    except ValueError:
        # `9/5` of sixty digits a side is read; nothing shorter says it.
        assert isinstance(value, Threshold) or Fraction(value), "cannot be written"
    else:
        assert again == value, "another value when read again"


def _documented(error: ValueError) -> None:
    assert not isinstance(error, UnicodeError), "not an error that is documented"


def ledger_entry(data: bytes) -> None:
    """What somebody may have put in the place of a body: read as an event, and as what an erasure says."""
    ledger = Ledger(clock=lambda: NOON, salt=lambda: "5" * 32)
    ledger.keep([Draft(kind, "a", _text(data)) for kind in ("event", "erasure")])
    assert ledger.verify().sound, "the chain breaks by itself"
    for event in ledger.events():
        _same_again(event)


def ledger_file(data: bytes) -> None:
    """A file of a ledger, or of something else."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "aop.db"
        file.write_bytes(data)
        for use in (lambda one: one.verify(), lambda one: one.records(), lambda one: [*one.entries()], _one_more):
            try:
                with Ledger.open(str(file), create=False) as ledger:
                    use(ledger)
            except LedgerError:
                continue


def _one_more(ledger: Ledger) -> None:
    close = {"kind": "period_close", "event_id": "new", "effective_date": "2026-06-05", "period": "2026-05"}
    ledger.append(event_from(close))


def ledgers() -> list[bytes]:
    """Files of ledgers, and one of another program."""
    lines = [event for text in _files("examples/*/history/*.jsonl")[:2] for event in events_from(text).events[:8]]
    with TemporaryDirectory() as folder:
        file, other = Path(folder) / "aop.db", Path(folder) / "other.db"
        with Ledger.open(str(file), create=True) as ledger:
            ledger.extend(lines)
            ledger.erase(lines[0].event_id, reason="asked for")
        with closing(sqlite3.connect(other)) as theirs:
            theirs.execute("CREATE TABLE entries (sequence INTEGER PRIMARY KEY, body TEXT)")
            theirs.commit()
        return [file.read_bytes(), other.read_bytes()]


def as_of(data: bytes) -> None:
    words = ["decide", "no plan.yaml", "-", "--as-of", _text(data)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code in (1, 2), f"exit code {done.exit_code}: {done.output[-300:]}"
    assert not any(sign in done.output for sign in "\x1b\x9b\x07\u202e"), "a sign that steers a terminal is printed raw"


def _loaded(data: bytes) -> Mapping[str, Any]:
    """What a program would hand over: plain data of the standard library, floats and all."""
    try:
        loaded = json.loads(_text(data))
    except (ValueError, RecursionError):
        loaded = None
    if not isinstance(loaded, Mapping):
        raise NothingToRead
    return loaded


@cache
def _engine() -> Engine:
    return Engine.open(ROOT / "examples/babycare_house/plan.yaml")


@cache
def _vocabulary() -> Vocabulary:
    return _engine().program.vocabulary


def as_json(seeds: Callable[[], list[bytes]]) -> Callable[[], list[bytes]]:
    """The same seeds as plain data."""

    def found() -> list[bytes]:
        data = []
        for seed in seeds():
            try:
                data.append(read_text(seed, recover=True).data)
            except AopError:
                continue
        data += [each["event"] for each in data if isinstance(each, dict) and isinstance(each.get("event"), dict)]
        return [json.dumps(each, default=str).encode() for each in data if isinstance(each, dict)]

    return found


TARGETS: dict[str, Target] = {
    "source-yaml": Target(source_yaml, lambda: [*plans(), *rulesets()]),
    "source-json": Target(source_json, as_json(plans)),
    "source-toml": Target(source_toml, in_toml),
    "plan": Target(plan_text, lambda: [*plans(), *in_toml()]),
    "plan-data": Target(plan_data, as_json(plans)),
    "ruleset": Target(ruleset_text, rulesets),
    "events": Target(events_text, lambda: [*events(), *in_toml()]),
    "event-data": Target(event_data, as_json(events)),
    "decision": Target(decision, events),
    "expression": Target(expression, conditions, structured=False),
    "scalar": Target(scalar, values, structured=False),
    "ledger-entry": Target(ledger_entry, lambda: [*as_json(events)(), b'{"redacted":[{"sequence":1,"digest":"a"}]}']),
    "ledger-file": Target(ledger_file, ledgers, structured=False),
    "as-of": Target(as_of, values, structured=False),
}
