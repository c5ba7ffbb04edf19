"""Every cap of `limits`, at the cap (taken) and one past it (one clear error with its code).

A cap that is not in the table fails here. What would take long at full size is lowered in the module that reads it (`lowered`):
HISTORY_BYTES_MAX (256 MB), RULES_MAX (50,000 checked rules), FIRINGS_MAX, and NODES_MAX but in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest

from aop_rules import limits
from aop_rules.errors import AopError, EngineError, InputError, PlanError
from aop_rules.exact.number import parse_number
from aop_rules.importing import cell, csv_table
from aop_rules.importing import workbook as workbooks
from aop_rules.importing.csv_table import read_csv
from aop_rules.importing.workbook import read_workbook
from aop_rules.inference import chain_reference
from aop_rules.inference.chain import ChainRule, Pattern
from aop_rules.inference.chainer import Chainer
from aop_rules.inference.shards import shards
from aop_rules.ledger import lines, reading
from aop_rules.ledger.entry import Draft
from aop_rules.ledger.ledger import Ledger
from aop_rules.ledger.reading import events_from, read_events
from aop_rules.limits import (
    DURABLE_SHARD_RULES,
    EXPRESSION_CHARACTERS_MAX,
    FILE_BYTES_MAX,
    NODES_MAX,
)
from aop_rules.plan.load import load_plan, plan_from
from aop_rules.rules import collection
from aop_rules.rules.collection import collect
from aop_rules.rules.parser import parse
from aop_rules.rules.rule import Rule
from aop_rules.rules.ruleset import Ruleset, load_ruleset
from aop_rules.source import build, toml_places
from aop_rules.source.read import read, read_text
from strategies import BABYCARE
from workbooks import Rows, workbook

Monkey = pytest.MonkeyPatch
BLANK = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
CLOSE = '{"kind": "period_close", "event_id": "%s", "effective_date": "2026-01-31", "period": "2026-01"}'


@dataclass(frozen=True)
class Cap:
    """How one cap is met: `use(size)` with the cap itself, and with one more."""

    use: Callable[[int], object]
    code: str
    error: type[AopError] = InputError
    most: int | None = None
    """What `use` is given at the cap, where it is not the cap."""
    lowered: tuple[tuple[object, int], ...] = ()
    """The modules that read the cap, and the smaller one that they are given."""


def nested(depth: int, format_: str) -> str:
    """A value `depth` levels deep."""
    if format_ == "toml":
        return "a = " + "[" * (depth - 1) + "1" + "]" * (depth - 1)
    return "[" * depth + "1" + "]" * depth


def tree(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = {"a": value}
    return value


def file_of(size: int) -> object:
    return read_text(f"a: 1\n{'#' * (size - 5)}".encode())


def history_of(size: int) -> bytes:
    line = (CLOSE % "a").encode()
    return line + b"\n" + line + b" " * (size - 2 * len(line) - 1)


def history_file(folder: Path, size: int) -> object:
    file = folder / "history.jsonl"
    file.write_bytes(history_of(size))
    return read_events(file)


def expression_of_nodes(count: int) -> object:
    """A call is one node, and each of its words another."""
    return parse(f"min({','.join('a' * (count - 1))})")


def plan_with_problems(count: int) -> object:
    try:
        plan_from(BLANK | {f"k{n}": 1 for n in range(count)})
    except PlanError as error:
        if error.problems[-1].code == "PLAN_MORE":
            raise
        return error
    raise AssertionError


def given(count: int) -> object:
    chain = [f"requires(x{n}, x{n + 1})" for n in range(count)]
    rule = Rule(id="a", given=chain, conclude="mine(x0)")
    return collect(load_plan(BABYCARE / "plan.yaml"), [Ruleset(ruleset="a", rules=(rule,))])


def rules_of(count: int) -> object:
    plan = plan_from(BLANK)
    own = len(collect(plan, ()).rules) if count > 5 else 0
    rules = tuple(
        Rule(id=f"r{n}", when="event.amount > 5", effect="WATCH", because="much", events=["market_signal"])
        for n in range(count - own)
    )
    return collect(plan, [Ruleset(ruleset="a", rules=rules)])


def facts(count: int) -> object:
    return Chainer([ChainRule(1, (Pattern(7, (0,)),), Pattern(8, (0,)))], "reference").infer(
        [(1, n) for n in range(count)]
    )


def firings(count: int) -> object:
    """Every `1` joined with every `2` about the same thing fires once."""
    rule = ChainRule(1, (Pattern(1, (0, 1)), Pattern(2, (1, 2))), Pattern(3, (0,)))
    links = [(1, 1, 0), *((2, 0, n) for n in range(count))]
    return Chainer([rule], "reference").infer([], [], links)


def shard_rules(count: int) -> object:
    """Known and possible forms and the sentinel stand in one ruleset; one rule more opens another."""
    rules = [ChainRule(n, (Pattern(n, (0,)),), Pattern(1000 + n, (0,))) for n in range((count - 1) // 2)]
    assert len(shards(rules)) == 1
    assert len(shards(rules)[0].rules) + 1 <= DURABLE_SHARD_RULES
    return rules


def csv_of(text: str) -> object:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.csv"
        file.write_text(text, encoding="utf-8")
        return read_csv(file, 1, ";", ())


def book_of(rows: Rows) -> object:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.xlsx"
        file.write_bytes(workbook(rows))
        return read_workbook(file, "")


def workbook_of(size: int) -> object:
    """A workbook whose parts unpack to so many bytes."""
    name = "xl/worksheets/sheet1.xml"
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.xlsx"
        file.write_bytes(workbook([["x"]]))
        with ZipFile(file) as archive:
            bare = sum(part.file_size for part in archive.infolist() if part.filename != "[Content_Types].xml")
            sheet = archive.read(name).decode()
        file.write_bytes(workbook([["x"]], {name: sheet + " " * (size - bare)}))
        return read_workbook(file, "")


def packed_of(size: int) -> object:
    """A workbook of so many bytes: a zip file may end with a comment, of 65,535 at most."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.xlsx"
        whole = workbook([["x"]])
        left = size - len(whole)
        file.write_bytes(whole[:-2] + left.to_bytes(2, "little") + b" " * left)
        return read_workbook(file, "")


