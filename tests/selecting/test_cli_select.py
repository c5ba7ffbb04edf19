"""`aop select`: a screen, JSON, and what is wrong at its place."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from aop_rules.cli import main
from strategies import BABYCARE

PLAN = str(BABYCARE / "plan.yaml")
PAST = ["-H", str(BABYCARE / "history" / "2026_jan_may.jsonl")]


def aop(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["select", PLAN, *words, *PAST])
    return done.exit_code, done.stdout, done.stderr


def test_it_tells_what_to_take_and_why_not_the_rest() -> None:
    code, screen, said = aop(str(BABYCARE / "proposals.jsonl"), "--lang", "en")
    assert (code, said) == (0, "")
    assert "Combo sau sinh trên sàn: accept" in screen
    assert "Livestream mùa hè: defer" in screen
    assert max(map(len, screen.splitlines())) <= 100


def test_it_tells_machines() -> None:
    code, told, _ = aop(str(BABYCARE / "proposals.jsonl"), "--json", "--prices")
    assert code == 0
    data = json.loads(told)
    assert [each["id"] for each in data["chosen"]] == ["mother-sets", "search-ads"]
    assert [each["step"] for each in data["prices"]] == [77_360_000]


def test_what_is_no_proposal_is_named_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "events.yaml"
    file.write_text(
        "{event_id: c, kind: period_close, effective_date: 2026-06-10, period: 2026-05}\n", encoding="utf-8"
    )
    code, _, said = aop(str(file))
    assert code == 1
    assert said.startswith(f"{file}:1:") and "SELECT_NO_PROPOSAL" in said
