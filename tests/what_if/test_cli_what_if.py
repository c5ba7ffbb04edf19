"""`aop what-if`: what it prints, its exit codes, and that it keeps nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aop_rules import Engine, Ledger, read_events
from aop_rules.cli.guard import Guarded
from aop_rules.cli.what_if import COMMANDS
from strategies import BABYCARE

PLAN, HISTORY = str(BABYCARE / "plan.yaml"), str(BABYCARE / "history" / "2026_jan_may.jsonl")
STOCK, STORE = str(BABYCARE / "cases" / "d02_hot_product.yaml"), str(BABYCARE / "cases" / "d01_new_store.yaml")
MARKETING = "budget.lines.online_marketing.amount"
AOP = Guarded(commands={command.name or "": command for command in COMMANDS})


def aop(*words: str) -> Result:
    return CliRunner().invoke(AOP, ["what-if", PLAN, *words])


def test_it_says_what_differs() -> None:
    result = aop("-H", HISTORY, "--set", f"{MARKETING}=900_000_000", "--as-of", "2026-06-10", "--lang", "en")
    assert result.exit_code == 0
    assert result.stdout.startswith("what if, as of 10 June 2026\n  online marketing: budget for the year")
    assert "online marketing, this year    546,000,000 ₫  →  582,000,000 ₫\n" in result.stdout


def test_facts_and_decisions_come_from_files(tmp_path: Path) -> None:
    bill = tmp_path / "bill.yaml"
    bill.write_text("{event_id: b, kind: actual, effective_date: 2026-06-08, line: purchasing, amount: 500_000_000}")
    words = ("-H", HISTORY, "--with", str(bill), "--decide", STOCK, "--as-of", "2026-06-10", "--json")
    data = json.loads(aop(*words).stdout)
    assert data["differs"] and [each["event_id"] for each in data["events"]] == ["b"]
    fit = data["decisions"][0]["fit"]
    assert fit["before"] == 120_000_000 > fit["after"]


def test_values_are_read_as_a_plan_would_hold_them() -> None:
    words = ["kpis.marketing_ratio.breach=> 9%", "kpis.marketing_ratio.for=1", "not_this_year.new_store=null"]
    words += ['risks.strike={"name": "strike", "impact": 5}', "governance.separate_approver=true"]
    result = aop(*(part for word in words for part in ("--set", word)), "--json", "--as-of", "2026-06-10")
    assert {each["path"] for each in json.loads(result.stdout)["changes"]} == {
        "kpis.marketing_ratio.breach",
        "kpis.marketing_ratio.for",
        "not_this_year.new_store",
        "risks.strike",
        "governance.separate_approver",
    }


def test_a_sweep_and_a_break_even() -> None:
    swept = aop(
        "-H", HISTORY, "--sweep", "costs[0].amount=0..200_000_000/100_000_000", "--event", STOCK, "--lang", "en"
    )
    assert swept.stdout.splitlines()[-1].split() == [
        "200,000,000",
        "ADJUST",
        "–",
        "adjust",
        "to",
        "fit",
        "120,000,000",
        "₫",
    ]
    even = aop("-H", HISTORY, "--break-even", "costs[0].amount=0..900_000_000", "--event", STOCK, "--json")
    (switch,) = json.loads(even.stdout)["switches"]
    assert (switch["last"]["value"], switch["first"]["value"]) == (120_000_000, 120_000_001)


def test_nothing_is_kept(tmp_path: Path) -> None:
    where = str(tmp_path / "aop.db")
    with Ledger.open(where) as ledger:
        engine = Engine.open(PLAN, ledger=ledger)
        engine.record_all(read_events(Path(HISTORY)))
        engine.submit(read_events(Path(STORE))[0])
        head = ledger.head()
    result = aop("-L", where, "--set", "not_this_year.new_store=null", "--redecide", "--lang", "en")
    assert "no longer decides: plan.not_this_year.new_store" in result.stdout
    swept = aop("-L", where, "--sweep", "costs[0].amount=0..10/5", "--event", STOCK)
    assert (result.exit_code, swept.exit_code) == (0, 0)
    with Ledger.open(where) as ledger:
        assert ledger.head() == head
    assert aop("-L", str(tmp_path / "none.db")).exit_code == 1
    assert [file.name for file in tmp_path.iterdir()] == ["aop.db"]


@pytest.mark.parametrize(
    "words",
    [
        ("--sweep", "amount=0..5/1"),
        ("--event", STOCK),
        ("--sweep", "amount=0..5", "--event", STOCK),
        ("--sweep", "costs[0].amount=5..0/1", "--event", STOCK),
        ("--sweep", "amount", "--event", STOCK),
        ("--sweep", "x=0..1/1", "--break-even", "x=0..1", "--event", STOCK),
        ("--break-even", "costs[0].amount=0..many", "--event", STOCK),
        ("--break-even", "costs[0].amount=0..9", "--event", STOCK, "--outcome", "MAYBE"),
        ("--break-even", "costs[0].amount=0..9", "--event", STOCK, "--decide", STORE),
        ("--sweep", "costs[0].amount=0..5/1", "--event", HISTORY),
        ("--set", "budget"),
        ("-H", HISTORY, "-L", "aop.db"),
    ],
)
def test_wrong_use_is_said(words: tuple[str, ...]) -> None:
    assert aop(*words).exit_code == 2


def test_what_is_no_plan_or_event_is_said_with_its_place(tmp_path: Path) -> None:
    bill = tmp_path / "bill.yaml"
    bill.write_text("{event_id: b, kind: actual, effective_date: 2026-06-08, line: ads, amount: 9}")
    assert f"{bill}:1:" in aop("--with", str(bill)).stderr
    wrong = aop("--set", "budgt.total=1", "--set", "goals.growth.to=1")
    assert wrong.exit_code == 1
    assert "plan.budgt:1:1: PLAN_UNKNOWN_KEY: unknown key `budgt` (did you mean `budget`?)" in wrong.stderr
    assert "plan.goals.growth" in wrong.stderr
