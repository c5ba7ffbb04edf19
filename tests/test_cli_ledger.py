"""The commands that keep, answer, look back and amend: what they print, and their exit codes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from aop_rules import Ledger
from aop_rules.cli import main
from strategies import BABYCARE, babycare_plan

PLAN = str(BABYCARE / "plan.yaml")
HISTORY = str(BABYCARE / "history" / "2026_jan_may.jsonl")
OVER, STORE = str(BABYCARE / "cases" / "d12_over_the_line.yaml"), str(BABYCARE / "cases" / "d01_new_store.yaml")
OWNER = "chủ cửa hàng"


def aop(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=given)


@pytest.fixture
def where(tmp_path: Path) -> str:
    """A ledger with five months and one decision that can be overridden."""
    ledger = str(tmp_path / "aop.db")
    assert aop("record", PLAN, HISTORY, "-L", ledger).exit_code == 0
    assert aop("decide", PLAN, OVER, "-L", ledger).exit_code == 0
    return ledger


def decision_in(ledger: str) -> str:
    found: str = json.loads(aop("log", "-L", ledger, "--json").stdout)[-1]["decision_id"]
    return found


def test_record_says_what_is_new(tmp_path: Path) -> None:
    ledger = str(tmp_path / "aop.db")
    assert aop("record", PLAN, HISTORY, "-L", ledger).stdout == "51 events recorded\n"
    assert aop("record", PLAN, HISTORY, "-L", ledger).stdout == "0 events recorded, 51 known before\n"
    assert json.loads(aop("record", PLAN, HISTORY, "-L", ledger, "--json").stdout) == {
        "recorded": 0,
        "known_before": 51,
    }


def test_a_file_with_one_bad_event_is_not_kept_at_all(tmp_path: Path) -> None:
    ledger, lines = str(tmp_path / "aop.db"), Path(HISTORY).read_text(encoding="utf-8").splitlines()
    bad = tmp_path / "bad.jsonl"
    bad.write_text("\n".join([*lines[:5], lines[6].replace('"period": "2026-', '"period": "1999-')]), encoding="utf-8")
    result = aop("record", PLAN, str(bad), "-L", ledger)
    assert result.exit_code == 1 and f"{bad}:6:" in result.stderr
    assert aop("record", PLAN, HISTORY, "-L", ledger).stdout == "51 events recorded\n"


def test_decide_keeps_event_and_decision_unless_dry(where: str, tmp_path: Path) -> None:
    before = aop("verify", "-L", where).stdout
    dry = aop("decide", PLAN, STORE, "-L", where, "--dry-run", "--json")
    assert aop("verify", "-L", where).stdout == before
    kept = aop("decide", PLAN, STORE, "-L", where, "--json")
    assert kept.stdout == dry.stdout
    assert aop("verify", "-L", where).stdout != before
    assert aop("decide", PLAN, STORE, "--history", HISTORY, "-L", where).exit_code == 2
    missing = aop("decide", PLAN, STORE, "-L", str(tmp_path / "none.db"), "--dry-run")
    assert (missing.exit_code, "LEDGER_NOT_FOUND" in missing.stderr) == (1, True)


@pytest.mark.parametrize("command", ["verify", "replay", "log", "plan"])
def test_looking_makes_no_file(command: str, tmp_path: Path) -> None:
    result = aop(command, "-L", str(tmp_path / "none.db"))
    assert (result.exit_code, "LEDGER_NOT_FOUND" in result.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["verify", "replay", "log", "plan", "show", "erase"])
def test_a_ledger_that_holds_nothing_is_none(command: str, tmp_path: Path) -> None:
    Ledger.open(str(tmp_path / "aop.db")).close()
    words = {"show": ["D-1"], "erase": ["Lan", "--reason", "x"]}.get(command, [])
    result = aop(command, *words, "-L", str(tmp_path / "aop.db"))
    assert (result.exit_code, "LEDGER_NOT_FOUND: it holds nothing yet" in result.stderr) == (1, True)


@pytest.mark.parametrize("command", ["record", "decide"])
@pytest.mark.parametrize(("plan", "event"), [(PLAN, "none.yaml"), ("none.yaml", STORE)])
def test_what_cannot_be_read_leaves_no_ledger_behind(command: str, plan: str, event: str, tmp_path: Path) -> None:
    assert aop(command, plan, event, "-L", str(tmp_path / "aop.db")).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_address_is_no_ledger_and_not_quoted() -> None:
    result = aop("verify", "-L", "mysql://lan:secret@host/aop")
    assert (result.exit_code, "LEDGER_NOT_ONE" in result.stderr, "secret" in result.stderr) == (1, True, False)


def test_an_entry_that_cannot_be_read_is_a_break(where: str) -> None:
    with closing(sqlite3.connect(where)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        file.execute("UPDATE entries SET recorded_at = 'yesterday' WHERE sequence IN (3, 4)")
        file.execute("UPDATE entries SET body = '{}' WHERE sequence = 7")
        file.commit()
        total = file.execute("SELECT count(*) FROM entries").fetchone()[0]
    result = aop("verify", "-L", where, "--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert (data["sound"], data["entries"], data["head"]["sequence"]) == (False, total, total)
    assert [(each["sequence"], each["says"]) for each in data["breaks"]] == [
        (3, "it cannot be read"),
        (4, "it cannot be read"),
        (7, "its content was changed"),
    ]


def test_people_answer_and_say_what_came_of_it(where: str) -> None:
    decision = decision_in(where)
    assert aop("accept", decision[:6], "-L", where, "--by", "Lan").stdout == f"{decision}: ADJUST_TO_FIT, accepted\n"
    said = ("--by", OWNER, "--reason", "the season", "--until", "2026-07-31")
    overridden = aop("override", decision, "accept", "-L", where, *said)
    assert overridden.stdout == f"{decision}: ACCEPT until 2026-07-31, against the recommendation\n"
    came = aop("outcome", decision, "better", "-L", where, "--on", "2026-08-05", "--measured", "revenue=5")
    assert came.stdout == f"{decision}: better\n"
    (told,) = json.loads(aop("log", "-L", where, "--json").stdout)
    assert told["decision_id"] == decision
    text = aop("log", "-L", where, "--lang", "en").stdout
    assert decision in text


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["override", "D-", "ACCEPT", "--by", "Lan", "--reason", "x", "--until", "2026-07-31"], 1, "ANSWER_AUTHORITY"),
        (["override", "D-", "ACCEPT", "--by", OWNER, "--reason", "x", "--until", "soon"], 2, "is not a date"),
        (["override", "D-", "PERHAPS", "--by", OWNER, "--reason", "x", "--until", "2026-07-31"], 1, "ANSWER_OUTCOME"),
        (["accept", "D-zz", "--by", "Lan"], 1, "LEDGER_NO_DECISION"),
        (["outcome", "D-", "better", "--on", "2026-08-05", "--measured", "revenue"], 2, "KPI=VALUE"),
        (["show", "D-", "--mask", "no.such"], 2, "--mask"),
        (["verify", "--head", "12"], 2, "--head"),
    ],
)
def test_what_cannot_be_is_said(where: str, words: list[str], code: int, said: str) -> None:
    result = aop(*words, "-L", where)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_an_unclear_id_asks_for_more_letters(where: str) -> None:
    aop("decide", PLAN, STORE, "-L", where)
    result = aop("accept", "D-", "-L", where, "--by", "Lan")
    assert (result.exit_code, "2 decisions start with" in result.stderr) == (1, True)


def test_show_is_a_record_in_markdown_and_json(where: str) -> None:
    decision = decision_in(where)
    shown = aop("show", decision, "-L", where, "--lang", "en")
    assert shown.exit_code == 0 and shown.stdout.startswith("# ") and decision in shown.stdout
    data = json.loads(aop("show", decision, "-L", where, "--json").stdout)
    assert data["decision_id"] == decision
    hidden = json.loads(aop("show", decision, "-L", where, "--json", "--mask", "amount").stdout)
    assert hidden["event"]["amount"] != data["event"]["amount"]


def test_replay_and_verify_find_what_was_changed(where: str) -> None:
    assert aop("replay", "-L", where).stdout == "1 decision replayed, 1 the same\n"
    head = aop("verify", "-L", where).stdout.split()[-1]
    assert aop("verify", "-L", where, "--head", head).exit_code == 0
    with sqlite3.connect(where) as file:
        file.execute("UPDATE entries SET body = replace(body, 'ADJUST_TO_FIT', 'ACCEPT') WHERE kind = 'decision'")
    file.close()
    verified, replayed = aop("verify", "-L", where), aop("replay", "-L", where)
    assert (verified.exit_code, replayed.exit_code) == (1, 1)
    assert "its content was changed" in verified.stdout and "the chain is broken" in verified.stdout
    assert "outcome was" in replayed.stdout and replayed.stdout.endswith("1 decision replayed, 0 the same\n")
    assert json.loads(aop("verify", "-L", where, "--json").stdout)["sound"] is False
    assert json.loads(aop("replay", "-L", where, "--json").stdout)["differences"][0]["path"]


def test_erase_takes_a_name_out_and_all_still_holds(where: str) -> None:
    decision = decision_in(where)
    aop("accept", decision, "-L", where, "--by", "Nguyễn Thị Lan")
    gone = aop("erase", "Nguyễn Thị Lan", "-L", where, "--reason", "she asked for it")
    assert gone.stdout == "erased from 1 entry; [erased-1] stands in its place\n"
    assert "Nguyễn Thị Lan".encode() not in b"".join(file.read_bytes() for file in Path(where).parent.iterdir())
    assert aop("verify", "-L", where).exit_code == aop("replay", "-L", where).exit_code == 0
    assert "nowhere" in aop("erase", "Nguyễn Thị Lan", "-L", where, "--reason", "again").stdout


def test_erase_says_where_a_name_still_stands(where: str, tmp_path: Path) -> None:
    event = {"kind": "actual", "effective_date": "2026-06-05", "line": "online_marketing", "amount": 5}
    bills = [
        {**event, "event_id": "b1", "doc": "Bill Ann Doe", "title": "for Ann Doe"},
        {**event, "event_id": "b2", "title": "for ANN  doe"},
    ]
    file = tmp_path / "bills.jsonl"
    file.write_text("".join(json.dumps(bill) + "\n" for bill in bills), encoding="utf-8")
    assert aop("record", PLAN, str(file), "-L", where).exit_code == 0
    assert aop("erase", "Ann Doe", "-L", where, "--reason", "she asked for it").stdout.splitlines() == [
        "erased from 1 entry; [erased-1] stands in its place",
        "it still stands in ids of 1 entry, which the chain is made of",
        "another spelling of it stands in 1 entry, and was not erased",
    ]
    assert aop("record", PLAN, str(file), "-L", where).stdout == "0 events recorded, 2 known before\n"


def next_version(folder: Path, **changes: Any) -> str:
    plan = {**babycare_plan(), "version": 2, **changes}
    file = folder / "v2.yaml"
    file.write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    return str(file)


def test_diff_speaks_of_the_business_and_of_decisions(where: str, tmp_path: Path) -> None:
    plan = babycare_plan()
    plan["budget"]["lines"]["online_marketing"]["amount"] *= 2
    new = next_version(tmp_path, budget=plan["budget"])
    assert "online marketing" in aop("diff", PLAN, new, "--lang", "en").stdout
    assert json.loads(aop("diff", PLAN, new, "--json").stdout)[0]["path"] == "budget.lines.online_marketing.amount"
    told = aop("diff", PLAN, new, "--decisions", "-L", where, "--lang", "en")
    assert told.exit_code == 0 and "plan.budget.stop" in told.stdout
    assert aop("diff", PLAN, new, "--decisions").exit_code == 2


def test_amend_puts_the_next_version_in_force(where: str, tmp_path: Path) -> None:
    new = next_version(tmp_path, resources={**babycare_plan()["resources"], "hires": 1})
    refused = aop("amend", PLAN, new, "-L", where, "--by", "Lan", "--as-of", "2026-06-08")
    assert refused.exit_code == 1 and "AMENDMENT_REASON" in refused.stderr and "AMENDMENT_TRADE_OFF" in refused.stderr
    said = ("--by", OWNER, "--approved-by", OWNER, "--reason", "demand", "--trade-off", "less profit")
    done = aop("amend", PLAN, new, "-L", where, *said, "--as-of", "2026-06-08", "--lang", "en")
    assert done.exit_code == 0 and done.stdout.endswith("version 2 is in force from 2026-06\n")
    assert "LEDGER_PLAN_AMENDED" in aop("decide", PLAN, STORE, "-L", where).stderr
    assert json.loads(aop("plan", "-L", where).stdout)["version"] == 2
    in_force = tmp_path / "in_force.json"
    in_force.write_text(aop("plan", "-L", where).stdout, encoding="utf-8")
    assert aop("decide", str(in_force), STORE, "-L", where).exit_code == 0


def test_what_was_amended_and_erased_can_be_read_again(where: str, tmp_path: Path) -> None:
    new = next_version(tmp_path, resources={**babycare_plan()["resources"], "hires": 1})
    said = ("--by", "Lan", "--approved-by", OWNER, "--reason", "demand", "--trade-off", "less profit")
    assert aop("amend", PLAN, new, "-L", where, *said, "--as-of", "2026-06-08").exit_code == 0
    aop("erase", "Lan", "-L", where, "--reason", "she left", "--by", OWNER)
    told = aop("log", "-L", where, "--lang", "en").stdout
    assert "v2 from June 2026, asked by [erased-1], approved by chủ cửa hàng, because: demand" in told
    assert "[erased-1] in place of a name (entries: 1)" in told and "she left" in told and "(case-d12)" in told
    assert len(json.loads(aop("log", "-L", where, "--json").stdout)) == 1
    shown = aop("show", "v2", "-L", where, "--lang", "en")
    assert shown.exit_code == 0 and shown.stdout.startswith("# v2: ") and "less profit" in shown.stdout
    data = json.loads(aop("show", "v2", "-L", where, "--json").stdout)
    assert (data["to_version"], data["trade_off"]) == (2, "less profit")
    assert "LEDGER_NO_DECISION" in aop("show", "v3", "-L", where).stderr
    assert aop("show", "v2", "-L", where, "--mask", "amount").exit_code == 2
