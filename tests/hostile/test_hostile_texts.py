"""Texts made to hurt, in every format that is read: one of our errors, soon, and nothing taken by halves."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from edits import PATHS, SIGNS, SQL

from aop_rules import Engine, event_from
from aop_rules.errors import AopError, EventError, InputError
from aop_rules.events import EventBase, plain
from aop_rules.ledger.cloudevents import to_cloudevent
from aop_rules.ledger.reading import events_from
from aop_rules.plan.draft import draft_of
from aop_rules.plan.load import dump, load_plan, plan_from
from aop_rules.source.plain import PlainData
from aop_rules.source.read import read_text

BLANK = {"aop": 1, "id": "shop", "name": "Shop", "currency": "USD", "year": {"starts": "2026-01-01"}}
HEAD = "aop: 1\nid: shop\nname: Shop\ncurrency: USD\nyear: {starts: 2026-01-01}\n"
SPENT = {"kind": "actual", "event_id": "e", "effective_date": "2026-02-01", "line": "ads", "amount": 5}
FORMATS = ("yaml", "json", "toml")
MANY = 100_000


def codes(text: str | bytes, format_: str | None) -> set[str]:
    with pytest.raises(InputError) as caught:
        read_text(text, "x", format_)
    return {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("format_", "text", "code"),
    [
        ("yaml", "[" * MANY, "TOO_DEEP"),
        ("yaml", "a: " + "{a: " * MANY, "TOO_DEEP"),
        ("yaml", "- " * MANY, "TOO_DEEP"),
        ("json", "[" * MANY, "TOO_DEEP"),
        ("json", '{"a":' * MANY, "TOO_DEEP"),
        ("toml", "a = " + "[" * MANY, "TOO_DEEP"),
        ("toml", "a = " + "{a = " * MANY, "TOO_DEEP"),
        ("toml", "[" + "a." * MANY + "a]", "TOO_DEEP"),
        ("yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]", "ALIAS"),
        ("yaml", "a: &a\n  b: *a", "ALIAS"),
        ("yaml", "<<: {a: 1}\na: !!python/object/apply:os.system [id]", "TAG"),
        ("yaml", "a: 1e999999999", "NUMBER_TOO_LONG"),
        ("json", '{"a": 1e999999999}', "NUMBER_TOO_LONG"),
        ("json", '{"a": -1E-999999999}', "NUMBER_TOO_LONG"),
        ("toml", "a = 1e999999999", "NUMBER_TOO_LONG"),
        ("toml", "a = 0x" + "f" * 5_000, "NUMBER_TOO_LONG"),
        ("yaml", "a: " + "x" * 1_900_000, "TEXT_TOO_LONG"),
        ("json", '{"a": "' + "x" * 1_900_000 + '"}', "TEXT_TOO_LONG"),
        ("toml", 'a = "' + "x" * 1_900_000 + '"', "TEXT_TOO_LONG"),
        ("yaml", "#" * 1_999_999, "EMPTY"),
        ("json", " " * 1_999_999, "EMPTY"),
        ("json", '{"a": "\\ud800"}', "SYNTAX"),
        ("yaml", 'a: "\\ud800"', "SYNTAX"),
        ("toml", 'a = "\\ud800"', "SYNTAX"),
    ],
    ids=lambda value: str(value)[:12].encode("unicode_escape").decode(),
)
def test_a_text_made_to_hurt_is_one_error_and_soon(format_: str, text: str, code: str) -> None:
    started = time.process_time()
    assert codes(text, format_) == {f"SOURCE_{code}"}
    assert time.process_time() - started < 4


@pytest.mark.parametrize("format_", [*FORMATS, None])
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"a\0b", "CONTROL_CHARACTER"),
        (b'{"a": "\x1b[31m"}', "CONTROL_CHARACTER"),
        ("a: \ud800", "CONTROL_CHARACTER"),
        ("a: \ud800".encode("utf-8", "surrogatepass"), "NOT_UTF8"),
        ("a: 1".encode("utf-16"), "NOT_UTF8"),
        ("a: 1".encode("utf-16-le"), "CONTROL_CHARACTER"),
        ("a: 1".encode("utf-32-be"), "CONTROL_CHARACTER"),
        (b"\xc0\xaf", "NOT_UTF8"),
        (b"\xff" * 1_000, "NOT_UTF8"),
        (b"", "EMPTY"),
        (b"\xef\xbb\xbf", "EMPTY"),
    ],
)
def test_what_is_no_text_is_refused_in_every_format(raw: str | bytes, code: str, format_: str | None) -> None:
    assert codes(raw, format_) == {f"SOURCE_{code}"}
    with pytest.raises(EventError, match="SOURCE_"):
        events_from(raw, "x", "jsonl" if format_ is None and raw.strip() else format_)


@pytest.mark.parametrize(("format_", "text"), [("yaml", "a: 1"), ("json", '{"a": 1}'), ("toml", "a = 1")])
def test_one_byte_order_mark_is_dropped(format_: str, text: str) -> None:
    assert read_text(b"\xef\xbb\xbf" + text.encode(), "x", format_).data == {"a": 1}


# ── a file that is full of mistakes ─────────────────────────────────────────────────────────────────────────────────

LARGE = {
    "goals that are none": "goals:\n" + "".join(f"  g{n}: 0\n" for n in range(20_000)),
    "keys that are none": "".join(f"k{n}: 0\n" for n in range(20_000)),
    "ids that are none": "goals:\n" + "".join(f"  G{n}: {{}}\n" for n in range(5_000)),
    "lines with words for amounts": "budget:\n  lines:\n" + "".join(f"    b{n}: {{amount: x}}\n" for n in range(5_000)),
    "keys of initiatives that are none": "initiatives:\n"
    + "".join(f"  i{n}: {{name: a, x: b}}\n" for n in range(5_000)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_plan_of_mistakes_is_refused_in_time_that_grows_with_its_size(name: str) -> None:
    """Each of them took half a minute or more at the size of the cap."""
    document = read_text(HEAD + LARGE[name], "plan.yaml")
    started = time.process_time()
    with pytest.raises(InputError) as caught:
        load_plan(document)
    assert time.process_time() - started < 5
    assert len(caught.value.problems) == 101 and caught.value.problems[-1].code == "PLAN_MORE"


def test_an_event_of_unknown_keys_is_refused_in_time_that_grows_with_its_size() -> None:
    started = time.process_time()
    with pytest.raises(EventError):
        events_from("kind: proposal\n" + "".join(f"hire{n}: 0\n" for n in range(20_000)), format="yaml")
    assert time.process_time() - started < 5


def test_of_many_wrong_items_of_a_list_only_these_are_set_aside() -> None:
    """They once went by the spelling of their number: the tenth before the second, and then another one was meant."""
    serves = [*[5] * 12, {"to": "sales"}]
    draft = draft_of(PlainData(BLANK | {"initiatives": {"a": {"name": "a", "serves": serves}}}))
    assert draft.set_aside == {("initiatives", "a", "serves", number) for number in range(12)}
    assert draft.plan is not None and [each.to for each in draft.plan.initiatives["a"].serves] == ["sales"]


def test_a_wrong_value_where_a_name_is_looked_up_is_told_as_such() -> None:
    """`kpi: {a: b}` of a goal, and the goal named where a KPI is meant."""
    goals = {"sales": {"name": "Sales", "kpi": {"a": "b"}}, "more": {"name": "More", "kpi": "sales"}}
    with pytest.raises(InputError, match=r"plan\.goals\.sales\.kpi"):
        plan_from(BLANK | {"goals": goals})


# ── words that mean something elsewhere ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", [*SQL, *PATHS, *(sign for sign in SIGNS if sign != "\ud800")])
def test_a_word_that_means_something_elsewhere_is_text_or_refused(word: str) -> None:
    """As id, source, line, title, tag and attribute: taken, it comes back sign for sign."""
    names: dict[str, object] = {"event_id": word, "source": word, "line": word, "title": word, "doc": word}
    event = event_from(SPENT | names | {"tags": [word], "attributes": {word: word}})
    assert isinstance(event, EventBase) and event.event_id == event.source == event.title == word
    again = json.loads(json.dumps(to_cloudevent(event)))
    assert event_from(again) == event and event_from(plain(event)) == event
    assert events_from(json.dumps(plain(event)), format="json").events == (event,)


@pytest.mark.parametrize("word", [*SQL, *PATHS, *SIGNS])
def test_an_id_of_a_plan_is_a_plain_word(word: str) -> None:
    for data in ({"id": word}, {"goals": {word: {"name": "a", "to": 5}}}, {"kpis": {word: {"name": "a"}}}):
        with pytest.raises(AopError):
            plan_from(BLANK | data)


@pytest.mark.parametrize("word", [*SQL, *PATHS])
def test_a_name_of_a_plan_may_be_any_text(word: str, tmp_path: Path) -> None:
    named = BLANK | {"name": word, "not_this_year": {"shop": {"name": word, "reason": word}}}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(named))
    plan = load_plan(file)
    assert plan.name.en == word and plan_from(dump(plan)) == plan
    asked = {"event_id": word, "kind": "proposal", "effective_date": "2026-03-02", "category": word, "title": word}
    Engine.open(plan).evaluate(asked).explain("en", "full")


# ── what a program hands over ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [
        {"hires": 10**5_000},
        {"hires": -(10**5_000)},
        {"attributes": {"a": 10**5_000}},
        {"attributes": {"a": "\ud800"}},
        {"attributes": {"\ud800": "a"}},
        {"title": "x" * 30_000},
        {"\ud800": 1},
        {5: 1},
        {(1, 2): 1},
        {10**5_000: 1},
        {"amount": float("nan")},
        {"amount": 0.1},
        {"links": {"goals": [[[]]]}},
    ],
    ids=lambda data: str(next(iter(data)))[:9].encode("unicode_escape").decode() if 10**5_000 not in data else "int",
)
def test_plain_data_is_held_to_the_caps_of_files(data: dict[object, object]) -> None:
    with pytest.raises(EventError):
        event_from({**SPENT, **data})  # type: ignore[dict-item]


def test_a_threshold_without_a_distance_reads_back_the_same() -> None:
    kpi = {
        "name": "Ratio",
        "kind": "ratio",
        "numerator": "a",
        "denominator": "b",
        "target": "5%",
        "breach": "< target - 0%",
    }
    flows = {name: {"name": name, "kind": "flow"} for name in "ab"}
    plan = plan_from(BLANK | {"kpis": {"share": kpi, **flows}})
    assert plan_from(dump(plan)) == plan
