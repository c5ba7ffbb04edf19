"""Whatever is written as a rule, the answer is a rule or a list of what is wrong with it, each at its place."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aop_rules.errors import Problem, RuleError
from aop_rules.limits import EXPRESSION_CHARACTERS_MAX, PROBLEMS_MAX
from aop_rules.rules.checked import check_rule
from aop_rules.rules.checker import examine
from aop_rules.rules.condition import check_condition
from aop_rules.rules.faults import ExpressionError, Fault
from aop_rules.rules.grammar import FUNCTIONS, KEYWORDS, LOOKUPS
from aop_rules.rules.parser import parse
from aop_rules.rules.ruleset import load_ruleset, scan_ruleset
from aop_rules.rules.vocabulary import Vocabulary
from aop_rules.source.read import read_text

WORDS = Vocabulary.of(
    {
        "event.amount": "money", "event.date": "date", "event.tags": "texts", "event.kind": "text", "event.hires": "integer",
        "event.in_plan": "boolean", "event.serves": "texts", "kpi.change": "ratio", "kpi.value": "own", "kpis.revenue.ytd": "money",
    }
)  # fmt: skip

FALSE_FRIENDS = "аео–−×≤≠“”’％７٣\u00a0\u200b\u200d\u202e\u2066\ufeff\u0301\x00\x1b\u2028é😀"
SIGNS = [
    "(",
    ")",
    "[",
    "]",
    ",",
    "+",
    "-",
    "*",
    "/",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "=",
    "&&",
    "%",
    ".",
    '"',
    "'",
    "\\",
]
VALUES = [
    "7",
    "7%",
    "1e400",
    "0.5",
    "1.5.5",
    "9" * 61,
    "2026-02-30",
    "2026-05-31",
    '"a"',
    "'b'",
    "True",
    "null",
    "__class__",
]
BITS = [*SIGNS, *VALUES, *sorted(KEYWORDS), *FUNCTIONS, *LOOKUPS, "contributes_to", *WORDS.names, *FALSE_FRIENDS]

wild = st.text(st.characters() | st.sampled_from(FALSE_FRIENDS + "()[]<>=%_.-\"' 07ae"), max_size=60)
spaced = st.lists(st.sampled_from(BITS) | st.text(max_size=2), max_size=30).map(" ".join)
crowded = st.lists(st.sampled_from(BITS), max_size=20).map("".join)
conditions = wild | spaced | crowded

KEYS = [
    "id", "version", "on", "events", "when", "given", "conclude", "effect", "hard", "unknown", "room", "priority",
    "because", "needs", "component", "owner", "valid_from", "valid_to", "examples", "fires", "silent", "en", "vi", "wen",
]  # fmt: skip
PATTERNS = ["off_track(kpi)", "watches(risk, kpi)", "watches(risk", "kpi)", "p(x, x)", "p()", "(x)", "p(x)(y)", "ｐ(x)"]
TEXTS = [
    *PATTERNS, "a", "class", "__init__", "kpi", "kpi marketing_ratio", "nothing", "FORBID", "WATCH", "FIT", "true", "{",
    "{event.amount}", "{}", "2026-02-30", "2026-05-31", "7%", "event.amount", "event.amount > 5", "proposal", "block",
]  # fmt: skip

plain = (
    st.none()
    | st.booleans()
    | st.integers(-(10**70), 10**70)
    | st.sampled_from(TEXTS)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10)
)
data = st.recursive(
    plain,
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.sampled_from([*KEYS, *WORDS.names]), below, max_size=6)
    ),
    max_leaves=20,
)
rules = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "c.d", "class"]) | data},
    optional={
        "when": st.sampled_from(["true", "event.amount > 5", "kpi.value > 3", "event.amuont > 7%", ""]) | conditions | data,
        "on": st.sampled_from(["event", "kpi", "kpi x", "nobody"]) | data,
        "given": st.lists(st.sampled_from(PATTERNS), max_size=8) | data,
        "conclude": st.sampled_from(["off_track", "off_track(kpi)", "p(x, y)", ""]) | data,
        "effect": st.sampled_from(["FORBID", "FIT", "WATCH", "fit"]) | data,
        "because": st.sampled_from(["x", "{event.amount}", "{", {"en": "{event.amount}", "vi": "y"}]) | data,
        "examples": st.fixed_dictionaries(
            {}, optional={k: st.lists(st.dictionaries(st.sampled_from([*WORDS.names, "event", "x"]), data)) for k in ("fires", "silent")}
        ),
    },
) | st.dictionaries(st.sampled_from(KEYS), data, max_size=6)  # fmt: skip


def well_said(message: str, hint: str) -> bool:
    """A sentence for people: starts small or with a quoted word, no final period, no word of Python's."""
    words = re.sub(r"`[^`]*`", "``", f"{message} {hint}")
    start = re.sub(r"^`.*?`", "", message, count=1, flags=re.DOTALL)[:1]
    return (
        not (start.isupper() and not re.match(r"[A-Z_]{2,} ", message))
        and not message.endswith(".")
        and not hint.endswith(".")
        and not re.search(r"\b(str|int|dict|tuple|None|NoneType|Error|Exception|Fraction|object at)\b", words)
    )


