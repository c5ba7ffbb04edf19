"""All rules of one plan together: names, repetitions, and the cap."""

from __future__ import annotations

from pathlib import Path

import pytest

from aop_rules import Plan, Rule, RuleError, Ruleset
from aop_rules.plan.load import plan_from
from aop_rules.rules import collection
from aop_rules.rules.collection import collect
from aop_rules.rules.ruleset import load_ruleset
from strategies import babycare_plan, standard


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_from(babycare_plan())


def large(limit: int, name: str = "large") -> Rule:
    return Rule(id=name, when=f"event.amount > {limit}", effect="DEFER", because="large")


def test_a_rule_is_known_by_its_ruleset(plan: Plan) -> None:
    rulesets = [Ruleset(ruleset=name, rules=(large(5),)) for name in ("mine", "yours")]
    assert [each.id for each in collect(plan, rulesets).rules if "large" in each.id] == ["mine.large", "yours.large"]


def test_the_same_rule_twice_counts_once(plan: Plan) -> None:
    once = collect(plan, standard())
    assert collect(plan, [*standard(), *standard()]).rules == once.rules


def test_the_same_rule_twice_in_one_file_counts_once(tmp_path: Path) -> None:
    rule = "  - {id: large, when: event.amount > 5, effect: DEFER, because: large}\n"
    file = tmp_path / "mine.yaml"
    file.write_text(f"ruleset: mine\nrules:\n{rule}{rule}", encoding="utf-8")
    assert [each.id for each in load_ruleset(file).rules] == ["large"]


def test_two_different_rules_under_one_id_are_refused(plan: Plan) -> None:
    rulesets = [Ruleset(ruleset="mine", rules=(large(limit),)) for limit in (5, 6)]
    with pytest.raises(RuleError, match=r"RULE_DUPLICATE_ID: two different rules are `mine.large`"):
        collect(plan, rulesets)


def test_the_order_of_files_never_matters(plan: Plan) -> None:
    assert collect(plan, standard()) == collect(plan, reversed(standard()))


def test_as_many_rules_as_the_cap_and_not_one_more(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = len(collect(plan, ()).rules)
    monkeypatch.setattr(collection, "RULES_MAX", ours + 2)
    two = Ruleset(ruleset="mine", rules=(large(5, "a"), large(6, "b")))
    assert len(collect(plan, [two]).rules) == ours + 2
    with pytest.raises(RuleError, match="RULE_TOO_MANY"):
        collect(plan, [two, Ruleset(ruleset="yours", rules=(large(7),))])


def test_a_rule_on_something_that_the_plan_lacks_says_what_it_may_have_meant(plan: Plan) -> None:
    rule = Rule(id="a", on="kpi revenu", when="kpi.value > 5", effect="WATCH", because="high")
    with pytest.raises(RuleError, match=r"the plan has no kpi `revenu`.*did you mean `revenue`"):
        collect(plan, [Ruleset(ruleset="mine", rules=(rule,))])
