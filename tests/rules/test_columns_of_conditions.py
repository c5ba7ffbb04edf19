"""However a condition is written down (plain, quoted, in a block; YAML, JSON or TOML), what is wrong stands where it stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aop_rules.errors import RuleError
from aop_rules.rules.ruleset import load_ruleset
from aop_rules.source.read import read_text

WRONG = "§"  # a sign without meaning: it stands once in each file, and must be told exactly there

words = st.sampled_from(
    ["and", "event.amount", ">", "7%", '"x"', "'y'", '"é 😀"', '"it\'s"', '"say \\"no\\""', "(", "]", "20_000"]
)
sentences = st.builds(
    lambda before, after: ["a", *before, WRONG, *after], st.lists(words, max_size=8), st.lists(words, max_size=3)
)
breaks = st.lists(st.sampled_from([0, 0, 1, 1, 2, 3]), min_size=12, max_size=12)
"""After each word: a space, or so many line breaks."""


def joined(sentence: list[str], ends: list[int], indent: str, space: str = " ", end: str = "") -> str:
    return "".join(
        word + ((end + "\n" * lines + indent) if lines else space) for word, lines in zip(sentence, ends, strict=False)
    ).rstrip()


def plain(sentence: list[str], ends: list[int]) -> str:
    return joined(sentence, ends, "      ")


def single(sentence: list[str], ends: list[int]) -> str:
    return "'" + joined([word.replace("'", "''") for word in sentence], ends, "   ") + "'"


def double(sentence: list[str], ends: list[int]) -> str:
    return '"' + joined([json.dumps(word, ensure_ascii=False)[1:-1] for word in sentence], ends, "    ") + '"'


def double_of_codes(sentence: list[str], ends: list[int]) -> str:
    written = [
        json.dumps(word)[1:-1].replace("\\u00a7", WRONG).replace("\\ud83d\\ude00", "\\U0001F600") for word in sentence
    ]
    return '"' + joined(written, [min(1, n) for n in ends], "    \\x20\\t", "\\u0020", "\\") + '"'


def literal(sentence: list[str], ends: list[int]) -> str:
    return "|-  # why\n      " + joined(sentence, ends, "      ")


def literal_indented(sentence: list[str], ends: list[int]) -> str:
    return "|2\n        " + joined(sentence, ends, "      ")


def folded(sentence: list[str], ends: list[int]) -> str:
    return ">\n\n      " + joined(sentence, ends, "      ")


def folded_uneven(sentence: list[str], ends: list[int]) -> str:
    return ">+\n     " + joined(sentence, ends, "       ") + "\n\n"


def told(text: str, file: str) -> tuple[int, int, bool]:
    with pytest.raises(RuleError) as caught:
        load_ruleset(read_text(text, file, file.rsplit(".")[-1], error=RuleError))
    (problem,) = caught.value.problems
    return problem.place.line, problem.place.column, WRONG in problem.message


def stands(text: str) -> tuple[int, int, bool]:
    before = text[: text.index(WRONG)]
    return before.count("\n") + 1, len(before) - before.rfind("\n"), True


@pytest.mark.parametrize(
    "style", [plain, single, double, double_of_codes, literal, literal_indented, folded, folded_uneven], ids=lambda f: f.__name__
)  # fmt: skip
@given(sentence=sentences, ends=breaks, newline=st.sampled_from(["\n", "\r\n"]))
def test_in_yaml(style: object, sentence: list[str], ends: list[int], newline: str) -> None:
    assert callable(style)
    text = f"ruleset: house\nrules:\n  - id: a\n    conclude: c\n    when: {style(sentence, ends)}\n    owner: me\n"
    assert told(text.replace("\n", newline), "house.yaml") == stands(text)


@given(sentences, st.booleans())
def test_in_json(sentence: list[str], ascii_only: bool) -> None:
    written = json.dumps(" ".join(sentence), ensure_ascii=ascii_only).replace("\\u00a7", WRONG)
    text = f'{{"ruleset": "house",\n "rules": [{{"id": "a", "conclude": "c", "when": {written}}}]}}'
    assert told(text, "house.json") == stands(text)


@pytest.mark.parametrize("opened", ['"', '"""', '"""\n', "'''", "'''\n"])
@given(sentence=sentences, ends=breaks)
def test_in_toml(opened: str, sentence: list[str], ends: list[int]) -> None:
    lines = [0] * 12 if opened == '"' else ends
    is_raw = opened.startswith("'")
    body = sentence if is_raw else [json.dumps(word, ensure_ascii=False)[1:-1] for word in sentence]
    text = f'ruleset = "house"\n[[rules]]\nid = "a"\nconclude = "c"\nwhen = {opened}{joined(body, lines, "  ")} {opened.strip()}\n'
    assert told(text, "house.toml") == stands(text)


def test_a_text_of_yaml_that_starts_with_a_doubled_quote_is_no_text_of_toml() -> None:
    text = "ruleset: house\nrules: [{id: a, conclude: c, when: '''x'' in event.tags and §'}]"
    assert told(text, "house.yaml") == stands(text)


def test_a_pattern_that_commas_cut_in_two_is_told_where_it_starts() -> None:
    text = "ruleset: house\nrules: [{id: a, conclude: c(kpi), given: [watches(risk, kpi), watches(risk, §)]}]"
    with pytest.raises(RuleError) as caught:
        load_ruleset(read_text(text, "house.yaml"))
    assert [problem.place.column for problem in caught.value.problems] == [text.split("\n")[1].rindex("watches") + 1]
