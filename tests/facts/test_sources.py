"""What a fact rests on: the records known last by their ids, and how many more there are."""

from __future__ import annotations

from typing import Any

from strategies import opened, proposal

PLAN = {
    "aop": 1,
    "id": "shop",
    "name": "Shop",
    "currency": "USD",
    "year": {"starts": "2026-01-01"},
    "budget": {"lines": {"ads": {"name": "Ads", "amount": 12_000}}, "total": 12_000, "unbudgeted": "warn"},
}


def bills(count: int, **more: Any) -> list[dict[str, Any]]:
    told = {"kind": "actual", "effective_date": "2026-02-01", "line": "ads", "amount": 10, **more}
    return [{**told, "event_id": f"b{n:02}", "known_at": f"2026-03-{n + 1:02}"} for n in range(count)]


def sources(history: list[dict[str, Any]], event: dict[str, Any], name: str) -> set[tuple[str, ...]]:
    decision = opened(PLAN, history).evaluate(event, as_of="2026-06-10")
    return {fact.sources for finding in decision.findings for fact in finding.facts if fact.name == name}


def test_a_limit_rests_on_the_records_known_last_and_the_number_of_the_others() -> None:
    asked = proposal(kind="spend_request", line="ads", amount=11_900)
    named = tuple(f"b{n:02}" for n in range(5, 25))

    assert sources(bills(25), asked, "limit.used") == {(*named, "+5 more")}
    assert "b05, b06, b07 +22" in opened(PLAN, bills(25)).evaluate(asked, as_of="2026-06-10").explain("en", "full")
    assert sources(bills(20), asked, "limit.used") == {tuple(f"b{n:02}" for n in range(20))}


def test_a_review_names_spending_that_no_line_holds_and_the_number_of_the_rest() -> None:
    review = proposal(kind="review_due", period="2026-05", event_id="r")

    (told,) = sources(bills(23, line="yacht"), review, "event.unbudgeted")
    assert told == (*(f"b{n:02}" for n in range(3, 23)), "+3 more")
