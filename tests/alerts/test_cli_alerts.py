"""`aop alerts`: what it lists, what it keeps, whom it tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aop_rules.cli import main
from strategies import BABYCARE

PLAN = str(BABYCARE / "plan.yaml")
HISTORY = str(BABYCARE / "history" / "2026_jan_may.jsonl")
OVER = "plan.budget.lines.online_marketing.to_date"
JUNE = ("--as-of", "2026-06-10", "--lang", "en")


def aop(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def where(tmp_path: Path) -> str:
    ledger = str(tmp_path / "aop.db")
    assert aop("record", PLAN, HISTORY, "-L", ledger).exit_code == 0
    return ledger


def listed(*words: str) -> str:
    found = aop("alerts", PLAN, *words, *JUNE)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_it_lists_by_goal_and_owner_what_is_the_matter_first(where: str) -> None:
    lines = listed("-L", where).splitlines()

    assert lines[0] == "online share of revenue · nhân viên online"
    assert lines[1].startswith("  firing   online marketing: 318,000,000 ₫ used in January–May 2026, 24,240,000 ₫ over")
    assert lines[5].startswith("  pending  marketing cost to revenue is 8.91 % in May 2026, above the limit of 7 %")


def test_it_lists_from_history_files_as_well(where: str) -> None:
    assert listed("-H", HISTORY) == listed("-L", where)


def test_it_reads_tables_by_a_mapping() -> None:
    """A reading of June that comes as a table is judged like one that comes as an event."""
    table, mapping = BABYCARE / "imports" / "so_lieu_2026.csv", f"{BABYCARE}/imports/imports.yaml#figures"
    found = aop("alerts", PLAN, "-H", str(table), "--mapping", mapping, *JUNE)

    assert found.exit_code == 0, found.output
    assert "marketing cost to revenue is 8.91 % in May 2026" in found.stdout


def test_it_speaks_the_language_of_the_plan() -> None:
    assert "vượt 24.240.000 ₫ so với hạn mức" in aop("alerts", PLAN, "-H", HISTORY, "--as-of", "2026-06-10").stdout


def test_where_nothing_is_off_it_says_so() -> None:
    assert aop("alerts", PLAN, "--as-of", "2026-01-20", "--lang", "en").stdout == "no alerts\n"


def test_machines_get_json(where: str) -> None:
    found = json.loads(listed("-L", where, "--json"))

    assert (found[0]["rule"], found[0]["state"]) == (OVER, "firing")
    assert (found[0]["value"], found[0]["limit"], found[0]["sentence"]["vi"] > "") == (318_000_000, 293_760_000, True)


def test_who_knows_of_an_alert_and_why_it_is_silent_stand_below_it(where: str) -> None:
    assert listed("-L", where, "--ack", OVER, "--by", "Lan").endswith(": Lan knows of it\n")
    said = listed("-L", where, "--silence", OVER, "--by", "Lan", "--reason", "known", "--until", "2026-06-30")
    assert said.endswith(": silenced until 2026-06-30\n")
    shown = listed("-L", where)

    assert "silenced by Lan until 30 June 2026: known · Lan knows of it since 10 June 2026 · A-" in shown


def test_what_is_new_is_told_once(where: str, tmp_path: Path) -> None:
    file = str(tmp_path / "alerts.jsonl")
    first, second = listed("-L", where, "--notify", file), listed("-L", where, "--notify", file)

    assert "told: Firing: online marketing: 318,000,000 ₫ used in January–May 2026" in first
    assert second == "nothing new to tell\n"
    told = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    assert len({each["key"] for each in told}) == len(told) == first.count("told:")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--ack", OVER, "--by", "Lan"], 2, "kept in a --ledger"),
        (["-L", "{}", "--silence", OVER, "--by", "Lan", "--reason", "x"], 2, "needs --until"),
        (["-L", "{}", "--silence", OVER, "--by", "Lan", "--reason", "x", "--until", "soon"], 2, "is not a date"),
        (["-L", "{}", "--ack", "A-0", "--by", "Lan"], 1, "ALERT_UNKNOWN"),
        (["-L", "{}", "--ack", "plan.kpis.cahs.reading", "--by", "Lan"], 1, "did you mean `plan.kpis.cash.reading`?"),
        (["-L", "{}", "--ack", OVER], 1, "ALERT_WHO"),
        (["-L", "{}", "--notify", "http://"], 1, "ALERT_SINK"),
    ],
)
def test_what_cannot_be_is_said(where: str, words: list[str], code: int, said: str) -> None:
    found = aop("alerts", PLAN, *(word.format(where) for word in words), *JUNE)

    assert (found.exit_code, said in found.output) == (code, True), found.output


def test_a_name_is_erased_from_what_was_said_and_a_word_that_is_needed_is_not(where: str) -> None:
    listed("-L", where, "--silence", OVER, "--by", "Lan", "--reason", "known", "--until", "2026-06-30")
    assert aop("erase", "2026-06-30", "-L", where, "--reason", "x").exit_code == 1
    assert aop("erase", "Lan", "-L", where, "--reason", "she asked").exit_code == 0

    assert "silenced by [erased-1] until 30 June 2026: known" in listed("-L", where)