def entry_of(size: int) -> object:
    return Ledger().keep([Draft("event", "a", "x" * size)])


CAPS: dict[str, list[Cap]] = {
    "ENTRY_BYTES_MAX": [Cap(entry_of, "LEDGER_TOO_LARGE")],
    "FILE_BYTES_MAX": [Cap(file_of, "SOURCE_TOO_LARGE")],
    "HISTORY_BYTES_MAX": [
        Cap(lambda size: events_from(history_of(size)), "SOURCE_TOO_LARGE", lowered=((reading, 1_000),)),
    ],
    "DEPTH_MAX": [
        Cap(lambda depth: read_text(nested(depth, "yaml"), format="yaml"), "SOURCE_TOO_DEEP"),
        Cap(lambda depth: read_text(nested(depth, "json"), format="json"), "SOURCE_TOO_DEEP"),
        Cap(lambda depth: read_text(nested(depth, "toml"), format="toml"), "SOURCE_TOO_DEEP"),
        Cap(lambda depth: read_text(".".join("a" * depth) + " = 1", format="toml"), "SOURCE_TOO_DEEP"),
        Cap(lambda depth: plan_from(BLANK | {"rules": [tree(depth - 2)]}), "SOURCE_TOO_DEEP"),
    ],
    "NODES_MAX": [
        Cap(lambda count: read_text("[" + "1," * (count - 2) + "1]", format="json"), "SOURCE_TOO_MANY_VALUES"),
        Cap(lambda n: read_text("[" + "1," * (n - 2) + "1]", format="yaml"), "MANY_VALUES", lowered=((build, 2_000),)),
        Cap(
            lambda n: read_text("a=[" + "1," * (n - 1) + "]", format="toml"),
            "MANY_VALUES",
            lowered=((toml_places, 2_000),),
        ),
    ],
    "DIGITS_MAX": [
        Cap(lambda count: read_text("a: " + "9" * count), "SOURCE_NUMBER_TOO_LONG"),
        Cap(lambda count: read_text(f"a: 1e{count}"), "SOURCE_NUMBER_TOO_LONG"),
        Cap(lambda count: read_text(f'{{"a": {"9" * count}}}'), "SOURCE_NUMBER_TOO_LONG"),
        Cap(lambda count: read_text("a = " + "9" * count, format="toml"), "SOURCE_NUMBER_TOO_LONG"),
        Cap(lambda count: read_text(f"a = 0.{'9' * (count - 1)}", format="toml"), "SOURCE_NUMBER_TOO_LONG"),
        Cap(lambda count: plan_from(BLANK | {"version": 10**count - 1}), "SOURCE_NUMBER_TOO_LONG"),
        Cap(lambda count: parse_number("9" * count), "is too long", AopError),
        Cap(lambda count: parse("a > " + "9" * count), "RULE_NUMBER", AopError),
    ],
    "TABLE_BYTES_MAX": [
        Cap(lambda size: csv_of("a" + "\n" * (size - 1)), "SOURCE_TOO_LARGE", lowered=((csv_table, 9_000),)),
        Cap(packed_of, "SOURCE_TOO_LARGE", lowered=((workbooks, 9_000),)),
    ],
    "TABLE_ROWS_MAX": [
        Cap(lambda rows: csv_of("a\n" * rows), "IMPORT_TOO_LARGE", lowered=((cell, 1_000),)),
        Cap(lambda rows: book_of([["x"]] * rows), "IMPORT_TOO_LARGE", lowered=((cell, 1_000),)),
    ],
    "TABLE_COLUMNS_MAX": [
        Cap(lambda columns: csv_of(";" * (columns - 1) + "a\n"), "IMPORT_TOO_LARGE"),
        Cap(lambda columns: book_of([[None] * (columns - 1) + ["x"]]), "IMPORT_TOO_LARGE"),
    ],
    "TABLE_UNPACKED_MAX": [Cap(workbook_of, "IMPORT_TOO_LARGE", lowered=((workbooks, 50_000),))],
    "TEXT_MAX": [
        Cap(lambda size: csv_of("a\n" + "x" * size + "\n"), "IMPORT_TOO_LARGE"),
        Cap(lambda size: book_of([["x" * size]]), "IMPORT_TOO_LARGE"),
        Cap(lambda size: read_text("a: " + "x" * size), "SOURCE_TEXT_TOO_LONG"),
        Cap(lambda size: read_text('{"' + "x" * size + '": 1}'), "SOURCE_TEXT_TOO_LONG"),
        Cap(lambda size: read_text(f'a = "{"x" * size}"', format="toml"), "SOURCE_TEXT_TOO_LONG"),
        Cap(lambda size: plan_from(BLANK | {"name": "x" * size}), "SOURCE_TEXT_TOO_LONG"),
    ],
    "PROBLEMS_MAX": [Cap(plan_with_problems, "PLAN_MORE")],
    "EXPRESSION_CHARACTERS_MAX": [Cap(lambda size: parse("a" * size), "RULE_TOO_LONG", AopError)],
    "EXPRESSION_NODES_MAX": [Cap(expression_of_nodes, "RULE_TOO_LONG", AopError)],
    "EXPRESSION_DEPTH_MAX": [
        Cap(lambda depth: parse("a" + "+a" * (depth - 1)), "RULE_TOO_DEEP", AopError),
        Cap(lambda depth: parse("(" * (depth - 1) + "a" + ")" * (depth - 1)), "RULE_TOO_DEEP", AopError),
    ],
    "RULES_MAX": [Cap(rules_of, "RULE_TOO_MANY", lowered=((collection, 300),))],
    "GIVEN_MAX": [Cap(given, "RULE_GIVEN")],
    "FACTS_MAX": [Cap(facts, "facts", EngineError)],
    "FIRINGS_MAX": [Cap(firings, "firings", EngineError, lowered=((chain_reference, 2_000),))],
    "DURABLE_SHARD_RULES": [Cap(shard_rules, "", AssertionError, most=DURABLE_SHARD_RULES - 1)],  # type: ignore[arg-type]
}
EACH = [pytest.param(name, cap, id=f"{name}-{n}") for name, caps in CAPS.items() for n, cap in enumerate(caps)]


