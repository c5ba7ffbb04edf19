"""Rules as data: what a file may say, and that everything wrong in it is told at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from aop_rules.errors import RuleError
from aop_rules.rules.effect import Effect
from aop_rules.rules.forms import event_kinds
from aop_rules.rules.given import Atom
from aop_rules.rules.rule import Rule
from aop_rules.rules.ruleset import Ruleset, load_ruleset, scan_rules, scan_ruleset, syntax_problems
from aop_rules.source.read import read_text

GOOD = """\
ruleset: house
version: 2
about: {en: Rules of the house, vi: Quy tắc của cửa hàng}
rules:
  - id: no-new-store
    on: event
    events: [proposal, opportunity]
    when: '"new_store" in event.tags'
    effect: FORBID
    hard: true
    because:
      en: A new store is on this year's not-doing list
      vi: Mở cửa hàng mới nằm trong danh mục chưa làm của năm
    examples:
      fires: [{event.tags: [new_store]}]
      silent: [{event.tags: []}, {event.tags: null}]
  - id: hit
    given: [off_track(kpi), watches(risk, kpi)]
    conclude: triggered(risk)
  - id: ratio_high
    on: kpi marketing_ratio
    when: >
      kpi.value > 7%
      and known(kpi.target)
    conclude: off_track
  - {id: always, when: true, effect: INFORM, because: Hello}