def what_is_wrong(text: str) -> tuple[Fault, ...]:
    try:
        return examine(parse(text), WORDS)[1]
    except ExpressionError as error:
        return error.faults


@given(conditions)
def test_any_text_is_a_condition_or_told_what_is_wrong_with_it(text: str) -> None:
    for fault in what_is_wrong(text):
        assert 0 <= fault.span[0] <= fault.span[1] <= len(text)
        assert well_said(fault.message, fault.hint) and fault.hint, fault
    try:
        check_condition(text, WORDS)
    except RuleError as error:
        assert error.problems


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4_000, "(" * 1_999 + "1" + ")" * 1_999, "not " * 999, "-" * 4_000, "[" * 4_000, "min(" * 1_000, "known(" * 600,
        "a." * 2_000, "a and " * 666, "a < " * 999, "1 + " * 999 + "1", "'" + "\\" * 3_999, '"' * 3_999, "1" * 4_000,
        "1_" * 2_000, "1." * 2_000, "a in " * 800, "a or (b and " * 300, "=" * 4_000, "\u202e" * 4_000, "\x00" * 4_000,
        "e" * 4_000, "2026-01-01" * 400, "a" * 4_001, "(" * 1_000_000,
    ],
    ids=lambda text: f"{text[:6]}x{len(text)}".encode("unicode_escape").decode(),
)  # fmt: skip
def test_a_monster_is_refused(text: str) -> None:
    assert what_is_wrong(text)


def test_the_longest_condition_is_read() -> None:
    text = " or ".join(["event.amount > 1"] * 200)
    assert not what_is_wrong(text.ljust(EXPRESSION_CHARACTERS_MAX))


@given(st.lists(rules, max_size=4))
@example([{"id": "`A"}])
def test_any_data_is_a_ruleset_or_told_what_is_wrong_with_it(raw: list[Any]) -> None:
    text = json.dumps({"ruleset": "house", "rules": raw})
    document = read_text(text, "house.json", error=RuleError, recover=True) if _readable(text) else None
    if document is None:
        return
    try:
        load_ruleset(document)
    except RuleError as error:
        assert all(_placed(problem) for problem in error.problems)
    ruleset, _ = scan_ruleset(document)
    for rule in ruleset.rules if ruleset else ():
        checked, problems = check_rule(rule, WORDS, subjects=["event", "kpi"])
        assert all(_placed(problem) for problem in problems)
        for each in checked.examples if checked else ():
            each.record()


def _readable(text: str) -> bool:
    """Numbers of too many digits are refused before rules are looked at."""
    try:
        read_text(text, error=RuleError, recover=True)
    except RuleError:
        return False
    return True


def _placed(problem: Problem) -> bool:
    assert well_said(problem.message, problem.hint), problem
    return problem.place.file == "house.json" and problem.place.line >= 1 and problem.place.column >= 1


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_file_is_a_ruleset_or_told_what_is_wrong_with_it(text: str) -> None:
    for head in ("", "ruleset: house\nrules:\n- ", "ruleset: house\nrules: [{id: a, conclude: c, when: "):
        try:
            load_ruleset(read_text(head + text, "house.yaml", error=RuleError, recover=True))
        except RuleError as error:
            assert error.problems


def test_ten_thousand_rules_are_read_and_ten_thousand_mistakes_are_cut() -> None:
    good = [f"- {{id: r{n}, when: event.amount > {n}, conclude: c{n}}}" for n in range(10_000)]
    assert len(_load(good).rules) == 10_000
    with pytest.raises(RuleError) as caught:
        _load([line.replace(">", "=") for line in good])
    *told, last = caught.value.problems
    assert len(told) == PROBLEMS_MAX and last.code == "RULE_MORE" and "9900" in last.message


def _load(lines: list[str]) -> Any:
    return load_ruleset(read_text("\n".join(["ruleset: house", "rules:", *lines]), "house.yaml", error=RuleError))
