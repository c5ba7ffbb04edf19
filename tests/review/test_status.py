"""Where the year stands on one screen: it fits, it is aligned, and what is unknown never looks like zero."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from aop_rules import Engine
from aop_rules.cli import main
from aop_rules.cli.status import _within
from aop_rules.review.bars import ASCII, BEYOND, BLOCKS, bar, sparkline
from aop_rules.review.status import Status, attainment
from aop_rules.wording.columns import columns, shortened, wrapped
from strategies import BABYCARE, babycare_history, babycare_plan, histories, opened, plans

PLAN = str(BABYCARE / "plan.yaml")
HISTORY = ("--history", str(BABYCARE / "history" / "2026_jan_may.jsonl"))


@pytest.fixture(scope="module")
def june() -> Status:
    return opened(babycare_plan(), babycare_history()).status("2026-06-05")


def part(text: str, head: str) -> list[str]:
    """The lines below a heading."""
    block = next(block for block in text.split("\n\n") if block.startswith(head))
    return block.splitlines()[1:]


def shop(**plan: Any) -> Engine:
    head = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
    return Engine.open({**head, **plan})


def spent(amount: int, month: int = 1, kind: str = "actual", **more: Any) -> dict[str, Any]:
    day = f"2026-{month:02}-05"
    return {
        "event_id": f"{kind}-{month}-{amount}",
        "kind": kind,
        "effective_date": day,
        "line": "ads",
        "amount": amount,
        **more,
    }


def budget(engine: Engine) -> str:
    """The row of the one budget line."""
    return " ".join(line.strip() for line in part(engine.status("2026-01-10").text("en"), "BUDGET"))


ADS = {"budget": {"lines": {"ads": {"name": "Ads", "amount": 1200}}}}


# ── the screen ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("ascii_signs", [False, True])
def test_it_is_one_screen(june: Status, language: Any, ascii_signs: bool) -> None:
    lines = june.text(language, ascii_signs=ascii_signs).splitlines()
    assert len(lines) <= 40
    assert max(map(columns, lines)) <= 100
    assert lines == [line.rstrip() for line in lines]


def test_goals_stand_in_their_priority_with_a_sparkline_of_the_closed_periods(june: Status) -> None:
    share, figures, *_ = part(june.text("en"), "GOALS")
    assert share.split("  ")[0] == " 1 online share of revenue" and "▁▂▃▅▅  on track · 41 % of the way" in share
    assert " ".join(figures.split()) == "to date 36.17 % / 36 % · landing 36.17 % / 45 %"
    assert "lũy kế 4.650.000.000 ₫ / 4.896.000.000 ₫" in june.text("vi")


def test_a_line_past_its_limit_says_by_how_much_and_what_could_be_spent_now(june: Status) -> None:
    ads = next(line for line in june.lines if line.id == "online_marketing")
    assert (ads.over, ads.room, ads.limit.periods) == (24_240_000, 53_520_000, "2026-01..2026-05")
    row = next(line for line in part(june.text("en"), "BUDGET") if "online marketing" in line)
    assert f"{'▓' * 20}│▓▓" in row and "108 % to date" in row and "over by 24,240,000 ₫" in row


def test_a_line_that_is_only_checked_for_the_year_is_told_for_the_year(june: Status) -> None:
    reserve = next(line for line in june.lines if line.id == "contingency_reserve")
    assert (reserve.limit.name, reserve.limit.limit, reserve.recorded) == ("year", 144_000_000, False)


def test_bars_stand_below_each_other_in_both_languages(june: Status) -> None:
    for language in ("en", "vi"):
        rows = [line for line in part(june.text(language), june_head(language)) if "│" in line]
        assert len({columns(row[: row.index("│")]) for row in rows}) == 1


def june_head(language: str) -> str:
    return "BUDGET" if language == "en" else "NGÂN SÁCH"


def test_people_of_the_current_period_have_a_bar(june: Status) -> None:
    (row,) = part(june.text("en"), "PEOPLE")
    assert row.count("▓") == 18 and row.endswith("90 % 0.9 of 1 person")


def test_the_first_three_active_alerts_are_told_and_all_are_counted() -> None:
    engine = opened(babycare_plan())
    at = engine.status("2026-06-20")
    rows = part(at.text("en"), "ALERTS")
    assert len(at.alerts) > 3 and f"· {len(at.alerts)} active" in at.text("en")
    assert sum(row.startswith("   firing") for row in rows) == 3
    assert rows[-1] == f"   and {len(at.alerts) - 3} more: aop alerts"


def test_a_risk_that_showed_is_told_with_what_it_is_expected_to_cost() -> None:
    engine = opened(babycare_plan(), babycare_history())
    engine.record({"event_id": "s1", "kind": "risk_signal", "effective_date": "2026-06-03", "risk": "weak_demand"})
    risks = part(engine.status("2026-06-05").text("en"), "RISKS")
    assert "   weak demand in some periods: signalled, expected to cost 34,000,000 ₫" in risks
    assert risks[0].startswith("   online ads work less well: signalled, by marketing cost to revenue, expected")


# ── what is not known ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_period_without_a_reading_is_a_question_mark_and_its_reason_is_told() -> None:
    late = [each for each in babycare_history() if each.get("period") not in ("2026-03", "2026-05")]
    text = opened(babycare_plan(), late).status("2026-06-10").text("en")
    share = part(text, "GOALS")[0]
    assert "▁▂?▅?  unknown" in share and "? unknown" in text
    assert (
        sum("no reading of online revenue for March 2026 and May 2026" in row for row in part(text, "NOT KNOWN")) == 1
    )


def test_before_anything_is_known_it_says_so() -> None:
    text = opened(babycare_plan()).status("2026-01-03").text("en")
    assert "no period is closed yet" in text.splitlines()[0]
    assert "to date unknown / " in text and "nothing recorded" in text
    assert part(text, "NOT KNOWN") == ["   no period is closed yet"]


def test_a_plan_with_nothing_in_it_has_nothing_to_show() -> None:
    text = shop().status("2026-03-03").text("en")
    assert (text.count("   the plan has none"), text.count("   none")) == (4, 2)


def test_spent_ordered_and_held_are_told_apart() -> None:
    engine = shop(**ADS)
    engine.record(spent(50))
    engine.record(spent(25, kind="commitment", doc="PO-1"))
    engine.record(spent(25, kind="reservation", doc="R-1"))
    row = budget(engine)
    assert f"{'▓' * 10}{'▒' * 5}{'░' * 5}│" in row and "100 % to date" in row and "room now $0" in row


def test_an_amount_without_a_rate_makes_the_bar_open_ended() -> None:
    engine = shop(**ADS)
    engine.record(spent(50))
    engine.record(spent(70, currency="EUR"))
    row = budget(engine)
    assert f"{'▓' * 10}? " in row and "≥ 50 %" in row and "room unknown" in row
    assert engine.status("2026-01-10").to_dict()["lines"][0]["room"] is None


def test_a_limit_of_zero_is_not_a_share_of_anything() -> None:
    engine = shop(budget={"lines": {"ads": {"name": "Ads", "amount": 0}}})
    engine.record(spent(5))
    row = budget(engine)
    assert "limit 0 · over by $5" in row and "»" in row and "%" not in row


def test_a_freeze_stands_in_the_place_of_room() -> None:
    engine = shop(**ADS)
    engine.record({
        "event_id": "f", "kind": "budget_freeze", "effective_date": "2026-01-02", "until": "2026-02-01", "lines": ["ads"],
    })  # fmt: skip
    row = budget(engine)
    assert row.endswith("frozen until 1 February 2026")


def test_room_is_what_the_group_above_leaves() -> None:
    lines = {
        "all": {"name": "All", "amount": 600},
        "ads": {"name": "Ads", "amount": 400, "group": "all", "horizons": ["year"]},
    }
    engine = shop(budget={"lines": lines})
    engine.record(spent(20))
    room = {line.id: line.room for line in engine.status("2026-01-10").lines}
    assert room == {"all": 30, "ads": 30}


# ── bars and sparklines ─────────────────────────────────────────────────────────────────────────────────────────────

AMOUNTS = st.integers(0, 10**9)


@given(st.lists(AMOUNTS, min_size=1, max_size=3), st.integers(1, 10**9), st.booleans())
def test_every_bar_is_equally_wide_and_only_what_is_past_the_limit_stands_behind_it(
    parts: list[int], limit: int, complete: bool
) -> None:
    drawn = bar(parts, limit, 20, complete=complete)
    within, _, past = drawn.partition("│")
    assert (len(within), len(past)) == (20, BEYOND)
    assert (sum(parts) > 0) == any(sign in drawn for sign in BLOCKS.parts)
    assert (sum(parts) > limit) <= bool(past.strip()) and complete <= ("?" not in drawn)
    if complete:
        assert bool(past.strip()) == (sum(parts) > limit)


@given(st.lists(st.none() | st.fractions(-2, 3)))
def test_a_sparkline_never_falls_where_the_share_rises(shares: list[Fraction | None]) -> None:
    line = sparkline(shares)
    assert len(line) == len(shares)
    known = sorted(
        (share, BLOCKS.steps.index(sign)) for share, sign in zip(shares, line, strict=True) if share is not None
    )
    assert [step for _, step in known] == sorted(step for _, step in known)
    assert all((sign == "?") == (share is None) for share, sign in zip(shares, line, strict=True))
    assert all((share >= 1) == (step == len(BLOCKS.steps) - 1) for share, step in known)


def test_ascii_signs_are_ascii() -> None:
    drawn = (
        sparkline([1, 0, None], ASCII)
        + bar([5, 3, 1], 4, 20, ASCII, complete=False)
        + shortened("a" * 40, 12, ASCII.cut)
    )
    assert drawn.isascii()


@pytest.mark.parametrize(
    ("value", "target", "direction", "share"),
    [(50, 100, "higher", Fraction(1, 2)), (50, 100, "lower", 2), (0, 100, "lower", 1), (5, 0, "lower", 0), (120, 100, "band", Fraction(5, 6))],
)  # fmt: skip
def test_attainment_knows_the_direction(value: int, target: int, direction: str, share: object) -> None:
    assert attainment(value, target, direction) == share


def test_columns_count_marks_as_nothing_and_wide_signs_as_two() -> None:
    assert [columns(text) for text in ("tỷ lệ", "ty\u0309 le\u0323\u0302", "母婴")] == [5, 5, 4]
    assert columns(shortened("母婴" * 20, 9)) <= 9
    assert list(wrapped("one two three", 7, "  ", "  ")) == ["  one", "  two", "  three"]


@given(st.data())
def test_it_fits_whatever_happens(data: st.DataObject) -> None:
    plan = data.draw(plans())
    at = opened(plan, data.draw(histories(plan))).status("2026-08-20")
    for language in ("en", "vi"):
        assert all(columns(line) <= 100 for line in at.text(language).splitlines())
    json.dumps(at.to_dict())


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def aop(*words: str, **how: Any) -> Any:
    return CliRunner(**how).invoke(main, ["status", PLAN, *HISTORY, "--as-of", "2026-06-05", *words])


def test_the_command_prints_the_screen(june: Status) -> None:
    assert aop().stdout == june.text("vi")
    assert aop("--lang", "en", "--ascii").stdout == june.text("en", ascii_signs=True)


def test_json_holds_the_same(june: Status) -> None:
    told: Mapping[str, Any] = json.loads(aop("--json").stdout)
    assert told == json.loads(json.dumps(june.to_dict()))
    assert told["goals"][1]["attained"][0] is not None and told["lines"][1]["over"] == 24_240_000


def test_an_encoding_without_the_signs_gets_ascii_and_bare_letters(june: Status) -> None:
    result = aop(charset="ascii")
    assert result.exit_code == 0 and "ty trong doanh thu online" in result.stdout and "####|##" in result.stdout
    assert _within("cp1252", "đ – ₫ ế") == "d – d ê"[:-1] + "e"
