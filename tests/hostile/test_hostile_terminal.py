"""Words of a file never steer the terminal that they are printed on, and JSON still says them sign for sign."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aop_rules.cli import main
from aop_rules.cli.printing import escaped, visible

STEERING = ("\x1b[31mred", "\x1b]0;title\x07", "\x9b2J", "\x7f\x08", "\u202eevil", "\u2028", "\u200b", "a\rb")
BLANK: dict[str, Any] = {"aop": 1, "id": "shop", "currency": "USD", "year": {"starts": "2026-01-01"}}


def printed(*words: str | Path) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code in (0, 1, 2), result.output
    return result.stdout + result.stderr


def raw(text: str) -> list[str]:
    return [sign for sign in text if not sign.isprintable() and sign not in "\n\t"]


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A plan, an event and a ruleset, all of whose words steer."""
    said = "".join(STEERING)
    kpi = {"name": said, "kind": "flow", "unit": "currency"}
    goal = {"name": said, "kpi": "sales", "to": 5}
    plan = BLANK | {
        "name": said,
        "kpis": {"sales": kpi},
        "goals": {"more": goal},
        "not_this_year": {"shop": {"name": said, "reason": said, "tags": [said]}},
        "budget": {"lines": {"ads": {"name": said, "amount": 10}}},
    }
    event = {"event_id": said, "kind": "proposal", "effective_date": "2026-03-02", "title": said, "category": said}
    rule = {
        "id": "a",
        "when": "true",
        "effect": "FORBID",
        "because": said,
        "needs": said,
        "owner": said,
        "component": said,
    }
    files = tmp_path / "plan.json", tmp_path / "event.json", tmp_path / "rules.json"
    for file, data in zip(files, (plan, event, {"ruleset": "own", "about": said, "rules": [rule]}), strict=True):
        file.write_text(json.dumps(data))
    return files


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_nothing_that_a_command_prints_steers_a_terminal(
    written: tuple[Path, Path, Path], more: tuple[str, ...]
) -> None:
    plan, event, rules = written
    for words in (
        ("check", plan, "--rules", rules, *more),
        ("decide", plan, event, "--rules", rules, *(more or ("--detail", "full"))),
        ("rules", plan, "--rules", rules, *more),
        ("vocabulary", plan, *more),
        ("graph", plan, "--format", "json" if more else "mermaid"),
        ("graph", plan, "--format", "json" if more else "dot"),
    ):
        out = printed(*words)
        assert not raw(out), (words, raw(out))
        if more and words[0] != "decide":
            assert json.loads(out)


def test_problems_do_not_steer_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(
        json.dumps(BLANK | {word: word for word in STEERING} | {"name": list(STEERING), "currency": STEERING[0]})
    )
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"kind": STEERING[0], "specversion": STEERING[1], STEERING[2]: 1}))
    for words in (("check", file), ("check", file, "--json"), ("decide", file, event), ("graph", file)):
        assert not raw(printed(*words))


def test_arguments_do_not_steer_a_terminal() -> None:
    for word in STEERING:
        for words in (
            ("check", word),
            ("decide", word, word),
            ("decide", "x", "x", "--as-of", word),
            ("schema", word),
            (word,),
        ):
            assert not {"\x1b", "\x9b", "\x07"} & set(printed(*words)), words


def test_json_says_the_same_when_it_is_escaped() -> None:
    data = {word: word for word in (*STEERING, "Cửa hàng", "😀\U000e0001")}
    text = escaped(json.dumps(data, ensure_ascii=False, indent=2))
    assert json.loads(text) == data and not raw(text) and "Cửa hàng" in text
    assert not raw(visible("".join(STEERING)))
