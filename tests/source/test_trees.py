"""What a file means, and where each of its values and keys stands."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aop_rules.errors import InputError
from aop_rules.source.read import read, read_text, sniff
from aop_rules.source.tree import Document


def at(document: Document, *path: str | int) -> tuple[int, int]:
    place = document.place(path)
    return place.line, place.column


def key_at(document: Document, *path: str | int) -> tuple[int, int]:
    place = document.key_place(path)
    return place.line, place.column


def inside(document: Document, path: tuple[str | int, ...], offset: int) -> tuple[int, int]:
    place = document.text_place(path, offset)
    return place.line, place.column


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None), ("~", None), ("null", None), ("true", True), ("False", False), ("yes", "yes"), ("on", "on"), ("no", "no"),
        ("0", 0), ("-3", -3), ("+3", 3), ("1_000_000", 1_000_000), ("007", "007"), ("1__0", "1__0"), ("0x1F", "0x1F"),
        ("2.50", Decimal("2.50")), (".5", Decimal("0.5")), ("1e6", Decimal("1e6")), ("5.", "5."), ("-.", "-."), (".", "."),
        ("7%", "7%"), ("2026-05-01", "2026-05-01"), ("2026-05", "2026-05"), ("1:30", "1:30"), (".inf", ".inf"), ("1,5", "1,5"),
        ("'5'", "5"), ('"true"', "true"), ("''", ""), ("x y", "x y"), ("<<", "<<"),
    ],
)  # fmt: skip
def test_a_plain_text_of_yaml_means_little(written: str, value: object) -> None:
    data: Any = read_text(f"a: {written}\n", format="yaml").data
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.yaml", "id: shop\nyear: {starts: 2026-01-01}\nshare: 7%\nrows:\n  - {n: 1.5}\n  - n: null_\n"),
        (
            "p.json",
            '{"id": "shop", "year": {"starts": "2026-01-01"}, "share": "7%", "rows": [{"n": 1.5}, {"n": "null_"}]}',
        ),
        ("p.toml", 'id = "shop"\nyear.starts = 2026-01-01\nshare = "7%"\n[[rows]]\nn = 1.5\n[[rows]]\nn = "null_"\n'),
    ],
)
def test_the_three_formats_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    rows = [{"n": Decimal("1.5")}, {"n": "null_"}]
    assert read(path).data == {"id": "shop", "year": {"starts": "2026-01-01"}, "share": "7%", "rows": rows}
    assert sniff(text) == name[2:]


def test_yaml_knows_where_things_stand() -> None:
    document = read_text("# đồng\ngoals:\n  sales: {to: 5, tên: [a, 'b']}\nlist:\n- x\n-\n  y: 1\n")
    assert at(document) == (2, 1)
    assert at(document, "goals") == (3, 3)
    assert key_at(document, "goals", "sales") == (3, 3)
    assert at(document, "goals", "sales", "to") == (3, 15)
    assert at(document, "goals", "sales", "tên", 1) == (3, 27)
    assert key_at(document, "goals", "sales", "tên") == (3, 18)
    assert at(document, "list", 1, "y") == (7, 6)
    assert key_at(document, "list", 1) == (7, 3)


def test_json_knows_where_things_stand() -> None:
    document = read_text('{"a": [1, {"b": null}],\n  "c": {}}', format="json")
    assert at(document, "a", 1, "b") == (1, 17)
    assert key_at(document, "a", 1, "b") == (1, 12)
    assert at(document, "c") == (2, 8)


def test_toml_knows_where_things_stand() -> None:
    text = 'a.b = 1\n"q r" = {x = [1, # one\n 2]}\n[t.u]\nd = 1979-05-27 07:32:00\n[[r]]\n[[r]]\nn = """\nx"""\n[r.s]\ny = \'z\'\n'
    document = read_text(text, format="toml")
    assert document.data == {
        "a": {"b": 1}, "q r": {"x": [1, 2]}, "t": {"u": {"d": "1979-05-27T07:32:00"}}, "r": [{}, {"n": "x", "s": {"y": "z"}}]
    }  # fmt: skip
    assert at(document, "a", "b") == (1, 7)
    assert key_at(document, "a", "b") == (1, 3)
    assert at(document, "q r", "x", 1) == (3, 2)
    assert at(document, "t", "u", "d") == (5, 5)
    assert at(document, "r", 1) == (7, 3)
    assert at(document, "r", 1, "n") == (8, 5)
    assert key_at(document, "r", 1, "s", "y") == (11, 1)


def test_a_path_that_is_not_there_stands_where_its_nearest_ancestor_does() -> None:
    document = read_text("a:\n  b: {c: 1}\n")
    assert at(document, "a", "b", "x", 3) == (2, 6)
    assert key_at(document, "a", "x", "y") == (2, 3)


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("a: x > 1", 4, (1, 8)),
        ("a: 'x > 1'", 4, (1, 9)),
        ("a: 'it''s > 1'", 5, (1, 11)),
        ('a: "x\\u0020\\t> 1"', 3, (1, 14)),
        ("a: >\n  x >\n  1", 4, (3, 3)),
        ("a: |  # why\n    x\n    yz", 3, (3, 6)),
        ("a: x >\n  1 and", 6, (2, 5)),
    ],
)
def test_a_place_inside_a_text_is_found_past_quotes_and_folds(text: str, offset: int, place: tuple[int, int]) -> None:
    assert inside(read_text(text), ("a",), offset) == place


def test_escapes_of_json_are_stepped_over() -> None:
    document = read_text('{"a": "\\"\\ud83d\\ude00x"}')
    assert document.data == {"a": '"😀x'}
    assert inside(document, ("a",), 2) == (1, 22)


@given(st.text())
@example("[[[[")
@example("\ufeff\ufeffa")
@example("a: \x85b")
@example("%YAML 1.9\n---\na")
@example("- !<tag:x> &y *z")
def test_random_text_never_raises_anything_else(text: str) -> None:
    for format_ in ("yaml", "json", "toml", None):
        try:
            read_text(text, format=format_)
        except InputError as error:
            assert error.problems


@given(st.text(alphabet="ab01.-:=[]{}'\"\\#&*!|>?,\n\t \u2028é😀", max_size=60))
def test_texts_made_of_signs_never_raise_anything_else(text: str) -> None:
    test_random_text_never_raises_anything_else.hypothesis.inner_test(text)  # type: ignore[attr-defined]


@given(st.binary(max_size=60))
def test_random_bytes_never_raise_anything_else(raw: bytes) -> None:
    for format_ in ("yaml", "json", "toml"):
        try:
            read_text(raw, format=format_)
        except InputError as error:
            assert error.problems


KEYS = st.text(alphabet="abcxyz_é \"\\'", min_size=1, max_size=5)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=10)
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@given(TREES)
def test_what_json_writes_reads_back_in_json_and_yaml(tree: object) -> None:
    assert read_text(json.dumps(tree), format="json").data == tree
    assert read_text(json.dumps(tree, ensure_ascii=False, indent=1), format="json").data == tree
    assert read_text(json.dumps(tree, ensure_ascii=False), format="yaml").data == tree


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(0, 99), min_size=1, max_size=3), min_size=1))
def test_at_every_place_stands_the_value(tree: dict[str, list[int]]) -> None:
    text = json.dumps(tree, indent=2)
    lines = text.split("\n")
    for format_ in ("json", "yaml"):
        document = read_text(text, format=format_)
        for key, items in tree.items():
            for number, item in enumerate(items):
                line, column = at(document, key, number)
                assert lines[line - 1][column - 1 :].rstrip(",") == str(item)
            line, column = key_at(document, key)
            assert lines[line - 1][column - 1 :].startswith(f'"{key}"')


def test_dates_are_never_made_of_text() -> None:
    assert read_text("d = 2026-05-01", format="toml").data == {"d": date(2026, 5, 1).isoformat()}
