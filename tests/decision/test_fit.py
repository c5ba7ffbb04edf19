"""How much of what is asked would fit, and when nothing is said of it."""

from __future__ import annotations

from typing import Any

from aop_rules import Decision
from strategies import babycare, babycare_history, babycare_plan, opened, proposal

# Online marketing has 53.52 m left to date in June; fixed costs 240 m.


def asked(*costs: tuple[str, int], **more: Any) -> Decision:
    rows = [{"line": line, "amount": amount, "period": "2026-06"} for line, amount in costs]
    return babycare().evaluate(proposal(costs=rows, links={"initiatives": ["marketplace_shop"]}, **more))


def test_on_one_line_it_is_what_the_line_has_left() -> None:
    assert asked(("online_marketing", 80_000_000)).fit == 53_520_000


def test_over_two_lines_it_is_the_same_share_of_both() -> None:
    decision = asked(("online_marketing", 107_040_000), ("fixed_costs", 10_000_000))
    assert decision.fit == (107_040_000 + 10_000_000) // 2


def test_of_what_comes_whole_or_not_at_all_nothing_fits() -> None:
    decision = asked(("online_marketing", 80_000_000), divisible=False)
    assert (decision.outcome, decision.fit) == ("ADJUST_TO_FIT", None)


def test_what_is_deferred_does_not_fit_in_part() -> None:
    decision = asked(("online_marketing", 80_000_000), needs=[{"role": "online_staff", "amount": 5}])
    assert (decision.outcome, decision.fit) == ("DEFER", None)


def test_goods_can_be_bought_in_part_unless_it_says_otherwise() -> None:
    goods: dict[str, Any] = {
        "costs": [{"line": "purchasing", "amount": 600_000_000, "period": "2026-06"}],
        "tags": ["best_seller"],
        "category": "core_products",
    }
    engine = opened(babycare_plan(), babycare_history())
    assert engine.evaluate(proposal(**goods, effective_date="2026-06-08")).fit == 120_000_000
    whole = engine.evaluate(proposal(**goods, effective_date="2026-06-08", divisible=False))
    assert (whole.outcome, whole.hard) == ("DECLINE", True)
