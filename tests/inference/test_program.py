"""All rules of a plan together: what is told of unknowns, of errors, and of what follows."""

from __future__ import annotations

from typing import Any

import pytest

from aop_rules import Decision, Rule, RuleError, Ruleset
from strategies import Data, babycare_plan, opened, proposal

WORDS = {"en": "so it is", "vi": "là vậy"}
REVIEW: Data = {"kind": "review_due", "event_id": "r", "effective_date": "2026-06-10", "period": "2026-05"}


def decided(event: Data, *rules: dict[str, Any], attributes: Any = None, given: Any = None, **how: Any) -> Decision:
    mine = Ruleset(ruleset="mine", rules=tuple(Rule(**rule) for rule in rules))
    return opened(babycare_plan(), rules=[mine], attributes=attributes, **how).evaluate(event, given=given)


def finding(decision: Decision, rule: str) -> Any:
    (found,) = [f for f in decision.findings if f.rule == f"mine.{rule}"]
    return found


def test_an_error_is_told_even_where_the_unknown_is_ignored() -> None:
    rule = {"id": "v", "when": "vendor.rating < 3", "effect": "FORBID", "unknown": "ignore", "because": WORDS}
    attributes = {"vendor.rating": "number"}
    silent = decided(proposal(), rule, attributes=attributes, given={})
    assert [f for f in silent.findings if f.rule == "mine.v"] == []
    wrong = finding(decided(proposal(), rule, attributes=attributes, given={"vendor.rating": 2.5}), "v")
    assert (wrong.judgement, wrong.blocks) == ("error", True)


def test_what_is_possible_says_what_is_missing_behind_it() -> None:
    weak = {"id": "weak", "on": "kpi online_revenue", "when": "kpi.last < 5", "conclude": "weak"}
    act = {"id": "act", "given": ["weak(kpi)"], "effect": "ADJUST_ACTIONS", "because": WORDS}
    found = finding(decided(REVIEW, weak, act), "act")
    assert (found.judgement, found.missing) == ("unknown", ("kpi.last",))
    assert "online revenue" in found.message.en and found.message.en.startswith("possibly: so it is")


def test_an_error_behind_a_conclusion_stays_an_error() -> None:
    weak = {"id": "weak", "on": "event", "when": "vendor.rating < 3", "conclude": "weak"}
    act = {"id": "act", "given": ["weak(event)"], "effect": "FORBID", "because": WORDS}
    decision = decided(proposal(), weak, act, attributes={"vendor.rating": "number"}, given={"vendor.rating": 2.5})
    assert finding(decision, "act").judgement == "error"


def test_rules_that_need_nothing_but_links_are_asked_too() -> None:
    link = {"id": "link", "given": ["watches(risk, kpi)"], "conclude": "watched(kpi)"}
    tell = {"id": "tell", "given": ["watched(kpi)"], "effect": "WATCH", "because": WORDS}
    decision = decided(REVIEW, link, tell, standard=False)
    assert {f.subject for f in decision.findings if f.rule == "mine.tell"} == {
        "gross_margin",
        "marketing_ratio",
        "revenue",
    }


def test_an_attribute_of_the_host_may_stand_beside_those_of_a_subject() -> None:
    rule = {"id": "s", "on": "spend", "when": "spend.score > 3", "effect": "DEFER", "because": WORDS}
    event = proposal(costs=[{"line": "online_marketing", "amount": 5, "period": "2026-12"}])
    decision = decided(event, rule, attributes={"spend.score": "number"}, given={"spend.score": 4})
    assert finding(decision, "s").holds


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"events": ["proposal"], "when": "event.hires > 1", "effect": "WATCH"}, "WATCH has no force"),
        ({"events": ["actual"], "when": "event.hires > 1", "effect": "FORBID"}, "FORBID has no force"),
        ({"on": "kpi", "when": "kpi.value > kpi.target", "effect": "DEFER"}, "DEFER has no force"),
        ({"on": "kpi", "events": ["proposal"], "when": "kpi.value > kpi.target", "effect": "INFORM"}, "only asked for"),
    ],
)
def test_a_rule_that_could_never_do_anything_is_refused(rule: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleError, match=said):
        decided(proposal(), {"id": "idle", "because": WORDS, **rule})


@pytest.mark.parametrize("name", ["event.amount", "event.categories", "kpi.value"])
def test_no_attribute_of_the_host_takes_a_name_of_ours(name: str) -> None:
    with pytest.raises(RuleError, match="RULE_NAME_CONFLICT"):
        opened(babycare_plan(), attributes={name: "money"})


def test_an_attribute_of_the_plan_cannot_hide_a_standard_one() -> None:
    with pytest.raises(RuleError, match=r"`event\.categories` is an attribute of the standard vocabulary"):
        opened(babycare_plan() | {"attributes": {"categories": "texts"}})


def test_a_value_cannot_be_a_group_of_values_as_well() -> None:
    with pytest.raises(RuleError, match=r"`vendor\.a\.b` lies inside `vendor\.a`"):
        opened(babycare_plan(), attributes={"vendor.a": "number", "vendor.a.b": "number"})