def test_every_cap_is_met_here() -> None:
    assert {name for name in vars(limits) if name.isupper()} == set(CAPS), "a new cap wants its two tests"


def lower(monkeypatch: Monkey, name: str, cap: Cap) -> int:
    for module, value in cap.lowered:
        monkeypatch.setattr(module, name, value)
    return cap.most or (cap.lowered[0][1] if cap.lowered else getattr(limits, name))


@pytest.mark.parametrize(("name", "cap"), EACH)
def test_at_the_cap_all_is_well(name: str, cap: Cap, monkeypatch: Monkey) -> None:
    cap.use(lower(monkeypatch, name, cap))


@pytest.mark.parametrize(("name", "cap"), EACH)
def test_one_past_the_cap_is_one_clear_error(name: str, cap: Cap, monkeypatch: Monkey) -> None:
    size = lower(monkeypatch, name, cap)
    with pytest.raises(cap.error) as caught:
        cap.use(size + (2 if name == "DURABLE_SHARD_RULES" else 1))
    assert cap.code in str(caught.value)
    assert len(str(caught.value)) < 40_000, "an error is no way to fill a disk"


@pytest.mark.parametrize("suffix", ["yaml", "json", "toml"])
def test_a_file_may_be_as_large_as_the_cap(tmp_path: Path, suffix: str) -> None:
    body = {"yaml": "a: 1\n#", "json": '{"a": 1} ', "toml": "a = 1\n#"}[suffix]
    for size, taken in ((FILE_BYTES_MAX, True), (FILE_BYTES_MAX + 1, False)):
        file = tmp_path / f"{size}.{suffix}"
        file.write_bytes(body.encode() + (b" " if suffix == "json" else b"#") * (size - len(body)))
        if taken:
            assert read(file).data == {"a": 1}
        else:
            with pytest.raises(InputError, match="SOURCE_TOO_LARGE"):
                read(file)


