"""`aop replan`, `aop cut`, `aop diagnose`: what they show, as text and as JSON, and what they refuse."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from aop_rules.cli.guard import Guarded
from aop_rules.cli.replan import COMMANDS
from strategies import BABYCARE

PLAN = str(BABYCARE / "plan.yaml")
PAST = ("-H", str(BABYCARE / "history" / "2026_jan_may.jsonl"), "--as-of", "2026-06-12")
MONEY = ("--line", "online_marketing", "--amount", "24_240_000")


def aop(*words: str) -> Result:
    group = Guarded(commands={command.name or "": command for command in COMMANDS})
    return CliRunner().invoke(group, list(words))


def test_replan_says_the_edit_its_price_and_the_proof() -> None:
    shown = aop("replan", PLAN, *PAST, *MONEY, "--lang", "en")
    assert shown.exit_code == 0, shown.output
    assert "use the contingency reserve: 24,240,000 ₫ → online marketing" in shown.stdout
    assert "optimal" in shown.stdout


def test_cut_and_diagnose_print_json() -> None:
    cut = aop(
        "cut", PLAN, *PAST, "--amount", "60_000_000", "--by", "2026-09-30", "--protect", "online_marketing", "--json"
    )
    why = aop("diagnose", PLAN, "total_revenue", *PAST, "--json")
    assert json.loads(cut.stdout)["best"]["edits"][0]["lever"] == "non_core_purchasing"
    assert json.loads(why.stdout)["tree"]["change"]["value"] == -246_000_000


def test_a_cut_by_a_period_is_one_by_its_last_day() -> None:
    by_day, by_period = (
        aop("cut", PLAN, *PAST, "--amount", "60_000_000", "--by", by, "--json") for by in ("2026-09-30", "2026-09")
    )
    assert by_day.exit_code == 0 and by_day.stdout == by_period.stdout


def test_without_a_language_the_plan_s_own_is_spoken() -> None:
    assert aop("diagnose", PLAN, "total_revenue", *PAST).stdout.startswith("Vì sao: tổng doanh thu")


def test_bad_input_is_said_and_ends_with_an_exit_code() -> None:
    assert "give both --line and --amount" in aop("replan", PLAN, *PAST, "--line", "online_marketing").output
    assert aop("cut", PLAN, *PAST, "--amount", "many", "--by", "2026-09-30").exit_code == 2
    for by in ("2026-01-31", "soon", "2027-01"):
        late = aop("cut", PLAN, *PAST, "--amount", "5", "--by", by)
        assert late.exit_code == 1 and "REPLAN_DATE" in late.output
    assert "did you mean `total_revenue`?" in aop("diagnose", PLAN, "total_revenu", *PAST).output