"""


def load(text: str) -> Ruleset:
    return load_ruleset(read_text(text, "rules.yaml", error=RuleError))


def problems(text: str) -> list[str]:
    with pytest.raises(RuleError) as caught:
        load(text)
    return [str(problem) for problem in caught.value.problems]


def rules(body: str) -> str:
    return "ruleset: house\nrules:\n" + body


def test_a_ruleset_reads() -> None:
    house = load(GOOD)
    assert (house.ruleset, house.version, [rule.id for rule in house.rules]) == (
        "house", 2, ["no-new-store", "hit", "ratio_high", "always"],
    )  # fmt: skip
    store, hit, ratio, always = house.rules
    assert store.effect is Effect.FORBID and store.hard and store.undecided == "block"
    assert store.because is not None and store.because.vi.startswith("Mở")
    assert hit.given == ("off_track(kpi)", "watches(risk, kpi)")
    assert (hit.head, hit.subject, hit.focus) == (Atom("triggered", ("risk",)), None, "risk")
    assert (ratio.subject, ratio.subject_id, ratio.head) == ("kpi", "marketing_ratio", Atom("off_track", ("kpi",)))
    assert (always.when, always.subject, always.undecided) == ("true", "event", "inform")


def test_a_ruleset_reads_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert load_ruleset(file) == load(GOOD) == load_ruleset(str(file))


def test_a_rule_made_in_python_equals_the_one_from_a_file() -> None:
    made = Rule(id="always", when="true", effect="INFORM", because="Hello")  # type: ignore[arg-type]
    assert made == load(GOOD).rules[3]
    assert hash(made) == hash(load(GOOD).rules[3])


def test_a_rule_written_out_reads_back() -> None:
    for rule in load(GOOD).rules:
        assert Rule.model_validate(rule.model_dump(mode="json", exclude_defaults=True)) == rule


def test_a_ruleset_has_a_json_schema() -> None:
    schema = Ruleset.model_json_schema()
    assert "FORBID" in str(schema) and "because" in str(schema)


@pytest.mark.parametrize(
    ("effect", "undecided"),
    [("FORBID", "block"), ("SUPPORT", "block"), ("FIT", "block"), ("CONDITION", "inform"), ("WATCH", "inform")],
)
def test_what_an_undecided_condition_does_hangs_on_what_it_guards(effect: str, undecided: str) -> None:
    rule = Rule(id="r", when="event.in_plan", effect=effect, because="x")  # type: ignore[arg-type]
    assert rule.undecided == undecided
    assert rule.model_copy(update={"unknown": "ignore"}).undecided == "ignore"


def test_event_kinds_come_from_the_events() -> None:
    assert {"proposal", "opportunity", "kpi_breach", "review_due"} <= set(event_kinds())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("- {id: A B, when: true, conclude: x}", "3:8: RULE_WRONG_VALUE: `A B` is not written like this (an id has"),
        ("- {when: true, conclude: x}", "RULE_MISSING_KEY: `id` is missing"),
        ("- {id: a, wen: true, conclude: x}", "3:11: RULE_UNKNOWN_KEY: unknown key `wen` (did you mean `when`?)"),
        ("- {id: a, when: true}", "neither `conclude` nor `effect`"),
        ("- {id: a, when: true, conclude: x, effect: INFORM, because: y}", "both `conclude` and `effect`"),
        ("- {id: a, conclude: x(kpi)}", "3:8: RULE_CONTRADICTION: `a` has neither `when` nor `given`"),
        ("- {id: a, when: true, effect: INFORM}", "`a` does not say why (add `because:"),
        ("- {id: a, when: true, effect: FORBIT, because: x}", "3:31: RULE_WRONG_VALUE: unknown effect `FORBIT` (did"),
        ("- {id: a, when: true, effect: forbid, because: x}", "did you mean `FORBID`?"),
        ("- {id: a, when: true, effect: DEFER, hard: true, because: x}", "RULE_CONTRADICTION: DEFER is never hard"),
        (
            "- {id: a, given: [off_track(kpi)], conclude: x(kpi), events: [proposal]}",
            "3:62: RULE_CONTRADICTION: `a` only links conclusions, whatever came in and when",
        ),
        ("- {id: a, when: true, effect: DEFER, room: b, because: x}", "`room` goes with FIT, not DEFER"),
        ("- {id: a, when: true, conclude: x, hard: true}", "`hard` goes with an `effect`"),
        ("- {id: a, when: true, conclude: x, events: [propsal]}", "RULE_WRONG_VALUE: no event kind `propsal` (did"),
        ("- {id: a, given: [X], conclude: y(x)}", "3:19: RULE_WRONG_VALUE: `X` is no pattern"),
        ("- {id: a, given: [watches(r, k), X], conclude: y(r)}", "3:34: RULE_WRONG_VALUE: `X` is no pattern"),
        ("- {id: a, given: [p(x), 7], conclude: y(x)}", "3:25: RULE_WRONG_TYPE: this is a number, not a text"),
        ("- {id: a, when: true, conclude: ''}", "3:33: RULE_WRONG_VALUE: an empty text is no conclusion (write one"),
        ("- {id: a, when: true, effect: [DEFER], because: x}", "RULE_WRONG_VALUE: an effect is one word (as in"),
        ("- {id: a, given: [p(x)], conclude: y}", "nothing says what `y` is about"),
        ("- {id: a, when: true, conclude: x, valid_from: 2026-05-01, valid_to: 2026-04-01}", "before it starts"),
        ("- {id: a, when: true, conclude: x, unknown: stop}", "RULE_WRONG_VALUE"),
        ("- {id: a, when: 1 < event.amount < 5, conclude: x}", "3:34: RULE_SYNTAX: comparisons do not chain"),
        ("- 7", "3:3: RULE_WRONG_TYPE"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_is_told(body: str, told: str) -> None:
    (one,) = problems(rules(body))
    assert one.startswith("rules.yaml:3:") and told in one


def test_everything_wrong_is_told_at_once() -> None:
    told = problems(
        rules(
            "- {id: a, when: a >, conclude: x}\n"
            "- {id: b, when: true, efect: INFORM, because: x}\n"
            "- {id: a, when: b, conclude: x}\n"
            "- id: c\n  when: >\n    a == 1\n    and b = 2\n  conclude: x\n"
        )
    )
    assert [one.split(" ")[0:2] for one in told] == [
        ["rules.yaml:3:20:", "RULE_SYNTAX:"],
        ["rules.yaml:4:23:", "RULE_UNKNOWN_KEY:"],
        ["rules.yaml:5:8:", "RULE_DUPLICATE_ID:"],
        ["rules.yaml:9:11:", "RULE_SYNTAX:"],
    ]  # fmt: skip


def test_the_head_of_a_file_is_checked_with_its_rules() -> None:
    told = problems("ruleset: House\nrule: []\nrules:\n- {id: a, when: true}\n")
    assert [one.split(" ")[1] for one in told] == ["RULE_WRONG_VALUE:", "RULE_UNKNOWN_KEY:", "RULE_CONTRADICTION:"]


def test_conditions_are_looked_at_although_the_head_is_wrong() -> None:
    told = problems("ruleset: House\nrules:\n- {id: a, when: a = 1, conclude: c}\n")
    assert [one.split(" ")[:2] for one in told] == [
        ["rules.yaml:1:10:", "RULE_WRONG_VALUE:"],
        ["rules.yaml:3:19:", "RULE_SYNTAX:"],
    ]


def test_a_scan_keeps_what_is_right_and_parses_no_condition() -> None:
    document = read_text(rules("- {id: a, when: '=', conclude: x}\n- {id: b}"), "rules.yaml")
    ruleset, found = scan_ruleset(document)
    assert ruleset is not None and [rule.id for rule in ruleset.rules] == ["a"]
    assert len(found) == 2


def test_rules_inside_a_plan_are_read_where_they_stand() -> None:
    document = read_text("rules:\n  - {id: a, when: a = 1, conclude: x}", "plan.yaml")
    assert isinstance(document.data, dict)
    (rule,), wrong = scan_rules(document.data["rules"], document, ("rules",))
    assert not wrong
    (one,) = syntax_problems(rule)
    assert str(one).startswith("plan.yaml:2:21: RULE_SYNTAX")


def test_a_rule_made_in_python_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValidationError, match="DEFER is never hard"):
        Rule(id="a", when="true", effect=Effect.DEFER, hard=True, because="x")  # type: ignore[arg-type]