def test_a_history_file_may_be_as_large_as_its_cap(tmp_path: Path, monkeypatch: Monkey) -> None:
    monkeypatch.setattr(lines, "HISTORY_BYTES_MAX", 1_000)
    assert history_file(tmp_path, 1_000)
    with pytest.raises(InputError, match="SOURCE_TOO_LARGE"):
        history_file(tmp_path, 1_001)


def test_a_line_of_a_history_may_be_as_large_as_a_file() -> None:
    for size, taken in ((FILE_BYTES_MAX, True), (FILE_BYTES_MAX + 1, False)):
        line = CLOSE % "a" + " " * (size - len(CLOSE % "a"))
        if taken:
            assert events_from(line, format="jsonl").events
        else:
            with pytest.raises(InputError, match="SOURCE_TOO_LARGE"):
                events_from(line, format="jsonl")


def test_a_cap_on_values_counts_plain_data_too() -> None:
    with pytest.raises(PlanError, match="SOURCE_TOO_MANY_VALUES"):
        plan_from(BLANK | {"priorities": [0] * NODES_MAX})


def test_the_caps_of_a_tree_hold_for_what_a_program_hands_over() -> None:
    again: dict[str, object] = {}
    again["a"] = again
    for data in (tree(5_000), again, [[[again]]]):
        with pytest.raises(PlanError, match="SOURCE_TOO_DEEP"):
            plan_from(BLANK | {"rules": [data]})


def test_a_longest_condition_of_a_ruleset_is_read() -> None:
    rule = {"id": "a", "when": "event.amount > 1".ljust(EXPRESSION_CHARACTERS_MAX), "conclude": "big"}
    load_ruleset(read_text(json.dumps({"ruleset": "house", "rules": [rule]})))
